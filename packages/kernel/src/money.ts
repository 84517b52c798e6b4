// Exact money. An amount is a whole number of millionths of the currency unit in a bigint; it cannot be mixed up
// with a plain bigint or a number, and nothing here ever passes through a binary float.
// Prices (money per minute) are finer than amounts: see decimal.ts.

import { assert } from './result.ts'

declare const microsBrand: unique symbol

/** Millionths of one currency unit: `12_500_000n` is 12.50. Matches `numeric(18,6)` in the database. */
export type Micros = bigint & { readonly [microsBrand]: true }

export const MICROS_PER_UNIT = 1_000_000n
export const ZERO: Micros = 0n as Micros

/** Marks a bigint that is already in millionths. */
export function micros(value: bigint): Micros {
  return value as Micros
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/

/**
 * Reads a plain decimal ("12.5", "-0.000001") as money. Throws when there are more than six places with a
 * non-zero digit or anything that is not a decimal: money is never guessed and never rounded in passing.
 */
export function parseMoney(text: string): Micros {
  const m = DECIMAL.exec(text)
  assert(m, `not a decimal amount: ${JSON.stringify(text)}`)
  const fraction = m[3] ?? ''
  assert(/^0*$/.test(fraction.slice(6)), `more than six decimal places: ${text}`)
  const value = BigInt(m[2]! + fraction.slice(0, 6).padEnd(6, '0'))
  return (m[1] === '-' ? -value : value) as Micros
}

/** Money as PostgreSQL and the wire spell it: always six places, "-" in front when negative. */
export function formatMoney(amount: Micros): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(7, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** Sum of amounts of one currency; the caller knows which. */
export function addMoney(a: Micros, b: Micros): Micros {
  return (a + b) as Micros
}

export function subtractMoney(a: Micros, b: Micros): Micros {
  return (a - b) as Micros
}

export function negateMoney(a: Micros): Micros {
  return -a as Micros
}
