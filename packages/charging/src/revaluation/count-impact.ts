// The dry run of a version: the calls of a span priced by the version that is live and by the one that is tried, as if
// each had been in force all the time. Nothing is charged; the answer is in the lines, per rate and per account.

import { type Db, transaction } from '@tollbook/db'
import { assert, type Clock } from '@tollbook/kernel'
import { type ChargingBook, loadBook, sellPlanOf } from '../book.ts'
import { CHARGE_SIDE } from '../charge-lines.ts'
import type { ChargeableCall } from '../price-call.ts'
import { priceInOrder } from '../price-in-order.ts'
import { revaluationBatches } from './batches.ts'
import { countCalls } from './calls-in-scope.ts'
import { impactSums } from './impact-sums.ts'
import { usesOutside } from './packages-outside.ts'
import { beatCounting, type ClaimedRevaluation, endState } from './revaluations.ts'
import { addLines, clearLines } from './value-sums.ts'

/** Counts to the end. False when it was to stop before; nothing is left then. */
export async function countImpact(
  db: Db,
  job: ClaimedRevaluation,
  clock: Clock,
  stopping: AbortSignal,
): Promise<boolean> {
  const { tenantId, scope } = job
  const { deckId, version } = scope
  assert(deckId !== undefined && version !== undefined, 'an impact names a deck and a version')
  const { liveVersion, side, shiftMs } = await comparedWith(db, deckId, version, scope.fromMs)
  const before = await loadBook(db, tenantId, scope, { deckId, version: liveVersion })
  const later = { fromMs: scope.fromMs + shiftMs, toMs: scope.toMs + shiftMs }
  const after = { ...(await loadBook(db, tenantId, later, { deckId, version })), shiftMs }
  // Which calls: all of those that can use the deck; that they are charged by another now is no reason to leave them out.
  const asked = { tenantId, scope: { fromMs: scope.fromMs, toMs: scope.toMs }, after: '' }
  await beatCounting(db, job.id, { callsTotal: await countCalls(db, asked) }, clock.now())
  const usesBefore = await usesOutside(db, before, asked)
  const usesAfter = await usesOutside(db, before, asked)
  const sums = impactSums(deckId, side)
  let callsSeen = 0
  for await (const batch of revaluationBatches(db, before, asked)) {
    const calls = batch.calls.filter((call) => canUseDeck(before, call, deckId))
    const old = priceInOrder(before, calls, batch.standing, usesBefore)
    const now = priceInOrder(after, calls, batch.standing, usesAfter)
    for (let i = 0; i < calls.length; i++) sums.add(old[i]!.priced, now[i]!.priced)
    callsSeen += batch.read
    if (!(await beatCounting(db, job.id, { callsSeen }, clock.now())) || stopping.aborted) return false
  }
  return await transaction(db, async (tx) => {
    await clearLines(tx, job.id)
    await addLines(tx, job.id, sums.lines())
    return await endState(tx, job.id, 'counting', 'done', { callsSeen, callsChanged: sums.changed() }, clock.now())
  })
}

/**
 * The live version, and by how much the calls are moved for the tried one: rates of a sheet mostly begin in the future, so
 * the calls are priced as if they were made after the last of them had begun, as many whole weeks later, which leaves
 * weekdays and hours as they were.
 */
async function comparedWith(db: Db, deckId: number, version: number, fromMs: number) {
  const { rows } = await db.pool.query<{ live_version: number; side: number; last_begins: number | null }>(
    `select d.live_version, d.side, (extract(epoch from (select max(r.effective_from) from rate r
         where r.deck_id = v.deck_id and r.version = coalesce(v.rates_of, v.version))) * 1000)::float8 as last_begins
     from rate_deck d join deck_version v using (deck_id) where d.deck_id = $1 and v.version = $2`,
    [deckId, version],
  )
  assert(rows[0] !== undefined, `no version ${version} of deck ${deckId}`)
  const behind = Math.max(0, (rows[0].last_begins ?? 0) - fromMs)
  const side: 'sell' | 'buy' = rows[0].side === CHARGE_SIDE.buy ? 'buy' : 'sell'
  return { liveVersion: rows[0].live_version, side, shiftMs: Math.floor((behind + WEEK_MS - 1) / WEEK_MS) * WEEK_MS }
}

const WEEK_MS = 7 * 86_400_000

/** Whether what an account is sold, or a carrier charges, can come from this deck. */
function canUseDeck(book: ChargingBook, call: ChargeableCall, deckId: number): boolean {
  if (book.directory.carriersById.get(call.carrierId)?.buyDeckId === deckId) return true
  return sellPlanOf(book, call.accountId)?.entries.some(({ sell }) => sell.deckId === deckId) === true
}
