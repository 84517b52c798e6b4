// Prices of a batch of calls one after the other, so that each finds what the calls before it left of the packages.
// Pure. What the batch took before is given back first (`giveBackAll`): then it comes to the same prices again.

import type { ChargingBook } from './book.ts'
import { isCharge, type LastLines, partKey, type Standing } from './charge-lines.ts'
import type { PackageLedger } from './package-uses.ts'
import { type ChargeableCall, type PricedCall, priceCall } from './price-call.ts'

export type PricedInOrder = { readonly call: ChargeableCall; readonly priced: PricedCall }

/**
 * Prices parts of calls in the order given, which is that of their keys and so that of time. Parts that are `frozen` keep
 * what they took; their price is what it would be.
 */
export function priceInOrder(
  book: ChargingBook,
  calls: readonly ChargeableCall[],
  standing: Standing,
  uses: PackageLedger,
  frozen: ReadonlySet<string> = NONE_FROZEN,
): readonly PricedInOrder[] {
  return calls.map((call) => {
    const key = partKey(call)
    const last = standing.get(key)
    const isFrozen = frozen.has(key)
    if (isFrozen) giveBack(last, uses)
    const priced = priceCall(book, call, uses)
    const taker = isFrozen ? standingSell(last) : priced.sell
    if (taker !== undefined) uses.take(taker)
    return { call, priced }
  })
}

const NONE_FROZEN: ReadonlySet<string> = new Set()

/** Gives back what these calls have of their packages, but for frozen ones. */
export function giveBackAll(
  calls: readonly ChargeableCall[],
  standing: Standing,
  uses: PackageLedger,
  frozen: ReadonlySet<string> = NONE_FROZEN,
): void {
  for (const call of calls) {
    const key = partKey(call)
    if (!frozen.has(key)) giveBack(standing.get(key), uses)
  }
}

function giveBack(last: LastLines | undefined, uses: PackageLedger): void {
  const sell = standingSell(last)
  if (sell !== undefined) uses.giveBack(sell)
}

/** The charge to the account that stands, if one does. */
export function standingSell(last: LastLines | undefined) {
  return last?.sell !== undefined && isCharge(last.sell) ? last.sell : undefined
}
