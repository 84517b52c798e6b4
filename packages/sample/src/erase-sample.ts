// Takes the sample away: every room deletes what it owns. Refuses a tenant that is not marked as a sample.

import { eraseTenantCalls } from '@tollbook/calls'
import { eraseTenantCharges } from '@tollbook/charging'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { eraseTenantDirectory, tenantBySlug } from '@tollbook/directory'
import { eraseTenantInvoices } from '@tollbook/invoices'
import type { TenantId } from '@tollbook/kernel'
import { eraseTenantLedger } from '@tollbook/ledger'
import { eraseTenantStats } from '@tollbook/stats'
import { SAMPLE_SLUG } from './world.ts'

/**
 * Deletes the sample tenant with all that hangs on it; false when there is none.
 * One transaction a room, the tenant itself last: a deletion that is cut off is finished by the next one.
 */
export async function eraseSample(db: Db): Promise<boolean> {
  const tenant = await tenantBySlug(db, SAMPLE_SLUG)
  if (!tenant?.isSample) return false
  for (const erase of ROOMS) await transaction(db, (tx) => erase(tx, tenant.tenantId))
  await transaction(db, async (tx) => {
    // A worker may have rolled up in between, from calls that were still there.
    await eraseTenantStats(tx, tenant.tenantId)
    await eraseTenantDirectory(tx, tenant.tenantId)
  })
  return true
}

/** From what is derived to what it is derived from. */
const ROOMS: readonly ((tx: Tx, tenantId: TenantId) => Promise<void>)[] = [
  eraseTenantStats,
  eraseTenantInvoices,
  eraseTenantLedger,
  eraseTenantCharges,
  eraseTenantCalls,
]
