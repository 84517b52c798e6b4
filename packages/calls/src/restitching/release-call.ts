// A call that was far too long, once somebody has looked at it: it stays released, whatever becomes of it later.

import type { Tx } from '@tollbook/db'
import { type CallKey, millisOfUuid } from '@tollbook/kernel'

/** Marks a call of the tenant as looked at and holds it until the transaction ends; false when there is none. */
export async function markReleased(tx: Tx, tenantId: number, callKey: CallKey): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    'update call set released = true where tenant_id = $1 and call_key = $2 and opened_at = $3',
    [tenantId, callKey, new Date(millisOfUuid(callKey))],
  )
  return rowCount === 1
}
