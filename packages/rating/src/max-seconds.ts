// How long one may talk with a given credit: `rateCall` read backwards, through the same blocks and the same rounding.

import { err, type Micros, ok, type PhoneDigits, type Result } from '@tollbook/kernel'
import { mostGrainsWithin } from './amounts.ts'
import { LONGEST_CALL_S, longestWithin } from './blocks.ts'
import { type CompiledDeck, termsOf } from './deck.ts'
import { findRate, type NoRate, noRate } from './find-rate.ts'

/** What is asked: a number, an instant and the money there is. */
export type CreditQuestion = {
  readonly digits: PhoneDigits
  readonly atMs: number
  readonly credit: Micros
}

/**
 * The longest call, in seconds, that costs no more than `credit`; one increment more would. 0 when the credit does not
 * buy the first block (or, without one, the first increment). Bounded by `LONGEST_CALL_S`, which a free rate reaches.
 */
export function maxSeconds(deck: CompiledDeck, question: CreditQuestion): Result<number, NoRate> {
  const rate = findRate(deck, question.digits, question.atMs)
  if (rate < 0) return err(noRate(rate, question.digits))
  const { connectGrains, grainsPerSecond: perSecond, firstBlockS, incrementS } = termsOf(deck, rate)
  const left = mostGrainsWithin(question.credit, deck.scale) - connectGrains
  if (left < 0n) return ok(0)
  const affordable = perSecond === 0n ? BigInt(LONGEST_CALL_S) : left / perSecond
  const limit = affordable > LONGEST_CALL_S ? LONGEST_CALL_S : Number(affordable)
  return ok(longestWithin(limit, { firstBlockS, incrementS }))
}
