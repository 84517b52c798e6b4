// Busy hours, hours of the day and the series of one trunk or of all: what only one can be asked for at a time.

import type { Queryable } from '@tollbook/db'
import { consistentHour, dailyPeaks, fixedHour, HOUR_US, type PeakHour, slidingHour } from './busy-hours.ts'
import type { Stretches } from './changed-stretches.ts'
import { type Cells, keyOf, type Limits, type Scope } from './load-cells.ts'
import { type DayLoads, hoursOfDays } from './load-days.ts'
import { hourText } from './load-figures.ts'
import { candidates, type Hours } from './load-hours.ts'
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
  const windows = candidates(read.hours, hours)
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
  const found: PeakHour[] = hours.named.map((hour) => ({ ...hour, takenUs: 0, starts: 0, peak: 0 }))
  await hoursOfDays(q, query, days, scope, (place, hour) => {
    found[place] = { ...found[place]!, ...hour }
  })
  for (const { bucket, takenUs, starts, peak } of cells.get(keyOf(scope))?.values() ?? [])
    found[bucket] = { ...found[bucket]!, takenUs, starts, peak }
  return found
}

function hoursOfTheDay(hours: readonly PeakHour[]): readonly HourOfDay[] {
  return Array.from({ length: 24 }, (_, clock) => {
    const mine = hours.filter((hour) => hour.clock === clock)
    const taken = mine.reduce((sum, hour) => sum + hour.takenUs, 0)
    return {
      clock,
      erlangs: mine.length > 0 ? taken / HOUR_US / mine.length : 0,
      peak: mine.reduce((most, hour) => Math.max(most, hour.peak), 0),
    }
  })
}
