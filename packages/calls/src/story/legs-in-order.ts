// The legs of a call once each, in the order in which its story is told.

import { otherHalf } from '../channel.ts'
import type { Leg } from '../leg.ts'

/**
 * The caller's own channel first (its uniqueid is the linkedid), then what its Local wire leads to, then by start and
 * sequence. The leg key breaks ties, so that the order never depends on how they arrived.
 */
export function legsInOrder(legs: readonly Leg[]): Leg[] {
  const byTime = distinctLegs(legs).sort(
    (a, b) => a.startedAtMs - b.startedAtMs || (a.sequence ?? 0) - (b.sequence ?? 0) || (a.legKey < b.legKey ? -1 : 1),
  )
  const origin = byTime.find((leg) => leg.uniqueid === leg.linkedid)
  if (!origin) return byTime
  const wire = otherHalf(origin.channel)
  const rank = (leg: Leg) => (leg.uniqueid === origin.uniqueid ? 0 : wire !== '' && leg.channel === wire ? 1 : 2)
  return byTime.sort((a, b) => rank(a) - rank(b)) // stable: keeps the order of time within a rank
}

/** Up to so many legs are compared each with each: for the two or three of most calls that is less than a Map costs. */
const FEW = 8

function distinctLegs(legs: readonly Leg[]): Leg[] {
  if (legs.length > FEW) return [...new Map(legs.map((leg) => [leg.legKey, leg])).values()]
  return legs.filter((leg, i) => !legs.some((later, j) => j > i && later.legKey === leg.legKey))
}
