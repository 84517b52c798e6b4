// A call that nobody made: priced by the functions that charge, with its trace, its credit and its routes; and where
// tariffs have holes.

import { transaction } from '@tollbook/db'
import { ensureCarrier, saveAccount, saveTenantSettings } from '@tollbook/directory'
import { formatMoney, parseMoney } from '@tollbook/kernel'
import { savePlan } from '@tollbook/tariffs'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { coverage, explainCharge, type SimulationRequest, simulate } from './index.ts'
import { calledWorld, NOW, type World } from './testing/called-world.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 2, 10, 9, 30)
const head = 'prefix,destination,rate,connect_fee,first_block,increment\n'
let world: World
let north: number

const ask = (more: Partial<SimulationRequest> = {}) =>
  simulate(db(), {
    tenantId: world.tenantId,
    accountCode: 'acme',
    number: '9+442071838750',
    atMs: AT,
    seconds: 90,
    ...more,
  })
const kinds = (steps: readonly { readonly kind: string }[]) => steps.map((step) => step.kind)

beforeAll(async () => {
  world = await calledWorld(db(), 'simulated', ['acme', 'planned'])
  await saveTenantSettings(db(), world.tenantId, { stripPrefixes: ['9'] })
  await world.deck('Retail', `${head}44,UK,0.06,0.01,60,60\n447,UK Mobile,0.02,0,60,60`)
  north = await world.deck('North', `${head}44,UK,0.03,0,1,1`, 'buy')
  await world.buyBy(north)
  const south = await world.deck('South', `${head}44,UK,0.02,0,60,60`, 'buy')
  await transaction(db(), async (tx) => {
    await ensureCarrier(tx, world.tenantId, { name: 'South', buyDeckId: south }, NOW)
    const markup = {
      deckId: north,
      markupKind: 'markup',
      markupPercent: '50',
      markupPerMinute: '0',
      markupPerCall: '0',
    } as const
    const pkg = { packageId: 0, name: 'Sixty', kind: 'seconds', amount: 60, period: 'month', startDay: 1 } as const
    const plan = await savePlan(
      tx,
      world.tenantId,
      {
        ...{ name: 'Resold', choice: 'order', expectedSeconds: 180 },
        decks: [{ ...markup, pricePlaces: 6 }],
        blocked: [{ prefix: '44900', note: '' }],
        packages: [{ ...pkg, prefixes: [], validFromMs: 0 }],
      },
      NOW,
    )
    if (!plan.ok) throw new Error(plan.error.message)
    await saveAccount(tx, world.tenantId, { code: 'planned', planId: plan.value }, NOW)
  })
})

describe('simulate', () => {
  it('charges what settling would, and says how', async () => {
    const told = await ask()
    expect(told).toMatchObject({
      outcome: 'charged',
      destination: 'UK',
      deck: 'Retail',
      currency: 'EUR',
      digits: '442071838750',
    })
    expect(formatMoney(told.price!.amount)).toBe('0.130000')
    expect(told.trace[0]!.values).toEqual({
      dialled: '9+442071838750',
      read: '442071838750',
      rule: 'plus',
      stripped: '9',
    })
    expect(told.trace.at(-1)).toMatchObject({ kind: 'total', amount: '0.130000' })
    expect(told.account?.code).toBe('acme')
  })

  it('lists every way out, the cheapest first, with what is left', async () => {
    const { routes } = await ask()
    expect(
      routes.map(({ carrier, trunk, cost, marginPercent }) => [
        carrier,
        trunk,
        cost && formatMoney(cost),
        marginPercent,
      ]),
    ).toEqual([
      ['South', '', '0.040000', '69.2'],
      ['North', 'PJSIP/north', '0.045000', '65.4'],
    ])
    const none = await ask({ number: '+81312345678' })
    expect(none.outcome).toBe('no-rate')
    expect(none.routes.map((route) => route.outcome)).toEqual(['no-rate', 'no-rate'])
  })

  it('tells how long a credit lasts, what that costs, and that more would cost more than there is', async () => {
    const { talk } = await ask({ credit: parseMoney('0.200000') })
    expect(talk).toMatchObject({ seconds: 180 })
    expect(formatMoney(talk!.costs)).toBe('0.190000')
    expect(formatMoney(talk!.next!)).toBe('0.250000')
  })

  it('tells plan, markup and package, and what a package leaves', async () => {
    const told = await ask({ accountCode: 'planned', credit: parseMoney('0.0225') })
    expect(told).toMatchObject({ outcome: 'charged', plan: 'Resold', deck: 'North', price: { freeS: 60, billedS: 90 } })
    expect(formatMoney(told.price!.amount)).toBe('0.022500')
    expect(kinds(told.trace).slice(0, 4)).toEqual(['number', 'plan', 'match', 'markup'])
    expect(told.trace.find((step) => step.kind === 'package')?.values).toMatchObject({ package: 'Sixty', free: '60' })
    expect(told.talk).toMatchObject({ seconds: 90 })
  })

  it.each([
    ['blocked', { accountCode: 'planned', number: '+449001' }],
    ['not-a-number', { number: 'operator' }],
    ['no-account', { accountCode: 'nobody' }],
    ['no-rate', { number: '+81312345678' }],
  ] as const)('%s', async (outcome, more) => {
    const told = await ask(more)
    expect(told.outcome).toBe(outcome)
    expect(told.price).toBeUndefined()
  })

  it('writes nothing', async () => {
    await ask({ accountCode: 'planned' })
    const { rows } = await db().pool.query(
      'select (select count(*) from charge) + (select count(*) from package_use) as n',
    )
    expect(rows).toEqual([{ n: '0' }])
  })
})

describe('explainCharge of a plan', () => {
  it('tells the same as the simulation', async () => {
    const simulated = await ask({ accountCode: 'planned', number: '+442071838750' })
    const [call] = await world.capture([{ atMs: AT, account: 'planned', to: '+442071838750', seconds: 90 }])
    const { rows } = await db().pool.query('select * from charge where call_key = $1 and side = 1', [call!.callKey])
    const h = rows[0]
    const steps = await explainCharge(
      db(),
      {
        ...{
          tenantId: world.tenantId,
          deckId: h.deck_id,
          deckVersion: h.deck_version,
          prefix: h.prefix,
          destination: 'UK',
        },
        ...{ seconds: h.seconds, billedS: h.billed_s, amount: h.amount },
        ...{ planId: h.plan_id, freeS: h.free_s, packageId: h.package_id, packageFrom: h.package_from },
      },
      call!,
    )
    const strip = (trace: typeof steps) =>
      trace.map((s) => ({
        ...s,
        values: Object.fromEntries(Object.entries(s.values).filter(([k]) => k !== 'usedBefore')),
      }))
    expect(strip(steps)).toEqual(strip(simulated.trace))
    // What is left of the package now is what a simulation gives.
    expect((await ask({ accountCode: 'planned' })).price).toMatchObject({ freeS: 0 })
  })
})

describe('coverage', () => {
  it('groups what has no price by first digits and reason, and finds what is sold below cost', async () => {
    await world.capture([
      { atMs: AT, to: '+81312345678', seconds: 10 },
      { atMs: AT + 1000, to: '+81312349999', seconds: 20 },
      { atMs: AT + 2000, to: 'operator', seconds: 5 },
      { atMs: AT + 3000, account: 'planned', to: '+44900123', seconds: 7 },
      { atMs: AT + 4000, to: '+447700900123', seconds: 60 },
    ])
    const found = await coverage(db(), world.tenantId, AT, AT + 86_400_000)
    expect(found.unrated).toEqual([
      { prefix: '8131234', country: 392, reason: 3, calls: 2, seconds: 30, lastAtMs: AT + 1000 },
      { prefix: '', country: 0, reason: 4, calls: 1, seconds: 5, lastAtMs: AT + 2000 },
      { prefix: '4490012', country: 826, reason: 5, calls: 1, seconds: 7, lastAtMs: AT + 3000 },
    ])
    // What a package gave away is below cost too.
    expect(found.belowCost).toMatchObject([
      { destination: { name: 'UK' }, calls: 1, margin: '-0.022500' },
      {
        destination: { name: 'UK Mobile' },
        carrier: { name: 'North' },
        calls: 1,
        revenue: '0.020000',
        cost: '0.030000',
        margin: '-0.010000',
      },
    ])
    expect(await coverage(db(), world.tenantId, AT + 86_400_000, AT + 2 * 86_400_000)).toEqual({
      unrated: [],
      belowCost: [],
    })
  })
})
