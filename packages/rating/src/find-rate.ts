// Which rate of a deck prices a number at an instant, and which others it was chosen from.
// The most specific prefix or pattern that has a rate holding then; among its rates, by window and then by date.

import { err, ok, type PhoneDigits, type Result } from '@tollbook/kernel'
import {
  type CompiledDeck,
  destinationOf,
  FLAGS_WORD,
  IS_PATTERN,
  LAST,
  LENGTH_SHIFT,
  prefixOf,
  type RateColumns,
  SPAN_WORD,
  TERMS_WORD,
  WINDOW_BITS,
  WORDS,
  windowOf,
} from './deck.ts'
import { longestHead } from './digit-trie.ts'
import { nextFitting } from './pattern-block.ts'
import type { Rate } from './rate.ts'
import { nextWindowChange, windowMask } from './window-timeline.ts'

/** What `findRate` answers when it finds no rate. */
export const NO_RATE = -1
export const EXPIRED = -2
export const AMBIGUOUS = -3

/** Why a number has no price. Never to be read as "free". */
export type NoRate = {
  /**
   * `no-rate`: nothing fits the number. `expired`: something does, but none of it holds at that instant (no longer, not
   * yet, or in none of its windows). `ambiguous`: two that differ fit equally well.
   */
  readonly kind: 'no-rate' | 'expired' | 'ambiguous'
  readonly digits: PhoneDigits
}

/**
 * Number of the rate for `digits` at the instant `atMs`, or one of the three reasons above, all below zero. Allocates
 * nothing, save the first time a day is asked about.
 */
export function findRate(deck: CompiledDeck, digits: string, atMs: number): number {
  const found = findOwnRate(deck, digits, atMs)
  if (found >= 0 || found === AMBIGUOUS || deck.columns.defaultHead < 0) return found
  return findDefaultRate(deck, digits, atMs)
}

/** As `findRate`, without the default rate. */
export function findOwnRate({ columns }: CompiledDeck, digits: string, atMs: number): number {
  const head = longestHead(columns.trie, digits)
  return columns.longestTextFirst
    ? byLengthOfText(columns, head, digits, atMs)
    : mostSpecific(columns, head, digits, atMs)
}

/** The default rate, or why there is none: it fits every number. */
export function findDefaultRate({ columns }: CompiledDeck, _digits: string, atMs: number): number {
  if (columns.defaultHead < 0) return NO_RATE
  const found = rateOfPrefix(columns, columns.defaultHead, atMs)
  return found === NO_RATE ? EXPIRED : found
}

function mostSpecific(columns: RateColumns, longest: number, digits: string, atMs: number): number {
  let reason = NO_RATE
  for (let head = fitting(columns, longest, digits); head >= 0; ) {
    const found = rateOfPrefix(columns, head, atMs)
    const isPattern = (columns.words[head * WORDS + FLAGS_WORD]! & IS_PATTERN) !== 0
    if (found === AMBIGUOUS) return found
    if (found >= 0) return !isPattern || equalsAgree(columns, head, found, digits, atMs) ? found : AMBIGUOUS
    reason = EXPIRED
    head = fitting(columns, columns.links[head]!, digits)
  }
  return reason
}

/** `head` or the first after it that fits: prefixes on the way of the tree do, patterns have to be asked. */
function fitting({ words, patternPlaces }: RateColumns, head: number, digits: string): number {
  let at = head
  while (at >= 0 && (words[at * WORDS + FLAGS_WORD]! & IS_PATTERN) !== 0) {
    const { block, place } = patternPlaces.get(at)!
    const fits = nextFitting(block, place, digits)
    if (fits >= 0) return block.heads[fits]!
    at = block.next
  }
  return at
}

/** The first rate of a prefix that holds: NO_RATE when none does, AMBIGUOUS when two windows claim the instant. */
function rateOfPrefix(columns: RateColumns, head: number, atMs: number): number {
  const { words, timeline } = columns
  let mask = 1
  let known = timeline === undefined
  for (let rate = head; ; rate++) {
    const flags = words[rate * WORDS + FLAGS_WORD]!
    const window = flags & WINDOW_BITS
    if (window !== 0 && !known) {
      mask = windowMask(timeline!, atMs)
      known = true
    }
    if (((mask >>> window) & 1) !== 0 && isInForce(columns, rate, atMs)) {
      const isRivalled = window !== 0 && (columns.rivals[window]! & mask) !== 0 && (flags & LAST) === 0
      return isRivalled && !rivalsAgree(columns, rate, mask, atMs) ? AMBIGUOUS : rate
    }
    if ((flags & LAST) !== 0) return NO_RATE
  }
}

function isInForce({ words, spanFromMs, spanToMs }: RateColumns, rate: number, atMs: number): boolean {
  const span = words[rate * WORDS + SPAN_WORD]!
  return spanFromMs[span]! <= atMs && atMs < spanToMs[span]!
}

/** Whether every other window of equal priority that holds too would charge the same as `chosen`. */
function rivalsAgree(columns: RateColumns, chosen: number, mask: number, atMs: number): boolean {
  const { words, rivals } = columns
  const chosenWindow = words[chosen * WORDS + FLAGS_WORD]! & WINDOW_BITS
  const claimants = rivals[chosenWindow]! & mask
  let settled = chosenWindow
  for (let rate = chosen; (words[rate * WORDS + FLAGS_WORD]! & LAST) === 0; ) {
    rate++
    const window = words[rate * WORDS + FLAGS_WORD]! & WINDOW_BITS
    if (window === settled || ((claimants >>> window) & 1) === 0 || !isInForce(columns, rate, atMs)) continue
    if (words[rate * WORDS + TERMS_WORD] !== words[chosen * WORDS + TERMS_WORD]) return false
    settled = window // the older rates of that window do not count
  }
  return true
}

/** Whether all that are as specific as the pattern `head`, fit and hold, would charge the same as `chosen`. */
function equalsAgree(columns: RateColumns, head: number, chosen: number, digits: string, atMs: number): boolean {
  const { block, place } = columns.patternPlaces.get(head)!
  const { heads, ranks, isNextEqual, next } = block
  const agrees = (other: number) => {
    const rate = rateOfPrefix(columns, other, atMs)
    return rate === NO_RATE || sameTerms(columns, rate, chosen)
  }
  for (let at = nextFitting(block, place + 1, digits); at >= 0; at = nextFitting(block, at + 1, digits)) {
    if (ranks[at] !== ranks[place]) return true
    if (!agrees(heads[at]!)) return false
  }
  return !isNextEqual || ranks[place] !== ranks.at(-1) || agrees(next)
}

function sameTerms({ words }: RateColumns, a: number, b: number): boolean {
  return a >= 0 && b >= 0 && words[a * WORDS + TERMS_WORD] === words[b * WORDS + TERMS_WORD]
}

/** A2Billing's order: of all that fit and hold, the one whose text has most characters. */
function byLengthOfText(columns: RateColumns, longest: number, digits: string, atMs: number): number {
  const { words, links, patterns } = columns
  let best = NO_RATE
  let bestLength = -1
  for (let head = fitting(columns, longest, digits); head >= 0; head = fitting(columns, links[head]!, digits)) {
    const found = rateOfPrefix(columns, head, atMs)
    const length = patterns.get(head)?.text.length ?? words[head * WORDS + FLAGS_WORD]! >>> LENGTH_SHIFT
    if (found === NO_RATE) {
      if (best === NO_RATE) best = EXPIRED
    } else if (length > bestLength) {
      best = found
      bestLength = length
    } else if (length === bestLength && !sameTerms(columns, found, best)) best = AMBIGUOUS
  }
  return best
}

/** An instant after `atMs` until which the same windows hold; infinite when the deck has none. */
export function nextBoundary({ columns }: CompiledDeck, atMs: number): number {
  return columns.timeline === undefined ? Number.POSITIVE_INFINITY : nextWindowChange(columns.timeline, atMs)
}

/** One that fits a number, whether or not it holds. */
export type Candidate = {
  /** Digits, a pattern, or '*' for the default rate. */
  readonly prefix: string
  /** The rate it would give; below zero when it gives none: NO_RATE or AMBIGUOUS. */
  readonly rate: number
}

/** All that fit `digits`, the most specific first, the default rate last. For traces, not for rating. */
export function candidates(deck: CompiledDeck, digits: string, atMs: number): readonly Candidate[] {
  const { columns } = deck
  const found: Candidate[] = []
  const take = (head: number) =>
    found.push({ prefix: prefixOf(deck, digits, head), rate: rateOfPrefix(columns, head, atMs) })
  const longest = fitting(columns, longestHead(columns.trie, digits), digits)
  for (let head = longest; head >= 0; head = fitting(columns, columns.links[head]!, digits)) take(head)
  if (columns.longestTextFirst) found.sort((a, b) => b.prefix.length - a.prefix.length)
  if (columns.defaultHead >= 0) take(columns.defaultHead)
  return found
}

/** A rate of a deck with its number in it. */
export type MatchedRate = Rate & { readonly rate: number }

/** The rate that would price a call to `digits` at `atMs`, or why there is none. */
export function matchRate(deck: CompiledDeck, digits: PhoneDigits, atMs: number): Result<MatchedRate, NoRate> {
  const found = findRate(deck, digits, atMs)
  return found < 0 ? err(noRate(found, digits)) : ok(rateAt(deck, digits, found))
}

/** What an answer of `findRate` below zero means. */
export function noRate(reason: number, digits: PhoneDigits): NoRate {
  return { kind: reason === NO_RATE ? 'no-rate' : reason === EXPIRED ? 'expired' : 'ambiguous', digits }
}

/** Rate number `rate` of the deck, which is known to fit `digits`. */
export function rateAt(deck: CompiledDeck, digits: string, rate: number): MatchedRate {
  const { words, samples, spanFromMs, spanToMs } = deck.columns
  const { validToMs: _, isDefault: __, window: ___, ...sample } = samples[words[rate * WORDS + TERMS_WORD]!]!
  const span = words[rate * WORDS + SPAN_WORD]!
  const prefix = prefixOf(deck, digits, rate)
  const isDefault = prefix === '*'
  return {
    ...sample,
    prefix: isDefault ? '' : prefix,
    ...(isDefault ? { isDefault } : {}),
    window: windowOf(deck, rate),
    effectiveFromMs: spanFromMs[span]!,
    ...(spanToMs[span] === Number.POSITIVE_INFINITY ? {} : { validToMs: spanToMs[span]! }),
    destinationId: destinationOf(deck, rate),
    rate,
  }
}
