// Two sums side by side, and what lies between them.

import type { RevaluationLine } from '@tollbook/charging'
import {
  addMoney,
  currencyLetters,
  divideRounding,
  formatMoney,
  type Micros,
  parseMoney,
  subtractMoney,
  ZERO,
} from '@tollbook/kernel'

export type MoneyChange = {
  /** ISO 4217 letters. */
  readonly currency: string
  /** Decimals of six places. */
  readonly old: string
  readonly new: string
  readonly difference: string
  /** One place, signed; null when the old sum is nothing. */
  readonly percent: string | null
}

/** Sums of lines, per currency. */
export function totalsOf(lines: readonly RevaluationLine[]): readonly MoneyChange[] {
  const sums = new Map<number, { old: Micros; new: Micros }>()
  for (const line of lines) {
    const sum = sums.get(line.currency) ?? { old: ZERO, new: ZERO }
    sums.set(line.currency, {
      old: addMoney(sum.old, parseMoney(line.old)),
      new: addMoney(sum.new, parseMoney(line.new)),
    })
  }
  return [...sums].map(([currency, sum]) => changeOf(currency, formatMoney(sum.old), formatMoney(sum.new)))
}

export function changeOf(currency: number, before: string, after: string): MoneyChange {
  const [old, now] = [parseMoney(before), parseMoney(after)]
  const letters = currencyLetters(currency) ?? String(currency)
  return {
    currency: letters,
    old: before,
    new: after,
    difference: formatMoney(subtractMoney(now, old)),
    percent: percentOf(old, now),
  }
}

/** "+2.3", rounded half up. */
function percentOf(old: Micros, now: Micros): string | null {
  if (old === ZERO) return null
  const tenths = divideRounding((now - old) * 1000n, old, 'half-up')
  const size = tenths < 0n ? -tenths : tenths
  return `${tenths < 0n ? '-' : '+'}${size / 10n}.${size % 10n}`
}
