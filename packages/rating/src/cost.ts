// What a metered call costs: prices times seconds, fees, minimum and maximum, exact; rounded once. Whole numbers of grains,
// as plain numbers while their sum shows that nothing was lost, as bigints otherwise; both say the same, a test holds them.

import type { Micros } from '@tollbook/kernel'
import { type AmountScale, roundExact, roundGrains } from './amounts.ts'
import type { Usage } from './meter.ts'

/** The cost of a usage, rounded by the deck's rule to the deck's places. */
export function costOf(usage: Usage, scale: AmountScale): Micros {
  if (!usage.charged) return ZERO
  const grains = exactGrainsOrNaN(usage)
  return grains <= Number.MAX_SAFE_INTEGER ? roundExact(grains, scale) : roundGrains(exactGrains(usage), scale)
}

const ZERO = 0n as Micros

/** What the usage costs within minimum and maximum, unrounded, in grains of its deck. */
export function exactGrains(usage: Usage): bigint {
  if (!usage.charged) return 0n
  const { minimum, maximum } = usage.terms
  let sum = uncappedGrains(usage)
  if (sum < minimum.grains) sum = minimum.grains
  return maximum !== undefined && sum > maximum.grains ? maximum.grains : sum
}

/** Prices and fees alone: what the usage would cost without a minimum and a maximum, in grains. */
export function uncappedGrains(usage: Usage): bigint {
  if (!usage.charged) return 0n
  const { terms } = usage
  let sum = terms.connectFee.grains
  if (usage.disconnects) sum += terms.disconnectFee.grains
  if (usage.blockFees > 0) sum += BigInt(usage.blockFees) * terms.extras!.blockFee.grains
  for (let i = 0; i < usage.count; i++) {
    const { tier, billedS, freeS, enters } = usage.parts[i]!
    sum += BigInt(billedS - freeS) * tier.grainsPerSecond
    if (enters) sum += tier.entryFee.grains
  }
  return sum
}

/**
 * `exactGrains` as a number. Nothing in it is negative, so when the end is a safe integer everything on the way was one;
 * otherwise it is too large, or NaN where an amount had no exact number, and is not to be used.
 */
function exactGrainsOrNaN(usage: Usage): number {
  const { terms } = usage
  let sum = terms.connectFee.exact
  if (usage.disconnects) sum += terms.disconnectFee.exact
  if (usage.blockFees > 0) sum += usage.blockFees * terms.extras!.blockFee.exact
  for (let i = 0; i < usage.count; i++) {
    const { tier, billedS, freeS, enters } = usage.parts[i]!
    sum += (billedS - freeS) * tier.perSecond
    if (enters) sum += tier.entryFee.exact
  }
  if (sum > Number.MAX_SAFE_INTEGER) return sum
  // Written so that a NaN on either side comes out as NaN.
  const { minimum, maximum } = terms
  if (!(sum >= minimum.exact)) sum = Number.isNaN(sum) ? sum : minimum.exact
  if (maximum !== undefined && !(sum <= maximum.exact)) sum = Number.isNaN(sum) ? sum : maximum.exact
  return sum
}
