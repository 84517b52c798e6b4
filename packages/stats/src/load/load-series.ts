// Load over time of one trunk or of all: points of one width, made of minutes, of quarters, or of the hours that are known already.

import type { Queryable } from '@tollbook/db'
import { HOUR_US, type PeakHour } from './busy-hours.ts'
import { inside, type Stretches } from './changed-stretches.ts'
import { bucketAt, cellsOf, keyOf, type Scope } from './load-cells.ts'
import { minutesOf } from './load-minutes.ts'
import { MINUTE_US, QUARTER_US, quarterAt } from './load-row.ts'
import type { LoadQuery } from './parse-load.ts'
import { joined } from './reach.ts'
import type { LoadPoint, TrunkLoad } from './trunk-load.ts'

const MAX_POINTS = 800
/** Points that a question cuts at both its ends. */
const CUT = 2
const WIDTHS_MIN = [1, 2, 5, 15, 30, 60, 120, 180, 360, 720, 1440]

type Fine = { peak: number; takenUs: number; limitUs: number }

/** Points of one width, the last cut off by the question's end or by now. `hours`: all of the question, of this scope. */
export async function seriesOf(
  q: Queryable,
  query: LoadQuery,
  nowMs: number,
  stretches: Stretches,
  scope: Scope,
  limit: number,
  hours: readonly PeakHour[],
): Promise<TrunkLoad['chosen']['series']> {
  const fromUs = query.fromMs * 1000
  const toUs = Math.max(fromUs, Math.min(query.toMs, nowMs) * 1000)
  const width = widthOf(query.toMs * 1000 - fromUs)
  const starts: number[] = []
  // Points lie on the clock, counted from the quarter in which the question begins; its first may be cut short.
  const first = quarterAt(fromUs)
  for (let at = fromUs; at < toUs; at = first + (Math.floor((at - first) / width) + 1) * width) starts.push(at)
  if (starts.length === 0) return { seconds: width / 1e6, points: [] }
  const borders = [...starts, toUs]
  const found = await pointsOf(q, query, stretches, scope, limit, hours, borders, width)
  const points = starts.map((at, i): LoadPoint => {
    const cell = found.get(i)
    const length = borders[i + 1]! - at
    return {
      at: new Date(Math.floor(at / 1000)).toISOString(),
      peak: cell?.peak ?? 0,
      average: length > 0 ? (cell?.takenUs ?? 0) / length : 0,
      limitSeconds: (cell?.limitUs ?? 0) / 1e6,
    }
  })
  return { seconds: width / 1e6, points }
}

async function pointsOf(
  q: Queryable,
  { tenantId, fromMs, toMs }: LoadQuery,
  stretches: Stretches,
  scope: Scope,
  limit: number,
  hours: readonly PeakHour[],
  borders: readonly number[],
  width: number,
): Promise<ReadonlyMap<number, Fine>> {
  if (width < QUARTER_US) {
    const whole = { fromUs: fromMs * 1000, toUs: toMs * 1000 }
    return addedUp(borders, await minutesOf(q, tenantId, stretches, scope, [whole], limit))
  }
  const onHour = new Set([...hours.map((hour) => hour.startMs * 1000), toMs * 1000])
  const ofHours = (i: number) => width >= HOUR_US && onHour.has(borders[i]!) && onHour.has(borders[i + 1]!)
  const read = borders.slice(0, -1).flatMap((fromUs, i) => (ofHours(i) ? [] : [{ fromUs, toUs: borders[i + 1]! }]))
  const known = hours.flatMap(({ startMs, peak, takenUs }) => {
    const part = { atUs: startMs * 1000, peak, takenUs, limitUs: 0 }
    return part.atUs < borders.at(-1)! && ofHours(bucketAt(borders, part.atUs)) ? [part] : []
  })
  // Hours do not tell time at the limit: where it was reached, their quarters do.
  const full = limit === 0 ? [] : known.filter((hour) => hour.peak >= limit)
  const windows = joined([...read, ...full.map(({ atUs }) => ({ fromUs: atUs, toUs: atUs + HOUR_US }))])
  const limits = new Map(limit > 0 ? [[scope.scopeId, limit]] : [])
  const cells = await cellsOf(q, tenantId, inside(stretches, windows), borders, limits, scope)
  const points = new Map(
    [...(cells.get(keyOf(scope)) ?? [])].map(([i, { peak, takenUs, limitUs }]) => [i, { peak, takenUs, limitUs }]),
  )
  for (const [i, { peak, takenUs }] of addedUp(borders, known))
    points.set(i, { peak, takenUs, limitUs: points.get(i)?.limitUs ?? 0 })
  return points
}

/** Points of what lies in them: none lies across a border. */
function addedUp(borders: readonly number[], parts: readonly (Fine & { atUs: number })[]): ReadonlyMap<number, Fine> {
  const points = new Map<number, Fine>()
  for (const part of parts) {
    const i = bucketAt(borders, part.atUs)
    const point = points.get(i) ?? { peak: 0, takenUs: 0, limitUs: 0 }
    point.peak = Math.max(point.peak, part.peak)
    point.takenUs += part.takenUs
    point.limitUs += part.limitUs
    points.set(i, point)
  }
  return points
}

function widthOf(lengthUs: number): number {
  const minutes = WIDTHS_MIN.find((m) => lengthUs / (m * MINUTE_US) <= MAX_POINTS - CUT) ?? 1440
  return minutes * MINUTE_US
}
