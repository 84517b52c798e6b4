// A subscriber's number taken out of all that is kept, with a note of who asked. Calls, charges and money stay what they are;
// the hours are told, so that whatever copies calls copies them anew.

import { randomBytes } from 'node:crypto'
import { countErasure, type Erased, type ErasureRefusal, eraseNumber, noteErasure } from '@tollbook/calls/erasing'
import type { Db } from '@tollbook/db'
import { type Clock, type Result, timeFirstUuid } from '@tollbook/kernel'
import { touchHours } from '../touched-hours.ts'

export type ErasureOrder = {
  readonly tenantId: number
  readonly number: string
  /** Who asked, for the note. */
  readonly by: string
  /** Only count. */
  readonly dryRun: boolean
  readonly clock: Clock
}

/** May be cut off and asked for again at any time: what was erased stays so. */
export async function eraseSubscriber(db: Db, order: ErasureOrder): Promise<Result<Erased, ErasureRefusal>> {
  const { tenantId, number, by, dryRun, clock } = order
  if (dryRun) return await countErasure(db, { tenantId, number })
  const nowMs = clock.now()
  const batchId = timeFirstUuid(nowMs, randomBytes(10))
  const done = await eraseNumber(db, {
    ...{ tenantId, number, nowMs },
    onCalls: (tx, calls) => touchHours(tx, tenantId, batchId, calls),
  })
  if (done.ok) {
    const { pseudonym, rows } = done.value
    await noteErasure(db, tenantId, { pseudonym, askedBy: by, rows, erasedAtMs: nowMs })
  }
  return done
}
