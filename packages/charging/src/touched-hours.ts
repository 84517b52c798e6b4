// Table touched_hour: which hours' rollups are no longer right. Only inserted into here; stats takes the rows away.

import type { Tx } from '@tollbook/db'

const HOUR_MS = 3_600_000

/** Notes the hours in which these calls opened. `batchId` (UUID) keeps writers from waiting for each other. */
export async function touchHours(
  tx: Tx,
  tenantId: number,
  batchId: string,
  calls: readonly { readonly openedAtMs: number }[],
): Promise<void> {
  const hours = new Set(calls.map((call) => Math.floor(call.openedAtMs / HOUR_MS)))
  await tx.client.query(
    `insert into touched_hour (hour, batch_id, tenant_id)
     select to_timestamp(hour * 3600.0), $1, $2 from unnest($3::int[]) as hour on conflict do nothing`,
    [batchId, tenantId, [...hours]],
  )
}
