// How long one may talk with a given credit: what a call costs, read backwards. The answer is guessed from the prices and
// then held against the very cost function; where the guess is off, it is searched for.

import { err, type Micros, ok, type PhoneDigits, type Result } from '@tollbook/kernel'
import { longestByFormula } from './a2billing/talk-time.ts'
import { type AmountScale, mostGrainsWithin } from './amounts.ts'
import { costOf, uncappedGrains } from './cost.ts'
import { type CompiledDeck, termsOf } from './deck.ts'
import { findRate, type NoRate, noRate } from './find-rate.ts'
import { emptyUsage, LONGEST_CALL_S, meterCall, NO_ALLOWANCE, type Usage } from './meter.ts'
import type { Allowance } from './package.ts'
import type { CompiledTerms } from './terms.ts'

/** What is asked: a number, an instant and the money there is. */
export type CreditQuestion = {
  readonly digits: PhoneDigits
  readonly atMs: number
  readonly credit: Micros
  /** What packages still give; absent = nothing. */
  readonly allowance?: Allowance
}

/**
 * The longest call, in whole seconds, that costs no more than `credit`; one second more would, or would go beyond a maximum
 * at which calls are stopped. 0 when the credit does not buy the first block. Bounded by `LONGEST_CALL_S`, which a free
 * rate reaches, and by `LONGEST_SPLIT_S` where windows split the call. A deck in A2Billing's manner answers by its formula instead, unless that quirk is off.
 */
export function maxSeconds(deck: CompiledDeck, question: CreditQuestion): Result<number, NoRate> {
  const rate = findRate(deck, question.digits, question.atMs)
  if (rate < 0) return err(noRate(rate, question.digits))
  const terms = termsOf(deck, rate)
  const allowance = question.allowance ?? NO_ALLOWANCE
  if (terms.quirks.talkTimeByFormula) {
    const seconds = longestByFormula(terms, question.credit * (deck.scale.grainsPerUnit / 1_000_000n), allowance)
    return ok(Math.min(seconds, LONGEST_CALL_S))
  }
  const fits = (seconds: number) => {
    meterCall(USAGE, deck, rate, question, seconds, allowance)
    return isWithin(USAGE, question.credit, deck.scale)
  }
  const most = deck.windowChoice === 'split' ? LONGEST_SPLIT_S : LONGEST_CALL_S
  return ok(longestThatFits(fits, guess(terms, question.credit, deck.scale, allowance), most))
}

/** Whether a metered call may be made: paid for by the credit, and not beyond a maximum that stops it. */
function isWithin(usage: Usage, credit: Micros, scale: AmountScale): boolean {
  if (costOf(usage, scale) > credit) return false
  const { maximum, stopsAtMaximum } = usage.terms
  return !stopsAtMaximum || uncappedGrains(usage) <= maximum!.grains
}

/** A month of seconds: where windows split a call, each of them is gone through, and nobody talks for longer. */
const LONGEST_SPLIT_S = 31 * 86_400

/**
 * The largest number of seconds up to `most` that fits, when all below it do. Starts at `near` and widens by doubling, then
 * halves: a guess that is right takes two questions.
 */
function longestThatFits(fits: (seconds: number) => boolean, near: number, most: number): number {
  let low = Math.min(near, most - 1)
  let high = low + 1
  if (fits(low)) {
    for (let step = 1; fits(high); step *= 2) {
      low = high
      if (high === most) return high
      high = Math.min(high + step, most)
    }
  } else {
    high = low
    for (let step = 1; ; step *= 2) {
      if (high === 0) return 0
      low = Math.max(high - step, 0)
      if (fits(low)) break
      high = low
    }
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2)
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

/** Seconds that the credit buys if nothing but prices, entry fees and the two fees mattered; a starting point, no more. */
function guess(terms: CompiledTerms, credit: Micros, scale: AmountScale, { freeSeconds }: Allowance): number {
  let left = Number(mostGrainsWithin(credit, scale) - terms.connectFee.grains)
  if (terms.disconnectAfterS === 0) left -= terms.disconnectFee.exact
  if (!(left >= 0)) return terms.graceS
  const { tiers, firstBlockS } = terms
  for (const tier of tiers) {
    left -= tier.entryFee.exact
    if (!(left >= 0)) return bounded(tier.fromS)
    const length = tier.toS - tier.fromS
    const whole = tier.perSecond === 0 ? Number.POSITIVE_INFINITY : Math.floor(left / tier.perSecond)
    if (whole < length || length === Number.POSITIVE_INFINITY) {
      return bounded(
        freeSeconds + blocksWithin(terms, tier.fromS, whole, tiers.length === 1 ? firstBlockS : 0, tier.incrementS),
      )
    }
    left -= length * tier.perSecond
  }
  return 0
}

/** The last border of blocks within `seconds` after `fromS`. */
function blocksWithin(
  terms: CompiledTerms,
  fromS: number,
  seconds: number,
  firstBlockS: number,
  incrementS: number,
): number {
  if (!Number.isFinite(seconds) || incrementS <= 1) return fromS + seconds
  if (terms.fromZero || seconds < firstBlockS) return fromS + seconds - (seconds % incrementS)
  return fromS + seconds - ((seconds - firstBlockS) % incrementS)
}

function bounded(seconds: number): number {
  return seconds < LONGEST_CALL_S ? seconds : LONGEST_CALL_S - 1
}

// One for all calls: nothing here waits, so two ratings never overlap.
const USAGE = emptyUsage()
