// Takes a tenant out of the tables of this room, when it is deleted. Part of a larger transaction.

import type { Tx } from '@tollbook/db'
import { ROLLUP_TABLES } from './cubes.ts'

/** Takes away all rollups of a tenant and its pending touches. */
export async function eraseTenantStats(tx: Tx, tenantId: number): Promise<void> {
  for (const table of [...ROLLUP_TABLES, 'touched_hour', 'column_day', 'column_hour', 'column_missed'] as const) {
    await tx.q.deleteFrom(table).where('tenant_id', '=', tenantId).execute()
  }
}
