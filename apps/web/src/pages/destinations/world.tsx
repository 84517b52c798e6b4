// The world as links, one per country with calls. Projected beforehand (Natural Earth, 1:50 m), so that the browser
// needs no map library; the table of countries holds the same figures.

import type { StatsRow } from '@tollbook/api/wire'
import { countryName } from '../../format/country.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { type MetricName, metricHeight, metricText } from '../../parts/metric.ts'
import { callsOf, type View } from '../../state/view.ts'
import text from './world.tsv?raw'

type Country = { id: string; x: number; y: number; area: number; path: string }

const WORLD: readonly Country[] = text
  .trim()
  .split('\n')
  .map((line) => {
    const [id = '', x = '', y = '', area = '', path = ''] = line.split('\t')
    return { id, x: Number(x), y: Number(y), area: Number(area), path }
  })

/** Smaller on the map than this, a country is a dot. */
const DOT_BELOW = 4
/** Each step about three times the one before: one large country does not whiten all others. */
const STEPS = [1, 10, 30, 100, 300, 1000] as const
const NAMED = 5
/** Names stand left of what lies west of here, right of the rest. In units of the drawing, as the next two. */
const MIDDLE = 475
const LINE = 14
const WORD = 130

type Props = { view: View; rows: readonly StatsRow[]; metric: MetricName; currency: string }

export function World({ view, rows, metric }: Props) {
  const m = messages()
  const byId = new Map(rows.map((row) => [row.key, row]))
  const step = (row: StatsRow | undefined) => stepOf(metricHeight(metric, row?.[metric] ?? null))
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold SVG */}
      <svg class="world" viewBox="60 0 880 440" role="group" aria-label={m.analyse.worldLabel}>
        {WORLD.map((one) => {
          const row = byId.get(one.id)
          const shade = step(row)
          const small = one.area < DOT_BELOW && shade > 0
          const shape = small ? (
            <circle cx={one.x} cy={one.y} r={4} fill={`var(--seq-${shade})`} stroke="var(--paper)" />
          ) : (
            <path d={one.path} fill={`var(--seq-${shade})`} />
          )
          if (!row || Number(row.calls ?? 0) === 0) return shape
          const label = `${countryName(one.id)}: ${metricText(metric, row[metric] ?? null)}`
          return (
            <a href={callsOf(view, { country: one.id })} aria-label={label}>
              {shape}
              <title>{label}</title>
            </a>
          )
        })}
        {namedOnes(rows, metric).map(({ row, at, left }) => (
          <text x={at.x + (left ? -8 : 8)} y={at.y + 4} text-anchor={left ? 'end' : 'start'}>
            {countryName(row.key)} {metricText(metric, row[metric] ?? null)}
          </text>
        ))}
      </svg>
      <p class="hint under">
        {m.analyse.nothing}{' '}
        <span class="ramp">
          {[0, 1, 2, 3, 4, 5, 6].map((one) => (
            <i style={{ background: `var(--seq-${one})` }} />
          ))}
        </span>{' '}
        {STEPS.map((one) => count(one)).join(' · ')} {m.analyse.ramp}
      </p>
    </>
  )
}

/** The largest are named on the map, where a name does not stand on another. */
function namedOnes(rows: readonly StatsRow[], metric: MetricName) {
  const height = (row: StatsRow) => metricHeight(metric, row[metric] ?? null) ?? 0
  const named: { row: StatsRow; at: Country; left: boolean }[] = []
  for (const row of [...rows].sort((a, b) => height(b) - height(a))) {
    const at = WORLD.find((one) => one.id === row.key)
    if (!at || height(row) <= 0 || named.length === NAMED) continue
    const left = at.x < MIDDLE
    if (named.every((one) => one.left !== left || Math.abs(one.at.y - at.y) > LINE || Math.abs(one.at.x - at.x) > WORD))
      named.push({ row, at, left })
  }
  return named
}

/** The map as a picture, by the colours of the page. */
export function drawWorld(rows: readonly StatsRow[], metric: MetricName): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = 1760
  canvas.height = 880
  const paper = canvas.getContext('2d')
  const probe = document.querySelector<HTMLElement>('.ramp')
  if (!paper || !probe) return canvas
  const colors = [...probe.children].map((one) => getComputedStyle(one).backgroundColor)
  const byId = new Map(rows.map((row) => [row.key, row]))
  paper.setTransform(2, 0, 0, 2, -120, 0)
  for (const one of WORLD) {
    const shade = stepOf(metricHeight(metric, byId.get(one.id)?.[metric] ?? null))
    paper.fillStyle = colors[shade] ?? ''
    const path = new Path2D(one.path)
    if (one.area < DOT_BELOW && shade > 0) path.arc(one.x, one.y, 4, 0, 2 * Math.PI)
    paper.fill(path)
  }
  return canvas
}

/** 0 for none (or a loss), 1 to 6 by the steps. */
function stepOf(height: number | null): number {
  return height === null ? 0 : STEPS.filter((least) => height >= least).length || (height > 0 ? 1 : 0)
}
