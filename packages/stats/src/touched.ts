// The list of hours whose rollups are out of date. Charging adds to it in the transaction that changes a call; here it
// is read, and rows are taken off when their hours have been recomputed.

import type { Queryable, Tx } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import type { Pending } from './grain.ts'
import { instant } from './priced-calls.ts'

export type Touch = { readonly tenantId: number; readonly hourMs: number; readonly batchId: string }

const HOUR_MS = 3_600_000

/** What cannot be read from days yet, of a tenant and from ≤ t < to; both lists are of one moment. */
export async function readPending(q: Queryable, tenantId: number, fromMs: number, toMs: number): Promise<Pending> {
  const { rows } = await sql<{ hour: Date; closes: Date | null }>`
    select distinct hour, null::timestamptz as closes from touched_hour
      where tenant_id = ${tenantId} and hour > ${instant(fromMs - HOUR_MS)} and hour < ${instant(toMs)}
    union all
    select opens_at, closes_at from roll_open_day
      where tenant_id = ${tenantId} and closes_at > ${instant(fromMs)} and opens_at < ${instant(toMs)}
    order by 1`.execute(q.q)
  return {
    touchedHours: rows.flatMap((r) => (r.closes ? [] : [r.hour.getTime()])),
    openDays: rows.flatMap((r) => (r.closes ? [{ fromMs: r.hour.getTime(), toMs: r.closes.getTime() }] : [])),
  }
}

/** Hours of a tenant to be made anew that overlap from ≤ t < to, ascending, each once (ms). */
export async function touchedHours(
  q: Queryable,
  tenantId: number,
  fromMs: number,
  toMs: number,
): Promise<readonly number[]> {
  return (await readPending(q, tenantId, fromMs, toMs)).touchedHours
}

/** All touches of the first `maxHours` touched hours, ordered by tenant and hour. */
export async function readTouches(q: Queryable, maxHours: number): Promise<readonly Touch[]> {
  const { rows } = await sql<{ tenant_id: number; hour: Date; batch_id: string }>`
    select t.tenant_id, t.hour, t.batch_id from touched_hour t
    join (select distinct tenant_id, hour from touched_hour order by 1, 2 limit ${maxHours}) h
      on h.tenant_id = t.tenant_id and h.hour = t.hour
    order by t.tenant_id, t.hour`.execute(q.q)
  return rows.map((r) => ({ tenantId: r.tenant_id, hourMs: r.hour.getTime(), batchId: r.batch_id }))
}

/** Takes these touches off the list and nothing else; answers those that were still there. */
export async function deleteTouches(tx: Tx, touches: readonly Touch[]): Promise<readonly Touch[]> {
  const column = (values: readonly (string | number)[], type: string): RawBuilder<unknown> =>
    sql`${values}::${sql.raw(type)}[]`
  const { rows } = await sql<{ tenant_id: number; hour: Date; batch_id: string }>`
    delete from touched_hour t using unnest(
      ${column(
        touches.map((t) => t.tenantId),
        'int',
      )}, ${column(
        touches.map((t) => new Date(t.hourMs).toISOString()),
        'timestamptz',
      )}, ${column(
        touches.map((t) => t.batchId),
        'uuid',
      )}) as d (tenant_id, hour, batch_id)
    where t.tenant_id = d.tenant_id and t.hour = d.hour and t.batch_id = d.batch_id
    returning t.tenant_id, t.hour, t.batch_id`.execute(tx.q)
  return rows.map((r) => ({ tenantId: r.tenant_id, hourMs: r.hour.getTime(), batchId: r.batch_id }))
}
