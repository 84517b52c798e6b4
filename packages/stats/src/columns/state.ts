// The tables of the copy: which file of a day holds good, and which hours are behind.

import type { Queryable, Tx } from '@tollbook/db'
import { sql } from 'kysely'
import type { Interval } from '../grain.ts'
import { instant } from '../priced-calls.ts'

export type CopiedDay = {
  /** "2026-11-23", UTC. */
  readonly day: string
  readonly generation: string
  readonly bytes: number
  readonly calls: number
  readonly sha256: Readonly<Record<'calls' | 'seizures', string>>
}

export type CopyState = {
  readonly days: readonly CopiedDay[]
  /** Starts (ms) of hours that are to be read from the tables, ascending. */
  readonly behind: readonly number[]
}

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/**
 * What the copy knows of a time. An hour that is not behind and lies in no file has no calls. In one statement: an hour
 * goes from the touched ones to those behind in one transaction, and is to be found in one of them at every moment.
 */
export async function readState(q: Queryable, tenantId: number, { fromMs, toMs }: Interval): Promise<CopyState> {
  const { rows } = await sql<
    | ({ day: string; generation: string; bytes: string; count: number; calls: string; seizures: string } & {
        hour: null
      })
    | { hour: Date }
  >`
    select null::timestamptz as hour, day::text, generation, bytes, calls::int as count, encode(calls_sha256, 'hex') as calls,
      encode(seizures_sha256, 'hex') as seizures
    from column_day join tenant t using (tenant_id)
    where tenant_id = ${tenantId} and column_day.currency = t.currency
      and day > ${instant(fromMs - DAY_MS)}::timestamptz at time zone 'UTC' and day < ${instant(toMs)}::timestamptz at time zone 'UTC'
    union all
    select hour, null, null, null, null, null, null from (
      select hour from column_hour where tenant_id = ${tenantId} union select hour from touched_hour where tenant_id = ${tenantId}
    ) h where hour > ${instant(fromMs - HOUR_MS)} and hour < ${instant(toMs)}
    order by day, hour`.execute(q.q)
  const days: CopiedDay[] = []
  const behind: number[] = []
  for (const row of rows) {
    if (row.hour !== null) behind.push(row.hour.getTime())
    else {
      const { day, generation, bytes, count, calls, seizures } = row
      days.push({ day, generation, bytes: Number(bytes), calls: count, sha256: { calls, seizures } })
    }
  }
  return { days, behind }
}

/** Hours whose rollups are recomputed in this transaction: from now on the files are behind in them. */
export async function fallBehind(tx: Tx, tenantId: number, hours: readonly number[]): Promise<void> {
  await sql`with mark as (select gen_random_uuid() as mark)
    insert into column_hour (tenant_id, hour, mark) select ${tenantId}, hour, mark
    from mark, unnest(${hours.map((ms) => new Date(ms).toISOString())}::timestamptz[]) hour`.execute(tx.q)
}

/** Forgets the files of these days, and has them made anew where there are calls. */
export async function discardDays(tx: Tx, tenantId: number, days: readonly string[]): Promise<void> {
  await sql`with gone as (
      delete from column_day where tenant_id = ${tenantId} and day = any(${[...days]}::date[]) returning day
    ), mark as (select gen_random_uuid() as mark)
    insert into column_hour (tenant_id, hour, mark)
    select ${tenantId}, (day::timestamp + h * interval '1 hour') at time zone 'UTC', mark
    from gone, mark, generate_series(0, 23) h`.execute(tx.q)
}

/** Files of missed callers are made of a day and of so many after it: whoever is called back is so within a week. */
export const DAYS_AFTER = 7

/** The file of this day was made anew: files of missed callers that were made of it are out of date. */
export async function outdateMissed(tx: Tx, tenantId: number, day: string): Promise<void> {
  await sql`update column_missed set stale = true where tenant_id = ${tenantId} and not stale
    and day between ${day}::date - ${DAYS_AFTER}::int and ${day}::date`.execute(tx.q)
}

/** A month's calls have left the tables, and so they leave the copy. "2026-11". */
export async function forgetMonth(tx: Tx, month: string): Promise<void> {
  const first = `${month}-01`
  for (const table of ['column_day', 'column_missed'])
    await sql`delete from ${sql.table(table)} where day >= ${first}::date
      and day < ${first}::date + interval '1 month'`.execute(tx.q)
  await sql`delete from column_hour where hour >= ${first}::timestamp at time zone 'UTC'
    and hour < (${first}::timestamp + interval '1 month') at time zone 'UTC'`.execute(tx.q)
}

export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

export function dayOf({ day }: Pick<CopiedDay, 'day'>): Interval {
  const fromMs = startOfDay(day)
  return { fromMs, toMs: fromMs + DAY_MS }
}
