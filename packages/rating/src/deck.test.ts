// Which rate is chosen, and how the choice and the amount are told.

import { micros, type PhoneDigits } from '@tollbook/kernel'
import { describe, expect, it } from 'vitest'
import { compileDeck, explainCall, matchRate, maxSeconds, type Rate, rateCall } from './index.ts'

const digits = (text: string) => text as PhoneDigits
const terms = { currency: 978, rounding: 'half-up', places: 4, name: 'Retail', deckId: 7, version: 3 } as const

function rate(prefix: string, price: bigint, more: Partial<Rate> = {}): Rate {
  return {
    prefix,
    effectiveFromMs: 0,
    destinationId: Number(prefix || 0),
    pricePerMinute: { units: price, scale: 4 },
    connectFee: { units: 0n, scale: 0 },
    firstBlockS: 60,
    incrementS: 60,
    ...more,
  }
}

describe('matchRate', () => {
  const deck = compileDeck(
    [
      rate('', 9000n),
      rate('44', 200n),
      rate('4477', 900n, { effectiveFromMs: 1000 }),
      rate('4477', 800n, { effectiveFromMs: 2000 }),
    ],
    terms,
  )
  it('takes the longest prefix in force, else a shorter one, else the default rate', () => {
    const found = (number: string, atMs: number) => {
      const match = matchRate(deck, digits(number), atMs)
      return match.ok ? [match.value.prefix, match.value.pricePerMinute.units] : match.error.kind
    }
    expect(found('447700900123', 2000)).toEqual(['4477', 800n])
    expect(found('447700900123', 1999)).toEqual(['4477', 900n])
    expect(found('447700900123', 999)).toEqual(['44', 200n])
    expect(found('4', 0)).toEqual(['', 9000n])
    expect(found('447700900123', -1)).toEqual('expired')
  })

  it('holds many prefixes, however long', () => {
    const rates = Array.from({ length: 30_000 }, (_, i) => rate(String(1_000_000 + i * 7), BigInt(i)))
    const many = compileDeck([...rates, rate('9'.repeat(64), 1n)], terms)
    const found = (number: string) => {
      const match = matchRate(many, digits(number), 0)
      return match.ok ? match.value.prefix : match.error.kind
    }
    for (const one of rates) expect(found(`${one.prefix}55`)).toBe(one.prefix)
    expect(found('9'.repeat(80))).toHaveLength(64)
    expect(found('9'.repeat(63))).toBe('no-rate')
  })

  it('refuses what no importer may hand it', () => {
    expect(() => compileDeck([rate('44a', 1n)], terms)).toThrow('not a prefix')
    expect(() => compileDeck([rate('44', 1n), rate('44', 2n)], terms)).toThrow('begin at once')
    expect(() => compileDeck([rate('44', -1n)], terms)).toThrow('negative')
    expect(() => compileDeck([rate('44', 1n, { incrementS: 0 })], terms)).toThrow('increment')
  })
})

describe('rateCall', () => {
  it('charges nothing for nothing, not even the connect fee', () => {
    const deck = compileDeck([rate('44', 100n, { connectFee: { units: 50_000n, scale: 6 } })], terms)
    const cost = (seconds: number) => rateCall(deck, { digits: digits('44'), atMs: 0, seconds })
    expect(cost(0)).toMatchObject({ ok: true, value: { billedSeconds: 0, amount: 0n } })
    expect(cost(1)).toMatchObject({ ok: true, value: { billedSeconds: 60, amount: 60_000n } })
    expect(() => cost(-1)).toThrow('not negative')
    expect(() => cost(1.5)).toThrow('whole number')
  })
})

describe('maxSeconds', () => {
  const deck = compileDeck(
    [rate('44', 600n, { firstBlockS: 30, incrementS: 6 }), rate('800', 0n), rate('1', 10n, { firstBlockS: 0 })],
    terms,
  )
  const longest = (number: string, credit: bigint) =>
    maxSeconds(deck, { digits: digits(number), atMs: 0, credit: micros(credit) })
  it('answers in whole blocks', () => {
    expect(longest('44', 29_900n)).toEqual({ ok: true, value: 0 })
    expect(longest('44', 30_000n)).toEqual({ ok: true, value: 30 })
    expect(longest('44', 41_999n)).toEqual({ ok: true, value: 36 })
    expect(longest('44', -1n)).toEqual({ ok: true, value: 0 })
    expect(longest('1', 999n)).toEqual({ ok: true, value: 0 })
    expect(longest('1', 1000n)).toEqual({ ok: true, value: 60 })
  })
  it('is bounded where talking is free', () => {
    const free = longest('800', 0n)
    expect(free.ok && free.value).toBe(2_147_483_647)
    expect(longest('33', 1n)).toEqual({ ok: false, error: { kind: 'no-rate', digits: '33' } })
  })
})

describe('explainCall', () => {
  const deck = compileDeck(
    [
      rate('44', 200n),
      rate('4477', 575n, { connectFee: { units: 10_000n, scale: 6 }, firstBlockS: 30, incrementS: 6 }),
    ],
    terms,
  )
  const call = { digits: digits('447700900123'), atMs: 5, seconds: 32, dialled: '+447700900123', rule: 'plus' }
  it('tells every step in order, ending in the amount of rateCall', () => {
    const steps = explainCall(deck, { ...call, destinationName: (id) => `destination ${id}` })
    expect(steps).toEqual([
      { kind: 'number', values: { dialled: '+447700900123', read: '447700900123', rule: 'plus' }, amount: null },
      {
        kind: 'match',
        values: {
          candidates: '44 4477',
          prefix: '4477',
          destination: 'destination 4477',
          deck: 'Retail',
          version: '3',
          pricePerMinute: '0.0575',
        },
        amount: null,
      },
      {
        kind: 'seconds',
        values: { talked: '32', firstBlock: '30', increment: '6', anchor: 'first-block', blocks: '2', billed: '36' },
        amount: null,
      },
      { kind: 'price', values: { billed: '36', pricePerMinute: '0.0575' }, amount: '0.0345' },
      { kind: 'connect-fee', values: { fee: '0.01' }, amount: '0.01' },
      { kind: 'rounding', values: { rule: 'half-up', places: '4', exact: '0.0445' }, amount: '0.044500' },
      { kind: 'total', values: {}, amount: '0.044500' },
    ])
    expect(rateCall(deck, call)).toMatchObject({ ok: true, value: { amount: 44_500n } })
  })
  it('shows a sixtieth that does not end with ten places', () => {
    const odd = compileDeck([rate('44', 1n, { firstBlockS: 1, incrementS: 1 })], terms)
    const steps = explainCall(odd, { ...call, seconds: 1, destinationName: () => '' })
    expect(steps.find((s) => s.kind === 'price')?.amount).toBe('0.0000016667')
    expect(steps.at(-1)?.amount).toBe('0.000000')
  })
  it('ends after the match when there is no rate', () => {
    const steps = explainCall(deck, { ...call, digits: digits('33'), destinationName: () => '' })
    expect(steps.map((s) => s.kind)).toEqual(['number', 'match'])
  })
})
