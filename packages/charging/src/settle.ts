// Calls become money: priced, charged and posted in the caller's transaction, all of it or nothing. Prepaid and postpaid,
// live and imported, first time and again: everything that is ever charged goes through here.

import type { Call } from '@tollbook/calls'
import type { Tx } from '@tollbook/db'
import { type CallKey, failPoint } from '@tollbook/kernel'
import { postEntries } from '@tollbook/ledger'
import { type ChargingBook, coveringBook, sellPlanOf } from './book.ts'
import { chargeableParts, withGoneParts } from './call-parts.ts'
import { type ChargeLine, chargeLines, type LastLines, partKey, type Standing } from './charge-lines.ts'
import { lockPackageUse, movePackageUse } from './package-use.ts'
import type { PackageKey } from './package-uses.ts'
import { postingOf } from './posting-of.ts'
import { type ChargeableCall, packageKeysOf } from './price-call.ts'
import { giveBackAll, priceInOrder } from './price-in-order.ts'
import { spanOf } from './span.ts'
import { insertCharges, lastLines } from './store-charges.ts'
import { deleteUnrated, insertUnrated, type UnratedCall } from './unrated-calls.ts'

/** In which batch and when it is written, milliseconds. */
export type SettleContext = { readonly batchId: string; readonly nowMs: number }

/**
 * Calls that have a charge to an account now, and billable ones of which a part has none. The others are free by rule.
 */
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
  const parts = await chargeableParts(tx, book, calls)
  // What a call took from a package has to be known before it is asked again how much is left.
  const changed = new Set<CallKey>()
  for (const call of calls) if (call.revision > 0) changed.add(call.callKey)
  for (const part of parts) if (hasPackages(book, part)) changed.add(part.callKey)
  const known = changed.size === 0 ? NO_PARTS : parts.filter((part) => changed.has(part.callKey))
  return settle(tx, book, parts, known, context)
}

/** As `settleCalls`, for calls of which any may have been charged before; with all parts of each (see call-parts.ts). */
export async function resettleCalls(
  tx: Tx,
  book: ChargingBook,
  parts: readonly ChargeableCall[],
  context: SettleContext,
): Promise<Settled> {
  return settle(tx, book, parts, parts, context)
}

const NO_PARTS: readonly ChargeableCall[] = []

function hasPackages(book: ChargingBook, call: ChargeableCall): boolean {
  return (sellPlanOf(book, call.accountId)?.packages.length ?? 0) > 0
}

const NONE_STANDS: LastLines = {}

async function settle(
  tx: Tx,
  given: ChargingBook,
  asked: readonly ChargeableCall[],
  known: readonly ChargeableCall[],
  context: SettleContext,
): Promise<Settled> {
  const book = await coveringBook(tx, given, spanOf(asked))
  // Notes first, then packages, then charges, then balances: everybody takes them in this order (see deleteUnrated).
  await deleteUnrated(tx, known)
  failPoint('settle.notes-deleted')
  const standing = await lastLines(tx, known)
  const parts = withGoneParts(asked, standing)
  const { tenantId } = book.directory.tenant
  const uses = await lockPackageUse(tx, tenantId, packageKeys(book, parts, standing))
  failPoint('settle.packages-locked')
  giveBackAll(parts, standing, uses)
  const lines: ChargeLine[] = []
  const unrated: UnratedCall[] = []
  const charged = new Set<CallKey>()
  for (const { call, priced } of priceInOrder(book, parts, standing, uses)) {
    if (priced.sell !== undefined) charged.add(call.callKey)
    if (priced.unrated !== undefined) unrated.push({ call, reason: priced.unrated })
    for (const line of chargeLines(call, priced, standing.get(partKey(call)) ?? NONE_STANDS)) lines.push(line)
  }
  failPoint('settle.priced')
  await appendCharges(tx, tenantId, lines, context)
  const notes = await insertUnrated(tx, tenantId, unrated)
  failPoint('settle.notes-inserted')
  for (const { call } of notes) charged.delete(call.callKey)
  return { rated: charged.size, unrated: notes.length }
}

/** Every package row that these calls may move: those their plans offer, and those their charges used. */
export function* packageKeys(
  book: ChargingBook,
  calls: readonly ChargeableCall[],
  standing: Standing,
): Generator<PackageKey> {
  for (const call of calls) yield* packageKeysOf(book, call)
  for (const { sell } of standing.values()) {
    if (sell === undefined || sell.packageId === 0) continue
    yield { accountId: sell.partyId, packageId: sell.packageId, periodStart: sell.packageFrom }
  }
}

/** Lines as charges, with what follows from those that are new: used packages, entries, balances. */
export async function appendCharges(
  tx: Tx,
  tenantId: number,
  lines: readonly ChargeLine[],
  context: SettleContext & { readonly held?: boolean },
): Promise<void> {
  const fresh = await insertCharges(tx, lines, { tenantId, ...context })
  failPoint('settle.charges-inserted')
  await movePackageUse(tx, fresh)
  failPoint('settle.packages-moved')
  const postings = fresh.map((line) => postingOf(line, tenantId)).filter((posting) => posting !== undefined)
  await postEntries(tx, postings, context)
  failPoint('settle.posted')
}
