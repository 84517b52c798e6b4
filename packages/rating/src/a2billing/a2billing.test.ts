// Against vectors measured on an unmodified A2Billing, and each quirk by itself: with it off, the other figure.

import { readFileSync } from 'node:fs'
import { micros, type PhoneDigits, parseMoney } from '@tollbook/kernel'
import { describe, expect, it } from 'vitest'
import { compileDeck, maxSeconds, type Quirks, rateCall } from '../index.ts'
import { a2billingCost, a2billingTimeout } from './a2billing-call.ts'
import { type A2BillingRow, a2billingRates } from './a2billing-row.ts'

function vectors(name: string) {
  const text = readFileSync(new URL(`vectors/${name}.jsonl`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

function costAt(row: A2BillingRow, call: Record<string, unknown>, quirks: Partial<Quirks> = {}) {
  const cost = a2billingCost(row, call, quirks)
  if (!cost.ok) throw new Error(cost.error.message)
  return cost.value
}

describe('the vectors', () => {
  it('cost: charge, cost of the carrier and seconds of every one', () => {
    const cases = vectors('cost')
    expect(cases).toHaveLength(200)
    for (const { id, rate, input, exact, engine } of cases) {
      expect({ id, ...costAt(rate, input) }).toEqual({
        id,
        charge: exact.charge,
        buycost: exact.buycost,
        billedSeconds: engine.billed_seconds,
        billedSecondsByTier: engine.billed_seconds_by_tier,
        buyBilledSeconds: engine.buy_billed_seconds,
      })
    }
  })

  it('time-out: seconds or refusal of every one, and the rest where no float was in the way', () => {
    const cases = vectors('timeout')
    expect(cases).toHaveLength(100)
    for (const { id, rate, input, exact, engine, float_artifact } of cases) {
      const answer = a2billingTimeout(rate, input)
      if (!answer.ok) throw new Error(`${id}: ${answer.error.message}`)
      const { timeout, error, timeoutWithoutRules, freeSecondsIncluded, freeCall } = answer.value
      expect({ id, timeout, error }).toEqual({ id, ...exact })
      expect({ id, freeSecondsIncluded, freeCall }).toEqual({
        id,
        freeSecondsIncluded: engine.free_seconds_included,
        freeCall: engine.free_call,
      })
      if (!float_artifact)
        expect({ id, timeoutWithoutRules }).toEqual({ id, timeoutWithoutRules: engine.timeout_without_rules })
    }
  })

  it('a deck of mode a2billing charges and allows the same', () => {
    for (const { id, rate, input, exact } of vectors('cost')) {
      const deck = deckOf(rate)
      const allowance = { freeSeconds: input.free_seconds_left, freeCall: input.free_call }
      const rated = rateCall(deck, { digits: NUMBER, atMs: 0, seconds: input.duration, allowance })
      if (!rated.ok) throw new Error(id)
      expect({ id, micros: rated.value.amount }).toEqual({ id, micros: BigInt(exact.charge.replace('.', '')) })
    }
    for (const { id, rate, input, exact } of vectors('timeout')) {
      // Settings of the whole system (minimum credit, free routes, packages) are no business of a deck.
      const isPlain = input.package_type === null && input.min_credit_2call === 0 && Number(rate.rateinitial) !== 0
      if (!isPlain || input.credit.startsWith('-')) continue
      const credit = parseMoney(input.credit)
      expect({ id, ...maxSeconds(deckOf(rate), { digits: NUMBER, atMs: 0, credit }) }).toEqual({
        id,
        ok: true,
        value: exact.timeout ?? 0,
      })
    }
  })
})

const NUMBER = '441' as PhoneDigits

function deckOf(row: A2BillingRow, quirks: Partial<Quirks> = {}) {
  const rates = a2billingRates(row, { prefix: '44', effectiveFromMs: 0, destinationId: 1 })
  if (!rates.ok) throw new Error(rates.error.message)
  return compileDeck([rates.value.sell], { currency: 840, rounding: 'half-up', places: 6, mode: 'a2billing', quirks })
}

describe('each quirk, on and off', () => {
  const flat = { rateinitial: '0.60', initblock: 30, billingblock: 18, connectcharge: '0.05' }
  const tiers = { rateinitial: '0.60', stepchargea: '0.10', chargea: '1.20', timechargea: 60, billingblocka: 60 }
  it.each<[keyof Quirks, A2BillingRow, Record<string, unknown>, string, string]>([
    ['chargesZeroSeconds', flat, { duration: 0 }, '0.350000', '0.000000'],
    ['incrementsFromZero', flat, { duration: 31 }, '0.410000', '0.530000'],
    ['tierNeedsPrice', { ...tiers, chargea: 0 }, { duration: 90 }, '0.900000', '0.400000'],
    ['feesWhenCovered', flat, { duration: 31, free_seconds_left: 100 }, '0.050000', '0.000000'],
    ['tiersNeedWholeCover', tiers, { duration: 90, free_seconds_left: 60 }, '1.600000', '0.400000'],
    [
      'coverUpToTalked',
      { rateinitial: '0.60', initblock: 60 },
      { duration: 1, free_seconds_left: 30 },
      '0.590000',
      '0.300000',
    ],
    ['absolutePrices', { connectcharge: '0.0000006', disconnectcharge: '0.0000006' }, {}, '0.000002', '0.000001'],
    [
      'tiersOverrun',
      { ...tiers, stepchargea: 0, timechargea: 100, billingblocka: 30 },
      { duration: 150 },
      '2.900000',
      '2.500000',
    ],
    [
      'tiersRoundFirstBlock',
      { ...tiers, stepchargea: 0, initblock: 70, timechargea: 100, billingblocka: 30 },
      { duration: 10 },
      '1.800000',
      '1.400000',
    ],
    ['absolutePrices', { rateinitial: '0.1234567' }, { duration: 600 }, '1.234570', '1.234567'],
  ])('%s', (quirk, row, call, on, off) => {
    expect(costAt(row, call).charge).toBe(on)
    expect(costAt(row, call, { [quirk]: false }).charge).toBe(off)
  })

  it('talkTimeByFormula: a first block of 60 for credit of 20 seconds', () => {
    const row = { rateinitial: '0.60', initblock: 60, billingblock: 1 }
    const question = { digits: NUMBER, atMs: 0, credit: micros(200_000n) }
    expect(maxSeconds(deckOf(row), question)).toEqual({ ok: true, value: 20 })
    expect(maxSeconds(deckOf(row, { talkTimeByFormula: false, chargesZeroSeconds: false }), question)).toEqual({
      ok: true,
      value: 0,
    })
  })
})

describe('what dumps hold', () => {
  it('reads numbers, text, exponents and empty cells alike', () => {
    const call = { duration: '60' }
    expect(costAt({ rateinitial: 0.00001, initblock: '0' }, call).charge).toBe('0.000010')
    expect(costAt({ rateinitial: '1e-05' }, call).charge).toBe('0.000010')
    expect(costAt({ rateinitial: '1.2E2', connectcharge: '' }, call).charge).toBe('120.000000')
    expect(
      costAt(
        { rateinitial: '.5', stepchargea: '-0', additional_block_charge: '-0.10', additional_block_charge_time: 60 },
        call,
      ).charge,
    ).toBe('0.400000')
  })

  it('takes prices, connect and disconnect fee without their sign, other fees with it', () => {
    const row = { rateinitial: '-0.60', connectcharge: '-0.10', disconnectcharge: '-0.20' }
    expect(costAt(row, { duration: 60 }).charge).toBe('0.900000')
    expect(costAt({ ...row, chargea: -1, timechargea: 60, stepchargea: '-0.05' }, { duration: 60 }).charge).toBe(
      '1.250000',
    )
  })

  it('says which column cannot be read', () => {
    expect(a2billingCost({ rateinitial: 'abc' }, { duration: 1 })).toEqual({
      ok: false,
      error: { kind: 'bad-column', column: 'rateinitial', message: 'rateinitial is not an amount: "abc"' },
    })
    expect(a2billingCost({ initblock: 1.5 }, { duration: 1 }).ok).toBe(false)
    expect(a2billingCost({}, { duration: -1 }).ok).toBe(false)
    expect(a2billingTimeout({}, { credit: 'much' }).ok).toBe(false)
  })
})
