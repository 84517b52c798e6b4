// A rate deck made ready for rating: prefixes in a tree, rates in columns. Immutable once compiled, so that a change
// of tariff is a new deck swapped in whole. Knows digits, instants and prices; knows no database and no account.

import type { Rounding } from '@tollbook/kernel'
import type { AmountScale } from './amounts.ts'
import type { DialPattern } from './dial-pattern.ts'
import type { DigitTrie } from './digit-trie.ts'
import type { PatternBlock } from './pattern-block.ts'
import type { Quirks } from './quirks.ts'
import type { Rate } from './rate.ts'
import type { CompiledTerms } from './terms.ts'
import type { TimeWindow } from './time-window.ts'
import type { WindowTimeline } from './window-timeline.ts'

/** What holds for a whole deck. */
export type DeckTerms = {
  /** ISO 4217 number. */
  readonly currency: number
  readonly rounding: Rounding
  /** Decimal places of every amount, 0 to 6. */
  readonly places: number
  /** IANA zone of its windows and holidays; absent = UTC. */
  readonly zone?: string
  /** Whether a call keeps the window it starts in, or is priced anew where a window ends. */
  readonly windowChoice?: 'start' | 'split'
  readonly mode?: 'plain' | 'a2billing'
  /** Of an a2billing deck: those that are off are named with false. */
  readonly quirks?: Partial<Quirks>
  readonly windows?: readonly TimeWindow[]
  /** YYYY-MM-DD, or MM-DD for every year. */
  readonly holidays?: readonly string[]
  /** Which stored deck this is, for charges and traces; 0 and '' when it is not a stored one. */
  readonly deckId?: number
  readonly version?: number
  readonly name?: string
}

/** A deck ready for `rateCall`. Its columns are the business of this package. */
export type CompiledDeck = Required<Omit<DeckTerms, 'quirks'>> & {
  /** How many rates it holds. */
  readonly size: number
  /** All quirks, said one by one; in a plain deck all are off. */
  readonly quirks: Quirks
  readonly scale: AmountScale
  readonly columns: RateColumns
}

/**
 * Rates in order of prefix, those of one prefix (or pattern) together: first the window of higher priority, then what
 * began later, so that the first that holds is the one chosen. A prefix goes by the number of its first rate, its "head".
 */
export type RateColumns = {
  readonly trie: DigitTrie
  /** The rate of last resort; -1 = none. */
  readonly defaultHead: number
  /** Four numbers a rate, side by side so that one look-up costs one line of cache: see the words below. */
  readonly words: Int32Array
  /** For a head: that of the next less specific prefix or pattern; -1 = none. */
  readonly links: Int32Array
  /** What the span numbers in `words` mean: in force from, and until (exclusive). Few are distinct. */
  readonly spanFromMs: Float64Array
  readonly spanToMs: Float64Array
  /** By number of rate, for rates of patterns. */
  readonly patterns: ReadonlyMap<number, DialPattern>
  /** By head of a pattern: where it stands among those with the same fixed digits. */
  readonly patternPlaces: ReadonlyMap<number, PatternPlace>
  /** Distinct prices and conditions, and a rate that has them; few are distinct, however long the deck. */
  readonly terms: readonly CompiledTerms[]
  readonly samples: readonly Rate[]
  /** The flat ones among `terms`, for rating by the million: see `flatTerms`. */
  readonly flat: Float64Array
  readonly timeline: WindowTimeline | undefined
  /** A2Billing's order among prefixes and patterns; only set where there are patterns, for else it is ours. */
  readonly longestTextFirst: boolean
  /** By window: the other windows of equal priority, as bits. */
  readonly rivals: Int32Array
}

export type PatternPlace = { readonly block: PatternBlock; readonly place: number }

/** Words of a rate in `RateColumns.words`. */
export const WORDS = 4
export const TERMS_WORD = 0
export const DESTINATION_WORD = 1
export const SPAN_WORD = 2
export const FLAGS_WORD = 3

/** The flags: window in the lowest five bits, then these, then the length of the prefix. */
export const WINDOW_BITS = 31
/** The last rate of its prefix. */
export const LAST = 1 << 5
export const IS_PATTERN = 1 << 6
export const IS_DEFAULT = 1 << 7
export const LENGTH_SHIFT = 8

/** Prices and conditions of rate number `rate`. */
export function termsOf({ columns }: CompiledDeck, rate: number): CompiledTerms {
  return columns.terms[columns.words[rate * WORDS + TERMS_WORD]!]!
}

/** Destination of rate number `rate`. */
export function destinationOf({ columns }: CompiledDeck, rate: number): number {
  return columns.words[rate * WORDS + DESTINATION_WORD]!
}

/** Window of rate number `rate`; 0 = always. */
export function windowOf({ columns }: CompiledDeck, rate: number): number {
  return columns.words[rate * WORDS + FLAGS_WORD]! & WINDOW_BITS
}

/** The prefix or pattern of rate number `rate`, which is known to fit `digits`; '*' for the default rate. */
export function prefixOf({ columns }: CompiledDeck, digits: string, rate: number): string {
  const flags = columns.words[rate * WORDS + FLAGS_WORD]!
  if ((flags & (IS_PATTERN | IS_DEFAULT)) === 0) return digits.slice(0, flags >>> LENGTH_SHIFT)
  return (flags & IS_DEFAULT) !== 0 ? '*' : columns.patterns.get(rate)!.text
}
