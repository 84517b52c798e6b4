// What figures can be grouped and filtered by, with the words for the closed lists. Knows no table.

/** Time dimensions are series: every bucket is answered, also the empty ones. */
export const TIME_DIMENSIONS = ['hour', 'day', 'week', 'month'] as const
export type TimeDimension = (typeof TIME_DIMENSIONS)[number]

/** Dimensions that are a column of the call; these are also the filters. */
export const COLUMN_DIMENSIONS = ['account', 'destination', 'trunk', 'country', 'direction', 'outcome'] as const
export type ColumnDimension = (typeof COLUMN_DIMENSIONS)[number]

export type StatsBy = 'none' | TimeDimension | ColumnDimension
export const STATS_BY: readonly StatsBy[] = ['none', ...TIME_DIMENSIONS, ...COLUMN_DIMENSIONS]

/** The column of `call` and of every rollup that has it. */
export const COLUMN: Readonly<Record<ColumnDimension, string>> = {
  account: 'account_id',
  destination: 'destination_id',
  trunk: 'trunk_id',
  country: 'country_id',
  direction: 'direction',
  outcome: 'outcome',
}

/** Place in the list = number in the database. */
export const DIRECTIONS = ['unknown', 'inbound', 'outbound', 'internal', 'transit'] as const
/** As above, beginning at 1; `program`: only an IVR, a queue or voicemail answered. */
export const OUTCOMES = ['answered', 'no-answer', 'busy', 'failed', 'program'] as const

/** Key of calls that have no account, destination, trunk or country. */
export const NONE_KEY = 'none'
/** Key of the row that holds what the limit cut off, so that rows always add up to the total. */
export const OTHER_KEY = 'other'

export function isTimeDimension(by: StatsBy): by is TimeDimension {
  return (TIME_DIMENSIONS as readonly string[]).includes(by)
}
