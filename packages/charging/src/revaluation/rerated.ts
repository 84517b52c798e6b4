// What a rerate does with a batch of priced calls: which lines are appended, which calls are only proposed for credit,
// and what changes for whom. Pure: the count and the charging look at the same answer.

import { type CallKey, ZERO } from '@tollbook/kernel'
import { CHARGE_SIDE, type ChargeLine, chargeLines, isCharge, type LastLines } from '../charge-lines.ts'
import type { Price, PricedCall } from '../price-call.ts'
import { type PricedInOrder, standingSell } from '../price-in-order.ts'
import type { UnratedCall, UnratedReasons } from '../unrated-calls.ts'
import type { Proposed } from './credit-proposals.ts'
import type { SumPart, ValueSums } from './value-sums.ts'

export type Standing = ReadonlyMap<CallKey, LastLines>

export type Rerated = {
  readonly lines: readonly ChargeLine[]
  readonly unrated: readonly UnratedCall[]
  /** Opening instants of calls whose charges or notes change. */
  readonly touched: readonly { readonly openedAtMs: number }[]
  /** How many those are, with the ones that are only proposed. */
  readonly changed: number
  readonly proposed: readonly Proposed[]
  /** On an invoice, and cost what they were charged. */
  readonly settled: readonly ChargeLine[]
}

/** `invoices`: the invoice of each call that stands on one. What changes for whom is added to `sums`. */
export function rerated(
  calls: readonly PricedInOrder[],
  standing: Standing,
  invoices: ReadonlyMap<CallKey, string>,
  notes: UnratedReasons,
  sums: ValueSums,
): Rerated {
  const lines: ChargeLine[] = []
  const unrated: UnratedCall[] = []
  const touched: { openedAtMs: number }[] = []
  const proposed: Proposed[] = []
  const settled: ChargeLine[] = []
  let changed = 0
  for (const { call, priced } of calls) {
    const last = standing.get(call.callKey) ?? NONE
    const invoiceId = invoices.get(call.callKey)
    const kept = invoiceId === undefined ? undefined : standingSell(last)
    if (kept !== undefined && invoiceId !== undefined) {
      const wouldBe = priced.sell?.amount ?? ZERO
      if (wouldBe === kept.amount) settled.push(kept)
      else proposed.push({ line: kept, invoiceId, wouldBe })
    }
    const wanted: PricedCall = kept === undefined ? priced : { sell: kept, buy: priced.buy, unrated: undefined }
    const added = chargeLines(call, wanted, last)
    const note = notes.get(call.callKey)
    if (wanted.unrated !== undefined) unrated.push({ call, reason: wanted.unrated })
    for (const line of added) lines.push(line)
    const isTouched = added.length > 0 || wanted.unrated !== note
    if (isTouched) touched.push(call)
    if (isTouched || (kept !== undefined && proposed.at(-1)?.line === kept)) changed++
    addSums(sums, added, last, wanted, note)
  }
  return { lines, unrated, touched, changed, proposed, settled }
}

const NONE: LastLines = {}

function addSums(
  sums: ValueSums,
  added: readonly ChargeLine[],
  last: LastLines,
  wanted: PricedCall,
  note: number | undefined,
): void {
  if (added.some((line) => line.side === CHARGE_SIDE.sell)) {
    addSide(sums, 'account', standingSell(last), wanted.sell)
    const { sell } = wanted
    if (note !== undefined && sell !== undefined) {
      const { currency, seconds, amount } = sell
      sums.add({ part: 'reason', key: String(note), currency, seconds, old: undefined, new: amount })
    }
  }
  if (added.some((line) => line.side === CHARGE_SIDE.buy)) {
    addSide(sums, 'carrier', last.buy !== undefined && isCharge(last.buy) ? last.buy : undefined, wanted.buy)
  }
}

/** One call on one side; where it goes to another party or currency it counts for both. */
function addSide(sums: ValueSums, part: SumPart, old: Price | undefined, now: Price | undefined): void {
  const one = old !== undefined && now !== undefined && old.partyId === now.partyId && old.currency === now.currency
  const add = (who: Price, before: Price | undefined, after: Price | undefined) =>
    sums.add({
      part,
      key: String(who.partyId),
      currency: who.currency,
      seconds: who.seconds,
      old: before?.amount,
      new: after?.amount,
    })
  if (one) add(now, old, now)
  else {
    if (old !== undefined) add(old, old, undefined)
    if (now !== undefined) add(now, undefined, now)
  }
}
