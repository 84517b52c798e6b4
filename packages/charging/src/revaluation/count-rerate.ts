// The preview of a rerate: every call of the scope priced anew, what would change summed, nothing charged. Broken off, it
// is counted from the beginning again: it takes seconds.

import { type Db, transaction } from '@tollbook/db'
import type { Clock } from '@tollbook/kernel'
import { freshBook } from '../book.ts'
import { priceInOrder } from '../price-in-order.ts'
import { revaluationBatches } from './batches.ts'
import { countCalls } from './calls-in-scope.ts'
import { usesOutside } from './packages-outside.ts'
import { rerated } from './rerated.ts'
import { beatCounting, type ClaimedRevaluation, endState } from './revaluations.ts'
import { addLines, clearLines, valueSums } from './value-sums.ts'

/** Counts, and makes the revaluation ready. False when it was to stop before the end; nothing is left then. */
export async function countRerate(
  db: Db,
  job: ClaimedRevaluation,
  clock: Clock,
  stopping: AbortSignal,
): Promise<boolean> {
  const { tenantId, scope } = job
  const book = await freshBook(db, tenantId, undefined, scope)
  await beatCounting(db, job.id, { callsTotal: await countCalls(db, { tenantId, scope }) }, clock.now())
  const uses = await usesOutside(db, book, { tenantId, scope, after: '' })
  const sums = valueSums()
  let callsSeen = 0
  let callsChanged = 0
  let callsInvoiced = 0
  for await (const batch of revaluationBatches(db, book, { tenantId, scope, after: '' })) {
    const priced = priceInOrder(book, batch.calls, batch.standing, uses, new Set(batch.invoices.keys()))
    const { changed, proposed } = rerated(priced, batch.standing, batch.invoices, batch.notes, sums)
    callsSeen += batch.read
    callsChanged += changed
    callsInvoiced += proposed.length
    if (!(await beatCounting(db, job.id, { callsSeen }, clock.now())) || stopping.aborted) return false
  }
  return await transaction(db, async (tx) => {
    await clearLines(tx, job.id)
    await addLines(tx, job.id, sums.lines())
    const counts = { callsSeen, callsChanged, callsInvoiced }
    return await endState(tx, job.id, 'counting', 'ready', counts, clock.now())
  })
}
