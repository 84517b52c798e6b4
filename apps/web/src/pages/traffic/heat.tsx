// Hour by weekday as a table of links: the darker, the more. A cell opens the calls of all such hours of the range.

import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { Section } from '../../parts/frame.tsx'
import { metricHeight, metricKind, metricText, metricWord } from '../../parts/metric.ts'
import { TableBox } from '../../parts/table.tsx'
import { daysIn } from '../../state/range.ts'
import { callsOf, type View } from '../../state/view.ts'
import type { HeatCell, Measure } from './data.ts'

type Grid = readonly (readonly HeatCell[])[]

export function Heat({ view, grid, measure }: { view: View; grid: Grid; measure: Measure }) {
  const m = messages()
  const heights = grid.flat().map((cell) => metricHeight(measure, cell.value) ?? 0)
  const most = Math.max(...heights, 0)
  const best = heights.indexOf(most)
  return (
    <Section
      title={m.analyse.heat}
      hint={m.analyse.heatHint(metricWord(measure), count(Math.ceil(daysIn(view.span))))}
      tools={
        <FigureTools
          data={dataOf(grid, measure)}
          file={`${measure}-weekday-hour`}
          canvas={() => drawHeat(grid, measure)}
        />
      }
    >
      <TableBox label={m.analyse.heat}>
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">
                <span class="sr">{m.analyse.weekday}</span>
              </th>
              {Array.from({ length: 24 }, (_, hour) => (
                <th scope="col">{String(hour).padStart(2, '0')}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.map((row, day) => (
              <tr>
                <th scope="row">{m.analyse.days[day]}</th>
                {row.map((cell, hour) => (
                  <Cell view={view} cell={cell} day={day} hour={hour} most={most} measure={measure} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      <p class="hint under">
        {m.analyse.fewer}{' '}
        <span class="ramp">
          {[1, 2, 3, 4, 5, 6].map((step) => (
            <i style={{ background: `var(--seq-${step})` }} />
          ))}
        </span>{' '}
        {m.analyse.more(metricText(measure, grid.flat()[best]?.value ?? null))}
      </p>
    </Section>
  )
}

function Cell(props: { view: View; cell: HeatCell; day: number; hour: number; most: number; measure: Measure }) {
  const { view, cell, day, hour, measure } = props
  const m = messages()
  const step = stepOf(metricHeight(measure, cell.value), props.most)
  const value = metricText(measure, cell.value)
  const name = `${m.analyse.days[day]} ${String(hour).padStart(2, '0')}:00`
  const style = {
    '--c': `var(--seq-${step})`,
    '--k': `var(--seq-ink-${step >= 5 ? 'high' : step === 4 ? 'mid' : 'low'})`,
  }
  const shown = cell.calls === 0 ? '' : roomy(measure, cell.value, value)
  const label = cell.calls > 0 ? m.analyse.heatCell(name, value, cell.calls) : `${name}: ${value}`
  // What is heard begins with what is seen, which may be rounded.
  const spoken = label.includes(shown) ? label : `${shown}. ${label}`
  return (
    <td>
      {cell.calls > 0 ? (
        <a
          href={callsOf(view, { weekday: day + 1, hour_of_day: hour })}
          title={label}
          aria-label={spoken}
          style={style}
        >
          {shown}
        </a>
      ) : (
        <span class="cell" title={label} style={style}>
          {shown}
        </span>
      )}
    </td>
  )
}

/** A cell has room for no place after the point: rounded, not cut. Amounts are there to the cent in the title. */
function roomy(measure: Measure, value: HeatCell['value'], text: string): string {
  return metricKind(measure).unit === '%' && typeof value === 'number' ? count(value) : text.replace(/\.\d+$/, '')
}

/** 0 for nothing, 1 to 6 in even steps up to the most. */
function stepOf(height: number | null, most: number): number {
  if (!height || height <= 0 || most <= 0) return 0
  return Math.min(6, 1 + Math.floor((6 * height) / (most * 1.0001)))
}

function dataOf(grid: Grid, measure: Measure): FigureData {
  const m = messages()
  return {
    of: m.analyse.weekday,
    ofKey: 'weekday',
    columns: Array.from({ length: 24 }, (_, hour) => ({
      key: `h${String(hour).padStart(2, '0')}`,
      name: String(hour),
      show: (value: string | number | null) => metricText(measure, value),
    })),
    rows: grid.map((row, day) => ({
      name: m.analyse.days[day] ?? '',
      key: m.analyse.days[day] ?? '',
      values: row.map((cell) => cell.value),
    })),
  }
}

/** The grid as a picture, by the colours of the page. */
function drawHeat(grid: Grid, measure: Measure): HTMLCanvasElement {
  const [w, h, left, top] = [44, 30, 52, 24]
  const canvas = document.createElement('canvas')
  canvas.width = left + 24 * w
  canvas.height = top + 7 * h
  const paper = canvas.getContext('2d')
  const cells = [...document.querySelectorAll<HTMLElement>('.heat tbody td > *')]
  if (!paper) return canvas
  paper.font = `12px ${getComputedStyle(document.body).fontFamily}`
  paper.textBaseline = 'middle'
  paper.fillStyle = getComputedStyle(document.body).color
  for (let hour = 0; hour < 24; hour++) paper.fillText(String(hour).padStart(2, '0'), left + hour * w + 14, top / 2)
  grid.forEach((row, day) => {
    paper.fillStyle = getComputedStyle(document.body).color
    paper.fillText(messages().analyse.days[day] ?? '', 4, top + day * h + h / 2)
    row.forEach((cell, hour) => {
      const look = getComputedStyle(cells[day * 24 + hour] as HTMLElement)
      paper.fillStyle = look.backgroundColor
      paper.fillRect(left + hour * w, top + day * h, w - 2, h - 2)
      paper.fillStyle = look.color
      if (cell.calls > 0) paper.fillText(metricText(measure, cell.value), left + hour * w + 5, top + day * h + h / 2)
    })
  })
  return canvas
}
