// The words in which PostgreSQL and DuckDB differ. Everything else in this room's questions over calls is common to both.

import { type RawBuilder, sql } from 'kysely'

export type Dialect = {
  /** The place (0-based) in `values`, integers, of the interval that an expression falls in. Borders ascend. */
  readonly pick: (
    value: RawBuilder<unknown>,
    borders: readonly string[],
    type: 'timestamptz' | 'date',
    values: readonly number[],
  ) => RawBuilder<unknown>
  readonly matches: (text: RawBuilder<unknown>, regex: string) => RawBuilder<boolean>
  /** Whole seconds between two instants. */
  readonly secondsBetween: (from: RawBuilder<unknown>, to: RawBuilder<unknown>) => RawBuilder<unknown>
}

export const POSTGRES: Dialect = {
  // The array is a constant of fixed width: looked up in constant time, borders by bisection.
  pick: (value, borders, type, values) =>
    sql`(${`{${values.join(',')}}`}::int[])[width_bucket(${value}, ${[...borders]}::${sql.raw(type)}[])]`,
  matches: (text, regex) => sql<boolean>`${text} ~ ${regex}`,
  secondsBetween: (from, to) => sql`floor(extract(epoch from ${to} - ${from}))`,
}
