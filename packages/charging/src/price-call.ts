// What one call costs its account and what it costs us, or why it cannot be told. Pure; the only place that says which
// calls are billable.

import { type Call, DIRECTION, UNRATED } from '@tollbook/calls'
import { type Micros, type PhoneDigits, toPhoneDigits } from '@tollbook/kernel'
import { type CompiledDeck, rateCall } from '@tollbook/rating'
import { buyDeckOf, type ChargingBook, sellDeckOf } from './book.ts'

/** What pricing needs of a call. */
export type ChargeableCall = Pick<
  Call,
  | 'callKey'
  | 'openedAtMs'
  | 'startedAtMs'
  | 'answeredAtMs'
  | 'billS'
  | 'toNumber'
  | 'accountcode'
  | 'accountId'
  | 'carrierId'
  | 'direction'
>

/** Why a billable call has no charge, as kept in the database. */
export type UnratedReason = (typeof UNRATED)[keyof typeof UNRATED]

/** One side of a priced call: who pays or is paid, how much, and by which version of which deck. */
export type Price = {
  readonly partyId: number
  readonly deckId: number
  readonly deckVersion: number
  readonly destinationId: number
  readonly prefix: string
  readonly seconds: number
  readonly billedS: number
  readonly currency: number
  readonly amount: Micros
}

/** Exactly one of `sell` and `unrated` is there when the call is billable, neither when it is free by rule. */
export type PricedCall = {
  readonly sell: Price | undefined
  readonly buy: Price | undefined
  readonly unrated: UnratedReason | undefined
}

/**
 * Prices a call on both sides at the instant it was answered. Billable is what somebody talked on its way out: outbound,
 * transit, or of unknown direction with an account code. Inbound and internal calls are free by rule, which is not the
 * same as unrated. A carrier's side without a rate has no charge and is not counted as unrated: its cost is unknown.
 */
export function priceCall(book: ChargingBook, call: ChargeableCall): PricedCall {
  if (!isBillable(call)) return FREE
  const digits = toPhoneDigits(call.toNumber, book.directory.plan)
  const leftByTrunk = call.direction === DIRECTION.outbound || call.direction === DIRECTION.transit
  const buyDeck = leftByTrunk ? buyDeckOf(book, call.carrierId) : undefined
  const buy = digits && buyDeck ? priceBy(buyDeck, call, digits, call.carrierId) : undefined
  if (call.accountId === 0) return { sell: undefined, buy, unrated: UNRATED.noAccount }
  if (digits === undefined) return { sell: undefined, buy, unrated: UNRATED.notANumber }
  const sellDeck = sellDeckOf(book, call.accountId)
  if (sellDeck === undefined) return { sell: undefined, buy, unrated: UNRATED.noDeck }
  const sell = priceBy(sellDeck, call, digits, call.accountId)
  return { sell, buy, unrated: sell === undefined ? UNRATED.noRate : undefined }
}

const FREE: PricedCall = { sell: undefined, buy: undefined, unrated: undefined }

function isBillable(call: ChargeableCall): boolean {
  if (call.billS <= 0) return false
  const { direction } = call
  if (direction === DIRECTION.outbound || direction === DIRECTION.transit) return true
  return direction === DIRECTION.unknown && call.accountcode !== ''
}

function priceBy(deck: CompiledDeck, call: ChargeableCall, digits: PhoneDigits, partyId: number): Price | undefined {
  const atMs = call.answeredAtMs ?? call.startedAtMs
  const rated = rateCall(deck, { digits, atMs, seconds: call.billS })
  if (!rated.ok) return undefined
  const { prefix, destinationId, billedSeconds, amount } = rated.value
  return {
    partyId,
    deckId: deck.deckId,
    deckVersion: deck.version,
    destinationId,
    prefix,
    seconds: call.billS,
    billedS: billedSeconds,
    currency: deck.currency,
    amount,
  }
}
