// A change of tariffs in one process is what the next batch of another is priced by; and which version, plan or deck that
// is, at which instant.

import { connect, type Db, transaction } from '@tollbook/db'
import { saveAccount, setDefaultPlan } from '@tollbook/directory'
import { formatMoney } from '@tollbook/kernel'
import { savePlan } from '@tollbook/tariffs'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChargingBook, freshBook, loadBook, sellPlanOf } from './book.ts'
import { activateRateDeck, importRateDraft, keepRated, simulate } from './index.ts'
import { calledWorld, NOW, type World } from './testing/called-world.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 2, 10, 9)
const head = 'prefix,destination,rate,connect_fee,first_block,increment\n'
let other: Db
let world: World
let deckId: number
beforeAll(async () => {
  other = connect(db.url(), { max: 4 })
  world = await calledWorld(db(), 'book')
  deckId = await world.deck('Retail', `${head}44,UK,0.06,0,60,60`)
})
afterAll(() => other.close())

const costs = async (at: number, code = 'acme', number = '+442071838750') => {
  const asked = { tenantId: world.tenantId, accountCode: code, number, atMs: at, seconds: 60 }
  const { price, outcome } = await simulate(db(), asked)
  return price === undefined ? outcome : formatMoney(price.amount)
}

const draft = async (price: string) => {
  const text = `${head}44,UK,${price},0,60,60`
  const input = { tenantId: world.tenantId, name: 'Retail', side: 'sell', currency: 'EUR', filename: '', text } as const
  const done = await importRateDraft(db(), { ...input, nowMs: NOW })
  if (!done.ok) throw new Error(done.error.message)
  return done.value.version
}

describe('a book in another process', () => {
  it('stays the same until a version is activated, a plan saved, an account changed', async () => {
    let held: ChargingBook = await loadBook(other, world.tenantId)
    const isNew = async () => {
      const now = await freshBook(other, world.tenantId, held)
      const changed = now !== held
      held = now
      return changed
    }
    expect(await isNew()).toBe(false)
    const version = await draft('0.12')
    await isNew() // a draft may make a new book; it must not change a price
    expect(sellPlanOf(held, 0)!.entries[0]!.sell.spans.map((s) => s.deck.version)).toEqual([1])
    await activateRateDeck(db(), { tenantId: world.tenantId, deckId, version, effectiveFrom: AT, nowMs: NOW })
    expect(await isNew()).toBe(true)
    expect(sellPlanOf(held, 0)!.entries[0]!.sell.spans.map((s) => [s.fromMs, s.deck.version])).toEqual([
      [0, 1],
      [AT, version],
    ])
    expect(await isNew()).toBe(false)
    const plan = { name: 'P', choice: 'order', expectedSeconds: 60, decks: [], blocked: [], packages: [] } as const
    const saved = await transaction(db(), (tx) => savePlan(tx, world.tenantId, plan, NOW))
    expect(saved.ok).toBe(false) // no deck
    expect(await isNew()).toBe(false)
    await transaction(db(), (tx) => saveAccount(tx, world.tenantId, { code: 'acme', name: 'Acme' }, NOW))
    expect(await isNew()).toBe(true)
  })

  it('prices each call by the version in force when it was answered', async () => {
    expect(await costs(AT - 1)).toBe('0.060000')
    expect(await costs(AT)).toBe('0.120000')
    const version = await draft('0.24')
    const from = AT + 86_400_000
    await activateRateDeck(db(), { tenantId: world.tenantId, deckId, version, effectiveFrom: from, nowMs: NOW })
    expect([await costs(from - 1), await costs(from)]).toEqual(['0.120000', '0.240000'])
  })

  it('loads only the versions that calls of its span need', async () => {
    const early = await loadBook(db(), world.tenantId, { fromMs: AT - 2000, toMs: AT - 1000 })
    expect(sellPlanOf(early, 0)!.entries[0]!.sell.spans).toHaveLength(1)
    const wider = await freshBook(db(), world.tenantId, early, { fromMs: AT - 2000, toMs: AT + 1 })
    expect(sellPlanOf(wider, 0)!.entries[0]!.sell.spans.length).toBeGreaterThan(1)
    expect(await freshBook(db(), world.tenantId, wider, { fromMs: AT, toMs: AT + 1 })).toBe(wider)
  })
})

describe('what an account is sold', () => {
  it('is its plan, else its deck, else the tenant’s plan, else the tenant’s deck', async () => {
    const own = await world.deck('Own', `${head}44,UK,1,0,60,60`)
    const sold = await world.deck('Sold', `${head}44,UK,2,0,60,60`)
    const deck = {
      markupKind: 'none',
      markupPercent: '0',
      markupPerMinute: '0',
      markupPerCall: '0',
      pricePlaces: 6,
    } as const
    const planOf = (name: string, id: number, blocked: readonly { prefix: string; note: string }[] = []) =>
      transaction(db(), async (tx) => {
        const terms = { name, choice: 'order', expectedSeconds: 60, packages: [] } as const
        const saved = await savePlan(tx, world.tenantId, { ...terms, blocked, decks: [{ ...deck, deckId: id }] }, NOW)
        if (!saved.ok) throw new Error(saved.error.message)
        return saved.value
      })
    const change = (more: { planId?: number; sellDeckId?: number }) =>
      transaction(db(), (tx) => saveAccount(tx, world.tenantId, { code: 'acme', ...more }, NOW))
    expect(await costs(AT)).toBe('0.120000')
    await setDefaultPlan(db(), world.tenantId, await planOf('Everybody', sold))
    expect(await costs(AT)).toBe('2.000000')
    await change({ sellDeckId: own })
    expect(await costs(AT)).toBe('1.000000')
    await change({ planId: await planOf('Acme', sold, [{ prefix: '447', note: '' }]) })
    expect(await costs(AT)).toBe('2.000000')
    expect(await costs(AT, 'acme', '+447700900123')).toBe('blocked')
    await change({ planId: 0, sellDeckId: 0 })
    await setDefaultPlan(db(), world.tenantId, 0)
    expect(await costs(AT)).toBe('0.120000')
  })
})

describe('calls that were blocked, expired or without a rate', () => {
  it('are charged by themselves once plan or version allow it', async () => {
    const deck = await world.deck('Dated', 'prefix,destination,rate,effective_from\n49,Germany,0.5,2026-03-20')
    const terms = { name: 'Dated', choice: 'order', expectedSeconds: 60, packages: [] } as const
    const entry = {
      deckId: deck,
      markupKind: 'none',
      markupPercent: '0',
      markupPerMinute: '0',
      markupPerCall: '0',
    } as const
    const save = (planId: number | undefined, blocked: readonly { prefix: string; note: string }[]) =>
      transaction(db(), async (tx) => {
        const plan = { ...terms, ...(planId && { planId }), blocked, decks: [{ ...entry, pricePlaces: 6 }] }
        const saved = await savePlan(tx, world.tenantId, plan, NOW)
        if (!saved.ok) throw new Error(saved.error.message)
        await saveAccount(tx, world.tenantId, { code: 'beta', planId: saved.value }, NOW)
        return saved.value
      })
    const planId = await save(undefined, [{ prefix: '4930', note: '' }])
    const at = Date.UTC(2026, 2, 25)
    const made = ['+4930123456', '+498912345', '+81312345678'].map((to, i) => ({
      ...{ account: 'beta', to, seconds: 60 },
      atMs: i === 1 ? Date.UTC(2026, 2, 15) : at + i,
    }))
    await world.capture(made)
    const reasons = async () => {
      const { rows } = await db().pool.query('select reason::int from call_unrated where tenant_id = $1 order by 1', [
        world.tenantId,
      ])
      return rows.map((row) => row.reason)
    }
    expect(await reasons()).toEqual([3, 5, 6])
    const look = keepRated(db())
    await look(NOW)
    await save(planId, [])
    await look(NOW)
    expect((await look(NOW)).rated).toBe(1)
    expect(await reasons()).toEqual([3, 6])
    const text = 'prefix,destination,rate\n49,Germany,0.5\n81,Japan,0.1'
    const input = {
      tenantId: world.tenantId,
      name: 'Dated',
      side: 'sell',
      currency: 'EUR',
      filename: '',
      text,
    } as const
    const done = await importRateDraft(db(), { ...input, nowMs: NOW })
    if (!done.ok) throw new Error(done.error.message)
    const { version } = done.value
    const activation = { tenantId: world.tenantId, deckId: deck, version, effectiveFrom: 'always', nowMs: NOW } as const
    expect(await activateRateDeck(db(), activation)).toMatchObject({ ok: true, value: { rated: 2 } })
    expect(await reasons()).toEqual([])
  })
})
