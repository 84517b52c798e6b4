// Rates, one by one and in any order, into a compiled deck. Keeps no rate but one for each distinct price, so that a
// million can pass through. Knows the layout of the columns; knows nothing of how they are searched.

import { assert } from '@tollbook/kernel'
import { amountScale } from './amounts.ts'
import { arrangeRates, DEFAULT_OWNER, patternOwner } from './arrange-rates.ts'
import {
  type CompiledDeck,
  DESTINATION_WORD,
  type DeckTerms,
  FLAGS_WORD,
  SPAN_WORD,
  TERMS_WORD,
  WINDOW_BITS,
  WORDS,
} from './deck.ts'
import { type DialPattern, dialPattern } from './dial-pattern.ts'
import { DEEPEST, trieBuilder } from './digit-trie.ts'
import { quirksOf } from './quirks.ts'
import type { Rate } from './rate.ts'
import { compileTerms, finestPlaces, flatTerms, termsKey } from './terms.ts'
import type { TimeWindow } from './time-window.ts'
import { windowTimeline } from './window-timeline.ts'

/** Takes rates one by one, in any order; `build` once, at the end. */
export type DeckBuilder = { readonly add: (rate: Rate) => void; readonly build: () => CompiledDeck }

/**
 * Compiles `rates` under `terms`, in any order. Prefixes must be digits or patterns and (prefix, window, effectiveFromMs)
 * unique: the importer has seen to that, so a breach is a programmer's fault.
 */
export function compileDeck(rates: Iterable<Rate>, terms: DeckTerms): CompiledDeck {
  const builder = deckBuilder(terms)
  for (const rate of rates) builder.add(rate)
  return builder.build()
}

/** A deck under construction, for decks too large to be held as rates. */
export function deckBuilder(terms: DeckTerms): DeckBuilder {
  const intake = deckIntake(terms)
  return { add: (rate) => addRate(intake, rate), build: () => buildDeck(intake) }
}

/** What has been added; of each rate the words it will have and its owner (see `arrangeRates`). */
function deckIntake(terms: DeckTerms) {
  const mode = terms.mode ?? 'plain'
  const quirks = quirksOf(mode, terms.quirks)
  return {
    terms,
    mode,
    quirks,
    trie: trieBuilder(),
    patterns: [] as { readonly pattern: DialPattern; readonly place: number }[],
    patternNumbers: new Map<string, number>(),
    termNumbers: new Map<string, number>(),
    samples: [] as Rate[],
    finest: 0,
    spans: spanNumbers(),
    size: 0,
    owners: new Int32Array(1024),
    words: new Int32Array(1024 * WORDS),
  }
}

type Intake = ReturnType<typeof deckIntake>

function addRate(intake: Intake, rate: Rate): void {
  const { size } = intake
  const window = rate.window ?? 0
  assert(window === 0 || intake.terms.windows?.some((w) => w.id === window), `no window ${window} for ${rate.prefix}`)
  if (size === intake.owners.length) {
    intake.owners = grown(intake.owners, size * 2)
    intake.words = grown(intake.words, size * 2 * WORDS)
  }
  const at = size * WORDS
  intake.owners[size] = ownerOf(intake, rate)
  assert(Number.isInteger(rate.destinationId), `destination of ${rate.prefix}`)
  intake.words[at + TERMS_WORD] = termsNumber(intake, rate)
  intake.words[at + DESTINATION_WORD] = rate.destinationId
  intake.words[at + SPAN_WORD] = intake.spans.numberOf(rate.effectiveFromMs, rate.validToMs ?? Number.POSITIVE_INFINITY)
  intake.words[at + FLAGS_WORD] = window
  intake.size++
}

function ownerOf(intake: Intake, { prefix, isDefault }: Rate): number {
  assert(!isDefault || prefix === '', `a default rate has no prefix: ${prefix}`)
  if (prefix === '') return DEFAULT_OWNER
  if (!prefix.startsWith('_')) {
    assert(prefix.length <= DEEPEST && /^\d+$/.test(prefix), `not a prefix: ${prefix}`)
    return intake.trie.placeOf(prefix)
  }
  const known = intake.patternNumbers.get(prefix)
  if (known !== undefined) return patternOwner(known)
  const pattern = dialPattern(prefix, intake.mode)
  assert(pattern.ok, `not a pattern: ${prefix}`)
  intake.patternNumbers.set(prefix, intake.patterns.length)
  intake.patterns.push({ pattern: pattern.value, place: intake.trie.placeOf(pattern.value.fixed) })
  return patternOwner(intake.patterns.length - 1)
}

/** Number of the rate's distinct prices and conditions; the first rate that has them is kept as their sample. */
function termsNumber(intake: Intake, rate: Rate): number {
  const key = termsKey(rate)
  const known = intake.termNumbers.get(key)
  if (known !== undefined) return known
  intake.termNumbers.set(key, intake.samples.length)
  intake.finest = Math.max(intake.finest, finestPlaces(rate))
  return intake.samples.push(rate) - 1
}

function buildDeck(intake: Intake): CompiledDeck {
  const { terms, mode, quirks, samples } = intake
  const spanFromMs = intake.spans.fromMs()
  const scale = amountScale(intake.finest, terms.rounding, terms.places)
  const windows = terms.windows ?? []
  const holidays = terms.holidays ?? []
  const zone = terms.zone ?? 'UTC'
  assert(new Set(windows.map((w) => w.id)).size === windows.length, 'a window id is used twice')
  assert(
    windows.every((w) => Number.isInteger(w.id) && w.id >= 1 && w.id < WINDOW_BITS),
    'a window id is not 1 to 30',
  )
  const compiled = samples.map((rate) => compileTerms(rate, scale, quirks))
  return Object.freeze({
    currency: terms.currency,
    rounding: terms.rounding,
    places: terms.places,
    zone,
    windowChoice: terms.windowChoice ?? 'start',
    mode,
    quirks,
    windows,
    holidays,
    deckId: terms.deckId ?? 0,
    version: terms.version ?? 0,
    name: terms.name ?? '',
    size: intake.size,
    scale,
    columns: Object.freeze({
      ...arrangeRates({ ...intake, spanFromMs, priorities: prioritiesOf(windows) }),
      spanFromMs,
      spanToMs: intake.spans.toMs(),
      terms: compiled,
      flat: flatTerms(compiled),
      samples,
      timeline: windowTimeline(windows, holidays, zone),
      longestTextFirst: quirks.longestTextFirst && intake.patterns.length > 0,
      rivals: rivalsOf(intake),
    }),
  })
}

/** By window; "always", number 0, is below all. */
function prioritiesOf(windows: readonly TimeWindow[]): Float64Array {
  const priorities = new Float64Array(WINDOW_BITS).fill(Number.NEGATIVE_INFINITY)
  for (const window of windows) priorities[window.id] = window.priority
  return priorities
}

/** By window, the others of its priority. */
function rivalsOf({ terms: { windows = [] } }: Intake): Int32Array {
  const rivals = new Int32Array(WINDOW_BITS)
  for (const a of windows) {
    for (const b of windows) if (a !== b && a.priority === b.priority) rivals[a.id]! |= 1 << b.id
  }
  return rivals
}

function spanNumbers() {
  const numbers = new Map<number, Map<number, number>>()
  const from: number[] = []
  const to: number[] = []
  return {
    numberOf(fromMs: number, toMs: number): number {
      assert(fromMs < toMs, `in force from ${fromMs} to ${toMs}`)
      const ends = numbers.get(fromMs) ?? new Map<number, number>()
      if (ends.size === 0) numbers.set(fromMs, ends)
      const known = ends.get(toMs)
      if (known !== undefined) return known
      ends.set(toMs, from.length)
      to.push(toMs)
      return from.push(fromMs) - 1
    },
    fromMs: () => Float64Array.from(from),
    toMs: () => Float64Array.from(to),
  }
}

function grown(old: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length)
  larger.set(old)
  return larger
}
