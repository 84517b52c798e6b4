// The rounding rule as laws: whole cents, half-up, never further off than half a cent, and a paper that closes.

import { micros, parseMoney } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencyPlaces, roundTotal } from './round-total.ts'

const RATE = { units: 23n, scale: 2 }

describe('roundTotal', () => {
  it('closes, pays whole cents, and mirrors for a credit', () => {
    const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(micros)
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 9_999n }), fc.constantFrom(0, 2), (net, rate, places) => {
        const step = 10n ** BigInt(6 - places)
        const taxRate = { units: rate, scale: 4 }
        const { rounding, tax, total } = roundTotal(net, taxRate, places)
        expect(total).toBe(net + rounding + tax)
        expect([total % step, tax % step]).toEqual([0n, 0n])
        expect((rounding < 0n ? -rounding : rounding) * 2n <= step).toBe(true)
        const exact = (net + rounding) * rate - tax * 10_000n
        expect((exact < 0n ? -exact : exact) * 2n <= step * 10_000n).toBe(true)
        const mirror = roundTotal(micros(-net), taxRate, places)
        expect(mirror.total).toBe(-total)
      }),
    )
  })

  it('rounds half a cent up, once', () => {
    expect(roundTotal(parseMoney('1.005'), RATE, 2)).toEqual({
      rounding: parseMoney('0.005'),
      tax: parseMoney('0.23'),
      total: parseMoney('1.24'),
    })
    // Taxing the exact net (0.104499 × 1.23) and rounding at the end would make 0.13 of a paper that says 0.10 + 0.02.
    expect(roundTotal(parseMoney('0.104499'), RATE, 2).total).toBe(parseMoney('0.12'))
  })

  it('knows how many places a currency has', () => {
    expect(['EUR', 'JPY', 'CNY', 'KRW'].map(currencyPlaces)).toEqual([2, 0, 2, 0])
  })
})
