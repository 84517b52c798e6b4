// What one call costs. Pure: a deck and a call in, an amount or a reason out.

import { err, type Micros, ok, type PhoneDigits, type Result } from '@tollbook/kernel'
import { costOf } from './cost.ts'
import { type CompiledDeck, destinationOf, prefixOf, windowOf } from './deck.ts'
import { findRate, type NoRate, noRate } from './find-rate.ts'
import { emptyUsage, meterCall, NO_ALLOWANCE } from './meter.ts'
import type { Allowance } from './package.ts'

/** What rating needs to know of a call. */
export type CallToRate = {
  readonly digits: PhoneDigits
  /** The instant that chooses among rates of one prefix: when it was answered. */
  readonly atMs: number
  /** Whole seconds that may be charged. */
  readonly seconds: number
  /** What packages still give; absent = nothing. */
  readonly allowance?: Allowance
}

/** A priced call. */
export type Rated = {
  /** Digits, a pattern, or '*' for the default rate. */
  readonly prefix: string
  readonly destinationId: number
  /** After blocks, the free ones included. */
  readonly billedSeconds: number
  readonly freeSeconds: number
  /** Rounded once, by the deck's rule to the deck's places. */
  readonly amount: Micros
  /** Number of the rate in its deck, and of its window (0 = always): at the start of the call. */
  readonly rate: number
  readonly window: number
}

/**
 * Prices a call: the most specific rate in force at `atMs`, first block then increments, tiers, fees, minimum and maximum,
 * exact, rounded once at the end. A call of 0 seconds costs nothing, not even the connect fee.
 */
export function rateCall(deck: CompiledDeck, call: CallToRate): Result<Rated, NoRate> {
  const rate = findRate(deck, call.digits, call.atMs)
  if (rate < 0) return err(noRate(rate, call.digits))
  meterCall(USAGE, deck, rate, call, call.seconds, call.allowance ?? NO_ALLOWANCE)
  return ok({
    prefix: prefixOf(deck, call.digits, rate),
    destinationId: destinationOf(deck, rate),
    billedSeconds: USAGE.billedS,
    freeSeconds: USAGE.freeS,
    amount: costOf(USAGE, deck.scale),
    rate,
    window: windowOf(deck, rate),
  })
}

// One for all calls: nothing here waits, so two ratings never overlap.
const USAGE = emptyUsage()
