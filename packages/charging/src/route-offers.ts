// What each carrier would ask for a call, beside what it is sold for. Pure.

import {
  currencyLetters,
  divideRounding,
  formatDecimal,
  type Micros,
  type PhoneDigits,
  subtractMoney,
} from '@tollbook/kernel'
import { type CompiledDeck, deckAt, matchRate, rateCall } from '@tollbook/rating'
import { buyTimelineOf, type ChargingBook } from './book.ts'
import type { Price } from './price-call.ts'

/** One way out: a trunk, or a carrier that none leads to (`trunkId` 0, '' as its name). */
export type RouteOffer = {
  readonly trunk: string
  readonly trunkId: number
  readonly carrier: string
  readonly deck: string
  readonly prefix: string
  /** Decimal text; undefined without a rate, as cost and margin are. */
  readonly pricePerMinute: string | undefined
  readonly cost: Micros | undefined
  /** ISO 4217 letters, of the carrier's deck. */
  readonly currency: string
  /** What is left of the price; undefined when there is none, or in another currency. */
  readonly margin: Micros | undefined
  /** Of the price, with one decimal; undefined when the price is zero. */
  readonly marginPercent: string | undefined
  readonly outcome: 'priced' | 'no-rate' | 'expired' | 'ambiguous' | 'no-deck'
}

/** Every trunk of a carrier and every carrier without one: the cheapest first, then those that name no price. */
export function routeOffers(
  book: ChargingBook,
  digits: PhoneDigits,
  call: { readonly atMs: number; readonly seconds: number },
  sell?: Price,
): readonly RouteOffer[] {
  const { trunksById, carriersById } = book.directory
  const trunks = [...trunksById.values()].filter((trunk) => carriersById.has(trunk.carrierId))
  const led = new Set(trunks.map((trunk) => trunk.carrierId))
  const others = [...carriersById.values()].filter((carrier) => !led.has(carrier.carrierId))
  const ways = [
    ...trunks.map(({ name, trunkId, carrierId }) => ({ trunk: name, trunkId, carrierId })),
    ...others.map(({ carrierId }) => ({ trunk: '', trunkId: 0, carrierId })),
  ]
  return ways.map((way) => offerOf(book, way, digits, call, sell)).sort(byCost)
}

type WayOut = { readonly trunk: string; readonly trunkId: number; readonly carrierId: number }

function offerOf(
  book: ChargingBook,
  { trunk, trunkId, carrierId }: WayOut,
  digits: PhoneDigits,
  { atMs, seconds }: { readonly atMs: number; readonly seconds: number },
  sell: Price | undefined,
): RouteOffer {
  const carrier = book.directory.carriersById.get(carrierId)!
  const timeline = buyTimelineOf(book, carrierId)
  const deck = timeline && deckAt(timeline, atMs)
  const base = { trunk, trunkId, carrier: carrier.name, deck: deck?.name ?? '', prefix: '', ...NO_PRICE }
  const currency = currencyLetters(deck?.currency ?? carrier.currencyNumber) ?? ''
  if (deck === undefined) return { ...base, currency, outcome: 'no-deck' }
  const rated = rateCall(deck, { digits, atMs, seconds })
  if (!rated.ok) return { ...base, currency, outcome: rated.error.kind }
  const cost = rated.value.amount
  return {
    ...base,
    prefix: rated.value.prefix,
    pricePerMinute: priceOf(deck, digits, atMs),
    cost,
    currency,
    ...(sell?.currency === deck.currency && marginOf(sell.amount, cost)),
    outcome: 'priced',
  }
}

const NO_PRICE = { pricePerMinute: undefined, cost: undefined, margin: undefined, marginPercent: undefined }

function priceOf(deck: CompiledDeck, digits: PhoneDigits, atMs: number): string | undefined {
  const rate = matchRate(deck, digits, atMs)
  return rate.ok ? formatDecimal(rate.value.pricePerMinute) : undefined
}

function marginOf(price: Micros, cost: Micros) {
  const margin = subtractMoney(price, cost)
  if (price === 0n) return { margin, marginPercent: undefined }
  // In tenths of a per cent.
  const units = divideRounding(margin * 1000n, price, 'half-up')
  return { margin, marginPercent: formatDecimal({ units, scale: 1 }) }
}

function byCost(a: RouteOffer, b: RouteOffer): number {
  if (a.cost === undefined || b.cost === undefined) return Number(a.cost === undefined) - Number(b.cost === undefined)
  if (a.cost !== b.cost) return a.cost < b.cost ? -1 : 1
  return a.trunkId - b.trunkId
}
