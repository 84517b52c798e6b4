// The laws of rating, on random decks and calls, against an oracle that shares nothing with the code: fractions of bigints,
// blocks counted one by one. Which rate is chosen among many prefixes is held to its own oracle in find-rate.test.ts.

import { type Decimal, micros, type PhoneDigits, type Rounding } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CompiledDeck,
  chargeColumns,
  compileDeck,
  explainCall,
  LONGEST_CALL_S,
  maxSeconds,
  type Rate,
  rateCall,
  rateColumns,
  type Tier,
} from './index.ts'
import { type Fraction, type SlowDeck, slowCost, slowRate, slowRound } from './testing/slow-oracle.ts'

const decimal = (most: bigint): fc.Arbitrary<Decimal> =>
  fc.oneof(
    fc.record({ units: fc.bigInt(0n, most), scale: fc.constantFrom(2, 4, 5, 6) }),
    fc.record({ units: fc.bigInt(0n, most * 100_000n), scale: fc.constant(10) }),
  )
/** Half of the time absent. */
const maybe = (arbitrary: fc.Arbitrary<Decimal>) => fc.oneof(fc.constant(undefined), arbitrary)
const block = fc.constantFrom(1, 6, 7, 30, 60)

const tierOf: fc.Arbitrary<Tier> = fc.record({
  seconds: fc.constantFrom(30, 60, 90, 100, 600),
  pricePerMinute: decimal(20_000n),
  entryFee: fc.oneof(fc.constant({ units: 0n, scale: 0 }), decimal(9000n)),
  incrementS: block,
})
const rateOf: fc.Arbitrary<Rate> = fc
  .record({
    pricePerMinute: decimal(20_000n),
    firstBlockS: fc.constantFrom(0, 1, 6, 7, 30, 60, 61),
    incrementS: block,
    anchor: fc.constantFrom('first-block' as const, 'zero' as const),
    connectFee: maybe(decimal(3000n)),
    disconnectFee: maybe(decimal(3000n)),
    disconnectAfterS: fc.constantFrom(0, 0, 10, 90),
    minimumCharge: maybe(decimal(5000n)),
    maximumCharge: maybe(decimal(90_000n)),
    afterMaximum: fc.constantFrom('free' as const, 'stop' as const),
    graceS: fc.constantFrom(0, 0, 0, 3, 10),
    tiers: fc.oneof(fc.constant([]), fc.array(tierOf, { minLength: 1, maxLength: 4 })),
  })
  .map(({ connectFee, disconnectFee, minimumCharge, maximumCharge, ...rate }) => ({
    ...rate,
    ...{ prefix: '4', effectiveFromMs: 0, destinationId: 1 },
    ...(connectFee && { connectFee }),
    ...(disconnectFee && { disconnectFee }),
    ...(minimumCharge && { minimumCharge }),
    ...(maximumCharge && { maximumCharge }),
  }))
const deckOf = fc.record({
  always: rateOf,
  byHours: fc.array(rateOf, { maxLength: 2 }),
  split: fc.boolean(),
  rounding: fc.constantFrom<Rounding>('half-up', 'half-even', 'up', 'down'),
  places: fc.integer({ min: 0, max: 6 }),
})
const MIDNIGHT = Date.UTC(2026, 2, 1)
const callOf = fc.record({
  atMs: fc.integer({ min: 0, max: 86_400_000 }).map((ms) => MIDNIGHT + ms),
  seconds: fc.oneof(
    fc.integer({ min: 0, max: 130 }),
    fc.integer({ min: 0, max: 700 }),
    fc.integer({ min: 0, max: 9000 }),
  ),
  credit: fc.oneof(fc.bigInt(0n, 2_000_000n), fc.bigInt(-1000n, 500_000_000n)).map(micros),
  freeSeconds: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 400 })),
})
const HOURS = [
  { fromHour: 8, toHour: 20 },
  { fromHour: 22, toHour: 6 },
] as const
const DIGITS = '44123' as PhoneDigits

/** The same deck for the code and for the oracle. */
function bothDecks(drawn: (typeof deckOf extends fc.Arbitrary<infer D> ? D : never) & {}): [CompiledDeck, SlowDeck] {
  const windows = HOURS.map(({ fromHour, toHour }, i) => ({
    ...{ id: i + 1, name: `w${i + 1}`, priority: 1 },
    rules: [{ fromMinute: fromHour * 60, toMinute: toHour * 60 }],
  }))
  const rates = [drawn.always, ...drawn.byHours.map((rate, i) => ({ ...rate, window: i + 1 }))]
  const windowChoice = drawn.split ? 'split' : 'start'
  const terms = { currency: 978, rounding: drawn.rounding, places: drawn.places, windows, windowChoice } as const
  const byHours = drawn.byHours.map((rate, i) => ({ ...HOURS[i]!, rate }))
  return [compileDeck(rates, terms), { always: drawn.always, byHours, split: drawn.split, places: drawn.places }]
}

/** Where windows split a call the answer is bounded by a month. */
const MOST_S = 31 * 86_400
const CALLS = 80
const DECKS = 1300

describe('rating, on 100,000 random calls', () => {
  it('equals the oracle and keeps its laws', () => {
    let compared = 0
    fc.assert(
      fc.property(deckOf, fc.array(callOf, { minLength: CALLS, maxLength: CALLS }), (drawn, calls) => {
        const [deck, slow] = bothDecks(drawn)
        const columns = {
          digits: calls.map(() => DIGITS),
          atMs: new Float64Array(CALLS),
          seconds: new Int32Array(CALLS),
        }
        const amounts: bigint[] = []
        for (const [i, call] of calls.entries()) {
          compared++
          const { atMs, seconds, credit } = call
          const allowance = { freeSeconds: call.freeSeconds, freeCall: false }
          const priced = (s: number) => costOf(deck, atMs, s, allowance)
          const expected = slowCost(slow, call)
          const amount = slowRound(expected.exact, drawn.rounding, drawn.places)
          const rated = rateCall(deck, { digits: DIGITS, atMs, seconds, allowance })
          if (!rated.ok) throw new Error('the oracle has a rate')
          if (rated.value.billedSeconds !== expected.billed) throw new Error('blocks')
          if (rated.value.freeSeconds !== expected.free) throw new Error('free seconds')
          if (rated.value.amount !== amount) throw new Error(`amount ${rated.value.amount}, oracle ${amount}`)
          roundsByLessThanItMay(amount, expected.exact, drawn.rounding, drawn.places)
          if (priced(seconds + 1) < amount) throw new Error('not monotone')
          const longest = maxSeconds(deck, { digits: DIGITS, atMs, credit, allowance })
          if (!longest.ok) throw new Error('the oracle has a rate')
          if (longest.value > 0 && priced(longest.value) > credit) throw new Error('costs more than the credit')
          const stops = slowRate(slow, atMs).afterMaximum === 'stop' && slowRate(slow, atMs).maximumCharge !== undefined
          if (!stops && longest.value < MOST_S && credit >= 0n && priced(longest.value + 1) <= credit) {
            throw new Error('one more second would be paid for')
          }
          columns.atMs[i] = atMs
          columns.seconds[i] = seconds
          amounts.push(costOf(deck, atMs, seconds))
        }
        const out = chargeColumns(CALLS)
        rateColumns(deck, columns, out)
        for (const [i, amount] of amounts.entries()) if (out.amount[i] !== amount) throw new Error('columns')
      }),
      { numRuns: DECKS },
    )
    expect(compared).toBeGreaterThanOrEqual(100_000)
  })

  it('explains every amount by steps that add up to it', () => {
    fc.assert(
      fc.property(deckOf, callOf, (drawn, { atMs, seconds, freeSeconds }) => {
        const [deck, slow] = bothDecks(drawn)
        const allowance = { freeSeconds, freeCall: false }
        const call = { digits: DIGITS, atMs, seconds, allowance }
        const steps = explainCall(deck, { ...call, dialled: '+44123', rule: 'plus', destinationName: String })
        const { exact } = slowCost(slow, { atMs, seconds, freeSeconds })
        expect(steps.at(-1)?.amount).toBe(text(slowRound(exact, drawn.rounding, drawn.places)))
        const raised = steps.some(
          (step) => (step.kind === 'minimum' || step.kind === 'maximum') && step.amount !== null,
        )
        if (raised) return
        const parts = steps.filter((step) => step.amount !== null && step.kind !== 'rounding' && step.kind !== 'total')
        const sum = parts.reduce((all, step) => all + BigInt(tenPlaces(step.amount!)), 0n)
        const told = BigInt(tenPlaces(steps.find((step) => step.kind === 'rounding')!.values.exact!))
        // A sixtieth that does not end is shown with ten places: each part may be off by half of the last.
        expect(Math.abs(Number(sum - told))).toBeLessThanOrEqual(parts.length)
      }),
      { numRuns: 1000 },
    )
  })
})

function costOf(
  deck: CompiledDeck,
  atMs: number,
  seconds: number,
  allowance = { freeSeconds: 0, freeCall: false },
): bigint {
  const rated = rateCall(deck, { digits: DIGITS, atMs, seconds, allowance })
  if (!rated.ok) throw new Error('unrated')
  return rated.value.amount
}

function roundsByLessThanItMay(amount: bigint, exact: Fraction, rounding: Rounding, places: number): void {
  const off = exact.top * 1_000_000n - amount * exact.bottom
  const unit = exact.bottom * 10n ** BigInt(6 - places)
  const size = off < 0n ? -off : off
  if (rounding.startsWith('half') ? size * 2n > unit : size >= unit) throw new Error('rounded too far')
}

function text(amount: bigint): string {
  const digits = amount.toString().padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** A decimal as whole 10^-10. */
function tenPlaces(decimalText: string): string {
  const [whole, fraction = ''] = decimalText.split('.')
  return `${whole}${fraction.padEnd(10, '0')}`
}

/** Exact at six places: a price whose sixtieth is whole, no fee, no rounding to hide behind. */
const whole = { rounding: 'half-up', places: 6, currency: 978 } as const
const flat = (more: Partial<Rate>): Rate => ({
  ...{ prefix: '4', effectiveFromMs: 0, destinationId: 1, firstBlockS: 0, incrementS: 1 },
  pricePerMinute: { units: 60n * 7n, scale: 6 },
  ...more,
})

describe('laws by themselves', () => {
  it('a call split at a border of blocks costs the sum of its parts', () => {
    const blocks = fc.record({ firstBlockS: fc.constantFrom(0, 1, 30, 60), incrementS: block })
    fc.assert(
      fc.property(blocks, fc.nat(400), fc.integer({ min: 1, max: 4000 }), (terms, borders, rest) => {
        const border = terms.firstBlockS + borders * terms.incrementS
        const all = compileDeck([flat(terms)], whole)
        const later = compileDeck([flat({ ...terms, firstBlockS: 0 })], whole)
        expect(costOf(all, 0, border + rest)).toBe(costOf(all, 0, border) + costOf(later, 0, rest))
      }),
    )
  })

  it('split windows add up: before and after the boundary, each at its own price', () => {
    const windows = [{ id: 1, name: 'day', priority: 1, rules: [{ fromMinute: 480, toMinute: 1200 }] }]
    const night = flat({})
    const day = flat({ pricePerMinute: { units: 600n, scale: 6 }, window: 1 })
    const deck = compileDeck([night, day], { ...whole, windows, windowChoice: 'split' })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }), (before, after) => {
        const atMs = MIDNIGHT + 8 * 3_600_000 - before * 1000
        expect(costOf(deck, atMs, before + after)).toBe(BigInt(before * 7 + after * 10))
      }),
    )
  })

  it('a tier adds nothing before it is entered', () => {
    fc.assert(
      fc.property(tierOf, tierOf, fc.integer({ min: 1, max: 600 }), (one, two, seconds) => {
        const short = compileDeck([flat({ tiers: [one] })], whole)
        const long = compileDeck([flat({ tiers: [one, two] })], whole)
        const within = Math.min(seconds, one.seconds)
        expect(costOf(long, 0, within)).toBe(costOf(short, 0, within))
        expect(costOf(long, 0, one.seconds + 1)).toBeGreaterThanOrEqual(costOf(long, 0, one.seconds))
      }),
    )
  })

  it('a maximum that stops the call ends the talk, one that frees it does not', () => {
    const maximumCharge: Decimal = { units: 700n, scale: 6 }
    const stops = compileDeck([flat({ maximumCharge, afterMaximum: 'stop' })], whole)
    const frees = compileDeck([flat({ maximumCharge })], whole)
    const question = { digits: DIGITS, atMs: 0, credit: micros(1_000_000n) }
    expect(maxSeconds(stops, question)).toEqual({ ok: true, value: 100 })
    expect(maxSeconds(frees, question)).toEqual({ ok: true, value: LONGEST_CALL_S })
    expect(costOf(stops, 0, 5000)).toBe(700n)
    expect(costOf(frees, 0, 5000)).toBe(700n)
  })
})
