// Prices and conditions of a rate, compiled for the arithmetic. Many rates share one: a deck keeps each only once.

import { assert, type Decimal } from '@tollbook/kernel'
import { type AmountScale, decimalGrains, grainsPerSecond } from './amounts.ts'
import type { Rate } from './rate.ts'

/** What the arithmetic of a call needs of its rate. */
export type CompiledTerms = {
  readonly grainsPerSecond: bigint
  readonly connectGrains: bigint
  readonly firstBlockS: number
  readonly incrementS: number
}

const NOTHING: Decimal = { units: 0n, scale: 0 }

/** Compiles the terms of `rate`; its amounts must fit `scale`. */
export function compileTerms(rate: Rate, scale: AmountScale, manner: 'plain' | 'a2billing'): CompiledTerms {
  const { pricePerMinute, connectFee = NOTHING, firstBlockS, incrementS } = rate
  assert(pricePerMinute.units >= 0n && connectFee.units >= 0n, `negative price for ${rate.prefix}`)
  assert(Number.isInteger(firstBlockS) && firstBlockS >= 0, `first block of ${rate.prefix}`)
  assert(Number.isInteger(incrementS) && incrementS >= (manner === 'plain' ? 1 : 0), `increment of ${rate.prefix}`)
  return {
    grainsPerSecond: grainsPerSecond(pricePerMinute, scale),
    connectGrains: decimalGrains(connectFee, scale),
    firstBlockS,
    incrementS,
  }
}

/** Equal for rates that differ in prefix, window, dates or destination only. */
export function termsKey({
  prefix,
  isDefault,
  window,
  effectiveFromMs,
  validToMs,
  destinationId,
  ...terms
}: Rate): string {
  return JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}

/** Decimal places of the finest amount of `rate`. */
export function finestPlaces(rate: Rate): number {
  const { pricePerMinute, connectFee, disconnectFee, minimumCharge, maximumCharge, tiers = [], extras } = rate
  const amounts = [pricePerMinute, connectFee, disconnectFee, minimumCharge, maximumCharge, extras?.blockCharge]
  for (const tier of tiers) amounts.push(tier.pricePerMinute, tier.entryFee)
  return amounts.reduce((most, amount) => Math.max(most, amount?.scale ?? 0), 0)
}
