// Takes a tenant out of the tables of this room, when it is deleted. Part of a larger transaction.

import type { Tx } from '@tollbook/db'

/** Takes away all rollups of a tenant and its pending touches. */
export async function eraseTenantStats(tx: Tx, tenantId: number): Promise<void> {
  for (const table of ['roll_traffic_quarter', 'roll_account_day', 'roll_destination_day', 'touched_hour'] as const) {
    await tx.q.deleteFrom(table).where('tenant_id', '=', tenantId).execute()
  }
}
