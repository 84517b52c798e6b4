// A list of prefixes and patterns as a question: is this number on it? For blocked numbers and for what a package covers.

import { assert } from '@tollbook/kernel'
import { comparePatterns, type DialPattern, dialPattern, fitsPattern, PREFIX_ORDER } from './dial-pattern.ts'
import { type DigitTrie, longestHead, trieBuilder } from './digit-trie.ts'

/** A compiled list; `entries[i].next` is the next less specific one, -1 = none. */
export type NumberList = {
  readonly trie: DigitTrie
  readonly entries: readonly {
    readonly text: string
    readonly pattern: DialPattern | undefined
    readonly next: number
  }[]
}

/** Compiles a list of digits and Asterisk patterns. What is neither is a programmer's fault: it was checked when saved. */
export function numberList(texts: readonly string[]): NumberList {
  const trie = trieBuilder()
  const at = new Map<number, { readonly text: string; readonly pattern: DialPattern | undefined }[]>()
  for (const text of new Set(texts)) {
    const pattern = text.startsWith('_') ? patternOf(text) : undefined
    assert(pattern !== undefined || /^\d+$/.test(text), `neither a prefix nor a pattern: ${text}`)
    const place = trie.placeOf(pattern?.fixed ?? text)
    at.set(place, [...(at.get(place) ?? []), { text, pattern }])
  }
  const entries: NumberList['entries'][number][] = []
  const frozen = trie.freeze((place, shorter) => {
    const there = at.get(place) ?? []
    const order = (entry: { readonly pattern: DialPattern | undefined }) => entry.pattern?.order ?? PREFIX_ORDER
    const leastFirst = [...there].sort((a, b) => comparePatterns(order(b), order(a)))
    return leastFirst.reduce((next, entry) => entries.push({ ...entry, next }) - 1, shorter)
  })
  return { trie: frozen, entries }
}

function patternOf(text: string): DialPattern {
  const pattern = dialPattern(text)
  assert(pattern.ok, `not a pattern: ${text}`)
  return pattern.value
}

/** The most specific entry that fits `digits`; undefined when none does. */
export function listedAs({ trie, entries }: NumberList, digits: string): string | undefined {
  for (let i = longestHead(trie, digits); i >= 0; ) {
    const { text, pattern, next } = entries[i]!
    if (pattern === undefined || fitsPattern(pattern, digits)) return text
    i = next
  }
  return undefined
}
