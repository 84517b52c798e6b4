// The buckets of a question about time, made once: the database sorts calls into them by their borders, so an empty hour
// is there and a day of 23 or 25 hours has as many. A cycle (hour of day, weekday) has the same borders, with several
// intervals in one bucket.

import { isCycle, type SeriesDimension, type TimeDimension } from './dimensions.ts'
import {
  bucketKey,
  localHour,
  startOf,
  startOfHour,
  startOfNext,
  startOfNextHour,
  startsOfDays,
  weekdayOf,
} from './local-time.ts'

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
    const starts = unit === 'hour' ? hoursOf(fromMs, toMs, zone) : startsOf(fromMs, toMs, unit, zone)
    return { list, borders: starts.map((start) => borderOf(by, start, zone)) }
  }
  const starts = unit === 'hour' ? hoursOf(fromMs, toMs, zone).map((h) => h.startMs) : []
  if (unit !== 'hour') starts.push(...startsOf(fromMs, toMs, unit, zone).map((s) => s.startMs))
  const list = starts.map((startMs) => {
    const key = bucketKey(startMs, unit, zone)
    return { key, label: unit === 'hour' ? key.slice(0, 16).replace('T', ' ') : key }
  })
  return { list, borders: starts.map((startMs, bucket) => ({ startMs, bucket })) }
}

/** Where an interval begins, and the hour on the wall as far as it was come by without asking the zone. */
type Start = { readonly startMs: number; readonly day?: number; readonly hour?: number }

function startsOf(fromMs: number, toMs: number, unit: 'day' | 'week' | 'month', zone: string): Start[] {
  if (unit === 'day') return startsOfDays(fromMs, toMs, zone).map((startMs) => ({ startMs }))
  const starts: Start[] = []
  for (let at = startOf(fromMs, unit, zone); at < toMs; at = startOfNext(at, unit, zone)) starts.push({ startMs: at })
  return starts
}

/** A year has 8,760 hours, and asking the zone about each takes half a second: a day of 24 hours is asked about once. */
function hoursOf(fromMs: number, toMs: number, zone: string): Start[] {
  const first = startOfHour(fromMs, zone)
  const days = startsOfDays(first, toMs, zone)
  return days.flatMap((dayMs, i) => {
    const starts: Start[] = []
    const nextMs = days[i + 1] ?? startOfNext(dayMs, 'day', zone)
    const day = weekdayOf(dayMs, zone) - 1
    const plain = nextMs - dayMs === 24 * HOUR_MS
    for (let at = dayMs; at < Math.min(nextMs, toMs); at = plain ? at + HOUR_MS : startOfNextHour(at, zone))
      if (at >= first) starts.push(plain ? { startMs: at, day, hour: (at - dayMs) / HOUR_MS } : { startMs: at })
    return starts
  })
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

function borderOf(by: TimeDimension, { startMs, day, hour }: Start, zone: string): Border {
  const weekday = () => day ?? weekdayOf(startMs, zone) - 1
  const onWall = () => hour ?? localHour(startMs, zone)
  if (by === 'hour_of_day') return { startMs, bucket: onWall() }
  return { startMs, bucket: by === 'weekday' ? weekday() : weekday() * 24 + onWall() }
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
