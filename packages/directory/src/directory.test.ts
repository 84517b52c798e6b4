// The directory against a real PostgreSQL: everything is made once, however often and by however many it is asked for.

import { transaction } from '@tollbook/db'
import { asSourceId } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  adoptFirstDeck,
  amiConnections,
  countryOf,
  ensureAccounts,
  ensureCarrier,
  ensureDestinations,
  ensureSource,
  ensureTenant,
  eraseTenantDirectory,
  listTenants,
  loadDirectory,
  removeAmiConnection,
  saveAccount,
  saveTenantSettings,
  saveTrunk,
  setAmiConnection,
  setDefaultPlan,
  setZoneDetected,
  type Tenant,
  tenantBySlug,
} from './index.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 2, 1)
let main: Tenant

const inTx = <T>(work: Parameters<typeof transaction<T>>[1]) => transaction(db(), work)

beforeAll(async () => {
  main = await inTx((tx) =>
    ensureTenant(tx, { slug: 'main', name: 'Main', zone: 'Europe/Dublin', currency: 'EUR' }, NOW),
  )
})

describe('tenants', () => {
  it('are made once and changed by name', async () => {
    const again = await inTx((tx) => ensureTenant(tx, { slug: 'main', name: 'Other', currency: 'USD' }, NOW))
    expect(again).toEqual(main)
    expect(main).toMatchObject({ tenantId: 1, zone: 'Europe/Dublin', currency: 'EUR', isSample: false, sellDeckId: 0 })
    const legal = { address: [], taxId: '', taxRate: '0.23', iban: '' }
    await saveTenantSettings(db(), main.tenantId, { legal, name: 'Main office' })
    expect(await tenantBySlug(db(), 'main')).toMatchObject({ name: 'Main office', legal })
    expect(await tenantBySlug(db(), 'none')).toBeUndefined()
    await expect(inTx((tx) => ensureTenant(tx, { slug: 'x', name: 'X', currency: 'XXX' }, NOW))).rejects.toThrow('XXX')
    expect((await listTenants(db())).map((t) => t.slug)).toEqual(['main'])
  })

  it('keep their number plan with what is stripped, and a plan of their own only', async () => {
    await saveTenantSettings(db(), main.tenantId, { stripPrefixes: ['9', '1234#'] })
    expect((await tenantBySlug(db(), 'main'))?.plan.stripPrefixes).toEqual(['9', '1234#'])
    const { tenantId: other } = await inTx((tx) =>
      ensureTenant(tx, { slug: 'other', name: 'Other', currency: 'EUR' }, NOW),
    )
    await db().pool.query(
      `insert into tariff_plan (plan_id, tenant_id, name, created_at, changed_at) values (7, $1, 'P', now(), now())`,
      [main.tenantId],
    )
    expect(await setDefaultPlan(db(), other, 7)).toBe(false)
    expect(await setDefaultPlan(db(), main.tenantId, 7)).toBe(true)
    await inTx((tx) => saveAccount(tx, main.tenantId, { code: 'planned', planId: 7 }, NOW))
    const directory = await loadDirectory(db(), main.tenantId)
    expect(directory.tenant.planId).toBe(7)
    expect(directory.accountsByCode.get('planned')?.planId).toBe(7)
    expect(await setDefaultPlan(db(), main.tenantId, 0)).toBe(true)
    expect((await tenantBySlug(db(), 'main'))?.planId).toBe(0)
    await inTx((tx) => eraseTenantDirectory(tx, other))
  })

  it('take default deck and currency from the first sell deck, once', async () => {
    const fresh = await inTx(async (tx) => {
      const tenant = await ensureTenant(tx, { slug: 'fresh', name: 'Fresh', currency: 'EUR' }, NOW)
      await ensureAccounts(tx, tenant.tenantId, ['a'], NOW)
      expect(await adoptFirstDeck(tx, tenant.tenantId, { deckId: 5, currency: 'USD' })).toBe(true)
      expect(await adoptFirstDeck(tx, tenant.tenantId, { deckId: 6, currency: 'GBP' })).toBe(false)
      return loadDirectory(tx, tenant.tenantId)
    })
    expect(fresh.sellDeckId).toBe(5)
    expect(fresh.tenant.currency).toBe('USD')
    expect(fresh.accountsByCode.get('a')?.currency).toBe('USD')
  })
})

describe('accounts', () => {
  it('are made from codes, once, also by two writers at once', async () => {
    const codes = ['north', 'south', '', 'north', 'Ωmega']
    const made = await Promise.all([1, 2, 3].map(() => inTx((tx) => ensureAccounts(tx, main.tenantId, codes, NOW))))
    expect(made[1]).toEqual(made[0])
    expect(made[2]).toEqual(made[0])
    expect([...made[0]!.keys()].sort()).toEqual(['north', 'south', 'Ωmega'])
    expect(new Set(made[0]!.values()).size).toBe(3)
  })

  it('are saved field by field; money keeps its currency', async () => {
    const [first, second] = await inTx(async (tx) => [
      await saveAccount(tx, main.tenantId, { code: 'acme', name: 'Acme Ltd', currency: 'USD', email: 'a@b.ie' }, NOW),
      await saveAccount(tx, main.tenantId, { code: 'acme', currency: 'GBP', address: 'Road 1' }, NOW),
    ])
    expect(second).toBe(first)
    const row = await db().q.selectFrom('account').selectAll().where('account_id', '=', first).executeTakeFirstOrThrow()
    expect(row).toMatchObject({ name: 'Acme Ltd', currency: 840, email: 'a@b.ie', address: 'Road 1' })
  })
})

describe('carriers and trunks', () => {
  it('are made, changed and found by peer without regard to case', async () => {
    const carrier = await inTx((tx) => ensureCarrier(tx, main.tenantId, { name: 'Northlink', buyDeckId: 3 }, NOW))
    expect(await inTx((tx) => ensureCarrier(tx, main.tenantId, { name: 'Northlink' }, NOW))).toBe(carrier)
    const peer = 'PJSIP/Northlink'
    const trunk = await inTx((tx) => saveTrunk(tx, main.tenantId, { peer, carrierId: carrier, capacity: 30 }, NOW))
    expect(await inTx((tx) => saveTrunk(tx, main.tenantId, { peer, name: 'North' }, NOW))).toBe(trunk)
    const directory = await loadDirectory(db(), main.tenantId)
    expect(directory.trunksByPeer.get('pjsip/northlink')).toMatchObject({ trunkId: trunk, name: 'North' })
    expect(directory.carriersById.get(carrier)).toMatchObject({ buyDeckId: 3, currencyNumber: 978 })
    await expect(loadDirectory(db(), 99)).rejects.toThrow('no tenant 99')
  })
})

describe('destinations', () => {
  it('are made once, with the country of their prefix when it becomes known', async () => {
    const seeds = ['Marine', { name: 'UK Mobile', prefix: '447' }, { name: 'Canada', prefix: '1416' }]
    const first = await inTx((tx) => ensureDestinations(tx, main.tenantId, ['UK Mobile']))
    const all = await inTx((tx) => ensureDestinations(tx, main.tenantId, seeds))
    expect(all.get('UK Mobile')).toBe(first.get('UK Mobile'))
    const { countryOfDestination } = await loadDirectory(db(), main.tenantId)
    expect(seeds.map((s) => countryOfDestination.get(all.get(typeof s === 'string' ? s : s.name)!))).toEqual([
      0, 826, 124,
    ])
    expect(await inTx((tx) => ensureDestinations(tx, main.tenantId, seeds))).toEqual(all)
  })
})

describe('countryOf', () => {
  it.each([
    ['442071838750', 826],
    ['12125550100', 840],
    ['14165550100', 124],
    ['18765550100', 388],
    ['77012345678', 398],
    ['74951234567', 643],
    ['390669812345', 336],
    ['35312345678', 372],
    ['8613800138000', 156],
    ['88299', 0],
    ['999', 0],
    ['', 0],
  ])('%s → %i', (digits, country) => expect(countryOf(digits)).toBe(country))
})

describe('sources', () => {
  it('are made once; their connection is set, replaced, listed and removed', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => inTx((tx) => ensureSource(tx, main.tenantId, 'pbx1', NOW))))
    expect(a).toEqual(b)
    expect(a).toMatchObject({ name: 'pbx1', zone: 'auto', zoneDetected: '' })
    await inTx((tx) => setZoneDetected(tx, a!.sourceId, 'Europe/Dublin'))
    const connection = { sourceId: a!.sourceId, host: '10.0.0.5', port: 5038, username: 'tollbook' }
    await inTx((tx) => setAmiConnection(tx, { ...connection, secretSealed: Buffer.from('one') }, NOW))
    expect(await amiConnections(db())).toMatchObject([{ transport: 'tcp', auth: 'auto', caPem: '', httpPath: '' }])
    const reach = {
      transport: 'https',
      auth: 'md5',
      caPem: 'PEM',
      serverName: 'pbx.test',
      httpPath: '/asterisk',
    } as const
    const changed = { ...connection, ...reach, secretSealed: Buffer.from('two') }
    await inTx((tx) => setAmiConnection(tx, changed, NOW + 1))
    expect(await amiConnections(db())).toEqual([
      {
        ...connection,
        ...reach,
        secretSealed: Buffer.from('two'),
        enabled: true,
        tenantId: main.tenantId,
        name: 'pbx1',
        zone: 'auto',
        changedAtMs: NOW + 1,
      },
    ])
    expect(await inTx((tx) => removeAmiConnection(tx, a!.sourceId))).toBe(true)
    expect(await inTx((tx) => removeAmiConnection(tx, asSourceId(99)))).toBe(false)
    expect(await amiConnections(db())).toEqual([])
  })
})

describe('eraseTenantDirectory', () => {
  it('takes the tenant and all that hangs on it', async () => {
    const tenant = await inTx(async (tx) => {
      const sample = await ensureTenant(tx, { slug: 'sample', name: 'Sample', currency: 'EUR', isSample: true }, NOW)
      await ensureAccounts(tx, sample.tenantId, ['s'], NOW)
      await ensureSource(tx, sample.tenantId, 'sample', NOW)
      return sample
    })
    await inTx((tx) => eraseTenantDirectory(tx, tenant.tenantId))
    expect(await tenantBySlug(db(), 'sample')).toBeUndefined()
    const { rows } = await db().pool.query('select count(*)::int as n from account where tenant_id = $1', [
      tenant.tenantId,
    ])
    expect(rows[0].n).toBe(0)
    expect((await tenantBySlug(db(), 'main'))?.tenantId).toBe(main.tenantId)
  })
})
