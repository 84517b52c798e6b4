// What calls can be told apart by, with the words for the closed lists. Knows no table but the columns' names.

/** Dimensions that are told by the call itself; these are also the filters. */
export const COLUMN_DIMENSIONS = [
  ...(['account', 'destination', 'trunk', 'country', 'direction', 'outcome'] as const),
  ...(['source', 'cause', 'carrier', 'prefix'] as const),
  ...(['disposition', 'did', 'extension', 'department', 'tag'] as const),
] as const
export type ColumnDimension = (typeof COLUMN_DIMENSIONS)[number]

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

/** How a call ended, finer than its outcome. */
export const ENDINGS = [
  ...(['unknown', 'answered_by_person', 'ivr_only', 'queue_abandoned', 'queue_timeout', 'busy'] as const),
  ...(['no_answer', 'congestion', 'cancelled', 'failed', 'voicemail', 'closed_hours'] as const),
] as const

/** Key of calls that have no account, destination, trunk or country. */
export const NONE_KEY = 'none'
