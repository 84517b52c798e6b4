// Busy hours, hours of the day and the series of one trunk or of all: what only one can be asked for at a time.

import type { Queryable } from '@tollbook/db'
import { busiestWindows } from './busiest-windows.ts'
import { consistentHour, dailyPeaks, fixedHour, HOUR_US, type PeakHour, slidingHour } from './busy-hours.ts'
import type { Stretches } from './changed-stretches.ts'
import { type Cells, keyOf, type Limits, type Scope } from './load-cells.ts'
import { type DayLoads, hoursOfDays } from './load-days.ts'
import { hourText } from './load-figures.ts'
import type { Hours } from './load-hours.ts'
import { minutesOf } from './load-minutes.ts'
import { SCOPE } from './load-row.ts'
import { seriesOf } from './load-series.ts'
import type { LoadQuery } from './parse-load.ts'
import type { HourOfDay, TrunkLoad } from './trunk-load.ts'

/** What was read of everybody: `cells` of the hours that `days` do not tell. */
export type Read = {
  readonly stretches: Stretches
  readonly hours: Hours
  readonly days: DayLoads
  readonly cells: Cells
}

export async function chosenLoad(
  q: Queryable,
  query: LoadQuery,
  nowMs: number,
  read: Read,
  limits: Limits,
): Promise<TrunkLoad['chosen']> {
  const scope =
    query.chosen === 'all' ? { scope: SCOPE.all, scopeId: 0 } : { scope: SCOPE.trunk, scopeId: query.chosen }
  const limit = scope.scope === SCOPE.trunk ? (limits.get(scope.scopeId) ?? 0) : 0
  const hours = await hoursOfScope(q, query, read, scope)
  const begun = hours.filter((hour) => hour.startMs <= nowMs)
  const windows = await busiestWindows(q, query.tenantId, read.stretches, scope, read.hours, hours)
  const minutes = await minutesOf(q, query.tenantId, read.stretches, scope, windows, limit)
  return {
    trunk: query.chosen === 'all' ? 'all' : query.chosen === 0 ? 'none' : String(query.chosen),
    busyHours: {
      fixed: hourText(fixedHour(begun)),
      sliding: hourText(slidingHour(minutes)),
      timeConsistent: consistentHour(begun),
      dailyPeaks: dailyPeaks(begun),
    },
    hours: hoursOfTheDay(begun),
    series: await seriesOf(q, query, nowMs, read.stretches, scope, limit, hours),
  }
}

/** Every hour of the question, also those in which nothing was taken. */
async function hoursOfScope(
  q: Queryable,
  query: LoadQuery,
  { hours, days, cells }: Read,
  scope: Scope,
): Promise<readonly PeakHour[]> {
  const found = new Array<PeakHour>(hours.named.length)
  const put = (place: number, takenUs: number, starts: number, peak: number) => {
    const { startMs, clock, dayMs } = hours.named[place]!
    found[place] = { startMs, clock, dayMs, takenUs, starts, peak }
  }
  await hoursOfDays(q, query, days, scope, put)
  for (const { bucket, takenUs, starts, peak } of cells.get(keyOf(scope))?.values() ?? [])
    put(bucket, takenUs, starts, peak)
  for (let place = 0; place < found.length; place++) if (!found[place]) put(place, 0, 0, 0)
  return found
}

function hoursOfTheDay(hours: readonly PeakHour[]): readonly HourOfDay[] {
  const found = Array.from({ length: 24 }, () => ({ count: 0, takenUs: 0, peak: 0 }))
  for (const { clock, takenUs, peak } of hours) {
    const mine = found[clock]!
    mine.count++
    mine.takenUs += takenUs
    mine.peak = Math.max(mine.peak, peak)
  }
  return found.map(({ count, takenUs, peak }, clock) => ({
    clock,
    erlangs: count > 0 ? takenUs / HOUR_US / count : 0,
    peak,
  }))
}
