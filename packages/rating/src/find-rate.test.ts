// Which rate is chosen: by prefix and pattern, by date and window. Random decks against an oracle that tries every rate
// with a regular expression, and the cases by name.

import type { PhoneDigits } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDeck } from './compile-deck.ts'
import type { DeckTerms } from './deck.ts'
import { candidates, findRate, matchRate } from './find-rate.ts'
import type { Rate } from './rate.ts'
import type { TimeWindow } from './time-window.ts'

const digits = (text: string) => text as PhoneDigits
const terms: DeckTerms = { currency: 978, rounding: 'half-up', places: 4 }
const HOUR = 3_600_000

function rate(prefix: string, price: number, more: Partial<Rate> = {}): Rate {
  const pricePerMinute = { units: BigInt(price), scale: 4 }
  return { prefix, effectiveFromMs: 0, destinationId: 1, pricePerMinute, firstBlockS: 60, incrementS: 60, ...more }
}

/** Prefix, window and price of what is chosen, or the reason. */
function chosen(deck: ReturnType<typeof compileDeck>, number: string, atMs = 0): string {
  const match = matchRate(deck, digits(number), atMs)
  if (!match.ok) return match.error.kind
  const { prefix, window, effectiveFromMs, pricePerMinute, isDefault } = match.value
  return `${isDefault ? '*' : prefix} ${window} ${effectiveFromMs} ${pricePerMinute.units}`
}

// The oracle. Nothing of it is shared with the code: a regular expression says what fits, a list of numbers how well.

const SETS: Readonly<Record<string, string>> = { X: '[0-9]', Z: '[1-9]', N: '[2-9]', '.': '.+', '!': '.*' }

function fits(prefix: string, number: string): boolean {
  if (!prefix.startsWith('_')) return number.startsWith(prefix)
  return new RegExp(`^${prefix.slice(1).replace(/[XZN.!]/g, (c) => SETS[c]!)}$`).test(number)
}

/** How many digits each position allows; a prefix goes on like "!". */
function places(prefix: string): number[] {
  if (!prefix.startsWith('_')) return [...prefix].map(() => 1).concat(99)
  const parts = prefix.slice(1).match(/\[[^\]]*\]|./g)!
  const sizes = parts.map((part) => {
    if (part === '.' || part === '!') return part === '.' ? 98 : 99
    return [...'0123456789'].filter((digit) => new RegExp(SETS[part] ?? part).test(digit)).length
  })
  return /[.!]$/.test(prefix) ? sizes : [...sizes, 0]
}

function compare(a: string, b: string): number {
  const [x, y] = [places(a), places(b)]
  const at = x.findIndex((size, i) => size !== y[i])
  return at < 0 ? 0 : x[at]! - (y[at] ?? 0)
}

/** Windows of the oracle's decks: hours of the day in UTC, 1 and 2 of one priority. */
const HOURS: Readonly<Record<number, readonly [number, number, number]>> = {
  1: [8, 14, 5],
  2: [12, 20, 5],
  3: [13, 15, 9],
}
const windows: TimeWindow[] = Object.entries(HOURS).map(([id, [from, to, priority]]) => ({
  id: Number(id),
  name: `w${id}`,
  priority,
  rules: [{ fromMinute: from * 60, toMinute: to * 60 }],
}))

function pick(rates: readonly Rate[], atMs: number): Rate | 'ambiguous' | undefined {
  const hour = Math.floor(atMs / HOUR) % 24
  const priority = (one: Rate) => (one.window ? HOURS[one.window]![2] : -1)
  const holding = rates.filter((one) => {
    const hours = one.window ? HOURS[one.window]! : [0, 24]
    return one.effectiveFromMs <= atMs && atMs < (one.validToMs ?? Infinity) && hours[0]! <= hour && hour < hours[1]!
  })
  const top = Math.max(...holding.map(priority))
  const latest = new Map<number, Rate>()
  for (const one of holding.filter((h) => priority(h) === top)) {
    const known = latest.get(one.window ?? 0)
    if (known === undefined || known.effectiveFromMs < one.effectiveFromMs) latest.set(one.window ?? 0, one)
  }
  const picks = [...latest.values()].sort((a, b) => (a.window ?? 0) - (b.window ?? 0))
  return new Set(picks.map((p) => p.pricePerMinute.units)).size > 1 ? 'ambiguous' : picks[0]
}

function naive(rates: readonly Rate[], number: string, atMs: number): string {
  const groups = Map.groupBy(
    rates.filter((one) => one.prefix === '' || fits(one.prefix, number)),
    (one) => one.prefix,
  )
  const own = [...groups.keys()].filter((prefix) => prefix !== '')
  const ranked = own.sort(
    (a, b) =>
      compare(a, b) || (a.startsWith('_') === b.startsWith('_') ? (a < b ? -1 : 1) : a.startsWith('_') ? -1 : 1),
  )
  for (const best of [...ranked, '']) {
    const equals = best === '' ? [''] : ranked.filter((prefix) => compare(prefix, best) === 0)
    const picks = equals.map((prefix) => pick(groups.get(prefix) ?? [], atMs)).filter((p) => p !== undefined)
    const first = picks[0]
    if (first === undefined) continue
    const differ = new Set(picks.map((p) => (p === 'ambiguous' ? p : p.pricePerMinute.units))).size > 1
    if (first === 'ambiguous' || differ) return 'ambiguous'
    return `${first.prefix || '*'} ${first.window ?? 0} ${first.effectiveFromMs} ${first.pricePerMinute.units}`
  }
  return groups.size > 0 ? 'expired' : 'no-rate'
}

const part = fc.constantFrom('1', '2', '3', '1', '2', 'X', 'N', 'Z', '[12]', '[1-3]', '[023]')
const prefixText = fc.oneof(
  fc.stringMatching(/^[1-3]{1,5}$/),
  fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '.', '!'))
    .map(([parts, tail]) => `_${parts.join('')}${tail}`),
  fc.constant(''),
)
const rateOf = fc
  .record({
    prefix: prefixText,
    window: fc.constantFrom(0, 0, 1, 2, 3),
    effectiveFromMs: fc.constantFrom(0, 10 * HOUR, 30 * HOUR),
    length: fc.constantFrom(5, 20, 1000),
    price: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ prefix, price, length, effectiveFromMs, window }) =>
    rate(prefix, price, {
      window,
      effectiveFromMs,
      ...(length < 1000 ? { validToMs: effectiveFromMs + length * HOUR } : {}),
      ...(prefix === '' ? { isDefault: true } : {}),
    }),
  )
const deckOf = fc.uniqueArray(rateOf, {
  maxLength: 14,
  selector: ({ prefix, window, effectiveFromMs }) => `${prefix} ${window} ${effectiveFromMs}`,
})
const callOf = fc.tuple(fc.stringMatching(/^[0-3]{1,6}$/), fc.integer({ min: -HOUR, max: 60 * HOUR }))

describe('the choice of a rate', () => {
  it('is that of an oracle that tries every rate, for 60,000 random numbers', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(deckOf, fc.array(callOf, { minLength: 40, maxLength: 40 }), (rates, calls) => {
        const deck = compileDeck(rates, { ...terms, windows })
        for (const [number, atMs] of calls) {
          const answer = chosen(deck, number, atMs)
          seen.add(answer.replace(/ .*/, ''))
          expect(answer).toBe(naive(rates, number, atMs))
        }
      }),
      { numRuns: 1500 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['*', 'no-rate', 'expired', 'ambiguous', '1', '2']))
  })

  it('is the same among hundreds of patterns', () => {
    const manyOf = fc.uniqueArray(rateOf, { minLength: 150, maxLength: 300, selector: ({ prefix }) => prefix })
    fc.assert(
      fc.property(manyOf, fc.array(callOf, { minLength: 15, maxLength: 15 }), (rates, calls) => {
        const deck = compileDeck(rates, { ...terms, windows })
        for (const [number, atMs] of calls) expect(chosen(deck, number, atMs)).toBe(naive(rates, number, atMs))
      }),
      { numRuns: 15 },
    )
  })

  it('does not depend on the order in which rates come', () => {
    fc.assert(
      fc.property(deckOf, fc.array(callOf, { minLength: 20, maxLength: 20 }), (rates, calls) => {
        const one = compileDeck(rates, { ...terms, windows })
        const other = compileDeck([...rates].reverse(), { ...terms, windows })
        for (const [number, atMs] of calls) {
          expect(chosen(one, number, atMs)).toBe(chosen(other, number, atMs))
          expect(findRate(one, number, atMs)).toBe(findRate(other, number, atMs))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('names among its candidates what it chooses, as the first that holds', () => {
    fc.assert(
      fc.property(deckOf, callOf, (rates, [number, atMs]) => {
        const deck = compileDeck(rates, { ...terms, windows })
        const found = candidates(deck, number, atMs)
        const fitting = new Set(rates.map((one) => one.prefix).filter((p) => p === '' || fits(p, number)))
        expect(new Set(found.map((one) => (one.prefix === '*' ? '' : one.prefix)))).toEqual(fitting)
        const rateNumber = findRate(deck, number, atMs)
        if (rateNumber >= 0) expect(found.find((one) => one.rate >= 0)?.rate).toBe(rateNumber)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('prefixes', () => {
  it('ASTPP#273: the longest prefix is taken, not the cheapest', () => {
    const deck = compileDeck([rate('44', 1), rate('4477', 900), rate('447', 20)], terms)
    expect(chosen(deck, '447700900123')).toBe('4477 0 0 900')
    expect(chosen(deck, '447800900123')).toBe('447 0 0 20')
    expect(chosen(deck, '442071838750')).toBe('44 0 0 1')
  })

  it('magnusbilling#314: a prefix that stands twice is refused, not rated by chance', () => {
    expect(() => compileDeck([rate('44', 1), rate('44', 2)], terms)).toThrow('begin at once')
  })

  it('a2billing#162: a prefix with a stray blank is refused, not kept where it never matches', () => {
    expect(() => compileDeck([rate('44 ', 1)], terms)).toThrow('not a prefix')
    expect(() => compileDeck([rate(' 44', 1)], terms)).toThrow('not a prefix')
  })

  it('ivozprovider#1200: nothing that fits is told apart from nothing that holds', () => {
    const deck = compileDeck([rate('44', 1, { effectiveFromMs: 10, validToMs: 20 })], terms)
    expect(chosen(deck, '331', 15)).toBe('no-rate')
    expect([9, 10, 19, 20].map((atMs) => chosen(deck, '441', atMs))).toEqual([
      'expired',
      '44 0 10 1',
      '44 0 10 1',
      'expired',
    ])
  })

  it('goes back to the earlier rate when the later one ends', () => {
    const deck = compileDeck([rate('44', 1), rate('44', 2, { effectiveFromMs: 10, validToMs: 20 })], terms)
    expect([5, 15, 25].map((atMs) => chosen(deck, '441', atMs))).toEqual(['44 0 0 1', '44 0 10 2', '44 0 0 1'])
  })

  it('keeps tens of thousands of them apart, whatever a number goes on with', () => {
    const all = Array.from({ length: 50_000 }, (_, i) => String(3_000_000 + i * 37))
    const deck = compileDeck(
      all.map((prefix, i) => rate(prefix, i)),
      terms,
    )
    for (const [i, prefix] of all.entries()) {
      expect(chosen(deck, `${prefix}00`)).toBe(`${prefix} 0 0 ${i}`)
      expect(chosen(deck, prefix.slice(0, 6))).toBe('no-rate')
    }
  })
})

describe('windows and patterns that claim one call', () => {
  const windows = [1, 2].map((id) => ({ id, name: `w${id}`, priority: 1, rules: [{}] }))
  it('are no matter when they charge the same, whatever they charged before', () => {
    const older = rate('44', 9, { window: 2, effectiveFromMs: 0 })
    const same = [rate('44', 1, { window: 1 }), older, rate('44', 1, { window: 2, effectiveFromMs: 5 })]
    const deck = compileDeck(same, { ...terms, windows })
    expect([chosen(deck, '441', 4), chosen(deck, '441', 5)]).toEqual(['ambiguous', '44 1 0 1'])
  })
  it('are settled by priority', () => {
    const ranked = windows.map((w) => ({ ...w, priority: w.id }))
    const deck = compileDeck([rate('44', 1, { window: 1 }), rate('44', 2, { window: 2 })], {
      ...terms,
      windows: ranked,
    })
    expect(chosen(deck, '441')).toBe('44 2 0 2')
  })
  it('of equal specificity are settled only by equal terms', () => {
    const of = (price: number) => compileDeck([rate('_4[12]X', 1), rate('_4[23]X', price), rate('4', 7)], terms)
    expect([chosen(of(2), '425'), chosen(of(1), '425'), chosen(of(2), '415')]).toEqual([
      'ambiguous',
      '_4[12]X 0 0 1',
      '_4[12]X 0 0 1',
    ])
    expect(chosen(compileDeck([rate('_44!', 1), rate('44', 2)], terms), '441')).toBe('ambiguous')
  })
})

describe('cgrates#615, ivozprovider#2342: a new version', () => {
  it('is another deck: the one in use goes on answering as before', () => {
    const before = compileDeck([rate('44', 1)], { ...terms, version: 1 })
    const after = compileDeck([rate('44', 2), rate('447', 3)], { ...terms, version: 2 })
    expect(chosen(before, '447')).toBe('44 0 0 1')
    expect(chosen(after, '447')).toBe('447 0 0 3')
    expect(Object.isFrozen(before) && Object.isFrozen(before.columns)).toBe(true)
  })
})

describe("A2Billing's order", () => {
  const rates = [rate('_1NXXNXXXXXX', 1), rate('1212555', 2), rate('1212', 3), rate('', 4, { isDefault: true })]
  it('counts the characters of a pattern, and can be turned off', () => {
    const manner = { ...terms, mode: 'a2billing' } as const
    expect(chosen(compileDeck(rates, manner), '12125551234')).toBe('_1NXXNXXXXXX 0 0 1')
    expect(chosen(compileDeck(rates, manner), '121255512345')).toBe('1212555 0 0 2')
    expect(chosen(compileDeck(rates, manner), '44')).toBe('* 0 0 4')
    const off = compileDeck(rates, { ...manner, quirks: { longestTextFirst: false } })
    expect(chosen(off, '12125551234')).toBe('1212555 0 0 2')
    expect(candidates(compileDeck(rates, manner), '12125551234', 0).map((c) => c.prefix)).toEqual([
      '_1NXXNXXXXXX',
      '1212555',
      '1212',
      '*',
    ])
  })

  it('knows neither "!" nor small wildcards', () => {
    const manner = { ...terms, mode: 'a2billing' } as const
    expect(() => compileDeck([rate('_44!', 1)], manner)).toThrow('not a pattern')
    expect(() => compileDeck([rate('_44x', 1)], manner)).toThrow('not a pattern')
    expect(chosen(compileDeck([rate('_44.', 1)], manner), '44')).toBe('no-rate')
    expect(chosen(compileDeck([rate('_44.', 1)], manner), '441')).toBe('_44. 0 0 1')
  })
})
