// What a batch brought, hour by hour of its legs' own end: what Data health shows of a source. Pure.

import type { Leg, StoredLegs } from '@tollbook/calls'
import type { HourCounts } from '@tollbook/intake'

const HOUR_MS = 3_600_000
/** Batch mode holds a CDR back five minutes; what comes an hour after its end was missed when it happened. */
const LATE_MS = HOUR_MS

/** Counts of the legs of a batch stored at `nowMs`. */
export function hoursTold(legs: readonly Leg[], outcomes: StoredLegs['outcomes'], nowMs: number): HourCounts[] {
  const hours = new Map<number, { -readonly [K in keyof HourCounts]: number }>()
  for (const leg of legs) {
    const hourMs = Math.floor(leg.endedAtMs / HOUR_MS) * HOUR_MS
    let hour = hours.get(hourMs)
    if (hour === undefined) {
      hour = { hourMs, received: 0, inserted: 0, matched: 0, duplicates: 0, late: 0 }
      hours.set(hourMs, hour)
    }
    hour.received++
    const outcome = outcomes.size === 0 ? undefined : outcomes.get(leg)
    if (outcome === 'matched') hour.matched++
    else if (outcome === 'duplicate') hour.duplicates++
    else {
      hour.inserted++
      if (nowMs - leg.endedAtMs > LATE_MS) hour.late++
    }
  }
  return [...hours.values()]
}
