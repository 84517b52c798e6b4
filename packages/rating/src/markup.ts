// A buy deck made into a sell deck: every amount of money in it raised by a rule. Numbers, windows and blocks stay, so
// that what a call costs and what it is sold for are always found at the same rate.

import { assert, type Decimal, divideRounding } from '@tollbook/kernel'
import { amountScale } from './amounts.ts'
import type { CompiledDeck } from './deck.ts'
import type { Rate } from './rate.ts'
import { compileTerms, finestPlaces, flatTerms } from './terms.ts'

/** `markup`: cost plus per cent of the cost. `margin`: so that per cent of the price is left. Then the absolute parts. */
export type Markup = {
  readonly kind: 'none' | 'markup' | 'margin'
  readonly percent: Decimal
  /** Added to every price per minute, those of tiers too. */
  readonly perMinute: Decimal
  /** Added to the connect fee. */
  readonly perCall: Decimal
  /** Decimal places to which every new amount is rounded, half up; 0 to 10. */
  readonly places: number
}

/**
 * The deck with every price, fee, minimum and maximum raised by `markup` and rounded half up to its places. Shares the
 * tree and the columns of `deck`: only its distinct prices are made anew. A price of zero stays zero but for `perMinute`.
 */
export function markedUp(deck: CompiledDeck, markup: Markup): CompiledDeck {
  if (markup.kind === 'none') return deck
  let kept = made.get(deck)
  if (kept === undefined || kept.size >= MARKUPS_KEPT) {
    kept = new Map()
    made.set(deck, kept)
  }
  const key = keyOf(markup)
  const known = kept.get(key)
  if (known !== undefined) return known
  const sold = withMarkup(deck, markup)
  kept.set(key, sold)
  return sold
}

// A plan is compiled again whenever anything of its tenant changes, its decks seldom are: what was made of a deck is kept
// as long as the deck. A cache only, and bounded: some plans sell one deck at several markups, none at hundreds.
const MARKUPS_KEPT = 64
const made = new WeakMap<CompiledDeck, Map<string, CompiledDeck>>()

function keyOf({ kind, percent, perMinute, perCall, places }: Markup): string {
  const amounts = [percent, perMinute, perCall].map(({ units, scale }) => `${units}e-${scale}`)
  return [kind, ...amounts, places].join(' ')
}

function withMarkup(deck: CompiledDeck, markup: Markup): CompiledDeck {
  const samples = deck.columns.samples.map((rate) => markedUpRate(rate, markup))
  const finest = samples.reduce((most, rate) => Math.max(most, finestPlaces(rate)), 0)
  const scale = amountScale(finest, deck.rounding, deck.places)
  const terms = samples.map((rate) => compileTerms(rate, scale, deck.quirks))
  return Object.freeze({
    ...deck,
    scale,
    columns: Object.freeze({ ...deck.columns, samples, terms, flat: flatTerms(terms) }),
  })
}

function markedUpRate(rate: Rate, markup: Markup): Rate {
  const price = (amount: Decimal) => raised(amount, markup, markup.perMinute)
  const fee = (amount: Decimal) => raised(amount, markup, NOTHING)
  const { disconnectFee, minimumCharge, maximumCharge, tiers, extras } = rate
  return {
    ...rate,
    pricePerMinute: price(rate.pricePerMinute),
    connectFee: raised(rate.connectFee ?? NOTHING, markup, markup.perCall),
    ...(disconnectFee && { disconnectFee: fee(disconnectFee) }),
    ...(minimumCharge && { minimumCharge: fee(minimumCharge) }),
    ...(maximumCharge && { maximumCharge: fee(maximumCharge) }),
    ...(tiers && {
      tiers: tiers.map((t) => ({ ...t, pricePerMinute: price(t.pricePerMinute), entryFee: fee(t.entryFee) })),
    }),
    ...(extras && { extras: { ...extras, blockCharge: fee(extras.blockCharge) } }),
  }
}

const NOTHING: Decimal = { units: 0n, scale: 0 }

/** `amount` times the factor, plus `added`, in one exact fraction that is rounded once. */
function raised(amount: Decimal, { kind, percent, places }: Markup, added: Decimal): Decimal {
  const hundred = 100n * 10n ** BigInt(percent.scale)
  const factor = kind === 'markup' ? hundred + percent.units : hundred
  const divisor = kind === 'markup' ? hundred : hundred - percent.units
  assert(factor >= 0n && divisor > 0n, 'a markup of at least -100 %, a margin below 100 %')
  const bottom = divisor * 10n ** BigInt(amount.scale)
  const addedBottom = 10n ** BigInt(added.scale)
  const top = amount.units * factor * addedBottom + added.units * bottom
  const units = divideRounding(top * 10n ** BigInt(places), bottom * addedBottom, 'half-up')
  return { units, scale: places }
}
