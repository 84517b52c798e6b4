// Which of two rates that fit the same number says more about it: the order within a deck, across decks.

import { type CompiledDeck, FLAGS_WORD, IS_DEFAULT, LENGTH_SHIFT, WORDS } from './deck.ts'
import { comparePatterns, PREFIX_ORDER } from './dial-pattern.ts'

/** Below zero when rate `a` is the more specific: more fixed digits, then as `comparePatterns` has it; the default last. */
export function compareSpecificity(deckA: CompiledDeck, a: number, deckB: CompiledDeck, b: number): number {
  const [one, other] = [specificityOf(deckA, a), specificityOf(deckB, b)]
  return other.fixed - one.fixed || comparePatterns(one.order, other.order)
}

function specificityOf({ columns }: CompiledDeck, rate: number) {
  const pattern = columns.patterns.get(rate)
  if (pattern !== undefined) return { fixed: pattern.fixed.length, order: pattern.order }
  const flags = columns.words[rate * WORDS + FLAGS_WORD]!
  return { fixed: (flags & IS_DEFAULT) !== 0 ? -1 : flags >>> LENGTH_SHIFT, order: PREFIX_ORDER }
}
