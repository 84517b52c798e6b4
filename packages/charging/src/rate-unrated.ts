// Calls that could not be priced are tried again when something has changed: a new deck, a corrected account.

import { randomBytes } from 'node:crypto'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { asCallKey, type CallKey, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import type { ChargingBook } from './book.ts'
import { awaitPricing, bookInForce } from './book-in-force.ts'
import { priceCall } from './price-call.ts'
import { partsOfCalls } from './read-parts.ts'
import { resettleCalls, type Settled } from './settle.ts'
import { keysOf } from './store-charges.ts'
import { touchHours } from './touched-hours.ts'
import { claimUnrated } from './unrated-calls.ts'

/** Calls a transaction: as many as a capture settles at once; a crash loses no more than this. */
const BATCH = 5_000

const BEFORE_ALL = asCallKey('00000000-0000-0000-0000-000000000000')

/**
 * Prices every unrated call of the tenant by the book as it is now, batch by batch, each in its own transaction. May be
 * stopped and started at any time, and run twice at once. Answers how many were charged and how many still cannot be.
 * Where a call went is not looked at again here; see place-and-rate.ts.
 */
export async function rateUnrated(db: Db, tenantId: TenantId | number, nowMs: number): Promise<Settled> {
  await awaitPricing(db, tenantId)
  let book: ChargingBook | undefined
  let after = BEFORE_ALL
  let total: Settled = { rated: 0, unrated: 0 }
  for (;;) {
    const batch = await transaction(db, async (tx) => {
      book = await bookInForce(tx, tenantId, book)
      return rateBatch(tx, book, after, nowMs)
    })
    if (batch === undefined) return total
    after = batch.last
    total = { rated: total.rated + batch.settled.rated, unrated: total.unrated + batch.settled.unrated }
  }
}

async function rateBatch(
  tx: Tx,
  book: ChargingBook,
  after: CallKey,
  nowMs: number,
): Promise<{ readonly settled: Settled; readonly last: CallKey } | undefined> {
  const { tenantId } = book.directory.tenant
  const notes = await claimUnrated(tx, tenantId, after, BATCH)
  if (notes.length === 0) return undefined
  const parts = await partsOfCalls(
    tx,
    book,
    notes.map((note) => note.callKey),
  )
  const reasons = new Map(notes.map((note) => [note.callKey, note.reason]))
  // A call that is unrated for the same reason as before is left alone: most are, each time. One of several parts is not:
  // the reason is that of the first.
  const several = new Set(parts.flatMap((part) => (part.line > 1 ? [part.callKey] : [])))
  const calls = parts.filter(
    (part) => several.has(part.callKey) || priceCall(book, part).unrated !== reasons.get(part.callKey),
  )
  const batchId = timeFirstUuid(nowMs, randomBytes(10))
  const settled = await resettleCalls(tx, book, calls, { batchId, nowMs })
  if (calls.length > 0) {
    await touchHours(tx, tenantId, batchId, calls)
  }
  const left = notes.length - keysOf(calls).length + settled.unrated
  return { settled: { rated: settled.rated, unrated: left }, last: notes.at(-1)!.callKey }
}
