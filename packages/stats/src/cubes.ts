// What the rollups can tell: the dimensions and the sums of each. A cube is kept by quarter of an hour where its table is
// small, by local day and by month; days are made of quarters where there are some, months always of days.

import type { ColumnDimension } from '@tollbook/selection'
import { SEIZURE_SUMS, SUM_NAMES, type SumName } from './sums.ts'

export type CubeName = 'pulse' | 'traffic' | 'account' | 'destination' | 'did' | 'extension' | 'spread'
export type Unit = 'quarter' | 'day' | 'month'

export type Cube = {
  readonly name: CubeName
  readonly dimensions: readonly ColumnDimension[]
  readonly quarters: boolean
  readonly sums: readonly SumName[]
}

const OF_CALLS = SUM_NAMES.filter((n) => !SEIZURE_SUMS.includes(n))

/** In order of preference: those with fewest rows first, as far as both can answer. */
export const CUBES: readonly Cube[] = [
  { name: 'pulse', dimensions: ['direction', 'outcome'], quarters: true, sums: SUM_NAMES },
  {
    name: 'traffic',
    dimensions: ['source', 'trunk', 'carrier', 'direction', 'outcome', 'cause'],
    quarters: true,
    sums: SUM_NAMES,
  },
  { name: 'account', dimensions: ['account', 'direction', 'outcome'], quarters: false, sums: OF_CALLS },
  {
    name: 'destination',
    dimensions: ['destination', 'country', 'carrier', 'direction', 'outcome'],
    quarters: false,
    sums: OF_CALLS,
  },
  { name: 'did', dimensions: ['did', 'direction', 'outcome'], quarters: false, sums: OF_CALLS },
  { name: 'extension', dimensions: ['extension', 'direction', 'outcome'], quarters: false, sums: OF_CALLS },
]

/** Distributions instead of sums. */
export const SPREAD_CUBE: Cube = { name: 'spread', dimensions: ['direction'], quarters: false, sums: ['calls'] }

/** Number of each distribution in the table. */
export const SPREAD_KIND = { talk: 1, wait: 2, tta: 3 } as const

export const ROLLUP_TABLES = [
  ...(['roll_traffic_quarter', 'roll_traffic_day', 'roll_traffic_month', 'roll_account_day'] as const),
  ...(['roll_account_month', 'roll_destination_day', 'roll_destination_month', 'roll_did_day'] as const),
  ...(['roll_did_month', 'roll_extension_day', 'roll_extension_month', 'roll_spread_day'] as const),
  ...(['roll_spread_month', 'roll_pulse_day', 'roll_pulse_month'] as const),
  ...(['trunk_minute', 'trunk_quarter', 'trunk_reach'] as const),
] as const

/** Quarters are kept once, by all that traffic knows. */
export function tableOf(cube: CubeName, unit: Unit): string {
  return unit === 'quarter' ? 'roll_traffic_quarter' : `roll_${cube}_${unit}`
}
