// Tariff plans in a real PostgreSQL: written whole, listed as rating takes them, and what customers are told of prices.

import { transaction } from '@tollbook/db'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { priceList, priceListCsv } from '../price-list.ts'
import { imported, insertTenant, NOW } from '../testing/decks.ts'
import { listPlans, planById } from './list-plans.ts'
import { deletePlan, type PlanDeck, type PlanInput, savePlan } from './save-plan.ts'

const db = testDatabase()
const ids = { sell: 0, buy: 0, dollars: 0 }

beforeAll(async () => {
  await insertTenant(db())
  const sheet = 'prefix,destination,rate,connect_fee\n44,UK,0.10,0\n33,France,0.20,0.5\n*,Else,1,0'
  ids.sell = (await imported(db(), sheet, { name: 'Sell' })).deckId
  ids.buy = (
    await imported(db(), 'prefix,destination,rate\n44,UK,0.05\n441,UK City,0.02\n49,Germany,0.003', {
      name: 'Buy',
      side: 'buy',
    })
  ).deckId
  ids.dollars = (await imported(db(), 'prefix,destination,rate\n1,US,1', { name: 'Dollars', currency: 'USD' })).deckId
})

const deck = (deckId: number, more: Partial<PlanDeck> = {}): PlanDeck => ({
  deckId,
  markupKind: 'none',
  markupPercent: '0',
  markupPerMinute: '0',
  markupPerCall: '0',
  pricePlaces: 4,
  ...more,
})
const plan = (more: Partial<PlanInput> = {}): PlanInput => ({
  name: 'Gold',
  choice: 'order',
  expectedSeconds: 60,
  decks: [deck(ids.sell)],
  blocked: [],
  packages: [],
  ...more,
})
const save = (input: PlanInput, nowMs = NOW) => transaction(db(), (tx) => savePlan(tx, 1, input, nowMs))
async function saved(input: PlanInput): Promise<number> {
  const done = await save(input)
  if (!done.ok) throw new Error(done.error.message)
  return done.value
}

const PACKAGE = {
  packageId: 0,
  name: 'Free minutes',
  kind: 'seconds',
  amount: 6000,
  period: 'month',
  startDay: 1,
  prefixes: ['44', '_33X.'],
  validFromMs: 0,
} as const

describe('savePlan', () => {
  it('writes a plan whole and gives it back as rating takes it; packages keep their ids', async () => {
    const markup = {
      markupKind: 'margin',
      markupPercent: '12.5',
      markupPerMinute: '0.001',
      markupPerCall: '0',
    } as const
    const planId = await saved(
      plan({
        decks: [deck(ids.buy, markup), deck(ids.sell)],
        blocked: [{ prefix: '882', note: 'satellite' }],
        packages: [PACKAGE],
      }),
    )
    const stored = (await planById(db(), 1, planId))!
    expect(stored).toMatchObject({
      name: 'Gold',
      choice: 'order',
      expectedSeconds: 60,
      accounts: 0,
      isDefault: false,
      changedAtMs: NOW,
    })
    expect(stored.decks.map((d) => [d.name, d.side, d.currency, d.markupPercent])).toEqual([
      ['Buy', 'buy', 'EUR', '12.5'],
      ['Sell', 'sell', 'EUR', '0'],
    ])
    expect(stored.decks[0]!.markup).toEqual({
      kind: 'margin',
      percent: { units: 125n, scale: 1 },
      perMinute: { units: 1n, scale: 3 },
      perCall: { units: 0n, scale: 0 },
      places: 4,
    })
    const [pack] = stored.packages
    expect(pack).toEqual({ ...PACKAGE, packageId: pack!.packageId })
    const later = { ...pack!, amount: 60, validToMs: NOW }
    await saved(plan({ planId, name: 'Platinum', packages: [{ ...PACKAGE, name: 'First' }, later] }))
    const changed = (await listPlans(db(), 1)).find((p) => p.planId === planId)!
    expect(changed.packages.map((p) => p.name)).toEqual(['First', 'Free minutes'])
    expect(changed.packages[1]).toEqual(later)
    expect(changed).toMatchObject({ name: 'Platinum', blocked: [] })
    expect(changed.decks).toHaveLength(1)
  })

  it('refuses what makes no plan, and changes nothing then', async () => {
    const before = await listPlans(db(), 1)
    const refused = async (more: Partial<PlanInput>) => {
      const done = await save(plan({ name: 'Bad', ...more }))
      return done.ok ? 'saved' : done.error.kind
    }
    expect(await refused({ decks: [] })).toBe('bad-plan')
    expect(await refused({ decks: [deck(99)] })).toBe('no-such-deck')
    expect(await refused({ decks: [deck(ids.sell), deck(ids.dollars)] })).toBe('mixed-currencies')
    expect(await refused({ decks: [deck(ids.buy, { markupKind: 'margin', markupPercent: '100' })] })).toBe('bad-plan')
    expect(await refused({ decks: [deck(ids.buy, { markupKind: 'markup', markupPercent: '-101' })] })).toBe('bad-plan')
    expect(await refused({ decks: [deck(ids.buy, { markupPerMinute: '-0.1' })] })).toBe('bad-plan')
    expect(await refused({ decks: [deck(ids.buy, { markupPercent: '1,5' })] })).toBe('bad-plan')
    expect(await refused({ blocked: [{ prefix: 'x', note: '' }] })).toBe('bad-plan')
    expect(await refused({ packages: [{ ...PACKAGE, period: 'week', startDay: 8 }] })).toBe('bad-plan')
    expect(await refused({ packages: [{ ...PACKAGE, packageId: 77 }] })).toBe('bad-plan')
    expect(await refused({ name: 'Platinum' })).toBe('name-taken')
    expect(await refused({ planId: 1234, packages: [] })).toBe('no-such-plan')
    expect(await listPlans(db(), 1)).toEqual(before)
  })

  it('is deleted unless somebody is sold by it, and no other tenant sees it', async () => {
    const planId = await saved(plan({ name: 'Brief' }))
    const remove = () => transaction(db(), (tx) => deletePlan(tx, 1, planId))
    await db().pool.query('update tenant set plan_id = $1', [planId])
    expect((await planById(db(), 1, planId))?.isDefault).toBe(true)
    expect(await remove()).toMatchObject({ ok: false, error: { kind: 'in-use' } })
    await db().pool.query('update tenant set plan_id = 0')
    expect(await listPlans(db(), 2)).toEqual([])
    expect(await remove()).toMatchObject({ ok: true })
    expect(await remove()).toMatchObject({ error: { kind: 'no-such-plan' } })
  })
})

describe('priceList', () => {
  const lines = async (question: { deckId: number; atMs?: number } | { planId: number; zone: string }) => {
    const list = await priceList(db(), { tenantId: 1, atMs: NOW, ...question })
    return list?.lines.map((l) => `${l.destination} ${l.prefixes.join('+')} ${l.pricePerMinute} ${l.connectFee}`)
  }

  it('lists a deck as of a moment, rates of the same terms together', async () => {
    const sheet =
      'prefix,destination,rate,effective_from,valid_to\n44,UK,1,,\n45-46,Nordic,2,,\n47,Nordic,2,,\n44,UK,3,2026-06-01,\n48,Old,1,,2026-01-01'
    const { deckId } = await imported(db(), sheet, { name: 'Listed' })
    expect(await lines({ deckId })).toEqual(['Nordic 45+46+47 2 0', 'UK 44 1 0'])
    expect(await lines({ deckId, atMs: Date.UTC(2026, 5, 1) })).toEqual(['Nordic 45+46+47 2 0', 'UK 44 3 0'])
    const list = (await priceList(db(), { tenantId: 1, atMs: NOW, deckId }))!
    expect(priceListCsv(list)).toBe(
      'Destination,Prefixes,Price per minute,Connection,First block,Increment\r\nNordic,45 46 47,2,0,60,60\r\nUK,44,1,0,60,60\r\n',
    )
    expect(await priceList(db(), { tenantId: 2, atMs: NOW, deckId })).toBeUndefined()
  })

  it('lists a plan with its markups: each prefix by the deck that would be chosen, blocked ones not at all', async () => {
    const markup = {
      markupKind: 'markup',
      markupPercent: '20',
      markupPerMinute: '0.001',
      markupPerCall: '0.01',
    } as const
    const decks = [deck(ids.sell), deck(ids.buy, markup)]
    const blocked = [{ prefix: '33', note: '' }]
    const planId = await saved(plan({ name: 'In order', decks, blocked }))
    const germany = 'Germany 49 0.0046 0.01'
    // In order, 441 is sold by the first deck's 44; by the longest prefix it is the second deck's.
    expect(await lines({ planId, zone: 'UTC' })).toEqual(['Else * 1 0', germany, 'UK 44 0.1 0'])
    await saved(plan({ planId, name: 'Longest', choice: 'longest', decks, blocked }))
    expect(await lines({ planId, zone: 'UTC' })).toEqual([
      'Else * 1 0',
      germany,
      'UK 44 0.1 0',
      'UK City 441 0.025 0.01',
    ])
  })
})
