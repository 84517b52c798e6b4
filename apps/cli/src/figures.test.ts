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
import { type LoadFigures, parseLoadQuery, queryLoad } from '@tollbook/stats/load'
import { answersAndReferences, type Channel, FACTS, type Fact, naiveRow } from '@tollbook/stats/testing'
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

/** Trunk channels as the rows of calls have them; one that was taken for no time took nothing. */
const CHANNELS = `
  select trunk_id, source_id, started_at as seized_at, answered_at, ended_at as released_at, hangup_cause as cause
    from call where tenant_id = $1 and seized in (1, 2)
  union all
  select z.trunk_id, z.source_id, z.seized_at, z.answered_at, z.released_at, z.cause
    from seizure z join call c using (call_key, opened_at) where c.tenant_id = $1 and c.seized = 3`

/** Channels in use, seizures and Erlangs of every trunk, every source and all, looked at one instant after another. */
async function compareLoad(tenant: StatsTenant, from: string, to: string, zone: string): Promise<number> {
  const us = (name: string) => `(extract(epoch from ${name}) * 1000000)::bigint::float8 as ${name}`
  const { rows } = await db().pool.query(
    `select trunk_id, source_id, cause, ${us('seized_at')}, ${us('answered_at')}, ${us('released_at')} from (${CHANNELS}) z`,
    [tenant.tenantId],
  )
  const channels = rows.map(
    (r): Channel => ({
      ...{ trunk: r.trunk_id, source: r.source_id, cause: r.cause, from: r.seized_at },
      ...{ to: Math.max(r.seized_at, r.released_at), answered: r.answered_at ?? r.released_at },
    }),
  )
  const query = parseLoadQuery({ from, to, zone }, tenant)
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  const answer = await queryLoad(db(), query.value, NOW)
  const check = (what: string, got: LoadFigures, mine: readonly Channel[]) => {
    const naive = naiveRow(mine, query.value.fromMs * 1000, query.value.toMs * 1000, [])
    const { peak, talkPeak, seizures, cps, congested, erlangHours, talkErlangHours } = got
    expect({ peak, talkPeak, seizures, cps, congested }, what).toEqual({
      ...{ peak: naive.peak, talkPeak: naive.talkPeak, seizures: naive.starts, cps: naive.cps },
      congested: naive.congested,
    })
    expect(erlangHours, what).toBeCloseTo(naive.takenUs / 3.6e9, 9)
    expect(talkErlangHours, what).toBeCloseTo(naive.talkUs / 3.6e9, 9)
  }
  check('all', answer.all, channels)
  for (const one of answer.trunks)
    check(
      one.name,
      one,
      channels.filter((c) => c.trunk === (one.id ?? 0)),
    )
  for (const one of answer.sources)
    check(
      one.name,
      one,
      channels.filter((c) => c.source === one.id),
    )
  return answer.all.peak
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
    await compareLoad(tenant, '2026-01-01', '2027-01-01', ZONE)
    await rollUpAll()
    await capture(last!)
    expect(await compareLoad(tenant, '2026-01-01', '2027-01-01', ZONE)).toBeGreaterThan(1)
    expect(await compare(tenant, '2026-01-01', '2027-01-01', ZONE, 'outcome')).toBeGreaterThan(early)
    await rollUpAll()
    await compareLoad(tenant, '2026-01-01', '2027-01-01', ZONE)
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
    expect(await compareLoad(tenant, '2026-09-01', '2027-01-01', tenant.zone)).toBeGreaterThan(1)
    await compareLoad(tenant, '2026-10-20T10:17:00Z', '2026-12-02T03:00:00Z', 'Asia/Kathmandu')
  }, 240_000)
})
