// Busy hours and series of one trunk or of all: what only one can be asked for at a time.

import type { Queryable } from '@tollbook/db'
import { consistentHour, dailyPeaks, fixedHour, HOUR_US, slidingHour } from './busy-hours.ts'
import type { Stretches } from './changed-stretches.ts'
import { bucketAt, type Cells, cellsOf, keyOf, type Limits, type Scope } from './load-cells.ts'
import { hourText } from './load-figures.ts'
import { candidates, type Hours, hourLoads } from './load-hours.ts'
import { minutesOf } from './load-minutes.ts'
import { MINUTE_US, QUARTER_US, quarterAt, SCOPE } from './load-row.ts'
import type { LoadQuery } from './parse-load.ts'
import type { HourOfDay, LoadPoint, TrunkLoad } from './trunk-load.ts'

const MAX_POINTS = 800
/** Points that a question cuts at both its ends. */
const CUT = 2
const WIDTHS_MIN = [1, 2, 5, 15, 30, 60, 120, 180, 360, 720, 1440]

export async function chosenLoad(
  q: Queryable,
  query: LoadQuery,
  nowMs: number,
  stretches: Stretches,
  hours: Hours,
  cells: Cells,
  limits: Limits,
): Promise<TrunkLoad['chosen']> {
  const scope =
    query.chosen === 'all' ? { scope: SCOPE.all, scopeId: 0 } : { scope: SCOPE.trunk, scopeId: query.chosen }
  const limit = scope.scope === SCOPE.trunk ? (limits.get(scope.scopeId) ?? 0) : 0
  const key = keyOf(scope)
  const loads = hourLoads(hours, cells, key, nowMs)
  const windows = candidates(hours, cells, key)
  const minutes = await minutesOf(q, query.tenantId, stretches, scope, windows, limit)
  return {
    trunk: query.chosen === 'all' ? 'all' : query.chosen === 0 ? 'none' : String(query.chosen),
    busyHours: {
      fixed: hourText(fixedHour(loads)),
      sliding: hourText(slidingHour(minutes)),
      timeConsistent: consistentHour(loads),
      dailyPeaks: dailyPeaks(loads),
    },
    hours: hoursOfDay(hours, cells, key, nowMs),
    series: await seriesOf(q, query, nowMs, stretches, scope, limits),
  }
}

function hoursOfDay(hours: Hours, cells: Cells, key: string, nowMs: number): readonly HourOfDay[] {
  return Array.from({ length: 24 }, (_, clock) => {
    const places = hours.named.flatMap((h, i) => (h.clock === clock && h.startMs <= nowMs ? [i] : []))
    const mine = places.map((i) => cells.get(key)?.get(i))
    const taken = mine.reduce((sum, cell) => sum + (cell?.takenUs ?? 0), 0)
    return {
      clock,
      erlangs: places.length > 0 ? taken / HOUR_US / places.length : 0,
      peak: mine.reduce((most, cell) => Math.max(most, cell?.peak ?? 0), 0),
    }
  })
}

/** Points of one width, the last cut off by the question's end or by now. */
async function seriesOf(
  q: Queryable,
  query: LoadQuery,
  nowMs: number,
  stretches: Stretches,
  scope: Scope,
  limits: Limits,
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
  const found =
    width < QUARTER_US
      ? await fineOf(q, query, stretches, scope, limits, borders)
      : await cellsOf(q, query.tenantId, stretches, borders, limits, scope).then((cells) => cells.get(keyOf(scope)))
  const points = starts.map((at, i): LoadPoint => {
    const cell = found?.get(i)
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

type Fine = { peak: number; takenUs: number; limitUs: number }

async function fineOf(
  q: Queryable,
  query: LoadQuery,
  stretches: Stretches,
  scope: Scope,
  limits: Limits,
  borders: readonly number[],
): Promise<ReadonlyMap<number, Fine>> {
  const limit = scope.scope === SCOPE.trunk ? (limits.get(scope.scopeId) ?? 0) : 0
  const whole = { fromUs: query.fromMs * 1000, toUs: query.toMs * 1000 }
  const points = new Map<number, Fine>()
  for (const minute of await minutesOf(q, query.tenantId, stretches, scope, [whole], limit)) {
    const i = bucketAt(borders, minute.atUs)
    const point = points.get(i) ?? { peak: 0, takenUs: 0, limitUs: 0 }
    point.peak = Math.max(point.peak, minute.peak)
    point.takenUs += minute.takenUs
    point.limitUs += minute.limitUs
    points.set(i, point)
  }
  return points
}

function widthOf(lengthUs: number): number {
  const minutes = WIDTHS_MIN.find((m) => lengthUs / (m * MINUTE_US) <= MAX_POINTS - CUT) ?? 1440
  return minutes * MINUTE_US
}
