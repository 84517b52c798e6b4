// What a rerate does with a batch of priced calls: which lines are appended, which calls are only proposed for credit,
// and what changes for whom. Pure: the count and the charging look at the same answer.

import { addMoney, ZERO } from '@tollbook/kernel'
import {
  CHARGE_SIDE,
  type ChargeLine,
  chargeLines,
  isCharge,
  type LastLines,
  partKey,
  type Standing,
} from '../charge-lines.ts'
import type { Price, PricedCall, UnratedReason } from '../price-call.ts'
import { type PricedInOrder, standingSell } from '../price-in-order.ts'
import type { UnratedCall, UnratedReasons } from '../unrated-calls.ts'
import type { ProposalKey, Proposed } from './credit-proposals.ts'
import type { SumPart, ValueSums } from './value-sums.ts'

export type Rerated = {
  readonly lines: readonly ChargeLine[]
  readonly unrated: readonly UnratedCall[]
  /** Opening instants of calls whose charges or notes change. */
  readonly touched: readonly { readonly openedAtMs: number }[]
  /** How many those are, with the ones that are only proposed. */
  readonly changed: number
  readonly proposed: readonly Proposed[]
  /** On an invoice, and cost what they were charged. */
  readonly settled: readonly ProposalKey[]
}

/**
 * `calls`: all parts of each call, one after the other. `invoices`: the invoice of each part that stands on one. What
 * changes for whom is added to `sums`.
 */
export function rerated(
  calls: readonly PricedInOrder[],
  standing: Standing,
  invoices: ReadonlyMap<string, string>,
  notes: UnratedReasons,
  sums: ValueSums,
): Rerated {
  const lines: ChargeLine[] = []
  const unrated: UnratedCall[] = []
  const touched: { openedAtMs: number }[] = []
  const proposed: Proposed[] = []
  const settled: ProposalKey[] = []
  let changed = 0
  for (let i = 0; i < calls.length; ) {
    const { call } = calls[i]!
    const note = notes.get(call.callKey)
    const before = lines.length
    const onInvoice: Proposed[] = []
    let reason: UnratedReason | undefined
    for (; calls[i]?.call.callKey === call.callKey; i++) {
      const { call: part, priced } = calls[i]!
      const last = standing.get(partKey(part)) ?? NONE
      const invoiceId = invoices.get(partKey(part))
      const kept = invoiceId === undefined ? undefined : standingSell(last)
      if (kept !== undefined && invoiceId !== undefined) addProposed(onInvoice, kept, invoiceId, priced)
      const wanted: PricedCall = kept === undefined ? priced : { sell: kept, buy: priced.buy, unrated: undefined }
      const added = chargeLines(part, wanted, last)
      if (wanted.unrated !== undefined) unrated.push({ call: part, reason: wanted.unrated })
      reason ??= wanted.unrated
      for (const line of added) lines.push(line)
      addSums(sums, added, last, wanted, note)
    }
    const differ = onInvoice.filter((one) => one.charged !== one.wouldBe)
    for (const one of onInvoice) (one.charged === one.wouldBe ? settled : proposed).push(one)
    const isTouched = lines.length > before || reason !== note
    if (isTouched) touched.push(call)
    if (isTouched || differ.length > 0) changed++
  }
  return { lines, unrated, touched, changed, proposed, settled }
}

const NONE: LastLines = {}

/** An account that pays for two parts of a call has one proposal for both. */
function addProposed(to: Proposed[], kept: ChargeLine, invoiceId: string, { sell }: PricedCall): void {
  const { partyId: accountId, callKey, openedAtMs, currency, amount } = kept
  const wouldBe = sell?.amount ?? ZERO
  const at = to.findIndex((one) => one.accountId === accountId)
  const one = to[at]
  if (one === undefined) to.push({ accountId, callKey, openedAtMs, currency, invoiceId, charged: amount, wouldBe })
  else to[at] = { ...one, charged: addMoney(one.charged, amount), wouldBe: addMoney(one.wouldBe, wouldBe) }
}

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
    if (note !== undefined && sell !== undefined && standingSell(last) === undefined) {
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
