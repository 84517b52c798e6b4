// What figures can be grouped and filtered by, with the words for the closed lists. Knows no table but the columns' names.

/** Series in order of time: every bucket is answered, also the empty ones. */
export const SERIES_DIMENSIONS = ['hour', 'day', 'week', 'month'] as const
export type SeriesDimension = (typeof SERIES_DIMENSIONS)[number]

/** Clock and week as circles: the same hour of all days together. Keys `0`–`23`, `1`–`7` (Monday is 1), `1-09`. */
export const CYCLE_DIMENSIONS = ['hour_of_day', 'weekday', 'weekday_hour'] as const
export type CycleDimension = (typeof CYCLE_DIMENSIONS)[number]

export type TimeDimension = SeriesDimension | CycleDimension

/** Dimensions that are told by the call itself; these are also the filters. */
export const COLUMN_DIMENSIONS = [
  ...(['account', 'destination', 'trunk', 'country', 'direction', 'outcome'] as const),
  ...(['source', 'cause', 'carrier', 'prefix'] as const),
  ...(['disposition', 'did', 'extension', 'department', 'tag'] as const),
] as const
export type ColumnDimension = (typeof COLUMN_DIMENSIONS)[number]

export type StatsBy = 'none' | TimeDimension | ColumnDimension
export const STATS_BY: readonly StatsBy[] = ['none', ...SERIES_DIMENSIONS, ...CYCLE_DIMENSIONS, ...COLUMN_DIMENSIONS]

/** What a series or a list may be split by besides. */
export const STATS_SPLIT = ['none', ...COLUMN_DIMENSIONS] as const
export type StatsSplit = (typeof STATS_SPLIT)[number]

/** The column of `call` and of every rollup that has it. */
export const COLUMN: Readonly<Record<ColumnDimension, string>> = {
  account: 'account_id',
  destination: 'destination_id',
  trunk: 'trunk_id',
  country: 'country_id',
  direction: 'direction',
  outcome: 'outcome',
  source: 'source_id',
  cause: 'hangup_cause',
  carrier: 'carrier_id',
  prefix: 'prefix',
  disposition: 'disposition',
  did: 'did',
  extension: 'extension',
  department: 'department_id',
  tag: 'tag',
}

/** Dimensions whose column is text; "none" is the empty text there, and 0 in all others. */
export const TEXT_DIMENSIONS: readonly ColumnDimension[] = ['prefix', 'did', 'extension', 'tag']

/** Place in the list = number in the database. */
export const DIRECTIONS = ['unknown', 'inbound', 'outbound', 'internal', 'transit'] as const
/** As above, beginning at 1; `program`: only an IVR, a queue or voicemail answered. */
export const OUTCOMES = ['answered', 'no-answer', 'busy', 'failed', 'program'] as const

/** As a CDR says it; of the leg that decides. */
export const DISPOSITIONS = ['none', 'answered', 'no-answer', 'busy', 'failed', 'congestion', 'cancel'] as const

/** Key of calls that have no account, destination, trunk or country. */
export const NONE_KEY = 'none'
/** Key of the row that holds what the limit cut off, so that rows always add up to the total. */
export const OTHER_KEY = 'other'

export function isTimeDimension(by: StatsBy): by is TimeDimension {
  return isCycle(by) || (SERIES_DIMENSIONS as readonly string[]).includes(by)
}

export function isCycle(by: StatsBy): by is CycleDimension {
  return (CYCLE_DIMENSIONS as readonly string[]).includes(by)
}
