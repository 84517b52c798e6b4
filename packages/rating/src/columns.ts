// Rating by the million: the same steps as `rateCall` over columns of calls, without an object a call.

import type { PhoneDigits } from '@tollbook/kernel'
import { roundExact } from './amounts.ts'
import { costOf } from './cost.ts'
import { type CompiledDeck, destinationOf, TERMS_WORD, WORDS } from './deck.ts'
import { findRate } from './find-rate.ts'
import { emptyUsage, flatBilled, meterCall, NO_ALLOWANCE } from './meter.ts'
import { FLAT_NUMBERS } from './terms.ts'

/** Calls side by side; all columns are of one length. */
export type CallColumns = {
  readonly digits: readonly PhoneDigits[]
  readonly atMs: Float64Array
  readonly seconds: Int32Array
}

/** Where the answers go, each at least as long as the calls. */
export type ChargeColumns = {
  /** Number of the rate; below zero there is none and nothing else is written: -1 no rate, -2 expired, -3 ambiguous. */
  readonly rate: Int32Array
  readonly destinationId: Int32Array
  readonly billedSeconds: Float64Array
  /** Micros. */
  readonly amount: BigInt64Array
}

/** Columns for `length` answers. */
export function chargeColumns(length: number): ChargeColumns {
  return {
    rate: new Int32Array(length),
    destinationId: new Int32Array(length),
    billedSeconds: new Float64Array(length),
    amount: new BigInt64Array(length),
  }
}

/** Prices every call into `out`: to the last digit what `rateCall` says. Measured: see charging/bench/rating.bench.ts. */
export function rateColumns(deck: CompiledDeck, calls: CallColumns, out: ChargeColumns): void {
  const { digits, atMs, seconds } = calls
  const splits = deck.windowChoice === 'split'
  for (let i = 0; i < digits.length; i++) {
    const number = digits[i]!
    const rate = findRate(deck, number, atMs[i]!)
    out.rate[i] = rate
    if (rate < 0) continue
    out.destinationId[i] = destinationOf(deck, rate)
    if (!splits && rateFlat(deck, rate, seconds[i]!, out, i)) continue
    CALL.digits = number
    CALL.atMs = atMs[i]!
    meterCall(USAGE, deck, rate, CALL, seconds[i]!, NO_ALLOWANCE)
    out.billedSeconds[i] = USAGE.billedS
    out.amount[i] = costOf(USAGE, deck.scale)
  }
}

/**
 * The short way for the terms most rates have: a price, blocks, perhaps a connect fee. The same sums as `costOf`, read from
 * one column; false, and nothing written, when the terms are others or the sum is not a safe integer.
 */
function rateFlat(
  { columns, scale }: CompiledDeck,
  rate: number,
  seconds: number,
  out: ChargeColumns,
  i: number,
): boolean {
  const at = columns.words[rate * WORDS + TERMS_WORD]! * FLAT_NUMBERS
  const perSecond = columns.flat[at]!
  const increment = columns.flat[at + 3]!
  if (seconds === 0 || Number.isNaN(perSecond)) return false
  const billed = flatBilled(columns.flat[at + 2]!, increment < 0 ? -increment : increment, increment < 0, seconds)
  const grains = columns.flat[at + 1]! + billed * perSecond
  if (!(grains <= Number.MAX_SAFE_INTEGER)) return false
  out.billedSeconds[i] = billed
  out.amount[i] = roundExact(grains, scale)
  return true
}

// One for all calls: nothing here waits, so two ratings never overlap.
const USAGE = emptyUsage()
const CALL = { digits: '', atMs: 0 }
