// The currency of a tenant, changed by hand: possible until something is priced in it.

import type { Tx } from '@tollbook/db'
import { requireCurrency } from './currencies.ts'

/**
 * Sets the currency (ISO 4217 letters) of a tenant and of its accounts; false, and nothing changed, once the tenant has a
 * rate deck or a balance: from then on money is counted in the old one.
 */
export async function setTenantCurrency(tx: Tx, tenantId: number, currency: string): Promise<boolean> {
  const number = requireCurrency(currency)
  const changed = await tx.q
    .updateTable('tenant')
    .set({ currency: number })
    .where('tenant_id', '=', tenantId)
    .where((e) => e.not(e.exists(e.selectFrom('rate_deck').select('deck_id').where('tenant_id', '=', tenantId))))
    .where((e) => e.not(e.exists(e.selectFrom('balance').select('account_id').where('tenant_id', '=', tenantId))))
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) return false
  await tx.q.updateTable('account').set({ currency: number }).where('tenant_id', '=', tenantId).execute()
  return true
}
