// What adds up. A sum is a column of the rollups and, over single calls, an SQL aggregate; both spellings live here and
// nowhere else, so that hours, days and raw calls agree. Ratios are not here: see metrics.ts.

import { assert, type Micros, parseMoney, ZERO } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'
import { type Dialect, DUCKDB, POSTGRES } from './dialect.ts'

/** Calls shorter than this that were answered all the same are suspect, seconds of talk. */
export const SHORT_CALL_S = 10

/** The network did its part: somebody or something answered, or the telephone called was busy, silent or said no. */
const effective = sql`(c.outcome in (1, 5) or c.hangup_cause in (17, 18, 19, 20, 21)
  or (c.hangup_cause in (0, 16) and c.outcome in (2, 3)))`

/**
 * Each sum over priced calls, `c` the call. Answered means that a person answered: a call taken by an IVR or voicemail
 * alone is not.
 */
const overCalls = ({ columns }: Dialect) => ({
  calls: sql`count(*)`,
  legs: sql`coalesce(sum(c.legs), 0)`,
  attempts: sql`coalesce(sum(c.attempts), 0)`,
  answered: sql`count(*) filter (where c.outcome = 1)`,
  missed: sql`count(*) filter (where c.direction = 1 and c.outcome <> 1)`,
  program: sql`count(*) filter (where c.outcome = 5)`,
  unrated: sql`count(*) filter (where ${columns.unrated})`,
  effective: sql`count(*) filter (where ${effective})`,
  // Whether an unanswered call was effective is guessed from its outcome where the cause is lacking.
  uncaused: sql`count(*) filter (where c.hangup_cause = 0 and c.outcome not in (1, 5))`,
  short: sql`count(*) filter (where c.outcome = 1 and c.talk_s < ${sql.lit(SHORT_CALL_S)})`,
  // Trunk channels taken outward, of calls that are one channel; those of all others lie in `seizure`.
  seizures: sql`count(*) filter (where c.seized = 2)`,
  seized_answered: sql`count(*) filter (where c.seized = 2 and c.answered_at is not null)`,
  waited: sql`count(*) filter (where c.wait_s > 0)`,
  talk_s: sql`coalesce(sum(c.talk_s), 0)`,
  ring_s: sql`coalesce(sum(c.ring_s), 0)`,
  wait_s: sql`coalesce(sum(c.wait_s), 0)`,
  tta_s: sql`coalesce(sum(${columns.timeToAnswer}) filter (where c.outcome = 1), 0)`,
  duration_s: sql`coalesce(sum(c.duration_s), 0)`,
  billed_s: sql`coalesce(sum(${columns.billedSeconds}), 0)`,
  revenue: sql`coalesce(sum(${columns.revenue}), 0)`,
  cost: sql`coalesce(sum(${columns.cost}), 0)`,
})

const OVER_CALLS = { postgres: overCalls(POSTGRES), duckdb: overCalls(DUCKDB) }

export type SumName = keyof ReturnType<typeof overCalls>
type MoneySum = 'revenue' | 'cost'

/** Names are the rollup columns'. Counts and seconds are whole numbers, amounts are in the tenant's currency. */
export type Sums = Readonly<Record<Exclude<SumName, MoneySum>, number> & Record<MoneySum, Micros>>

export const SUM_NAMES = Object.keys(OVER_CALLS.postgres) as readonly SumName[]
const COUNTS = SUM_NAMES.filter((n): n is Exclude<SumName, MoneySum> => n !== 'revenue' && n !== 'cost')

/** Sums that are told by the charges of a call. */
export const CHARGE_SUMS: readonly SumName[] = ['billed_s', 'revenue', 'cost']

/** A length of which each call has one and of which the distribution is kept: for percentiles that are exact. */
export const SPREAD_NAMES = ['talk', 'wait', 'tta'] as const
export type SpreadName = (typeof SPREAD_NAMES)[number]

export function spreadOver(
  name: SpreadName,
  { columns }: Dialect,
): { seconds: RawBuilder<unknown>; of: RawBuilder<unknown> } {
  if (name === 'talk') return { seconds: sql`c.talk_s`, of: sql`c.outcome = 1` }
  if (name === 'wait') return { seconds: sql`c.wait_s`, of: sql`c.wait_s > 0` }
  return { seconds: sql`(${columns.timeToAnswer})::int`, of: sql`c.outcome = 1 and c.answered_at is not null` }
}

/** `count(*) as calls, …` over single calls. */
export function sumsOverCalls(names: readonly SumName[], dialect = POSTGRES): RawBuilder<unknown> {
  return sql.join(names.map((n) => sql`${OVER_CALLS[dialect.name][n]} as ${sql.ref(n)}`))
}

/** Sums that are told by trunk channels. */
export const SEIZURE_SUMS: readonly SumName[] = ['seizures', 'seized_answered']

/** The same columns over tries on trunks with their calls: each counts at its own trunk, carrier and cause. */
export function sumsOverSeizures(names: readonly SumName[], { columns }: Dialect): RawBuilder<unknown> {
  const spelled = { seizures: sql`count(*)`, seized_answered: sql`count(${columns.tried.answered_at})` }
  return sql.join(names.map((n) => sql`${spelled[n as keyof typeof spelled] ?? sql`0`} as ${sql.ref(n)}`))
}

/** `sum(calls) as calls, …` over rows that are sums already. */
export function sumsOverSums(names: readonly SumName[]): RawBuilder<unknown> {
  return sql.join(names.map((n) => sql`coalesce(sum(${sql.ref(n)}), 0) as ${sql.ref(n)}`))
}

export function columnList(names: readonly SumName[]): RawBuilder<unknown> {
  return sql.join(names.map((n) => sql.ref(n)))
}

export const NO_SUMS: Sums = {
  ...(Object.fromEntries(COUNTS.map((n) => [n, 0])) as Record<Exclude<SumName, MoneySum>, number>),
  revenue: ZERO,
  cost: ZERO,
}

/** Reads a row as PostgreSQL spells it: int8 and numeric come as text. Sums that were not asked for are 0. */
export function readSums(row: Readonly<Record<string, string | number | null | undefined>>): Sums {
  const counts = COUNTS.map((name) => {
    const value = Number(row[name] ?? 0)
    assert(Number.isSafeInteger(value), `${name} is no whole number: ${row[name]}`)
    return [name, value]
  })
  return {
    ...(Object.fromEntries(counts) as Record<Exclude<SumName, MoneySum>, number>),
    revenue: parseMoney(String(row.revenue ?? '0')),
    cost: parseMoney(String(row.cost ?? '0')),
  }
}

/** Sums of both. This is the only way in which sums of several buckets are ever put together. */
export function addSums(a: Sums, b: Sums): Sums {
  return {
    ...(Object.fromEntries(COUNTS.map((n) => [n, a[n] + b[n]])) as Record<Exclude<SumName, MoneySum>, number>),
    revenue: (a.revenue + b.revenue) as Micros,
    cost: (a.cost + b.cost) as Micros,
  }
}
