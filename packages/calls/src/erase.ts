// Removing a tenant's calls whole, for deleting the sample. The only deletion of legs and calls there is.

import type { Tx } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'

/** Deletes everything the tenant's sources ever brought: legs, calls, channel events, rules, batches, imports, rejects. */
export async function eraseTenantCalls(tx: Tx, tenantId: TenantId | number): Promise<void> {
  const ofCalls = ['call', 'call_segment', 'seizure', 'call_tag', 'call_change', 'cel', 'queue_event', 'leg'] as const
  for (const table of [...ofCalls, 'ingest_reject', 'import', 'restitch', 'call_rules'] as const) {
    await tx.q.deleteFrom(table).where('tenant_id', '=', tenantId).execute()
  }
  const sources = tx.q.selectFrom('source').select('source_id').where('tenant_id', '=', tenantId)
  await tx.q.deleteFrom('batch').where('source_id', 'in', sources).execute()
  await tx.q.deleteFrom('channel_alias').where('source_id', 'in', sources).execute()
}
