// What adds up. A sum is a column of the rollups and, over single calls, an SQL aggregate; both spellings live here and
// nowhere else, so that hours, days and raw calls agree. Ratios are not here: see metrics.ts.

import { assert, type Micros, parseMoney, ZERO } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'

/** Names are the rollup columns'. Counts and seconds are whole numbers, amounts are in the tenant's currency. */
export type Sums = {
  readonly calls: number
  readonly legs: number
  readonly attempts: number
  readonly answered: number
  readonly unrated: number
  readonly talk_s: number
  readonly ring_s: number
  readonly wait_s: number
  readonly duration_s: number
  readonly billed_s: number
  readonly revenue: Micros
  readonly cost: Micros
}

export type SumName = keyof Sums

/**
 * Each sum over priced calls, in the aliases of priced-calls.ts: `c` the call, `g` its charges, `u` its unrated mark.
 * Answered means that a person answered: a call taken by an IVR or voicemail alone is not.
 */
const OVER_CALLS: Readonly<Record<SumName, RawBuilder<unknown>>> = {
  calls: sql`count(*)`,
  legs: sql`coalesce(sum(c.legs), 0)`,
  attempts: sql`coalesce(sum(c.attempts), 0)`,
  answered: sql`count(*) filter (where c.outcome = 1)`,
  unrated: sql`count(u.call_key)`,
  talk_s: sql`coalesce(sum(c.talk_s), 0)`,
  ring_s: sql`coalesce(sum(c.ring_s), 0)`,
  wait_s: sql`coalesce(sum(c.wait_s), 0)`,
  duration_s: sql`coalesce(sum(c.duration_s), 0)`,
  billed_s: sql`coalesce(sum(g.billed_s), 0)`,
  revenue: sql`coalesce(sum(g.revenue), 0)`,
  cost: sql`coalesce(sum(g.cost), 0)`,
}

export const SUM_NAMES = Object.keys(OVER_CALLS) as readonly SumName[]

/** Sums that the day rollups of accounts and destinations do not keep. */
export const TRAFFIC_ONLY: readonly SumName[] = ['ring_s', 'wait_s']

/** `count(*) as calls, …` over single calls. */
export function sumsOverCalls(names: readonly SumName[]): RawBuilder<unknown> {
  return sql.join(names.map((n) => sql`${OVER_CALLS[n]} as ${sql.ref(n)}`))
}

/** `sum(calls) as calls, …` over rows that are sums already. */
export function sumsOverSums(names: readonly SumName[]): RawBuilder<unknown> {
  return sql.join(names.map((n) => sql`coalesce(sum(${sql.ref(n)}), 0) as ${sql.ref(n)}`))
}

export function columnList(names: readonly SumName[]): RawBuilder<unknown> {
  return sql.join(names.map((n) => sql.ref(n)))
}

export const NO_SUMS: Sums = {
  calls: 0,
  legs: 0,
  attempts: 0,
  answered: 0,
  unrated: 0,
  talk_s: 0,
  ring_s: 0,
  wait_s: 0,
  duration_s: 0,
  billed_s: 0,
  revenue: ZERO,
  cost: ZERO,
}

/** Reads a row as PostgreSQL spells it: int8 and numeric come as text. Sums that were not asked for are 0. */
export function readSums(row: Readonly<Record<string, string | number | undefined>>): Sums {
  const count = (name: SumName) => {
    const value = Number(row[name] ?? 0)
    assert(Number.isSafeInteger(value), `${name} is no whole number: ${row[name]}`)
    return value
  }
  return {
    calls: count('calls'),
    legs: count('legs'),
    attempts: count('attempts'),
    answered: count('answered'),
    unrated: count('unrated'),
    talk_s: count('talk_s'),
    ring_s: count('ring_s'),
    wait_s: count('wait_s'),
    duration_s: count('duration_s'),
    billed_s: count('billed_s'),
    revenue: parseMoney(String(row.revenue ?? '0')),
    cost: parseMoney(String(row.cost ?? '0')),
  }
}

/** Sums of both. This is the only way in which figures of several buckets are ever put together. */
export function addSums(a: Sums, b: Sums): Sums {
  return {
    calls: a.calls + b.calls,
    legs: a.legs + b.legs,
    attempts: a.attempts + b.attempts,
    answered: a.answered + b.answered,
    unrated: a.unrated + b.unrated,
    talk_s: a.talk_s + b.talk_s,
    ring_s: a.ring_s + b.ring_s,
    wait_s: a.wait_s + b.wait_s,
    duration_s: a.duration_s + b.duration_s,
    billed_s: a.billed_s + b.billed_s,
    revenue: (a.revenue + b.revenue) as Micros,
    cost: (a.cost + b.cost) as Micros,
  }
}
