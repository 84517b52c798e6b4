// The calls of a revaluation batch by batch with all that stands of them: charges, notes, invoices. The next batch is
// read while the last one is priced.

import { type Db, type Tx, transaction } from '@tollbook/db'
import type { CallKey } from '@tollbook/kernel'
import type { ChargingBook } from '../book.ts'
import { withGoneParts } from '../call-parts.ts'
import { isCharge, partKey, type Standing } from '../charge-lines.ts'
import { type ChargeableCall, priceCall } from '../price-call.ts'
import { standingSell } from '../price-in-order.ts'
import { keysOf, lastLines } from '../store-charges.ts'
import { deleteUnrated, insertUnrated, type UnratedReasons, unratedReasons } from '../unrated-calls.ts'
import { type ReadCalls, readCalls } from './calls-in-scope.ts'
import { invoicedCalls } from './credit-proposals.ts'
import type { RevaluationScope } from './revaluations.ts'

/** Calls a transaction: as many as a capture settles at once. */
export const BATCH = 5_000

export type RevaluationBatch = {
  /** Those that the scope is about, in key order, each with all its parts. */
  readonly calls: readonly ChargeableCall[]
  readonly standing: Standing
  readonly notes: UnratedReasons
  /** By `partKey`: the invoice on which the charge of a part stands. */
  readonly invoices: ReadonlyMap<string, string>
  /** All that were read, and the last of them. */
  readonly read: number
  readonly last: CallKey
}

/** Every batch of a span; what is asked for is all in memory, batch after batch. */
export async function* revaluationBatches(
  db: Db,
  book: ChargingBook,
  asked: Omit<ReadCalls, 'limit'>,
): AsyncGenerator<RevaluationBatch> {
  const read = (after: string) => transaction(db, (tx) => readBatch(tx, book, { ...asked, after, limit: BATCH }))
  let next = read(asked.after)
  try {
    for (let batch = await next; batch !== undefined; batch = await next) {
      next = read(batch.last)
      next.catch(() => undefined) // awaited above; this only keeps Node from calling it unhandled meanwhile
      yield batch
    }
  } finally {
    await next.catch(() => undefined)
  }
}

/** The next batch; undefined when there are no more calls. */
export async function readBatch(tx: Tx, book: ChargingBook, asked: ReadCalls): Promise<RevaluationBatch | undefined> {
  await tx.client.query(BY_KEY)
  const all = await readCalls(tx, book, asked)
  if (all.length === 0) return undefined
  // Who charges them anew takes their notes away before anything is read: see deleteUnrated for why.
  const notes = asked.hold ? await deleteUnrated(tx, all) : await unratedReasons(tx, all)
  const standing = await lastLines(tx, all)
  const calls = meantCalls(book, asked.scope, all, standing)
  if (asked.hold && calls.length < all.length) await putBack(tx, asked.tenantId, all, calls, notes)
  const charges = [...standing.values()].flatMap((last) => standingSell(last) ?? [])
  const invoices = await invoicedCalls(tx, asked.tenantId, charges)
  const keys = keysOf(all)
  return { calls: withGoneParts(calls, standing), standing, notes, invoices, read: keys.length, last: keys.at(-1)! }
}

// By the index of keys, which is in the order that is wanted, and never all of a month that was never analysed and then
// sorted; see lookAndInsert.
const BY_KEY = 'set local enable_seqscan = off; set local enable_bitmapscan = off'

/** The notes of calls that are not meant stay as they were. */
async function putBack(
  tx: Tx,
  tenantId: number,
  all: readonly ChargeableCall[],
  meant: readonly ChargeableCall[],
  notes: UnratedReasons,
): Promise<void> {
  const ours = new Set(keysOf(meant))
  const others = all.flatMap((call) => {
    const reason = ours.has(call.callKey) ? undefined : notes.get(call.callKey)
    return reason === undefined ? [] : { call, reason }
  })
  await insertUnrated(tx, tenantId, others)
}

/** Of a scope that names a deck: calls of which a part is charged by it, or would be. */
function meantCalls(
  book: ChargingBook,
  { deckId }: RevaluationScope,
  all: readonly ChargeableCall[],
  standing: Standing,
): readonly ChargeableCall[] {
  if (deckId === undefined) return all
  const meant = new Set<CallKey>()
  for (const part of all) if (isMeant(book, deckId, part, standing)) meant.add(part.callKey)
  return all.filter((part) => meant.has(part.callKey))
}

function isMeant(book: ChargingBook, deckId: number, part: ChargeableCall, standing: Standing): boolean {
  const { sell, buy } = standing.get(partKey(part)) ?? {}
  if (sell?.deckId === deckId && isCharge(sell)) return true
  if (buy?.deckId === deckId && isCharge(buy)) return true
  const priced = priceCall(book, part)
  return priced.sell?.deckId === deckId || priced.buy?.deckId === deckId
}
