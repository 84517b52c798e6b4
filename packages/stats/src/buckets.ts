// The buckets of a question about time, made once: the database sorts calls into them by their borders, so an empty hour
// is there and a day of 23 or 25 hours has as many. A cycle (hour of day, weekday) has the same borders, with several
// intervals in one bucket.

import { bucketKey, hoursOf, startOf, startOfNext, startsOfDays, weekdayOf } from '@tollbook/selection/local-time'
import { isCycle, type SeriesDimension, type TimeDimension } from './dimensions.ts'

export type Bucket = {
  readonly key: string
  /** The key as a person reads it: hours without "T" and offset. */
  readonly label: string
}

/** An interval: it begins at `startMs`, ends where the next begins, and belongs to the bucket at that place. */
export type Border = { readonly startMs: number; readonly bucket: number }

export type Buckets = { readonly list: readonly Bucket[]; readonly borders: readonly Border[] }

export const NO_BUCKETS: Buckets = { list: [], borders: [] }

/** All that touch from ≤ t < to, in order. The first interval may begin before `from`, the last may end after `to`. */
export function timeBuckets(fromMs: number, toMs: number, by: TimeDimension, zone: string): Buckets {
  const unit = unitOf(by)
  if (isCycle(by)) {
    const list = cycleKeys(by).map((key) => ({ key, label: key }))
    return { list, borders: bordersOf(by, fromMs, toMs, zone) }
  }
  const starts =
    unit === 'hour' ? hoursOf(fromMs, toMs, zone).map((hour) => hour.startMs) : startsOf(fromMs, toMs, unit, zone)
  const list = starts.map((startMs) => {
    const key = bucketKey(startMs, unit, zone)
    return { key, label: unit === 'hour' ? key.slice(0, 16).replace('T', ' ') : key }
  })
  return { list, borders: starts.map((startMs, bucket) => ({ startMs, bucket })) }
}

function startsOf(fromMs: number, toMs: number, unit: 'day' | 'week' | 'month', zone: string): number[] {
  if (unit === 'day') return startsOfDays(fromMs, toMs, zone)
  const starts: number[] = []
  for (let at = startOf(fromMs, unit, zone); at < toMs; at = startOfNext(at, unit, zone)) starts.push(at)
  return starts
}

/** The shortest unit whose borders a dimension needs. */
export function unitOf(by: TimeDimension): SeriesDimension {
  if (!isCycle(by)) return by
  return by === 'weekday' ? 'day' : 'hour'
}

const HOUR_MS = 3_600_000
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]

function cycleKeys(by: TimeDimension): readonly string[] {
  if (by === 'hour_of_day') return HOURS.map(String)
  if (by === 'weekday') return WEEKDAYS.map(String)
  return WEEKDAYS.flatMap((day) => HOURS.map((hour) => `${day}-${String(hour).padStart(2, '0')}`))
}

function bordersOf(by: TimeDimension, fromMs: number, toMs: number, zone: string): Border[] {
  if (by === 'weekday')
    return startsOfDays(fromMs, toMs, zone).map((startMs) => ({ startMs, bucket: weekdayOf(startMs, zone) - 1 }))
  return hoursOf(fromMs, toMs, zone).map(({ startMs, weekday, hour }) => ({
    startMs,
    bucket: by === 'hour_of_day' ? hour : (weekday - 1) * 24 + hour,
  }))
}

const SHORTEST_MS: Readonly<Record<SeriesDimension, number>> = {
  hour: HOUR_MS,
  day: 23 * 3_600_000,
  week: 167 * 3_600_000,
  month: 27 * 24 * 3_600_000,
}

/** About how many intervals there will be; never fewer than there are, but for the odd hour cut by a change of clocks. */
export function countBorders(fromMs: number, toMs: number, by: TimeDimension): number {
  return Math.ceil((toMs - fromMs) / SHORTEST_MS[unitOf(by)]) + 1
}
