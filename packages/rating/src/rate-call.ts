// What one call costs. Pure: a deck and a call in, an amount or a reason out.

import { err, type Micros, ok, type PhoneDigits, type Result, ZERO } from '@tollbook/kernel'
import { roundGrains } from './amounts.ts'
import { billedSeconds } from './blocks.ts'
import { type CompiledDeck, destinationOf, prefixOf, termsOf } from './deck.ts'
import { findRate, type NoRate, noRate } from './find-rate.ts'

/** What rating needs to know of a call. */
export type CallToRate = {
  readonly digits: PhoneDigits
  /** The instant that chooses among rates of one prefix: when it was answered. */
  readonly atMs: number
  /** Whole seconds that may be charged. */
  readonly seconds: number
}

/** A priced call. */
export type Rated = {
  readonly prefix: string
  readonly destinationId: number
  readonly billedSeconds: number
  /** Rounded once, by the deck's rule to the deck's places. */
  readonly amount: Micros
}

/**
 * Prices a call: longest prefix in force at `atMs`, first block then increments, connect fee plus billed seconds times
 * price per minute / 60, exact, rounded once at the end. A call of 0 seconds costs nothing, not even the connect fee.
 */
export function rateCall(deck: CompiledDeck, call: CallToRate): Result<Rated, NoRate> {
  const rate = findRate(deck, call.digits, call.atMs)
  if (rate < 0) return err(noRate(rate, call.digits))
  const billed = billedSeconds(call.seconds, termsOf(deck, rate))
  return ok({
    prefix: prefixOf(deck, call.digits, rate),
    destinationId: destinationOf(deck, rate),
    billedSeconds: billed,
    amount: call.seconds === 0 ? ZERO : roundGrains(exactGrains(deck, rate, billed), deck.scale),
  })
}

/** The unrounded amount of `billed` seconds at rate number `rate`, in grains of the deck. */
export function exactGrains(deck: CompiledDeck, rate: number, billed: number): bigint {
  const { connectGrains, grainsPerSecond } = termsOf(deck, rate)
  return connectGrains + BigInt(billed) * grainsPerSecond
}
