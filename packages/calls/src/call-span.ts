// From when to when a tenant has calls, for choosing a first date range. Cheap at any size: looked up, not scanned.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'

/** `opened_at` of the first and the last call, milliseconds. */
export type CallSpan = { readonly firstMs: number; readonly lastMs: number }

/**
 * The span of a tenant's calls; undefined while there are none. The rollups of traffic say in which quarter hour to
 * look (one index look-up a trunk); calls are walked only between the first import and its first rollup.
 */
export async function callSpan(db: Queryable, tenantId: number): Promise<CallSpan | undefined> {
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(lo) as first, max(hi) as last
    from (select 0 as trunk_id union all select trunk_id from trunk where tenant_id = ${tenantId}) t,
      lateral (
        select min(quarter) as lo, max(quarter) as hi from roll_traffic_quarter r
        where r.tenant_id = ${tenantId} and r.trunk_id = t.trunk_id
      ) r`.execute(db.q)
  const { first, last } = rows[0]!
  if (first === null || last === null) return walked(db, tenantId)
  const [lo, hi] = await Promise.all([edge(db, tenantId, first, 'asc'), edge(db, tenantId, last, 'desc')])
  return { firstMs: lo ?? first.getTime(), lastMs: hi ?? last.getTime() }
}

const QUARTER_MS = 15 * 60_000

async function edge(
  db: Queryable,
  tenantId: number,
  quarter: Date,
  order: 'asc' | 'desc',
): Promise<number | undefined> {
  const row = await db.q
    .selectFrom('call')
    .select('opened_at')
    .where('tenant_id', '=', tenantId)
    .where('opened_at', '>=', quarter)
    .where('opened_at', '<', new Date(quarter.getTime() + QUARTER_MS))
    .orderBy('opened_at', order)
    .limit(1)
    .executeTakeFirst()
  return row?.opened_at.getTime()
}

/** Before anything was rolled up. A tenant that never received a batch is told so without reading a call. */
async function walked(db: Queryable, tenantId: number): Promise<CallSpan | undefined> {
  const batch = await db.q
    .selectFrom('batch as b')
    .innerJoin('source as s', 's.source_id', 'b.source_id')
    .select('b.batch_id')
    .where('s.tenant_id', '=', tenantId)
    .limit(1)
    .executeTakeFirst()
  if (!batch) return undefined
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(opened_at) as first, max(opened_at) as last from call where tenant_id = ${tenantId}`.execute(db.q)
  const { first, last } = rows[0]!
  return first === null || last === null ? undefined : { firstMs: first.getTime(), lastMs: last.getTime() }
}
