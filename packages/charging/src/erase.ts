// Removing what a tenant was ever charged, for deleting the sample. The only deletion of charges there is.

import type { Tx } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'

/** Deletes all charges, unrated notes and touched hours of the tenant, what was used of packages, and its revaluations. */
export async function eraseTenantCharges(tx: Tx, tenantId: TenantId | number): Promise<void> {
  await tx.q.deleteFrom('charge').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('package_use').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('revaluation').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('credit_proposal').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('call_unrated').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('touched_hour').where('tenant_id', '=', tenantId).execute()
}
