// Calendar and instants: local days, weeks, months and hours of a zone as milliseconds. All knowledge of zones in this
// room is here (the database is only ever handed instants), so series, rollups and filters cannot disagree.

import { DateTime, IANAZone } from 'luxon'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone)
}

/** First instant of a local date ("2026-11-23"); where clocks go back over midnight, the earlier midnight. */
export function startOfDate(date: string, zone: string): number {
  return earliest(DateTime.fromISO(date, { zone }))
}

/** True for a date that the calendar has. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'UTC' }).isValid
}

/** The local date of an instant: "2026-11-23". */
export function dateOf(ms: number, zone: string): string {
  return DateTime.fromMillis(ms, { zone }).toFormat('yyyy-MM-dd')
}

/** First instant of the local day, week (Monday) or month that holds `ms`. */
export function startOf(ms: number, unit: 'day' | 'week' | 'month', zone: string): number {
  return earliest(DateTime.fromMillis(ms, { zone }).startOf(unit))
}

/** First instant of the day, week or month after the one that holds `ms`. */
export function startOfNext(ms: number, unit: 'day' | 'week' | 'month', zone: string): number {
  const start = DateTime.fromMillis(ms, { zone }).startOf(unit)
  return earliest(start.plus({ [unit]: 1 }).startOf(unit))
}

/** The same time on the wall so many days, months or years later (or, negative, before), as far as the calendar has it. */
export function addLocal(ms: number, unit: 'days' | 'months' | 'years', n: number, zone: string): number {
  return DateTime.fromMillis(ms, { zone })
    .plus({ [unit]: n })
    .toMillis()
}

/** First instants of the local days that touch from ≤ t < to, ascending. A year of them costs as much as ten of `startOf`. */
export function startsOfDays(fromMs: number, toMs: number, zone: string): number[] {
  const starts: number[] = []
  const { offset } = zoneOf(zone)
  let at = startOf(fromMs, 'day', zone)
  let minutes = offset(at)
  while (at < toMs) {
    starts.push(at)
    // No zone changes its clock there and back within a day: with the same offset the next midnight is 24 hours away. A
    // day that begins later than at midnight, since the clock was changed then, is over sooner.
    const plain = modulo(at + minutes * 60_000, DAY_MS) === 0 && offset(at + DAY_MS) === minutes
    at = plain ? at + DAY_MS : startOfNext(at, 'day', zone)
    if (!plain) minutes = offset(at)
  }
  return starts
}

/** An hour on the wall; shorter than sixty minutes where a change of clocks cuts it. */
export type LocalHour = {
  readonly startMs: number
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number
  /** 0–23. */
  readonly hour: number
}

/**
 * The local hours that touch from ≤ t < to, ascending. A year has 8,760 of them, and asking the zone about each takes half
 * a second: a day of 24 hours is asked about once.
 */
export function hoursOf(fromMs: number, toMs: number, zone: string): LocalHour[] {
  const first = startOfHour(fromMs, zone)
  const days = startsOfDays(first, toMs, zone)
  return days.flatMap((dayMs, i) => {
    const hours: LocalHour[] = []
    const nextMs = days[i + 1] ?? startOfNext(dayMs, 'day', zone)
    const weekday = weekdayOf(dayMs, zone)
    const plain = nextMs - dayMs === DAY_MS
    for (let at = dayMs; at < Math.min(nextMs, toMs); at = plain ? at + HOUR_MS : startOfNextHour(at, zone)) {
      if (at < first) continue
      if (plain) hours.push({ startMs: at, weekday, hour: (at - dayMs) / HOUR_MS })
      else hours.push({ startMs: at, weekday: weekdayOf(at, zone), hour: localHour(at, zone) })
    }
    return hours
  })
}

function zoneOf(name: string): { offset(ms: number): number } {
  const zone = IANAZone.create(name)
  return { offset: (ms) => zone.offset(ms) }
}

/**
 * The next instant after `ms` at which a local hour begins. By the offset at `ms`: where the clock changes, hours are
 * cut at the change, so the hour that comes twice is two hours and a half-hour change gives one of thirty minutes.
 */
export function startOfNextHour(ms: number, zone: string): number {
  const local = ms + IANAZone.create(zone).offset(ms) * 60_000
  return ms + HOUR_MS - modulo(local, HOUR_MS)
}

/** Start of the local hour that holds `ms`, as far as the clock did not change within it. */
export function startOfHour(ms: number, zone: string): number {
  const local = ms + IANAZone.create(zone).offset(ms) * 60_000
  return ms - modulo(local, HOUR_MS)
}

/** The hour on the wall, 0–23. */
export function localHour(ms: number, zone: string): number {
  return DateTime.fromMillis(ms, { zone }).hour
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(ms: number, zone: string): number {
  return DateTime.fromMillis(ms, { zone }).weekday
}

/** How a bucket that begins at `ms` is called. Hours carry their offset: 01:00 can come twice a day. */
export function bucketKey(ms: number, unit: 'hour' | 'day' | 'week' | 'month', zone: string): string {
  const at = DateTime.fromMillis(ms, { zone })
  switch (unit) {
    case 'hour':
      return at.toFormat("yyyy-MM-dd'T'HH:'00'ZZ")
    case 'day':
      return at.toFormat('yyyy-MM-dd')
    case 'week':
      return at.toFormat("kkkk-'W'WW")
    case 'month':
      return at.toFormat('yyyy-MM')
  }
}

// A local midnight can exist twice; Luxon gives either.
function earliest(at: DateTime): number {
  return Math.min(...at.getPossibleOffsets().map((d) => d.toMillis()))
}

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n
}
