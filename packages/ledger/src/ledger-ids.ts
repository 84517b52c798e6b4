// Numbers of ledger accounts, computed from whom they belong to, so that no table of them is needed.

import type { AccountId, TenantId } from '@tollbook/kernel'

/** What an account owes its tenant: debits are charges, credits reversals and payments. Has a balance row. */
export function receivableOf(accountId: AccountId | number): number {
  return accountId * 10 + 1
}

/**
 * What a tenant has earned. Negative, which marks it as shared: every posting of the tenant touches it, so it has no
 * balance row (all writers would wait for it) and is summed from the entries when asked.
 */
export function revenueOf(tenantId: TenantId | number): number {
  return -(tenantId * 10 + 1)
}
