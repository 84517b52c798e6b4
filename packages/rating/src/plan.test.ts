// Plans: which deck is chosen, what is blocked, what a markup makes of a price, what packages give.

import { type Decimal, micros, type PhoneDigits, parseDecimal } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDeck } from './compile-deck.ts'
import { explainPackage, explainPlan, planOffers } from './explain-plan.ts'
import { matchRate } from './find-rate.ts'
import { type Markup, markedUp } from './markup.ts'
import {
  type CompiledPlan,
  compilePlan,
  type DeckTimeline,
  deckAt,
  maxSecondsByPlan,
  type PlanInput,
  rateByPlan,
} from './plan.ts'
import type { Rate } from './rate.ts'

const digits = (text: string) => text as PhoneDigits
const dec = (text: string) => parseDecimal(text)!

function rate(prefix: string, price: string, more: Partial<Rate> = {}): Rate {
  return {
    prefix,
    effectiveFromMs: 0,
    destinationId: 1,
    pricePerMinute: dec(price),
    firstBlockS: 1,
    incrementS: 1,
    ...more,
  }
}

function deckOf(name: string, ...rates: Rate[]): DeckTimeline {
  const deck = compileDeck(rates, { currency: 978, rounding: 'half-up', places: 6, name })
  return { deckId: 1, name, spans: [{ fromMs: 0, deck }] }
}

function planOf(input: Partial<PlanInput>): CompiledPlan {
  const nothing = { planId: 1, name: 'Plan', entries: [], blocked: [], packages: [], zone: 'UTC' }
  return compilePlan({ ...nothing, choice: 'order', expectedSeconds: 60, ...input })
}

/** Name of the deck that prices a minute to `number` and what it costs, or why there is no price. */
function priced(plan: CompiledPlan, number: string, atMs = 0): string {
  const rated = rateByPlan(plan, { digits: digits(number), atMs, seconds: 60 })
  return rated.ok ? `${rated.value.deck.name} ${rated.value.entry} ${rated.value.amount}` : rated.error.kind
}

const none: Markup = { kind: 'none', percent: dec('0'), perMinute: dec('0'), perCall: dec('0'), places: 6 }

describe('the choice among decks', () => {
  const a = deckOf('A', rate('44', '0.30'), rate('33', '0.10'), rate('', '9', { isDefault: true }))
  const b = deckOf('B', rate('447', '0.20', { connectFee: dec('0.50') }), rate('33', '0.10'), rate('61', '0.7'))
  const entries = [{ deck: a }, { deck: b }]

  it('order: the first that has a rate', () => {
    const plan = planOf({ choice: 'order', entries })
    expect(priced(plan, '4471')).toBe('A 0 300000')
    expect(priced(plan, '611')).toBe('B 1 700000')
  })
  it('longest: the most specific, the earlier position when they are alike', () => {
    const plan = planOf({ choice: 'longest', entries })
    expect(priced(plan, '4471')).toBe('B 1 700000')
    expect(priced(plan, '4421')).toBe('A 0 300000')
    expect(priced(plan, '331')).toBe('A 0 100000')
    const patterns = planOf({ choice: 'longest', entries: [{ deck: deckOf('P', rate('_44[7]X.', '1')) }, ...entries] })
    expect(priced(patterns, '44712')).toBe('P 0 1000000')
  })
  it('lcd: by what a call of the expected length is sold for, fees and all', () => {
    expect(priced(planOf({ choice: 'lcd', entries }), '4471')).toBe('A 0 300000')
    expect(priced(planOf({ choice: 'lcd', entries, expectedSeconds: 3600 }), '4471')).toBe('B 1 700000')
    expect(priced(planOf({ choice: 'lcd', entries: [...entries].reverse() }), '331')).toBe('B 0 100000')
  })
  it('lcr: by what we pay, where a deck is marked up', () => {
    const dear = { ...none, kind: 'markup', percent: dec('900') } as const
    const bought = { deck: deckOf('C', rate('44', '0.25')), markup: dear }
    expect(priced(planOf({ choice: 'lcr', entries: [{ deck: a }, bought] }), '441')).toBe('C 1 2500000')
    expect(priced(planOf({ choice: 'lcd', entries: [{ deck: a }, bought] }), '441')).toBe('A 0 300000')
  })
  it('takes a default rate only when no deck has any other', () => {
    for (const choice of ['order', 'longest', 'lcr', 'lcd'] as const) {
      expect(priced(planOf({ choice, entries }), '611')).toBe('B 1 700000')
      expect(priced(planOf({ choice, entries }), '99')).toBe('A 0 9000000')
    }
  })
  it('has no price rather than a doubtful one', () => {
    const unsure = deckOf('U', rate('_44[12]', '1'), rate('_44[23]', '2'))
    const late = deckOf('L', rate('49', '1', { effectiveFromMs: 10 }))
    expect(priced(planOf({ entries: [{ deck: unsure }, { deck: a }] }), '442')).toBe('ambiguous')
    expect(priced(planOf({ entries: [{ deck: a }, { deck: unsure }] }), '442')).toBe('A 0 300000')
    expect(priced(planOf({ entries: [{ deck: late }] }), '491')).toBe('expired')
    expect(priced(planOf({ entries: [{ deck: late }] }), '501')).toBe('no-rate')
    expect(priced(planOf({}), '501')).toBe('no-rate')
  })
  it('prices by the version in force when the call began', () => {
    const versions = [1, 2].map((version) => {
      const rates = [rate('44', `0.${version}`)]
      return compileDeck(rates, { currency: 978, rounding: 'half-up', places: 6, name: 'V', version })
    })
    const spans = [
      { fromMs: 100, deck: versions[0]! },
      { fromMs: 200, deck: versions[1]! },
    ]
    const timeline = { deckId: 1, name: 'V', spans }
    const plan = planOf({ entries: [{ deck: timeline }] })
    expect([99, 100, 199, 200].map((atMs) => priced(plan, '441', atMs))).toEqual([
      'no-rate',
      'V 0 100000',
      'V 0 100000',
      'V 0 200000',
    ])
    expect(deckAt(timeline, 150)?.version).toBe(1)
  })
  it('refuses decks of two currencies', () => {
    const dollars = compileDeck([], { currency: 840, rounding: 'half-up', places: 6 })
    const other = { deckId: 2, name: 'D', spans: [{ fromMs: 0, deck: dollars }] }
    expect(() => planOf({ entries: [{ deck: a }, { deck: other }] })).toThrow('several currencies')
  })
})

describe('blocked numbers', () => {
  const plan = planOf({ entries: [{ deck: deckOf('A', rate('4', '1')) }], blocked: ['4490', '_449[89]X.', '44'] })
  it('are told with the entry that blocks them, the most specific', () => {
    const blockedBy = (number: string) => {
      const rated = rateByPlan(plan, { digits: digits(number), atMs: 0, seconds: 1 })
      return !rated.ok && rated.error.kind === 'blocked' ? rated.error.pattern : undefined
    }
    expect(['4490', '449812', '44981', '4', '449'].map(blockedBy)).toEqual([
      '4490',
      '_449[89]X.',
      '44',
      undefined,
      '44',
    ])
    expect(maxSecondsByPlan(plan, { digits: digits('4490'), atMs: 0, credit: micros(1n) })).toMatchObject({
      ok: false,
      error: { kind: 'blocked' },
    })
  })
  it('are looked for before any rate: a number without one is blocked all the same', () => {
    expect(priced(planOf({ blocked: ['99'] }), '991')).toBe('blocked')
  })
})

describe('maxSecondsByPlan', () => {
  it('answers by the deck that would price the call', () => {
    const plan = planOf({
      choice: 'lcd',
      entries: [{ deck: deckOf('A', rate('4', '1')) }, { deck: deckOf('B', rate('4', '0.5')) }],
    })
    const answer = maxSecondsByPlan(plan, { digits: digits('44'), atMs: 0, credit: micros(1_000_000n) })
    expect(answer).toMatchObject({ ok: true, value: { seconds: 120, entry: 1 } })
  })
})

describe('markedUp', () => {
  const cost = (price: string, more: Partial<Rate> = {}) =>
    compileDeck([rate('44', price, more)], { currency: 978, rounding: 'half-up', places: 6 })
  const sold = (price: string, markup: Partial<Markup>, more: Partial<Rate> = {}) => {
    const match = matchRate(markedUp(cost(price, more), { ...none, kind: 'markup', ...markup }), digits('44'), 0)
    if (!match.ok) throw new Error(match.error.kind)
    return match.value
  }
  it.each([
    ['markup', '20', '0', 4, '0.0575', 690n],
    ['markup', '12.5', '0.001', 4, '0.0575', 657n], // 0.0646875 + 0.001 = 0.0656875
    ['markup', '-10', '0', 6, '0.0575', 51_750n],
    ['markup', '0', '0.01', 6, '0', 10_000n],
    ['margin', '20', '0', 4, '0.06', 750n],
    ['margin', '30', '0', 6, '0.07', 100_000n],
    ['margin', '33', '0.002', 4, '0.0575', 878n], // 0.08582… + 0.002
    ['markup', '50', '0', 4, '0.0001', 2n], // 0.00015 is half
  ] as const)(
    '%s of %s %% and %s a minute, %i places: %s becomes %s',
    (kind, percent, perMinute, places, price, units) => {
      const match = sold(price, { kind, percent: dec(percent), perMinute: dec(perMinute), places })
      expect(match.pricePerMinute).toEqual({ units, scale: places })
    },
  )
  it('raises every amount of money, and adds what a call costs to the connect fee', () => {
    const tiers = [{ seconds: 60, pricePerMinute: dec('0.1'), entryFee: dec('0.01'), incrementS: 1 }]
    const fees = {
      connectFee: dec('0.02'),
      disconnectFee: dec('0.04'),
      minimumCharge: dec('0.06'),
      maximumCharge: dec('5'),
    }
    const rule = { percent: dec('50'), perMinute: dec('0.001'), perCall: dec('0.005'), places: 3 }
    const of = (units: bigint): Decimal => ({ units, scale: 3 })
    expect(sold('0.1', rule, { ...fees, tiers })).toMatchObject({
      pricePerMinute: of(151n),
      connectFee: of(35n),
      disconnectFee: of(60n),
      minimumCharge: of(90n),
      maximumCharge: of(7500n),
      tiers: [{ seconds: 60, pricePerMinute: of(151n), entryFee: of(15n), incrementS: 1 }],
    })
  })
  it('shares the tree: the same number is found at the same rate', () => {
    const deck = cost('0.1')
    const dearer = markedUp(deck, { ...none, kind: 'markup', percent: dec('1') })
    expect(dearer.columns.trie).toBe(deck.columns.trie)
    expect(markedUp(deck, none)).toBe(deck)
  })
  it('is made once for a deck and a markup', () => {
    const deck = cost('0.1')
    const by = (percent: string) => markedUp(deck, { ...none, kind: 'markup', percent: dec(percent) })
    expect(by('1')).toBe(by('1'))
    expect(by('1')).not.toBe(by('10'))
    expect(by('1')).not.toBe(markedUp(cost('0.1'), { ...none, kind: 'markup', percent: dec('1') }))
  })
  it('a margin leaves its share of the price, within the rounding', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 999_999n), (units, percent) => {
        const markup = { kind: 'margin', percent: { units: percent, scale: 4 }, places: 10 } as const
        const deck = cost('0', { pricePerMinute: { units, scale: 10 } })
        const match = matchRate(markedUp(deck, { ...none, ...markup }), digits('44'), 0)
        if (!match.ok) throw new Error('no rate')
        // price × (1 - percent / 100) = cost, to half a unit of the tenth place
        const left = match.value.pricePerMinute.units * (1_000_000n - percent) - units * 1_000_000n
        expect(left * 2n <= 1_000_000n - percent && -left * 2n <= 1_000_000n - percent).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
  it('refuses a margin of everything', () => {
    expect(() => sold('1', { kind: 'margin', percent: dec('100') })).toThrow('margin')
    expect(() => sold('1', { kind: 'markup', percent: dec('-100.5') })).toThrow('markup')
  })
})

describe('explainPlan', () => {
  const markup = { ...none, kind: 'margin', percent: dec('20'), places: 4 } as const
  const plan = planOf({
    choice: 'lcr',
    entries: [
      { deck: deckOf('A', rate('44', '0.30')) },
      { deck: deckOf('C', rate('447', '0.06')), markup },
      { deck: deckOf('D', rate('33', '1')) },
    ],
    blocked: ['4490'],
  })
  it('tells which decks were looked at, which was taken, and what its markup made of the price', () => {
    expect(explainPlan(plan, digits('4471'), 0)).toEqual([
      {
        kind: 'plan',
        values: {
          plan: 'Plan',
          choice: 'lcr',
          expectedSeconds: '60',
          decks: 'A (44), C (447), D (no-rate)',
          deck: 'C',
          entry: '1',
        },
        amount: null,
      },
      {
        kind: 'markup',
        values: {
          kind: 'margin',
          percent: '20',
          perMinute: '0',
          perCall: '0',
          places: '4',
          cost: '0.06',
          pricePerMinute: '0.075',
        },
        amount: null,
      },
    ])
    expect(explainPlan(plan, digits('4421'), 0)).toHaveLength(1)
  })
  it('ends with what blocks the number, or why there is no rate', () => {
    expect(explainPlan(plan, digits('44901'), 0)[0]?.values).toMatchObject({ blocked: '4490' })
    expect(explainPlan(plan, digits('99'), 0)[0]?.values).toMatchObject({ deck: '', reason: 'no-rate' })
    expect(explainPlan({ ...plan, planId: 0 }, digits('4471'), 0)).toEqual([])
  })
  it('offers the price and the cost of every deck', () => {
    const offers = planOffers(plan, digits('4471'), 0)
    expect(offers.map(({ prefix, price, cost, isChosen }) => [prefix, price, cost, isChosen])).toEqual([
      ['44', '0.300000', '', false],
      ['447', '0.075000', '0.060000', true],
      ['', '', '', false],
    ])
  })
  it('tells what a package gave', () => {
    const pkg = { packageId: 1, name: 'Hour', kind: 'seconds', amount: 3600, period: 'day', startDay: 1 } as const
    const state = {
      package: { ...pkg, prefixes: [], validFromMs: 0 },
      periodStart: '2026-03-01',
      usedSeconds: 60,
      usedCalls: 2,
    }
    const step = explainPackage({ state, allowance: { freeSeconds: 3540, freeCall: false } }, { freeSeconds: 42 })
    expect(step.values).toEqual({
      package: 'Hour',
      kind: 'seconds',
      amount: '3600',
      periodStart: '2026-03-01',
      usedBefore: '60',
      freeSeconds: '42',
    })
  })
})
