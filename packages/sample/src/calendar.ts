// How busy the sample's days and hours are: office hours, a lunch dip, weekends, public holidays, steady growth.
// Only weights; how many calls that makes is decided by who asks.

import { DateTime } from 'luxon'

/** Three months, the longest stretch a first look needs, and always a whole past month to invoice. */
export const SAMPLE_DAYS = 92

/** Share of a working day's calls by local hour; lunch is the dip at 13. */
const WORKING_HOURS = [2, 1, 1, 1, 2, 4, 9, 24, 62, 96, 104, 98, 82, 58, 78, 92, 90, 74, 42, 24, 16, 11, 7, 4]
const QUIET_HOURS = [3, 2, 1, 1, 1, 2, 4, 8, 14, 22, 28, 30, 28, 24, 22, 22, 22, 24, 26, 24, 18, 14, 9, 5]
/** Monday to Sunday. */
const WEEKDAYS = [1.12, 1.06, 1.03, 1, 0.9, 0.27, 0.17]
/** Busier by this much each day: 12 % over the three months. */
const GROWTH_A_DAY = 0.0013
const HOLIDAY = 0.2

export type SampleDay = {
  /** Local midnight and the next one, milliseconds: 23, 24 or 25 hours apart. */
  readonly fromMs: number
  readonly toMs: number
  /** ISO weekday, 1 = Monday. */
  readonly weekday: number
  /** How busy, 1 = a usual Thursday at the beginning. */
  readonly weight: number
  /** Weight of each local hour. */
  readonly hours: readonly number[]
}

/** The days up to and including the local day of `endMs`, oldest first. */
export function sampleDays(endMs: number, zone: string): readonly SampleDay[] {
  const last = DateTime.fromMillis(endMs, { zone }).startOf('day')
  return Array.from({ length: SAMPLE_DAYS }, (_, i) => {
    const day = last.minus({ days: SAMPLE_DAYS - 1 - i })
    const holiday = isHoliday(day)
    const quiet = holiday || day.weekday > 5
    return {
      fromMs: day.toMillis(),
      toMs: day.plus({ days: 1 }).toMillis(),
      weekday: day.weekday,
      weight: (holiday ? HOLIDAY : WEEKDAYS[day.weekday - 1]!) * (1 + GROWTH_A_DAY * i),
      hours: quiet ? QUIET_HOURS : WORKING_HOURS,
    }
  })
}

/** Irish public holidays without a moving Easter: there is at least one in any three months. */
export function isHoliday(day: DateTime): boolean {
  if (FIXED.has(day.toFormat('MM-dd'))) return true
  if (day.weekday !== 1) return false
  if (day.day <= 7) return [2, 5, 6, 8].includes(day.month)
  return day.month === 10 && day.day > 24
}

const FIXED = new Set(['01-01', '03-17', '12-25', '12-26'])
