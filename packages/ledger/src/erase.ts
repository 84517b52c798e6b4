// Removing a tenant's books whole, for deleting the sample. The only deletion of entries there is.

import type { Tx } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'

/** Deletes every entry and balance of the tenant. */
export async function eraseTenantLedger(tx: Tx, tenantId: TenantId | number): Promise<void> {
  await tx.q.deleteFrom('ledger_entry').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('balance').where('tenant_id', '=', tenantId).execute()
}
