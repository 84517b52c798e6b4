// Takes a tenant out of the tables of this room, when it is deleted. Part of a larger transaction; its sources must
// still be there, since batches are kept by source.

import type { Tx } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'

/** Deletes the tenant's calls, legs, events, rejects, imports and batches. */
export async function eraseTenantCalls(tx: Tx, tenantId: TenantId | number): Promise<void> {
  for (const table of ['cel', 'leg', 'call', 'ingest_reject', 'import'] as const) {
    await tx.q.deleteFrom(table).where('tenant_id', '=', tenantId).execute()
  }
  const sources = tx.q.selectFrom('source').select('source_id').where('tenant_id', '=', tenantId)
  await tx.q.deleteFrom('batch').where('source_id', 'in', sources).execute()
}
