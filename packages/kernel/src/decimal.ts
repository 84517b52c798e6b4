// Exact decimals for prices, and the one rounding division of the house.

import { assert } from './result.ts'

/** How a result that lies between two representable values is settled. Ties only for the `half-` modes. */
export type Rounding = 'half-up' | 'half-even' | 'up' | 'down'

/** An exact decimal: `units / 10^scale`. `{ units: 575n, scale: 4 }` is 0.0575. */
export type Decimal = { readonly units: bigint; readonly scale: number }

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/

/** Reads "0.0575", "-3", "1.0000000001"; undefined for anything else (no exponents, no commas, no blanks). */
export function parseDecimal(text: string): Decimal | undefined {
  const m = DECIMAL.exec(text)
  if (!m) return undefined
  const fraction = m[3] ?? ''
  const units = BigInt(m[2]! + fraction)
  return { units: m[1] === '-' ? -units : units, scale: fraction.length }
}

/** A decimal as text with no superfluous zeros: "0.0575". */
export function formatDecimal({ units, scale }: Decimal): string {
  const negative = units < 0n
  const digits = (negative ? -units : units).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/**
 * `numerator / denominator` as a whole number, rounded as named. Symmetric about zero: `up` and `half-up` move away
 * from zero, `down` towards it. The denominator must be positive.
 */
export function divideRounding(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  assert(denominator > 0n, 'denominator must be positive')
  const negative = numerator < 0n
  const n = negative ? -numerator : numerator
  const quotient = n / denominator
  const remainder = n % denominator
  const away = remainder !== 0n && roundsAway(quotient, remainder * 2n - denominator, rounding)
  const result = away ? quotient + 1n : quotient
  return negative ? -result : result
}

function roundsAway(quotient: bigint, overHalf: bigint, rounding: Rounding): boolean {
  switch (rounding) {
    case 'up':
      return true
    case 'down':
      return false
    case 'half-up':
      return overHalf >= 0n
    case 'half-even':
      return overHalf > 0n || (overHalf === 0n && quotient % 2n === 1n)
  }
}
