// What other rating engines are known to get wrong, by the number of the report.

import { type Decimal, micros, type PhoneDigits } from '@tollbook/kernel'
import { describe, expect, it } from 'vitest'
import { compileDeck, type DeckTerms, LONGEST_CALL_S, maxSeconds, type Rate, rateCall } from './index.ts'
import { traceCall } from './trace.ts'

const NUMBER = '4471' as PhoneDigits
const PLAIN: DeckTerms = { currency: 978, rounding: 'half-up', places: 6 }

function amount(deck: ReturnType<typeof compileDeck>, call: { seconds: number; atMs: number }): bigint {
  const rated = rateCall(deck, { digits: NUMBER, ...call })
  if (!rated.ok) throw new Error(rated.error.kind)
  return rated.value.amount
}

describe('what others get wrong', () => {
  const money = (text: string): Decimal => ({
    units: BigInt(text.replace('.', '')),
    scale: text.split('.')[1]?.length ?? 0,
  })
  const base: Rate = {
    prefix: '44',
    effectiveFromMs: 0,
    destinationId: 1,
    pricePerMinute: money('0.50'),
    firstBlockS: 1,
    incrementS: 1,
  }
  const cost = (rate: Partial<Rate>, seconds: number, terms: Partial<DeckTerms> = {}) =>
    amount(compileDeck([{ ...base, ...rate }], { ...PLAIN, places: 4, ...terms }), { seconds, atMs: 0 })

  it('cgrates: connect 0.40, first minute 0.20, then 0.10 by the second: 0.80 and 6.50, not 0.8001 and 6.5012', () => {
    const minute = { seconds: 60, pricePerMinute: money('0.20'), entryFee: money('0.00'), incrementS: 60 }
    const rate = { connectFee: money('0.40'), pricePerMinute: money('0.10'), firstBlockS: 0, tiers: [minute] }
    expect([1, 60, 180, 3600].map((seconds) => cost(rate, seconds))).toEqual([600_000n, 600_000n, 800_000n, 6_500_000n])
  })

  it('cgrates#118: 30/6 is thirty seconds, then six at a time', () => {
    const rate = { pricePerMinute: money('0.60'), firstBlockS: 30, incrementS: 6 }
    expect([1, 30, 31, 36, 37].map((s) => cost(rate, s))).toEqual([300_000n, 300_000n, 360_000n, 360_000n, 420_000n])
  })

  it('cgrates#260, ivozprovider#692: a minute at 0.50 is 0.50, not 0.498, and 60 seconds of it add up', () => {
    expect(cost({}, 60)).toBe(500_000n)
    const exact = (seconds: number) => traceCall(compileDeck([base], PLAIN), { digits: NUMBER, atMs: 0, seconds }).exact
    expect(Array.from({ length: 60 }, () => exact(1)).reduce((a, b) => a + b)).toBe(exact(60))
  })

  it.each([4499, 4500, 4501, 86_399, 86_400, 86_401, 200_000, LONGEST_CALL_S])(
    'ASTPP#276: %i s cost what they cost',
    (seconds) => {
      expect(cost({ pricePerMinute: money('0.60') }, seconds)).toBe(BigInt(seconds) * 10_000n)
      expect(cost({ pricePerMinute: money('90000.60'), places: 0 } as Partial<Rate>, seconds)).toBe(
        BigInt(seconds) * 1_500_010_000n,
      )
    },
  )

  it('a2billing, magnusbilling#343: a credit that buys 20 seconds of a first block of 60 buys none', () => {
    const deck = compileDeck([{ ...base, pricePerMinute: money('0.60'), firstBlockS: 60 }], PLAIN)
    const longest = (credit: bigint) => maxSeconds(deck, { digits: NUMBER, atMs: 0, credit: micros(credit) })
    expect(longest(200_000n)).toEqual({ ok: true, value: 0 })
    expect(longest(600_000n)).toEqual({ ok: true, value: 60 })
  })
})
