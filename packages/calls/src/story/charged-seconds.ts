// Seconds that are charged: those of the CDR rows, as every other tool and every carrier counts them, so long as the events
// do not contradict. A row counts from the answer of the dialplan, so an announcement, a menu or a queue before the talk
// is in its billsec; where it shows more than a second too much for each stretch of talk, the bridges decide.

import { type Interval, secondsOf, unite } from '../intervals.ts'
import type { Leg } from '../leg.ts'
import { answeredFrom } from '../talk.ts'

/** Seconds of these rows, unless what was really talked differs by more than the rounding of so many stretches. */
export function chargedSeconds(rows: readonly Leg[], talk: readonly Interval[]): number {
  const stretches = unite(talk)
  const talked = secondsOf(stretches)
  if (rows.length === 0) return talked
  const counted = secondsOf(unite(rows.map((leg) => [answeredFrom(leg), answeredFrom(leg) + leg.billsec * 1000])))
  if (answeredBefore(rows, stretches)) return talked
  // Never more than the rows show: an event that says the end of a stretch may have been lost.
  return counted - talked <= Math.max(1, stretches.length) ? counted : talked
}

/** Longer than it takes to put two channels into a bridge, milliseconds. */
const BRIDGING_MS = 100

/**
 * The row was answered by the dialplan, surely: its whole second was over before the talk began. Times without a fraction
 * cannot show that of less than a second.
 */
function answeredBefore(rows: readonly Leg[], stretches: readonly Interval[]): boolean {
  const began = stretches[0]?.[0]
  if (began === undefined || began % 1000 === 0) return false
  const answered = Math.min(...rows.map(answeredFrom))
  return answered + 1000 + BRIDGING_MS < began
}
