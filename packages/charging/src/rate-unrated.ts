// Calls that could not be priced are tried again when something has changed: a new deck, a corrected account.

import { randomBytes } from 'node:crypto'
import type { Direction } from '@tollbook/calls'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { asAccountId, asCallKey, type CallKey, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import type { ChargingBook } from './book.ts'
import { awaitPricing, bookInForce } from './book-in-force.ts'
import { type ChargeableCall, priceCall } from './price-call.ts'
import { resettleCalls, type Settled } from './settle.ts'
import { openedRange } from './store-charges.ts'
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
  const reasons = new Map(notes.map((note) => [note.callKey, note.reason]))
  // A call that is unrated for the same reason as before is left alone: most are, each time.
  const calls = (await callsOf(tx, notes)).filter((call) => priceCall(book, call).unrated !== reasons.get(call.callKey))
  const batchId = timeFirstUuid(nowMs, randomBytes(10))
  const settled = await resettleCalls(tx, book, calls, { batchId, nowMs })
  if (calls.length > 0) {
    await touchHours(tx, tenantId, batchId, calls)
  }
  const left = notes.length - calls.length + settled.unrated
  return { settled: { rated: settled.rated, unrated: left }, last: notes.at(-1)!.callKey }
}

async function callsOf(
  tx: Tx,
  keys: readonly { readonly callKey: CallKey; readonly openedAtMs: number }[],
): Promise<readonly ChargeableCall[]> {
  const [first, last] = openedRange(keys)
  const rows = await tx.q
    .selectFrom('call')
    .select(['call_key', 'opened_at', 'started_at', 'answered_at', 'bill_s', 'to_number', 'accountcode'])
    .select(['account_id', 'carrier_id', 'direction'])
    .where(
      'call_key',
      'in',
      keys.map((key) => key.callKey),
    )
    .where('opened_at', '>=', first)
    .where('opened_at', '<=', last)
    .orderBy('call_key')
    .execute()
  return rows.map((row) => ({
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    startedAtMs: row.started_at.getTime(),
    answeredAtMs: row.answered_at?.getTime(),
    billS: row.bill_s,
    toNumber: row.to_number,
    accountcode: row.accountcode ?? '',
    accountId: asAccountId(row.account_id),
    carrierId: row.carrier_id,
    direction: row.direction as Direction,
  }))
}
