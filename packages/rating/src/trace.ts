// What rating did with one call, as values: which rates fitted, which was taken, what was billed, what it came to. Made by
// the very functions that charge; explain.ts puts it into steps for people.

import type { Micros, PhoneDigits } from '@tollbook/kernel'
import { costOf, exactGrains, uncappedGrains } from './cost.ts'
import type { CompiledDeck } from './deck.ts'
import { AMBIGUOUS, type Candidate, candidates, EXPIRED, findRate } from './find-rate.ts'
import { emptyUsage, meterCall, NO_ALLOWANCE, type Usage, type UsagePart } from './meter.ts'
import type { CallToRate } from './rate-call.ts'

/** A call and how it was priced. */
export type Trace = {
  readonly deck: CompiledDeck
  readonly digits: PhoneDigits
  readonly atMs: number
  readonly seconds: number
  readonly outcome: 'rated' | 'no-rate' | 'expired' | 'ambiguous'
  /** Every prefix and pattern that fits, the most specific first. */
  readonly candidates: readonly Candidate[]
  /** Number of the rate at the start; below zero when there is none, and then the rest says nothing. */
  readonly rate: number
  readonly usage: TracedUsage
  /** Prices and fees alone, and within minimum and maximum; grains of the deck. */
  readonly uncapped: bigint
  readonly exact: bigint
  readonly amount: Micros
}

/** A usage that is kept. */
export type TracedUsage = Readonly<Omit<Usage, 'parts'>> & { readonly parts: readonly Readonly<UsagePart>[] }

/** Prices a call as `rateCall` does and keeps everything on the way. */
export function traceCall(deck: CompiledDeck, call: CallToRate): Trace {
  const { digits, atMs, seconds } = call
  const rate = findRate(deck, digits, atMs)
  const head = { deck, digits, atMs, seconds, rate, candidates: candidates(deck, digits, atMs) }
  if (rate < 0) {
    const outcome = rate === EXPIRED ? 'expired' : rate === AMBIGUOUS ? 'ambiguous' : 'no-rate'
    return { ...head, outcome, usage: NOTHING_USED, uncapped: 0n, exact: 0n, amount: 0n as Micros }
  }
  meterCall(USAGE, deck, rate, call, seconds, call.allowance ?? NO_ALLOWANCE)
  return {
    ...head,
    outcome: 'rated',
    usage: kept(USAGE),
    uncapped: uncappedGrains(USAGE),
    exact: exactGrains(USAGE),
    amount: costOf(USAGE, deck.scale),
  }
}

/** A metering fills the same usage again, so what is kept is copied. */
function kept(usage: Usage): TracedUsage {
  const parts: UsagePart[] = []
  for (let i = 0; i < usage.count; i++) parts.push({ ...usage.parts[i]! })
  return { ...usage, parts }
}

// One for all calls: nothing here waits, so two ratings never overlap.
const USAGE = emptyUsage()
const NOTHING_USED: TracedUsage = emptyUsage()
