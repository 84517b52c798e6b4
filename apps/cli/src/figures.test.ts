// Every metric by every dimension, computed a second time from plain rows, on what Asterisk really wrote and on the sample:
// from single calls, from rollups, in other zones, and after a recording that came late.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zoneConverter } from '@tollbook/calls'
import { openRecordFile } from '@tollbook/calls/files'
import { captureBatch, importRateDeck } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureAccounts, ensureCarrier, ensureSource, ensureTenant, saveTrunk, tenantBySlug } from '@tollbook/directory'
import { fixedClock, WAY } from '@tollbook/kernel'
import { loadSample } from '@tollbook/sample'
import { rollUpTouched, type StatsTenant } from '@tollbook/stats'
import { answersAndReferences, FACTS, type Fact } from '@tollbook/stats/testing'
import { recordedArchive, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const db = testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'tollbook-figures-'))
const NOW = Date.UTC(2026, 11, 24, 14)
/** Half an hour off, so that hours and days of the tenant are none of UTC. */
const ZONE = 'Asia/Kolkata'

afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function compare(tenant: StatsTenant, from: string, to: string, zone: string, split?: string): Promise<number> {
  const { rows } = await db().pool.query<Fact>(FACTS, [tenant.tenantId])
  const accounts = await db().pool.query('select account_id, code from account where tenant_id = $1', [tenant.tenantId])
  const codes = new Map<number, string>(accounts.rows.map((a) => [a.account_id, a.code]))
  const members = await db().pool.query('select count(*)::int as n from department_member where tenant_id = $1', [
    tenant.tenantId,
  ])
  expect(members.rows).toEqual([{ n: 0 }])
  const world = {
    currency: tenant.currency,
    accountKey: (id: number) => codes.get(id) ?? String(id),
    departmentOf: () => 'none',
  }
  const asked = { from, to, zone, ...(split ? { split } : {}) }
  for (const { what, got, want } of await answersAndReferences(db(), tenant, rows, asked, world))
    expect(got, what).toEqual(want)
  return rows.length
}

async function rollUpAll(): Promise<void> {
  while ((await rollUpTouched(db(), NOW)).hours > 0) {}
}

async function tenantOf(slug: string): Promise<StatsTenant> {
  const { tenantId, zone, currencyNumber } = (await tenantBySlug(db(), slug))!
  return { tenantId, zone, currency: currencyNumber }
}

describe('figures of recordings', () => {
  const archive = recordedArchive('scenarios.tar.gz')
  const names = [...archive.keys()].filter((name) => name.startsWith('asterisk-22/') && name.endsWith('.ami')).sort()

  beforeAll(async () => {
    await transaction(db(), async (tx) => {
      const { tenantId } = await ensureTenant(tx, { slug: 'lab', name: 'Lab', currency: 'USD', zone: ZONE }, NOW)
      const carrierId = await ensureCarrier(tx, tenantId, { name: 'C', currency: 'USD' }, NOW)
      for (const peer of ['PJSIP/carrier', 'PJSIP/trunk']) await saveTrunk(tx, tenantId, { peer, carrierId }, NOW)
    })
    const { tenantId } = (await tenantBySlug(db(), 'lab'))!
    const world = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `${digit},World,0.0${digit},0.01,1,1`)
    const text = ['prefix,destination,rate,connect_fee,first_block,increment', ...world].join('\n')
    const deck = { tenantId, currency: 'USD', nowMs: NOW, filename: 'deck.csv', name: 'Retail', text }
    expect((await importRateDeck(db(), { ...deck, side: 'sell' })).ok).toBe(true)
  })

  async function capture(name: string): Promise<void> {
    const { tenantId } = (await tenantBySlug(db(), 'lab'))!
    const { sourceId } = await transaction(db(), (tx) => ensureSource(tx, tenantId, 'lab', NOW))
    const path = join(dir, name.replaceAll('/', '_'))
    writeFileSync(path, archive.get(name)!)
    const file = await openRecordFile(path)
    if (!file.ok) throw new Error(name)
    for await (const { legs, cel, queue } of file.value.batches(
      sourceId,
      zoneConverter('UTC'),
      zoneConverter('UTC')!,
    )) {
      const codes = [...new Set(legs.map((leg) => leg.accountcode))].filter((code) => code !== '')
      await transaction(db(), (tx) => ensureAccounts(tx, tenantId, codes, NOW))
      const from = { tenantId, sourceId, toldBy: 'test', zone: 'UTC', nowMs: NOW }
      await captureBatch(db(), { ...from, way: WAY.live, legs, cel, queue })
    }
  }

  it('agree from single calls, from rollups, and when the last came late', async () => {
    const [last, ...first] = [...names].reverse()
    for (const name of first) await capture(name)
    const tenant = await tenantOf('lab')
    const early = await compare(tenant, '2026-01-01', '2027-01-01', ZONE)
    expect(early).toBeGreaterThan(20)
    await rollUpAll()
    await capture(last!)
    expect(await compare(tenant, '2026-01-01', '2027-01-01', ZONE, 'outcome')).toBeGreaterThan(early)
    await rollUpAll()
    await compare(tenant, '2026-01-01', '2027-01-01', ZONE)
    await compare(tenant, '2026-01-01', '2027-01-01', 'America/St_Johns', 'direction')
  }, 120_000)

  it('agree with the rows Asterisk wrote, one by one', async () => {
    const { tenantId } = await tenantOf('lab')
    const { rows } = await db().pool.query(
      `select sum(c.legs)::int as told, (select count(*)::int from leg where tenant_id = $1) as there
       from call c where tenant_id = $1`,
      [tenantId],
    )
    expect(rows[0].told).toBe(rows[0].there)
  })
})

describe('figures of the sample', () => {
  it('agree over its three months, in its zone and another', async () => {
    await loadSample(db(), { clock: fixedClock(NOW), dataDir: dir, scale: 0.1 })
    const tenant = await tenantOf('sample')
    expect(await compare(tenant, '2026-09-01', '2027-01-01', tenant.zone)).toBeGreaterThan(1_000)
    await compare(tenant, '2026-10-20T10:17:00Z', '2026-12-02T03:00:00Z', 'Asia/Kathmandu', 'direction')
  }, 240_000)
})
