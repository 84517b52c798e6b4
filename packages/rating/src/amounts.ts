// Exact amounts of one deck. An unrounded amount is a whole number of "grains", 1/60 of the deck's finest price unit,
// so that seconds times a price per minute never needs a division; one division rounds, once, by the deck's rule.

import { assert, type Decimal, divideRounding, type Micros, micros, type Rounding } from '@tollbook/kernel'

/** How one deck turns grains into money. */
export type AmountScale = {
  readonly rounding: Rounding
  /** Decimal places of every amount, 0 to 6. */
  readonly places: number
  /** Decimal places prices are kept with: the finest of the deck, at least 6. */
  readonly priceScale: number
  /** Grains in one currency unit. */
  readonly grainsPerUnit: bigint
  /** Grains in the smallest amount: 10^-places. */
  readonly grainsPerStep: bigint
  readonly microsPerStep: bigint
  /** The two above as numbers; they are exact, and NaN when they would not be. */
  readonly stepExact: number
  readonly microsExact: number
}

/** The scale of a deck whose finest price has `finest` decimal places. */
export function amountScale(finest: number, rounding: Rounding, places: number): AmountScale {
  assert(Number.isInteger(places) && places >= 0 && places <= 6, 'places must be 0 to 6')
  const priceScale = Math.max(6, finest)
  const grainsPerUnit = 60n * 10n ** BigInt(priceScale)
  const grainsPerStep = grainsPerUnit / 10n ** BigInt(places)
  return {
    rounding,
    places,
    priceScale,
    grainsPerUnit,
    grainsPerStep,
    microsPerStep: 10n ** BigInt(6 - places),
    stepExact: grainsPerStep <= BigInt(Number.MAX_SAFE_INTEGER) / 2n ? Number(grainsPerStep) : Number.NaN,
    microsExact: 10 ** (6 - places),
  }
}

/** A price per minute as grains per second. */
export function grainsPerSecond(pricePerMinute: Decimal, scale: AmountScale): bigint {
  return pricePerMinute.units * 10n ** BigInt(scale.priceScale - pricePerMinute.scale)
}

/** A decimal amount as grains; exact. */
export function decimalGrains(amount: Decimal, scale: AmountScale): bigint {
  return amount.units * 60n * 10n ** BigInt(scale.priceScale - amount.scale)
}

/** Grains as money, rounded once by the deck's rule to the deck's places. */
export function roundGrains(grains: bigint, scale: AmountScale): Micros {
  return micros(divideRounding(grains, scale.grainsPerStep, scale.rounding) * scale.microsPerStep)
}

/**
 * `roundGrains` for grains that are a safe integer, not negative. Remainders of safe integers are exact, and so is the
 * quotient once the remainder is taken off.
 */
export function roundExact(grains: number, scale: AmountScale): Micros {
  const { stepExact: step, rounding } = scale
  if (Number.isNaN(step)) return roundGrains(BigInt(grains), scale)
  const rest = grains % step
  let steps = (grains - rest) / step
  if (rest !== 0 && rounding !== 'down') {
    // Twice the rest less a step: a step of grains is below half of what is safe.
    const overHalf = rest - (step - rest)
    if (rounding === 'up' || overHalf > 0 || (overHalf === 0 && (rounding === 'half-up' || steps % 2 === 1))) steps++
  }
  return micros(BigInt(steps * scale.microsExact))
}

/**
 * The most grains that `roundGrains` does not turn into more than `credit`; the inverse of the rounding above.
 * Negative when `credit` is.
 */
export function mostGrainsWithin(credit: Micros, scale: AmountScale): bigint {
  if (credit < 0n) return -1n
  const steps = credit / scale.microsPerStep
  const step = scale.grainsPerStep
  switch (scale.rounding) {
    case 'up':
      return steps * step
    case 'down':
      return (steps + 1n) * step - 1n
    case 'half-up':
      return (2n * steps * step + step - 1n) / 2n
    case 'half-even': {
      // A tie goes to the even neighbour: it stays within when `steps` itself is even.
      const tie = 2n * steps * step + step
      return (steps % 2n === 0n ? tie : tie - 1n) / 2n
    }
  }
}
