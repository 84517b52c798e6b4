// Every term of a rate, alone and together, on random calls, against an oracle that shares nothing with the code: it
// walks through a call block by block and second by second and adds up fractions.

import { type Decimal, micros, type PhoneDigits, type Rounding } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeColumns, rateColumns } from './columns.ts'
import { compileDeck, type DeckTerms, LONGEST_CALL_S, maxSeconds, type Rate, rateCall, type Tier } from './index.ts'
import { traceCall } from './trace.ts'

// The oracle. Money is in units of 1/60 of 10^-10, so that every price a second is whole.

const NUMBER = '4471' as PhoneDigits
const UNIT = 60n * 10n ** 10n

function inUnits({ units, scale }: Decimal): bigint {
  return units * 60n * 10n ** BigInt(10 - scale)
}

type Step = { begin: number; end: number; increment: number; second: bigint; entry: bigint }

function stepsOf(rate: Rate): Step[] {
  let begin = 0
  const steps = (rate.tiers ?? []).map((tier) => {
    const step = { begin, end: begin + tier.seconds, increment: tier.incrementS, ...pricesOf(tier) }
    begin = step.end
    return step
  })
  const second = inUnits(rate.pricePerMinute) / 60n
  return [...steps, { begin, end: Infinity, increment: rate.incrementS, second, entry: 0n }]
}

function pricesOf({ pricePerMinute, entryFee }: Tier) {
  return { second: inUnits(pricePerMinute) / 60n, entry: inUnits(entryFee) }
}

type Free = { freeSeconds: number; freeCall: boolean }
type Walked = { billed: number; free: number; sum: bigint; borders: number[] }

/** What a call costs before minimum and maximum, and where its blocks begin. `rateAt` says which rate holds when. */
function walked(rateAt: (second: number) => Rate, talked: number, free: Free): Walked {
  const start = rateAt(0)
  if (talked === 0 || talked <= (start.graceS ?? 0)) return { billed: 0, free: 0, sum: 0n, borders: [] }
  const prices: bigint[] = []
  const borders: number[] = []
  let sum = inUnits(start.connectFee!)
  if (talked >= (start.disconnectAfterS ?? 0)) sum += inUnits(start.disconnectFee!)
  let second = 0
  const bill = (rate: Rate, end: (step: Step) => number): void => {
    const step = stepsOf(rate).find((one) => one.begin <= second && second < one.end)!
    if (second === step.begin) sum += step.entry
    for (const last = Math.min(end(step), step.end); second < last; second++) prices.push(step.second)
  }
  while (second < start.firstBlockS) bill(start, () => start.firstBlockS)
  while (second < talked) {
    borders.push(second)
    const rate = rateAt(second)
    bill(rate, ({ begin, increment }) =>
      rate.anchor === 'zero' ? second + increment - ((second - begin) % increment) : second + increment,
    )
  }
  const billed = prices.length
  if (free.freeCall || free.freeSeconds >= billed) return { billed, free: billed, sum: 0n, borders }
  for (const price of prices.slice(free.freeSeconds)) sum += price
  return { billed, free: free.freeSeconds, sum, borders }
}

function rounded(sum: bigint, rounding: Rounding, step: bigint): bigint {
  const [below, rest] = [sum / step, sum % step]
  const isUp =
    rounding === 'up' ||
    (rounding !== 'down' && (rest * 2n > step || (rest * 2n === step && (rounding === 'half-up' || below % 2n === 1n))))
  return rest > 0n && isUp ? below + 1n : below
}

/** In micros, with minimum and maximum of the rate at the start. */
function naiveAmount({ sum, billed, free }: Walked, rate: Rate, { rounding, places }: DeckTerms): bigint {
  if (billed === free) return 0n
  const step = UNIT / 10n ** BigInt(places)
  let bounded = sum
  if (rate.minimumCharge && bounded < inUnits(rate.minimumCharge)) bounded = inUnits(rate.minimumCharge)
  const maximum = maximumOf(rate, step)
  if (maximum !== undefined && bounded > maximum) bounded = maximum
  return rounded(bounded, rounding, step) * 10n ** BigInt(6 - places)
}

/** Rounded down to what can be charged. */
function maximumOf({ maximumCharge }: Rate, step: bigint): bigint | undefined {
  return maximumCharge && inUnits(maximumCharge) - (inUnits(maximumCharge) % step)
}

// What is drawn.

const amountOf = (most: bigint) => fc.record({ units: fc.bigInt(0n, most), scale: fc.constantFrom(2, 4, 6, 10) })
const price = fc.oneof(
  fc.record({ units: fc.bigInt(0n, 20_000n), scale: fc.constant(4) }),
  fc.record({ units: fc.bigInt(0n, 10n ** 12n), scale: fc.constant(10) }),
  // Large enough to leave the safe integers.
  fc.record({ units: fc.bigInt(0n, 10n ** 18n), scale: fc.constant(10) }),
)
const tierOf = fc.record({
  seconds: fc.constantFrom(1, 10, 30, 60, 100),
  pricePerMinute: price,
  entryFee: fc.oneof(fc.constant({ units: 0n, scale: 0 }), amountOf(9000n)),
  incrementS: fc.constantFrom(1, 6, 7, 30, 60),
})
const rateOf: fc.Arbitrary<Rate> = fc.record(
  {
    prefix: fc.constant('44'),
    effectiveFromMs: fc.constant(0),
    destinationId: fc.constant(7),
    pricePerMinute: price,
    connectFee: amountOf(3000n),
    disconnectFee: amountOf(3000n),
    firstBlockS: fc.constantFrom(0, 1, 6, 13, 30, 60),
    incrementS: fc.constantFrom(1, 6, 7, 18, 30, 60),
    disconnectAfterS: fc.constantFrom(0, 10, 61),
    anchor: fc.constantFrom('first-block', 'zero'),
    minimumCharge: amountOf(9000n),
    maximumCharge: amountOf(90_000n),
    afterMaximum: fc.constantFrom('free', 'stop'),
    graceS: fc.constantFrom(0, 0, 3, 20),
    tiers: fc.array(tierOf, { maxLength: 3 }),
  },
  {
    requiredKeys: [
      ...(['prefix', 'effectiveFromMs', 'destinationId', 'pricePerMinute'] as const),
      ...(['connectFee', 'disconnectFee', 'firstBlockS', 'incrementS'] as const),
    ],
  },
)
const termsOf = fc.record({
  currency: fc.constant(978),
  rounding: fc.constantFrom<Rounding>('half-up', 'half-even', 'up', 'down'),
  places: fc.integer({ min: 0, max: 6 }),
})
const callOf = fc.record({
  seconds: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 400 })),
  credit: fc.oneof(fc.bigInt(-10n, 900_000n), fc.bigInt(0n, 60_000_000n)).map(micros),
  allowance: fc.oneof(
    fc.constant({ freeSeconds: 0, freeCall: false }),
    fc.record({ freeSeconds: fc.integer({ min: 0, max: 200 }), freeCall: fc.constant(false) }),
    fc.constant({ freeSeconds: 0, freeCall: true }),
  ),
  atMs: fc.integer({ min: 0, max: 86_400_000 }),
})
const CALLS = 60
const calls = fc.array(callOf, { minLength: CALLS, maxLength: CALLS })

function amount(
  deck: ReturnType<typeof compileDeck>,
  call: { seconds: number; allowance?: Free; atMs: number },
): bigint {
  const rated = rateCall(deck, { digits: NUMBER, ...call })
  if (!rated.ok) throw new Error(rated.error.kind)
  return rated.value.amount
}

describe('every term of a rate', () => {
  it('equals the oracle, trace and columns too, on 54,000 random calls', () => {
    fc.assert(
      fc.property(rateOf, termsOf, calls, (rate, terms, drawn) => {
        const deck = compileDeck([rate], terms)
        const out = chargeColumns(CALLS)
        const seconds = Int32Array.from(drawn, (call) => call.seconds)
        const atMs = Float64Array.from(drawn, (call) => call.atMs)
        rateColumns(deck, { digits: drawn.map(() => NUMBER), atMs, seconds }, out)
        for (const [i, call] of drawn.entries()) {
          const expected = walked(() => rate, call.seconds, call.allowance)
          const rated = rateCall(deck, { digits: NUMBER, ...call })
          if (!rated.ok) throw new Error('the oracle has a rate')
          const { billedSeconds, freeSeconds } = rated.value
          const due = naiveAmount(expected, rate, terms)
          if (billedSeconds !== expected.billed || freeSeconds !== expected.free || rated.value.amount !== due) {
            expect({ call, billedSeconds, freeSeconds, amount: rated.value.amount }).toEqual({
              ...{ call, billedSeconds: expected.billed, freeSeconds: expected.free, amount: due },
            })
          }
          if (traceCall(deck, { digits: NUMBER, ...call }).amount !== due) throw new Error('trace')
          if (out.amount[i] !== amount(deck, { seconds: call.seconds, atMs: call.atMs })) throw new Error('columns')
          if (amount(deck, { ...call, seconds: call.seconds + 1 }) < due) throw new Error('not monotone')
        }
      }),
      { numRuns: 900 },
    )
  })

  it('buys with a credit what it pays for, and no second more, on 24,000 random calls', () => {
    fc.assert(
      fc.property(rateOf, termsOf, calls, (rate, terms, drawn) => {
        const deck = compileDeck([rate], terms)
        for (const call of drawn) {
          const longest = maxSeconds(deck, { digits: NUMBER, ...call })
          if (!longest.ok) throw new Error('the oracle has a rate')
          const costs = (seconds: number) => amount(deck, { ...call, seconds })
          const stops = (seconds: number) => {
            const maximum = maximumOf(rate, UNIT / 10n ** BigInt(terms.places))
            return (
              rate.afterMaximum === 'stop' &&
              maximum !== undefined &&
              walked(() => rate, seconds, call.allowance).sum > maximum
            )
          }
          if (longest.value > 0 && costs(longest.value) > call.credit) throw new Error('more than the credit')
          if (call.credit < 0n || longest.value > 20_000) continue
          if (costs(longest.value + 1) <= call.credit && !stops(longest.value + 1)) throw new Error('too short')
        }
      }),
      { numRuns: 400 },
    )
  })

  it('adds up: a call split at a border of blocks costs what its parts cost, fees once', () => {
    fc.assert(
      fc.property(rateOf, callOf, fc.nat(), (drawn, { seconds, atMs }, pick) => {
        const free = { freeSeconds: 0, freeCall: false }
        const { tiers: _, graceS: __, ...flat } = without(drawn)
        const rate = { ...flat, disconnectAfterS: 0, anchor: 'first-block' as const }
        const { borders } = walked(() => rate, seconds, free)
        if (borders.length === 0) return
        const border = borders[pick % borders.length]!
        if (border === 0) return
        const exact = (one: Rate, talked: number) =>
          traceCall(compileDeck([one], PLAIN), { digits: NUMBER, atMs, seconds: talked })
        // The second part has no fees and no first block: it goes on.
        const nothing = { units: 0n, scale: 10 }
        const rest = { ...rate, connectFee: nothing, disconnectFee: nothing, firstBlockS: 0 }
        const fine = { ...rate, pricePerMinute: tenPlaces(rate.pricePerMinute) }
        const parts =
          exact(fine, border).exact + exact({ ...rest, pricePerMinute: fine.pricePerMinute }, seconds - border).exact
        expect(parts).toBe(exact(fine, seconds).exact)
      }),
      { numRuns: 3000 },
    )
  })

  it('does not jump from one tier to the next: a second more costs a block and an entry fee at most', () => {
    fc.assert(
      fc.property(rateOf, termsOf, callOf, (drawn, terms, { atMs }) => {
        const rate = without(drawn)
        const deck = compileDeck([rate], { ...terms, rounding: 'half-up', places: 6 })
        const steps = stepsOf(rate)
        for (const { begin } of steps.slice(1)) {
          if (begin <= rate.firstBlockS || begin <= (rate.graceS ?? 0)) continue
          const next = steps.find((one) => one.begin === begin)!
          const jump = (amount(deck, { seconds: begin + 1, atMs }) - amount(deck, { seconds: begin, atMs })) * UNIT
          const block = next.second * BigInt(Math.min(next.increment, next.end - next.begin)) + next.entry
          const fee = begin + 1 === rate.disconnectAfterS ? inUnits(rate.disconnectFee!) : 0n
          expect(jump <= (block + fee) * 1_000_000n + UNIT).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

const PLAIN: DeckTerms = { currency: 978, rounding: 'half-up', places: 6 }

function without({ minimumCharge: _, maximumCharge: __, afterMaximum: ___, ...rate }: Rate): Rate {
  return rate
}

function tenPlaces({ units, scale }: Decimal): Decimal {
  return { units: units * 10n ** BigInt(10 - scale), scale: 10 }
}

describe('a deck that splits', () => {
  const windows = [
    { id: 1, name: 'Day', priority: 1, rules: [{ fromMinute: 480, toMinute: 1200 }] },
    { id: 2, name: 'Lunch', priority: 2, rules: [{ fromMinute: 720, toMinute: 722 }] },
  ]
  const idAt = (atMs: number): number => {
    const minute = Math.floor(atMs / 60_000) % 1440
    if (minute >= 720 && minute < 722) return 2
    return minute >= 480 && minute < 1200 ? 1 : 0
  }
  // Near the changes, where something happens.
  const begins = fc.tuple(fc.constantFrom(480, 720, 722, 1200), fc.integer({ min: -300_000, max: 2000 }))

  it('equals the oracle on 6,000 random calls, and buys what a credit pays for', () => {
    fc.assert(
      fc.property(
        rateOf,
        rateOf,
        rateOf,
        termsOf,
        fc.array(fc.tuple(callOf, begins), { minLength: 40, maxLength: 40 }),
        (night, day, lunch, terms, drawn) => {
          const rates = [night, { ...day, window: 1 }, { ...lunch, window: 2 }]
          const deck = compileDeck(rates, { ...terms, windows, windowChoice: 'split' })
          for (const [call, [minute, aside]] of drawn) {
            const atMs = minute * 60_000 + aside
            const rateAt = (second: number) => rates[idAt(atMs + second * 1000)]!
            const expected = walked(rateAt, call.seconds, call.allowance)
            const rated = rateCall(deck, { digits: NUMBER, ...call, atMs })
            if (!rated.ok) throw new Error('the oracle has a rate')
            const { billedSeconds, freeSeconds } = rated.value
            expect([billedSeconds, freeSeconds, rated.value.amount]).toEqual([
              ...[expected.billed, expected.free, naiveAmount(expected, rateAt(0), terms)],
            ])
            if (rateAt(0).afterMaximum === 'stop' || call.credit < 0n) continue
            const longest = maxSeconds(deck, { digits: NUMBER, ...call, atMs })
            if (!longest.ok || longest.value > 100_000) continue
            if (longest.value > 0 && amount(deck, { ...call, atMs, seconds: longest.value }) > call.credit)
              throw new Error('credit')
            if (amount(deck, { ...call, atMs, seconds: longest.value + 1 }) <= call.credit) throw new Error('too short')
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

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

  it('a maximum is not exceeded by rounding up to the cent', () => {
    expect(cost({ maximumCharge: money('1.005') }, 3600, { rounding: 'up', places: 2 })).toBe(1_000_000n)
  })

  it('no second is charged in two tiers, and the first block is not rounded up to the increments of its tier', () => {
    const tier = { seconds: 100, pricePerMinute: money('0.60'), entryFee: money('0'), incrementS: 30 }
    expect(cost({ pricePerMinute: money('6.00'), firstBlockS: 10, tiers: [tier] }, 5)).toBe(100_000n)
    expect(cost({ pricePerMinute: money('6.00'), firstBlockS: 0, tiers: [tier] }, 101)).toBe(1_100_000n)
  })

  it('works for a free call that runs through windows for years without counting them all', () => {
    const windows = [{ id: 1, name: 'Day', priority: 1, rules: [{ fromMinute: 480, toMinute: 1200 }] }]
    const free = { ...base, pricePerMinute: money('0') }
    const deck = compileDeck([free, { ...free, window: 1 }], { ...PLAIN, windows, windowChoice: 'split' })
    expect(maxSeconds(deck, { digits: NUMBER, atMs: 0, credit: micros(0n) })).toEqual({
      ok: true,
      value: LONGEST_CALL_S,
    })
  })
})
