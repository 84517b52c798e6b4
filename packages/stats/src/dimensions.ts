// What figures can be grouped by: time as a line, time as a circle, and what calls are told apart by.

import { COLUMN_DIMENSIONS, type ColumnDimension } from '@tollbook/selection'

/** Series in order of time: every bucket is answered, also the empty ones. */
export const SERIES_DIMENSIONS = ['hour', 'day', 'week', 'month'] as const
export type SeriesDimension = (typeof SERIES_DIMENSIONS)[number]

/** Clock and week as circles: the same hour of all days together. Keys `0`–`23`, `1`–`7` (Monday is 1), `1-09`. */
export const CYCLE_DIMENSIONS = ['hour_of_day', 'weekday', 'weekday_hour'] as const
export type CycleDimension = (typeof CYCLE_DIMENSIONS)[number]

export type TimeDimension = SeriesDimension | CycleDimension

export type StatsBy = 'none' | TimeDimension | ColumnDimension
export const STATS_BY: readonly StatsBy[] = ['none', ...SERIES_DIMENSIONS, ...CYCLE_DIMENSIONS, ...COLUMN_DIMENSIONS]

/** What a series or a list may be split by besides. */
export const STATS_SPLIT = ['none', ...COLUMN_DIMENSIONS] as const
export type StatsSplit = (typeof STATS_SPLIT)[number]

/** Key of the row that holds what the limit cut off, so that rows always add up to the total. */
export const OTHER_KEY = 'other'

export function isTimeDimension(by: StatsBy): by is TimeDimension {
  return isCycle(by) || (SERIES_DIMENSIONS as readonly string[]).includes(by)
}

export function isCycle(by: StatsBy): by is CycleDimension {
  return (CYCLE_DIMENSIONS as readonly string[]).includes(by)
}

/** Asks for the hour of the day or of the week. */
export function isClock(by: StatsBy): by is 'hour_of_day' | 'weekday_hour' {
  return by === 'hour_of_day' || by === 'weekday_hour'
}
