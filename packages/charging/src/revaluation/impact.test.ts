// A version tried on the calls of a span: what it would bring, per rate and account, and nothing of it charged.

import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  importRateDraft,
  revaluationById,
  revaluationLines,
  runRevaluation,
  type SumPart,
  startRevaluation,
} from '../index.ts'
import { calledWorld, NOW, type World } from '../testing/called-world.ts'

const db = testDatabase()
const FROM = Date.UTC(2026, 2, 1)
const TO = Date.UTC(2026, 3, 1)
const head = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from\n'
let world: World
let sell: number
let buy: number

async function impact(name: string, side: 'sell' | 'buy', deckId: number, rates: string) {
  const input = { tenantId: world.tenantId, name, side, currency: 'EUR', filename: '', text: head + rates, nowMs: NOW }
  const draft = await importRateDraft(db(), input)
  if (!draft.ok) throw new Error(draft.error.message)
  const scope = { fromMs: FROM, toMs: TO, deckId, version: draft.value.version }
  const id = await startRevaluation(db(), { tenantId: world.tenantId, kind: 'impact', scope, nowMs: NOW })
  expect(await runRevaluation(db(), fixedClock(NOW))).toBe(id)
  return {
    told: (await revaluationById(db(), world.tenantId, id))!,
    lines: async (...parts: SumPart[]) =>
      (await revaluationLines(db(), id, parts)).map((l) => [
        l.key,
        l.calls,
        l.seconds,
        l.old,
        l.new,
        l.newlyRated,
        l.noLongerRated,
      ]),
  }
}

beforeAll(async () => {
  world = await calledWorld(db(), 'impact')
  sell = await world.deck('Retail', `${head}44,UK,0.06,0,60,60,\n33,France,0.06,0,60,60,`)
  buy = await world.deck('North', `${head}44,UK,0.03,0,60,60,`, 'buy')
  await world.buyBy(buy)
  const to = ['+442071838750', '+447700900123', '+33123456789', '+81312345678']
  await world.capture(to.map((number, i) => ({ atMs: FROM + i * 86_400_000, to: number, seconds: 60 })))
})

describe('an impact', () => {
  it('prices last month by the live version and by the draft, per rate', async () => {
    const before = (await db().pool.query('select count(*)::int as n from charge')).rows
    const { told, lines } = await impact(
      'Retail',
      'sell',
      sell,
      '44,UK,0.06,0,60,60,\n447,Mobile,0.02,0,60,60,\n81,Japan,0.5,0,60,60,',
    )
    expect(told).toMatchObject({ state: 'done', callsTotal: 4, callsSeen: 4, callsChanged: 3 })
    expect(await lines('rate')).toEqual([
      ['81', 1, 60, '0.000000', '0.500000', 1, 0],
      ['33', 1, 60, '0.060000', '0.000000', 0, 1],
      ['447', 1, 60, '0.060000', '0.020000', 0, 0],
      ['44', 1, 60, '0.060000', '0.060000', 0, 0],
    ])
    expect(await lines('old-rate')).toEqual([
      ['33', 1, 60, '0.060000', '0.000000', 0, 1],
      ['44', 2, 120, '0.120000', '0.080000', 0, 0],
    ])
    expect(await lines('account')).toEqual([
      [String(await world.accountId('acme')), 4, 240, '0.180000', '0.580000', 1, 1],
    ])
    expect(await lines('below-cost')).toEqual([['447', 1, 60, '0.030000', '0.020000', 0, 0]])
    expect((await db().pool.query('select count(*)::int as n from charge')).rows).toEqual(before)
  })

  it('tries rates that begin in the future as if they had begun', async () => {
    const { lines } = await impact(
      'Retail',
      'sell',
      sell,
      '44,UK,0.12,0,60,60,2026-05-01\n33,France,0.12,0,60,60,2026-05-01',
    )
    expect(await lines('account')).toEqual([
      [String(await world.accountId('acme')), 3, 180, '0.180000', '0.360000', 0, 0],
    ])
  })

  it('of a buy deck tells what carriers would be paid', async () => {
    const { told, lines } = await impact('North', 'buy', buy, '44,UK,0.09,0,60,60,')
    expect(told).toMatchObject({ state: 'done', callsChanged: 2 })
    expect(await lines('rate')).toEqual([['44', 2, 120, '0.060000', '0.180000', 0, 0]])
    expect(await lines('below-cost')).toEqual([['44', 2, 120, '0.180000', '0.120000', 0, 0]])
    expect(await lines('account')).toEqual([])
  })
})
