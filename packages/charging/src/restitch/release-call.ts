// A call held for review because it is far too long, released by a person: charged from then on like any other.

import { randomBytes } from 'node:crypto'
import { markReleased } from '@tollbook/calls/restitching'
import { type Db, transaction } from '@tollbook/db'
import { type CallKey, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import { bookInForce } from '../book-in-force.ts'
import { partsOfCalls } from '../read-parts.ts'
import { resettleCalls, type Settled } from '../settle.ts'
import { touchHours } from '../touched-hours.ts'

/** Releases a call and charges it; undefined when the tenant has none of this key. Twice is once. */
export async function releaseCall(
  db: Db,
  tenantId: TenantId,
  callKey: CallKey,
  nowMs: number,
): Promise<Settled | undefined> {
  return await transaction(db, async (tx) => {
    if (!(await markReleased(tx, tenantId, callKey))) return undefined
    const book = await bookInForce(tx, tenantId)
    const parts = await partsOfCalls(tx, book, [callKey])
    const batchId = timeFirstUuid(nowMs, randomBytes(10))
    const settled = await resettleCalls(tx, book, parts, { batchId, nowMs })
    await touchHours(tx, tenantId, batchId, parts)
    return settled
  })
}
