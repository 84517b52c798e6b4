// Plans are looked at and then written, and given to somebody after a look whether they are there. Whoever does either
// holds this, so that no name is taken twice and no plan goes away while an account gets it.

import { lockInTransaction, type Tx } from '@tollbook/db'

export function lockPlans(tx: Tx, tenantId: number): Promise<void> {
  return lockInTransaction(tx, `plans of ${tenantId}`)
}
