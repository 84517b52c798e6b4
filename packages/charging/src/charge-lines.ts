// Which lines a call's charges still need, given what stands. Pure.
//
// A call has a line for itself and one for each of its segments. The rows of one line and side form a history by revision: an even revision is a charge, the odd one after it takes
// it back. So a charge stands when the highest revision is even, and nothing stands when it is odd or absent. Keys follow
// from the history alone: settling the same call again finds that what stands is right and adds nothing.

import { type CallKey, negateMoney } from '@tollbook/kernel'
import type { ChargeableCall, Price, PricedCall } from './price-call.ts'

export const CHARGE_SIDE = { sell: 1, buy: 2 } as const
export type ChargeSide = (typeof CHARGE_SIDE)[keyof typeof CHARGE_SIDE]

/** A row of table charge; seconds and amount are negative when it takes another one back. */
export type ChargeLine = Price & {
  readonly callKey: CallKey
  readonly openedAtMs: number
  readonly side: ChargeSide
  readonly line: number
  readonly revision: number
}

/** The last line of each side of one part of a call. */
export type LastLines = { readonly sell?: ChargeLine; readonly buy?: ChargeLine }

/** A line of a call as a key: the call's own for the first, of which there are a million, and longer for the others. */
export function partKey({ callKey, line }: Pick<ChargeLine, 'callKey' | 'line'>): string {
  return line === 1 ? callKey : `${callKey}/${line}`
}

/** What stands of each part of some calls, by `partKey`. */
export type Standing = ReadonlyMap<string, LastLines>

const NO_LINES: readonly ChargeLine[] = []

/** Lines to append so that what stands is what the call costs now; none when it is so already. */
export function chargeLines(call: ChargeableCall, priced: PricedCall, last: LastLines): readonly ChargeLine[] {
  const sell = sideLines(call, CHARGE_SIDE.sell, priced.sell, last.sell)
  const buy = sideLines(call, CHARGE_SIDE.buy, priced.buy, last.buy)
  return sell.length === 0 ? buy : buy.length === 0 ? sell : [...sell, ...buy]
}

function sideLines(
  call: ChargeableCall,
  side: ChargeSide,
  price: Price | undefined,
  last: ChargeLine | undefined,
): readonly ChargeLine[] {
  if (last === undefined) return price === undefined ? NO_LINES : [chargeOf(call, side, price, 0)]
  const stands = isCharge(last)
  if (stands && price !== undefined && isSamePrice(last, price)) return []
  const reversal = stands ? [reversalOf(last)] : []
  const next = last.revision + reversal.length + 1
  return price === undefined ? reversal : [...reversal, chargeOf(call, side, price, next)]
}

/** Field by field: two objects spread into a third cost a microsecond. */
function chargeOf(call: ChargeableCall, side: ChargeSide, price: Price, revision: number): ChargeLine {
  return {
    callKey: call.callKey,
    openedAtMs: call.openedAtMs,
    side,
    line: call.line,
    revision,
    partyId: price.partyId,
    deckId: price.deckId,
    deckVersion: price.deckVersion,
    destinationId: price.destinationId,
    prefix: price.prefix,
    seconds: price.seconds,
    billedS: price.billedS,
    currency: price.currency,
    amount: price.amount,
    planId: price.planId,
    freeS: price.freeS,
    packageId: price.packageId,
    packageFrom: price.packageFrom,
  }
}

/** True for a charge, false for the line that takes one back. */
export function isCharge(line: Pick<ChargeLine, 'revision'>): boolean {
  return line.revision % 2 === 0
}

function reversalOf(line: ChargeLine): ChargeLine {
  return {
    ...line,
    revision: line.revision + 1,
    seconds: -line.seconds,
    billedS: -line.billedS,
    amount: negateMoney(line.amount),
    freeS: -line.freeS,
  }
}

/** A newer version of the deck that says the same is no reason to charge anew. */
export function isSamePrice(a: Price, b: Price): boolean {
  return (
    a.amount === b.amount &&
    a.seconds === b.seconds &&
    a.billedS === b.billedS &&
    a.partyId === b.partyId &&
    a.currency === b.currency &&
    a.destinationId === b.destinationId &&
    a.prefix === b.prefix &&
    a.freeS === b.freeS &&
    a.packageId === b.packageId &&
    a.packageFrom === b.packageFrom
  )
}
