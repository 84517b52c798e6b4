// The buckets of a time series, made once per question: the database sorts calls into them by their borders, and the
// answer is laid out along them, so an empty hour is there and a day of 23 or 25 hours has as many.

import type { TimeDimension } from './dimensions.ts'
import { bucketKey, startOf, startOfHour, startOfNext, startOfNextHour } from './local-time.ts'

export type Bucket = {
  readonly key: string
  /** The key as a person reads it: hours without "T" and offset. */
  readonly label: string
  /** First instant; the bucket ends where the next begins. */
  readonly startMs: number
}

/** All buckets that touch from ≤ t < to, in order. The first may begin before `from`, the last may end after `to`. */
export function timeBuckets(fromMs: number, toMs: number, unit: TimeDimension, zone: string): readonly Bucket[] {
  const buckets: Bucket[] = []
  let at = unit === 'hour' ? startOfHour(fromMs, zone) : startOf(fromMs, unit, zone)
  while (at < toMs) {
    const key = bucketKey(at, unit, zone)
    buckets.push({ key, label: unit === 'hour' ? key.slice(0, 16).replace('T', ' ') : key, startMs: at })
    at = unit === 'hour' ? startOfNextHour(at, zone) : startOfNext(at, unit, zone)
  }
  return buckets
}

const SHORTEST_MS: Readonly<Record<TimeDimension, number>> = {
  hour: 3_600_000,
  day: 23 * 3_600_000,
  week: 167 * 3_600_000,
  month: 27 * 24 * 3_600_000,
}

/** About how many buckets there will be; never fewer than there are, but for the odd hour cut by a change of clocks. */
export function countBuckets(fromMs: number, toMs: number, unit: TimeDimension): number {
  return Math.ceil((toMs - fromMs) / SHORTEST_MS[unit]) + 1
}
