// The laws of rating, on random decks and calls, against an oracle that shares nothing with the code: fractions of
// bigints, blocks counted one by one where that is affordable, prefixes compared one by one.

import { type Decimal, type Micros, micros, type PhoneDigits, parseMoney, type Rounding } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDeck, LONGEST_CALL_S, maxSeconds, type Rate, rateCall } from './index.ts'

type Fraction = { readonly top: bigint; readonly bottom: bigint }

function naiveRate(rates: readonly Rate[], digits: string, atMs: number): Rate | undefined {
  let best: Rate | undefined
  for (const rate of rates) {
    if (!digits.startsWith(rate.prefix) || rate.effectiveFromMs > atMs) continue
    const longer = best === undefined || rate.prefix.length > best.prefix.length
    if (longer || (rate.prefix === best!.prefix && rate.effectiveFromMs > best!.effectiveFromMs)) best = rate
  }
  return best
}

function naiveBilled(seconds: number, rate: Rate): number {
  if (seconds === 0) return 0
  let billed = rate.firstBlockS
  while (billed < seconds) billed += rate.incrementS
  return billed
}

/** Fee plus billed × price / 60, in currency units. */
function naiveExact(rate: Rate, billed: number): Fraction {
  const bottom = 60n * 10n ** BigInt(rate.pricePerMinute.scale) * 1_000_000n
  const price = BigInt(billed) * rate.pricePerMinute.units * 1_000_000n
  return { top: price + rate.connectFee!.units * 60n * 10n ** BigInt(rate.pricePerMinute.scale), bottom }
}

/** The two amounts with `places` places around a fraction, in micros, and which is nearer (0 = a tie). */
function neighbours(exact: Fraction, places: number) {
  const step = 10n ** BigInt(6 - places)
  const below = (exact.top * 1_000_000n) / (exact.bottom * step)
  const rest = exact.top * 1_000_000n - below * exact.bottom * step
  return { below: below * step, rest, half: rest * 2n - exact.bottom * step, even: below % 2n === 0n, step }
}

function naiveRound(exact: Fraction, rounding: Rounding, places: number): bigint {
  const { below, rest, half, even, step } = neighbours(exact, places)
  if (rest === 0n || rounding === 'down') return below
  if (rounding === 'up' || half > 0n) return below + step
  if (half < 0n) return below
  return rounding === 'half-up' || !even ? below + step : below
}

const price: fc.Arbitrary<Decimal> = fc.oneof(
  fc.record({ units: fc.bigInt(0n, 30_000n), scale: fc.integer({ min: 0, max: 10 }) }),
  fc.record({ units: fc.bigInt(0n, 10n ** 12n), scale: fc.constant(10) }),
)
const rateOf = fc.record({
  prefix: fc.stringMatching(/^[1-4]{0,5}$/),
  effectiveFromMs: fc.constantFrom(0, 1000, 2000),
  destinationId: fc.integer({ min: 1, max: 99 }),
  pricePerMinute: price,
  connectFee: fc.bigInt(0n, 300_000n).map((units) => ({ units, scale: 6 })),
  firstBlockS: fc.constantFrom(0, 1, 6, 7, 30, 60, 61),
  incrementS: fc.constantFrom(1, 6, 7, 30, 60),
})
const deckOf = fc.record({
  rates: fc.uniqueArray(rateOf, { minLength: 1, maxLength: 30, selector: (r) => `${r.prefix}@${r.effectiveFromMs}` }),
  rounding: fc.constantFrom<Rounding>('half-up', 'half-even', 'up', 'down'),
  places: fc.integer({ min: 0, max: 6 }),
})
const callOf = fc.record({
  digits: fc.stringMatching(/^[1-4]{1,8}$/).map((d) => d as PhoneDigits),
  atMs: fc.constantFrom(-1, 0, 999, 1000, 5000),
  seconds: fc.oneof(fc.integer({ min: 0, max: 130 }), fc.integer({ min: 0, max: 8000 })),
  credit: fc.oneof(fc.bigInt(0n, 2_000_000n), fc.bigInt(-1000n, 500_000_000n)).map(micros),
})
const CALLS = 80
const DECKS = 1300

describe('rating, on 100,000 random calls', () => {
  it('equals the oracle and keeps its laws', () => {
    let compared = 0
    fc.assert(
      fc.property(deckOf, fc.array(callOf, { minLength: CALLS, maxLength: CALLS }), (drawn, calls) => {
        const deck = compileDeck(drawn.rates, { currency: 978, rounding: drawn.rounding, places: drawn.places })
        const cost = (digits: PhoneDigits, atMs: number, seconds: number): Micros => {
          const rated = rateCall(deck, { digits, atMs, seconds })
          if (!rated.ok) throw new Error('unrated')
          return rated.value.amount
        }
        for (const call of calls) {
          compared++
          const rate = naiveRate(drawn.rates, call.digits, call.atMs)
          const rated = rateCall(deck, call)
          const longest = maxSeconds(deck, call)
          if (rate === undefined) {
            const kind = drawn.rates.some((one) => call.digits.startsWith(one.prefix)) ? 'expired' : 'no-rate'
            expect(rated).toEqual({ ok: false, error: { kind, digits: call.digits } })
            expect(longest).toEqual(rated)
            continue
          }
          if (!rated.ok || !longest.ok) throw new Error('the oracle has a rate')
          const billed = naiveBilled(call.seconds, rate)
          const exact = naiveExact(rate, billed)
          const amount = call.seconds === 0 ? 0n : naiveRound(exact, drawn.rounding, drawn.places)
          const { prefix, destinationId } = rate
          if (rated.value.prefix !== (prefix || '*') || rated.value.destinationId !== destinationId)
            throw new Error('prefix')
          if (rated.value.billedSeconds !== billed) throw new Error('blocks')
          if (rated.value.amount !== amount) throw new Error('amount')
          if (call.seconds > 0) roundsByLessThanItMay(rated.value.amount, exact, drawn.rounding, drawn.places)
          if (cost(call.digits, call.atMs, call.seconds + 1) < amount) throw new Error('not monotone')
          if (longest.value > 0 && cost(call.digits, call.atMs, longest.value) > call.credit) throw new Error('credit')
          if (longest.value < LONGEST_CALL_S - 120 && call.credit >= 0n) {
            if (cost(call.digits, call.atMs, longest.value + 1) <= call.credit) throw new Error('talks too short')
          }
        }
      }),
      { numRuns: DECKS },
    )
    expect(compared).toBeGreaterThanOrEqual(100_000)
  })
})

function roundsByLessThanItMay(amount: bigint, exact: Fraction, rounding: Rounding, places: number): void {
  const off = exact.top * 1_000_000n - amount * exact.bottom
  const unit = exact.bottom * 10n ** BigInt(6 - places)
  const size = off < 0n ? -off : off
  if (rounding.startsWith('half') ? size * 2n > unit : size >= unit) throw new Error('rounded too far')
}

describe('blocks', () => {
  it.each([
    // first block, increment, then billed for 1 6 7 30 31 57 59 60 61 75
    [60, 60, [60, 60, 60, 60, 60, 60, 60, 60, 120, 120]],
    [30, 6, [30, 30, 30, 30, 36, 60, 60, 60, 66, 78]],
    [6, 6, [6, 6, 12, 30, 36, 60, 60, 60, 66, 78]],
    [1, 1, [1, 6, 7, 30, 31, 57, 59, 60, 61, 75]],
    [60, 1, [60, 60, 60, 60, 60, 60, 60, 60, 61, 75]],
    [0, 6, [6, 6, 12, 30, 36, 60, 60, 60, 66, 78]],
  ])('%i/%i', (firstBlockS, incrementS, billed) => {
    const talked = [1, 6, 7, 30, 31, 57, 59, 60, 61, 75]
    expect(talked.map((s) => billedOf({ firstBlockS, incrementS }, s))).toEqual(billed)
    expect(billedOf({ firstBlockS, incrementS }, 0)).toBe(0)
  })

  it('counted from zero: 30/18 bills 31 seconds as 36, after the first block as 48', () => {
    const blocks = { firstBlockS: 30, incrementS: 18 }
    expect(billedOf({ ...blocks, anchor: 'zero' }, 31)).toBe(36)
    expect(billedOf({ ...blocks, anchor: 'first-block' }, 31)).toBe(48)
  })
})

function billedOf(blocks: Pick<Rate, 'firstBlockS' | 'incrementS' | 'anchor'>, seconds: number): number {
  const rate: Rate = {
    ...blocks,
    prefix: '4',
    effectiveFromMs: 0,
    destinationId: 1,
    pricePerMinute: { units: 1n, scale: 2 },
  }
  const deck = compileDeck([rate], { currency: 978, rounding: 'half-up', places: 4 })
  const rated = rateCall(deck, { digits: '44' as PhoneDigits, atMs: 0, seconds })
  if (!rated.ok) throw new Error('no rate')
  return rated.value.billedSeconds
}

describe('30/6 at 0.006 a minute', () => {
  const rate: Rate = {
    prefix: '44',
    effectiveFromMs: 0,
    destinationId: 1,
    pricePerMinute: { units: 6n, scale: 3 },
    connectFee: { units: 0n, scale: 6 },
    firstBlockS: 30,
    incrementS: 6,
  }
  const deck = compileDeck([rate], { currency: 978, rounding: 'half-up', places: 4 })
  it.each([
    [32, '0.0036'],
    [57, '0.006'],
    [75, '0.0078'],
  ])('%i s cost %s', (seconds, amount) => {
    const rated = rateCall(deck, { digits: '4420' as PhoneDigits, atMs: 0, seconds })
    expect(rated.ok && rated.value.amount).toBe(parseMoney(amount))
  })
})
