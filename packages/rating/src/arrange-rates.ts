// The columns of a deck, brought into the order in which they are searched: the rates of one prefix side by side, and
// each prefix or pattern linked to the next less specific one. Knows the layout; knows no prices.

import { assert } from '@tollbook/kernel'
import {
  FLAGS_WORD,
  IS_DEFAULT,
  IS_PATTERN,
  LAST,
  LENGTH_SHIFT,
  type PatternPlace,
  type RateColumns,
  SPAN_WORD,
  WINDOW_BITS,
  WORDS,
} from './deck.ts'
import { comparePatterns, type DialPattern, PREFIX_ORDER } from './dial-pattern.ts'
import type { TrieBuilder } from './digit-trie.ts'
import { patternRows } from './pattern-block.ts'

/** Rates as they came in. */
export type LooseRates = {
  readonly trie: TrieBuilder
  /** Patterns by number, with the place of their fixed digits in the tree. */
  readonly patterns: readonly { readonly pattern: DialPattern; readonly place: number }[]
  readonly size: number
  /** Whose rate it is: the place of its prefix in the tree, DEFAULT_OWNER, or the `patternOwner` of its pattern. */
  readonly owners: Int32Array
  readonly words: Int32Array
  readonly spanFromMs: Float64Array
  /** By window. */
  readonly priorities: Float64Array
}

export const DEFAULT_OWNER = -1

/** The owner of the rates of pattern number `number`. */
export function patternOwner(number: number): number {
  return -2 - number
}

type Arranged = Pick<RateColumns, 'trie' | 'defaultHead' | 'words' | 'links' | 'patterns' | 'patternPlaces'>

/** Arranges them, in order of digits, patterns of one place before its prefix. The builder of the tree is used up. */
export function arrangeRates(loose: LooseRates): Arranged {
  const { trie, patterns } = loose
  const ranges = byOwner(loose)
  const words = new Int32Array(loose.size * WORDS)
  const links = new Int32Array(loose.size).fill(-1)
  const patternOf = new Map<number, DialPattern>()
  const patternPlaces = new Map<number, PatternPlace>()
  const numbersAt = new Map<number, number[]>()
  patterns.forEach(({ place }, number) => {
    const there = numbersAt.get(place)
    if (there === undefined) numbersAt.set(place, [number])
    else there.push(number)
  })
  let next = 0

  /** Writes the rates of one owner down; their head, or -1 when it has none. */
  function write(owner: number, flags: number, pattern?: DialPattern): number {
    const range = ranges.of(owner)
    if (range.length === 0) return -1
    sortRates(loose, range)
    const head = next
    for (const rate of range) {
      for (let word = 0; word < WORDS; word++) words[next * WORDS + word] = loose.words[rate * WORDS + word]!
      words[next * WORDS + FLAGS_WORD]! |= flags
      if (pattern !== undefined) patternOf.set(next, pattern)
      next++
    }
    words[(next - 1) * WORDS + FLAGS_WORD]! |= LAST
    return head
  }

  /** Writes what stands at one place of the tree; the most specific of it, or `shorter` where there is nothing. */
  function headOf(place: number, shorter: number, depth: number): number {
    const inOrder = (numbersAt.get(place) ?? []).map((number) => ({ number, ...patterns[number]! })).sort(bySpecificity)
    const heads = inOrder.map(({ number, pattern }) => write(patternOwner(number), IS_PATTERN, pattern))
    const prefix = write(place, depth << LENGTH_SHIFT)
    if (prefix >= 0) links[prefix] = shorter
    const next = prefix >= 0 ? prefix : shorter
    if (heads.length === 0) return next
    const orders = inOrder.map(({ pattern }) => pattern.order)
    const isNextEqual = prefix >= 0 && comparePatterns(orders.at(-1)!, PREFIX_ORDER) === 0
    const rows = patternRows(inOrder.map(({ pattern }) => pattern))
    const block = { ...rows, heads: Int32Array.from(heads), ranks: ranksOf(orders), next, isNextEqual }
    heads.forEach((head, i) => {
      links[head] = heads[i + 1] ?? next
      patternPlaces.set(head, { block, place: i })
    })
    return heads[0]!
  }

  const defaultHead = write(DEFAULT_OWNER, IS_DEFAULT)
  return { trie: trie.freeze(headOf), defaultHead, words, links, patterns: patternOf, patternPlaces }
}

type Placed = LooseRates['patterns'][number]

/** The text decides among the equally specific, so that a deck is the same in whatever order its rates came. */
function bySpecificity({ pattern: a }: Placed, { pattern: b }: Placed): number {
  return comparePatterns(a.order, b.order) || (a.text < b.text ? -1 : 1)
}

/** Equal numbers for neighbours that are equally specific. */
function ranksOf(orders: readonly (readonly number[])[]): Int32Array {
  const ranks = new Int32Array(orders.length)
  for (let i = 1; i < orders.length; i++) {
    ranks[i] = ranks[i - 1]! + (comparePatterns(orders[i - 1]!, orders[i]!) === 0 ? 0 : 1)
  }
  return ranks
}

/** Rates sorted by owner, as a counting sort does it: the range of each is a part of one array. */
function byOwner({ trie, patterns, size, owners }: LooseRates) {
  const places = trie.places()
  const slotOf = (owner: number) => (owner >= 0 ? owner : places - 1 - owner)
  const starts = new Int32Array(places + patterns.length + 2)
  for (let rate = 0; rate < size; rate++) starts[slotOf(owners[rate]!) + 1]!++
  for (let slot = 1; slot < starts.length; slot++) starts[slot]! += starts[slot - 1]!
  const filled = starts.slice()
  const order = new Int32Array(size)
  for (let rate = 0; rate < size; rate++) order[filled[slotOf(owners[rate]!)]!++] = rate
  return { of: (owner: number) => order.subarray(starts[slotOf(owner)]!, starts[slotOf(owner) + 1]!) }
}

/** Higher priority first, windows of one priority apart, and of one window what began last. */
function sortRates({ words, spanFromMs, priorities }: LooseRates, range: Int32Array): void {
  if (range.length === 1) return
  const windowOf = (rate: number) => words[rate * WORDS + FLAGS_WORD]! & WINDOW_BITS
  const beginOf = (rate: number) => spanFromMs[words[rate * WORDS + SPAN_WORD]!]!
  range.sort((a, b) => {
    const [v, w] = [windowOf(a), windowOf(b)]
    if (v === w) return beginOf(b) - beginOf(a)
    return priorities[v] === priorities[w] ? v - w : priorities[w]! - priorities[v]!
  })
  for (let i = 1; i < range.length; i++) {
    const [a, b] = [range[i - 1]!, range[i]!]
    assert(windowOf(a) !== windowOf(b) || beginOf(a) !== beginOf(b), 'two rates of a prefix and window begin at once')
  }
}
