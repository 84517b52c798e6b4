// The span a question is compared with. Days, weeks and months are the calendar's, so that a day of 23 hours stands against
// one of 24 and a Monday against a Monday.

import type { Stretch } from '@tollbook/selection'
import { addLocal, startOf, startOfNextHour } from '@tollbook/selection/local-time'

/** The period before, the same weekdays before, the same dates a year before. */
export const COMPARES = ['previous', 'weekday', 'year'] as const
export type Compare = (typeof COMPARES)[number]

const DAY_MS = 24 * 3_600_000

/**
 * `previous`: as many whole months before where the span is whole months, else as many days (a part of a day: the same hours
 * of the day before). `weekday`: whole weeks before. Of a span that reaches beyond `nowMs` only the part that has been is
 * compared, to the end of this hour: a Tuesday morning is not set against a whole week.
 */
export function spanBefore({ fromMs, toMs }: Stretch, how: Compare, zone: string, nowMs: number): Stretch {
  const pastMs = Math.min(toMs, Math.max(startOfNextHour(Math.min(nowMs, toMs), zone), startOfNextHour(fromMs, zone)))
  const back = (unit: 'days' | 'months' | 'years', n: number) => ({
    fromMs: addLocal(fromMs, unit, -n, zone),
    toMs: addLocal(pastMs, unit, -n, zone),
  })
  if (how === 'year') return back('years', 1)
  const months = how === 'previous' ? wholeMonths({ fromMs, toMs }, zone) : 0
  if (months > 0 && pastMs === toMs) return back('months', months)
  if (months > 0) {
    // The thirtieth of a month has no fellow in February: never beyond where the span itself begins.
    const { fromMs: from, toMs: to } = back('months', months)
    return { fromMs: from, toMs: Math.min(to, fromMs) }
  }
  const days = Math.max(1, Math.round((toMs - fromMs) / DAY_MS))
  return back('days', how === 'weekday' ? 7 * Math.ceil(days / 7) : days)
}

/** How many months a span consists of; 0 where it is not whole ones. */
function wholeMonths({ fromMs, toMs }: Stretch, zone: string): number {
  if (startOf(fromMs, 'month', zone) !== fromMs || startOf(toMs, 'month', zone) !== toMs) return 0
  let months = 0
  for (let at = fromMs; at < toMs; at = addLocal(at, 'months', 1, zone)) months++
  return months
}
