// Who is asked: PostgreSQL, or DuckDB over the copy. Statements are written once, in the words of the one asked.

import type { Queryable } from '@tollbook/db'
import type { RawBuilder } from 'kysely'
import { type Dialect, POSTGRES } from './dialect.ts'
import type { Interval } from './grain.ts'

export type Engine = {
  readonly dialect: Dialect
  readonly rows: <Row>(statement: RawBuilder<unknown>) => Promise<readonly Row[]>
}

/** The calls that were opened within a time, and those of a day beside it. */
export type Stretch = { readonly of: Interval; readonly engine: Engine }

/** Some rows of numbers, by columns; only the first `count` of each, and only until the next portion is taken. */
export type Portion = { readonly count: number; readonly columns: readonly Float64Array[] }

/** Asks for columns of doubles without nulls. */
export type Numbers = (statement: RawBuilder<unknown>) => Promise<Iterable<Portion>>

/** Calls in the order of time, roughly, for who goes through all of them. */
export type Passage = {
  /** All that were opened from a day before what is asked about on, each in one part; ascending. */
  readonly parts: readonly Stretch[]
  /** About so many. */
  readonly calls: number
  readonly numbers: Numbers
}

/** Calls of which something is asked that does not add up. */
export type WholeCalls = {
  readonly engine: Engine
  /**
   * The same by parts that are small enough to be grouped in memory, disjoint and together all, by when calls were opened; each
   * with the day after it.
   */
  readonly opened: readonly Stretch[]
  /** And with the day before it. */
  readonly around: () => Promise<readonly Stretch[]>
  /** Undefined where a statement tells sooner. */
  readonly passage?: () => Promise<Passage>
  /** And by the second in which they began: no second is in two of these. */
  readonly began: () => Promise<readonly Engine[]>
  /** Undefined where only rows are to be had. */
  readonly numbers?: Numbers
}

export function postgres(q: Queryable): Engine {
  return {
    dialect: POSTGRES,
    rows: async <Row>(statement: RawBuilder<unknown>) => (await statement.execute(q.q)).rows as readonly Row[],
  }
}

/** All calls in one piece. */
export function undivided(engine: Engine, of: Interval): WholeCalls {
  const all = [{ of, engine }]
  return { engine, opened: all, around: async () => all, began: async () => [engine] }
}
