// Inserting what is not there yet, without ON CONFLICT: look which keys are known, COPY the others. Costs a third less than
// staging the rows and letting the insert find out, and a batch that is known altogether writes nothing at all.

import type { Tx } from './connect.ts'
import { UNDO_COPY } from './copy-rows.ts'

/** Each further look is owed to another writer's commit; so many in a row are no chance, but a key twice in one batch. */
const MOST_LOOKS = 20

/**
 * Runs `attempt`, which looks by index what is there and then copies the rest, in the order of its keys, by one
 * `copyRows`. When another writer took one of the keys in between, the COPY is undone and `attempt` runs again: the COPY
 * has waited until that writer committed, so this time it is seen. `attempt` must leave nothing behind in memory.
 */
export async function lookAndInsert<T>(tx: Tx, attempt: () => Promise<T>): Promise<T> {
  if (!byIndex.has(tx)) {
    byIndex.add(tx)
    await tx.client.query(BY_INDEX)
  }
  for (let looks = 1; ; looks++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isTaken(error) || looks === MOST_LOOKS) throw error
      await tx.client.query(UNDO_COPY)
    }
  }
}

// A partition that was never analysed makes thousands of keys look like all of it, and a look like a reading of the
// whole month. Stays so until the transaction ends, which is right for everything that is done with a batch.
const BY_INDEX = 'set local enable_seqscan = off'
const byIndex = new WeakSet<Tx>()

function isTaken(error: unknown): boolean {
  return (error as { code?: string }).code === '23505' // unique_violation
}
