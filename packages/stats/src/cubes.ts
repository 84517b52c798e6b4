// What the rollups can tell: the dimensions and the sums of each. A cube is kept by quarter of an hour where its table is
// small, else by hour while its day is open; by local day; and by month. Days are made of quarters where there are some,
// else of a cube that knows more or of the calls; months always of days.

import type { ColumnDimension } from '@tollbook/selection'
import { SEIZURE_SUMS, SUM_NAMES, type SumName } from './sums.ts'

export type CubeName = (typeof NAMES)[number]
export type Unit = 'quarter' | 'hour' | 'day' | 'month'

export type Cube = {
  readonly name: CubeName
  readonly dimensions: readonly ColumnDimension[]
  /** Besides its dimensions it has a column `slot`, the hour of the week: it answers for the clock, and only that. */
  readonly slots?: true
  /** Whose table by quarters tells it. */
  readonly quarters?: 'pulse' | 'traffic'
  /** Tells the department of its extension and account: who belongs to one is asked of the directory each time. */
  readonly departments?: true
  /** Kept by hours for the open day. */
  readonly hours?: true
  /** The cube whose days its own are made of; the calls when there are no quarters either. */
  readonly of?: CubeName
  readonly sums: readonly SumName[]
}

const NAMES = [
  ...(['heat', 'pulse', 'traffic', 'payer', 'account', 'place', 'destination', 'did', 'phone', 'team'] as const),
  ...(['extension', 'spread', 'talk'] as const),
] as const

const OF_CALLS = SUM_NAMES.filter((n) => !SEIZURE_SUMS.includes(n))

/** In order of preference: those with fewest rows first, as far as both can answer. */
export const CUBES: readonly Cube[] = [
  { name: 'heat', dimensions: ['direction', 'outcome'], slots: true, quarters: 'pulse', sums: SUM_NAMES },
  { name: 'pulse', dimensions: ['direction', 'outcome'], quarters: 'pulse', sums: SUM_NAMES },
  {
    name: 'traffic',
    dimensions: ['source', 'trunk', 'carrier', 'direction', 'outcome', 'cause'],
    quarters: 'traffic',
    sums: SUM_NAMES,
  },
  { name: 'payer', dimensions: ['account'], hours: true, of: 'account', sums: OF_CALLS },
  { name: 'account', dimensions: ['account', 'direction', 'outcome'], sums: OF_CALLS },
  { name: 'place', dimensions: ['destination', 'country'], hours: true, of: 'destination', sums: OF_CALLS },
  { name: 'destination', dimensions: ['destination', 'country', 'carrier', 'direction', 'outcome'], sums: OF_CALLS },
  { name: 'did', dimensions: ['did', 'direction', 'outcome'], hours: true, sums: OF_CALLS },
  { name: 'phone', dimensions: ['extension'], hours: true, of: 'extension', sums: OF_CALLS },
  { name: 'team', dimensions: ['extension', 'account'], departments: true, hours: true, sums: OF_CALLS },
  { name: 'extension', dimensions: ['extension', 'direction', 'outcome'], sums: OF_CALLS },
]

/** Distributions instead of sums. */
export const SPREAD_CUBE: Cube = { name: 'spread', dimensions: ['direction'], hours: true, sums: ['calls'] }

/** That of talk alone, in lists: a row for each length would be as many as there are calls. */
export const TALK_CUBE: Cube = { name: 'talk', dimensions: ['direction', 'extension'], hours: true, sums: ['calls'] }

/** Number of each distribution in the table. */
export const SPREAD_KIND = { talk: 1, wait: 2, tta: 3 } as const

export const ROLLUP_TABLES = [
  ...(['roll_traffic_quarter', 'roll_traffic_day', 'roll_traffic_month', 'roll_account_day'] as const),
  ...(['roll_account_month', 'roll_destination_day', 'roll_destination_month', 'roll_did_day'] as const),
  ...(['roll_did_month', 'roll_extension_day', 'roll_extension_month', 'roll_spread_day'] as const),
  ...(['roll_spread_month', 'roll_pulse_quarter', 'roll_pulse_day', 'roll_pulse_month', 'roll_heat_day'] as const),
  ...(['roll_heat_month', 'roll_payer_hour', 'roll_payer_day', 'roll_payer_month', 'roll_place_hour'] as const),
  ...(['roll_place_day', 'roll_place_month', 'roll_phone_hour', 'roll_phone_day', 'roll_phone_month'] as const),
  ...(['roll_did_hour', 'roll_spread_hour', 'roll_open_day', 'roll_team_hour', 'roll_team_day'] as const),
  ...(['roll_team_month', 'roll_talk_hour', 'roll_talk_day', 'roll_talk_month'] as const),
  ...(['trunk_minute', 'trunk_quarter', 'trunk_day', 'trunk_reach'] as const),
] as const

export function tableOf(cube: Cube, unit: Unit): string {
  return `roll_${unit === 'quarter' ? cube.quarters : cube.name}_${unit}`
}

/** The column of its time. Days of months are their first. */
export function timeColumnOf(unit: Unit): string {
  return unit === 'month' ? 'day' : unit
}
