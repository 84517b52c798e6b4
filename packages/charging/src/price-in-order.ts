// Prices of a batch of calls one after the other, so that each finds what the calls before it left of the packages.
// Pure. What the batch took before is given back first (`giveBackAll`): then it comes to the same prices again.

import type { CallKey } from '@tollbook/kernel'
import type { ChargingBook } from './book.ts'
import { isCharge, type LastLines } from './charge-lines.ts'
import type { PackageLedger } from './package-uses.ts'
import { type ChargeableCall, type PricedCall, priceCall } from './price-call.ts'

export type PricedInOrder = { readonly call: ChargeableCall; readonly priced: PricedCall }

/**
 * Prices calls in the order given, which is that of their keys and so that of time. Calls that are `frozen` keep what
 * they took; their price is what it would be.
 */
export function priceInOrder(
  book: ChargingBook,
  calls: readonly ChargeableCall[],
  standing: ReadonlyMap<CallKey, LastLines>,
  uses: PackageLedger,
  frozen: ReadonlySet<CallKey> = NONE_FROZEN,
): readonly PricedInOrder[] {
  return calls.map((call) => {
    const last = standing.get(call.callKey)
    const isFrozen = frozen.has(call.callKey)
    if (isFrozen) giveBack(last, uses)
    const priced = priceCall(book, call, uses)
    const taker = isFrozen ? standingSell(last) : priced.sell
    if (taker !== undefined) uses.take(taker)
    return { call, priced }
  })
}

const NONE_FROZEN: ReadonlySet<CallKey> = new Set()

/** Gives back what these calls have of their packages, but for frozen ones. */
export function giveBackAll(
  calls: readonly ChargeableCall[],
  standing: ReadonlyMap<CallKey, LastLines>,
  uses: PackageLedger,
  frozen: ReadonlySet<CallKey> = NONE_FROZEN,
): void {
  for (const { callKey } of calls) if (!frozen.has(callKey)) giveBack(standing.get(callKey), uses)
}

function giveBack(last: LastLines | undefined, uses: PackageLedger): void {
  const sell = standingSell(last)
  if (sell !== undefined) uses.giveBack(sell)
}

/** The charge to the account that stands, if one does. */
export function standingSell(last: LastLines | undefined) {
  return last?.sell !== undefined && isCharge(last.sell) ? last.sell : undefined
}
