// Calls become money: priced, charged and posted in the caller's transaction, all of it or nothing. Prepaid and postpaid,
// live and imported, first time and again: everything that is ever charged goes through here.

import type { Call } from '@tollbook/calls'
import type { Tx } from '@tollbook/db'
import { postEntries } from '@tollbook/ledger'
import type { ChargingBook } from './book.ts'
import { type ChargeLine, chargeLines } from './charge-lines.ts'
import { postingOf } from './posting-of.ts'
import { type ChargeableCall, priceCall } from './price-call.ts'
import { insertCharges, lastLines } from './store-charges.ts'
import { deleteUnrated, insertUnrated, type UnratedCall } from './unrated-calls.ts'

/** In which batch and when it is written, milliseconds. */
export type SettleContext = { readonly batchId: string; readonly nowMs: number }

/** Calls that have a charge to an account now, and billable ones that have none. The others are free by rule. */
export type Settled = { readonly rated: number; readonly unrated: number }

/**
 * Charges calls of the book's tenant, new or changed, in key order. A changed call (revision above 0) whose price is
 * another now gets a reversal and a new charge. Settling again adds nothing. The months of the calls need partitions.
 */
export async function settleCalls(
  tx: Tx,
  book: ChargingBook,
  calls: readonly Call[],
  context: SettleContext,
): Promise<Settled> {
  const changed = calls.filter((call) => call.revision > 0)
  return settle(tx, book, calls, changed, context)
}

/** As `settleCalls`, for calls of which any may have been charged before. */
export async function resettleCalls(
  tx: Tx,
  book: ChargingBook,
  calls: readonly ChargeableCall[],
  context: SettleContext,
): Promise<Settled> {
  return settle(tx, book, calls, calls, context)
}

const NONE_STANDS = {}

async function settle(
  tx: Tx,
  book: ChargingBook,
  calls: readonly ChargeableCall[],
  known: readonly ChargeableCall[],
  context: SettleContext,
): Promise<Settled> {
  // Notes first, then charges: see deleteUnrated for why in this order.
  await deleteUnrated(tx, known)
  const standing = await lastLines(tx, known)
  const lines: ChargeLine[] = []
  const unrated: UnratedCall[] = []
  let rated = 0
  for (const call of calls) {
    const priced = priceCall(book, call)
    if (priced.sell !== undefined) rated++
    if (priced.unrated !== undefined) unrated.push({ call, reason: priced.unrated })
    for (const line of chargeLines(call, priced, standing.get(call.callKey) ?? NONE_STANDS)) lines.push(line)
  }
  const { tenantId } = book.directory.tenant
  const fresh = await insertCharges(tx, lines, { tenantId, nowMs: context.nowMs })
  const postings = fresh.map((line) => postingOf(line, tenantId)).filter((posting) => posting !== undefined)
  await postEntries(tx, postings, context)
  await insertUnrated(tx, tenantId, unrated)
  return { rated, unrated: unrated.length }
}
