// Table touched_hour: which hours' rollups are no longer right. Only inserted into here; stats takes the rows away.

import type { Tx } from '@tollbook/db'

const HOUR_MS = 3_600_000

/**
 * Figures of months that were detached stand for ever: computed anew they would be nothing. So do those of the two days
 * after, since a local day may begin in such a month.
 */
const KEPT_FROM = `coalesce((select to_date(max(month), 'YYYY-MM') + interval '1 month 2 days' from detached_month)
  at time zone 'UTC', '-infinity')`

/**
 * Notes the hours in which these calls opened, and tells whoever listens that calls have changed once this is committed.
 * `batchId` (UUID) keeps writers from waiting for each other.
 */
export async function touchHours(
  tx: Tx,
  tenantId: number,
  batchId: string,
  calls: readonly { readonly openedAtMs: number }[],
): Promise<void> {
  const hours = new Set(calls.map((call) => Math.floor(call.openedAtMs / HOUR_MS)))
  await tx.client.query(
    `with touched as (
       insert into touched_hour (hour, batch_id, tenant_id)
       select to_timestamp(hour * 3600.0), $1, $2 from unnest($3::int[]) as hour
       where to_timestamp(hour * 3600.0) >= ${KEPT_FROM} on conflict do nothing)
     select pg_notify('tollbook', 'calls')`,
    [batchId, tenantId, [...hours]],
  )
}

/**
 * Notes all hours of the days on which the tenant has calls, with the days before and after: what must follow a change
 * of its zone, since every local day is another span then, and the old days' rows have to go.
 */
export async function touchAllHours(tx: Tx, tenantId: number, batchId: string): Promise<void> {
  await tx.client.query(
    `insert into touched_hour (hour, batch_id, tenant_id)
     select distinct hour, $1::uuid, $2::int
     from (select distinct date_bin('1 day', opened_at, 'epoch') as day from call where tenant_id = $2) d,
       generate_series(d.day - interval '1 day', d.day + interval '47 hours', interval '1 hour') as hour
     where hour >= ${KEPT_FROM}
     on conflict do nothing`,
    [batchId, tenantId],
  )
}
