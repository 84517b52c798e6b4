// How an amount came to be, step by step, in the order of the arithmetic. Steps carry values, not sentences: pages put
// the words around them in the reader's language.

import { type Decimal, formatDecimal, formatMoney, type PhoneDigits } from '@tollbook/kernel'
import { roundGrains } from './amounts.ts'
import { billedSeconds, incrementsOf } from './blocks.ts'
import { type CompiledDeck, termsOf } from './deck.ts'
import { candidates, findRate, rateAt } from './find-rate.ts'
import { exactGrains } from './rate-call.ts'

/** One step; `values` are plain text: digits, seconds, decimals. `amount` is money where the step yields some. */
export type TraceStep = {
  readonly kind: 'number' | 'match' | 'seconds' | 'price' | 'connect-fee' | 'rounding' | 'total'
  readonly values: Readonly<Record<string, string>>
  readonly amount: string | null
}

/** A priced call with the words only the caller knows. */
export type CallToExplain = {
  readonly digits: PhoneDigits
  readonly atMs: number
  readonly seconds: number
  /** The number as the PBX wrote it, and the name of the rule by which it was read. */
  readonly dialled: string
  readonly rule: string
  readonly destinationName: (destinationId: number) => string
}

/**
 * The trace of what `rateCall` does with the same deck and call. Without a rate it ends after the match step, whose
 * prefix is then '' and price absent. `price` amounts are shown with ten places, all others are exact.
 */
export function explainCall(deck: CompiledDeck, call: CallToExplain): readonly TraceStep[] {
  const number = step('number', { dialled: call.dialled, read: call.digits, rule: call.rule })
  const found = findRate(deck, call.digits, call.atMs)
  const candidates = candidatesOf(deck, call)
  const deckValues = { candidates, deck: deck.name, version: String(deck.version) }
  if (found < 0) return [number, step('match', { ...deckValues, prefix: '', destination: '' })]
  const rate = rateAt(deck, call.digits, found)
  const price = formatDecimal(rate.pricePerMinute)
  const billed = billedSeconds(call.seconds, rate)
  const exact = call.seconds === 0 ? 0n : exactGrains(deck, found, billed)
  const fee = call.seconds === 0 ? NOTHING : (rate.connectFee ?? NOTHING)
  const talk = exact - (call.seconds === 0 ? 0n : termsOf(deck, found).connectGrains)
  const total = formatMoney(roundGrains(exact, deck.scale))
  return [
    number,
    step('match', {
      ...deckValues,
      prefix: rate.prefix,
      destination: call.destinationName(rate.destinationId),
      pricePerMinute: price,
    }),
    step('seconds', {
      talked: String(call.seconds),
      firstBlock: String(rate.firstBlockS),
      increment: String(rate.incrementS),
      blocks: String(blocksOf(call.seconds, rate)),
      billed: String(billed),
    }),
    step('price', { billed: String(billed), pricePerMinute: price }, decimalOf(talk, deck)),
    ...(fee.units > 0n ? [step('connect-fee', { fee: formatDecimal(fee) }, formatDecimal(fee))] : []),
    step('rounding', { rule: deck.rounding, places: String(deck.places), exact: decimalOf(exact, deck) }, total),
    step('total', {}, total),
  ]
}

const NOTHING: Decimal = { units: 0n, scale: 0 }

function step(kind: TraceStep['kind'], values: Record<string, string>, amount: string | null = null): TraceStep {
  return { kind, values, amount }
}

/** Blocks charged: the first one (when there is one) and every increment begun. */
function blocksOf(seconds: number, rate: { firstBlockS: number; incrementS: number }): number {
  if (seconds === 0) return 0
  return (rate.firstBlockS > 0 ? 1 : 0) + incrementsOf(seconds, rate)
}

/** All that fit the number and hold, the least specific first; the default rate is written "*". */
function candidatesOf(deck: CompiledDeck, { digits, atMs }: CallToExplain): string {
  const holding = candidates(deck, digits, atMs).filter((candidate) => candidate.rate >= 0)
  return holding
    .map((candidate) => candidate.prefix)
    .reverse()
    .join(' ')
}

/** Grains as a decimal with at most ten places; a sixtieth that does not end is rounded there, for display only. */
function decimalOf(grains: bigint, deck: CompiledDeck): string {
  const tenPlaces = (grains * 10_000_000_000n * 2n + deck.scale.grainsPerUnit) / (deck.scale.grainsPerUnit * 2n)
  const shown: Decimal = { units: tenPlaces, scale: 10 }
  return formatDecimal(shown)
}
