// A chart as every page shows one: a heading, its tools (table, CSV, PNG), an accessible name that tells the finding,
// and a click that opens the calls behind. The drawing is the page's; what surrounds it is here once.

import type { ChartConfiguration } from 'chart.js'
import type { ComponentChildren as Kids } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import { language } from '../state/preferences.ts'
import { ChartBox, type Paint } from './chart.tsx'
import { type FigureData, FigureTable, figureCsv } from './figure-table.tsx'
import { Button, Section } from './frame.tsx'
import { savePng, saveText } from './save-file.ts'

export type FigureChartProps = {
  title: string
  hint?: Kids
  /** Name of the files, without ending. */
  file: string
  /** The finding, for who does not see the chart; follows the title. */
  finding: string
  height: number
  legend?: Kids
  tools?: Kids
  data: FigureData
  make: (paint: Paint) => ChartConfiguration
  /** What a drawing depends on besides theme and language. */
  deps: readonly unknown[]
  /** A click on the point of this index; undefined = nothing opens. */
  open?: (index: number) => void
  /** Below the chart. */
  children?: Kids
}

export function FigureChart(props: FigureChartProps) {
  const [asTable, setAsTable] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const { make, open } = props
  // Drawn again when what it shows changes, and not on every render.
  const drawn = useMemo(() => (paint: Paint) => withDoors(make(paint), open), [...props.deps, language.value])
  return (
    <Section
      title={props.title}
      hint={props.hint}
      tools={
        <>
          {props.tools}
          <FigureTools
            data={props.data}
            file={props.file}
            asTable={asTable}
            onTable={setAsTable}
            canvas={() => box.current?.querySelector('canvas') ?? null}
          />
        </>
      }
    >
      {props.legend && <div class="legend">{props.legend}</div>}
      <div ref={box}>
        {asTable ? (
          <FigureTable data={props.data} label={props.title} />
        ) : (
          <ChartBox make={drawn} height={props.height} label={`${props.title}. ${props.finding}`} />
        )}
      </div>
      {props.children}
    </Section>
  )
}

/** Table, CSV, PNG. Without `onTable` the figure is a table already; without `canvas` there is no picture of it. */
export function FigureTools(props: {
  data: FigureData
  file: string
  asTable?: boolean
  onTable?: (on: boolean) => void
  canvas?: () => HTMLCanvasElement | null
}) {
  const m = messages()
  const { asTable = false, onTable, canvas, file } = props
  return (
    <>
      {onTable && (
        <Button
          kind="quiet"
          icon={asTable ? 'chart-column' : 'table-2'}
          label={asTable ? m.overview.asChart : m.overview.asTable}
          pressed={asTable}
          onClick={() => onTable(!asTable)}
        />
      )}
      <Button
        kind="quiet"
        icon="download"
        label={m.overview.csv}
        onClick={() => saveText(figureCsv(props.data), `${file}.csv`)}
      />
      {canvas && !asTable && (
        <Button
          kind="quiet"
          icon="image-down"
          label={m.overview.png}
          onClick={() => savePng(canvas(), `${file}.png`)}
        />
      )}
    </>
  )
}

function withDoors(config: ChartConfiguration, open: ((index: number) => void) | undefined): ChartConfiguration {
  if (!open) return config
  return {
    ...config,
    options: {
      ...config.options,
      onClick: (_event, hits) => hits[0] && open(hits[0].index),
      onHover: (event, hits) => {
        const target = event.native?.target as HTMLElement | null
        if (target) target.style.cursor = hits.length > 0 ? 'pointer' : 'default'
      },
    },
  }
}
