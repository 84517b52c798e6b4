// The sample's whole road on a real PostgreSQL: loaded, cut off and finished, counted, erased.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, transaction } from '@tollbook/db'
import { ensureSource, ensureTenant, tenantBySlug } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { METRIC_NAMES, parseStatsQuery, queryStats, STATS_BY } from '@tollbook/stats'
import { columnCopy, keepColumns } from '@tollbook/stats/columns'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { eraseSample } from './erase-sample.ts'
import { loadSample, SAMPLE_STAGES, type SampleStage } from './load-sample.ts'
import { sampleState } from './sample-state.ts'
import { ACCOUNTS } from './world.ts'

const db = testDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'tollbook-sample-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const NOW = Date.parse('2026-11-23T14:00:00Z')
const clock = fixedClock(NOW)
/** A fifth of the sample holds all of its oddities and three invoices for every account. */
const options = { clock, dataDir, scale: 0.2 }

/** Rows of every table that knows tenants. */
async function footprint(tenantId: number): Promise<Record<string, number>> {
  const { rows: tables } = await db().pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  )
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await db().pool.query(`select count(*)::int as n from ${name} where tenant_id = $1`, [tenantId])
    counts[name] = rows[0].n
  }
  return counts
}

const figures = async (by: string, metrics: string) => {
  const tenant = (await tenantBySlug(db(), 'sample'))!
  const raw = { from: '2026-08-24', to: '2026-11-24', by, metrics }
  const query = parseStatsQuery(raw, { ...tenant, currency: tenant.currencyNumber })
  if (!query.ok) throw new Error('bad query')
  return queryStats(db(), query.value)
}

/** A database that breaks off at the `n`-th stage's first progress. */
function cutOffAt(stage: SampleStage) {
  return loadSample(db(), {
    ...options,
    onProgress: (p) => {
      if (p.stage === stage) throw new Error('killed')
    },
  })
}

describe('loadSample', () => {
  it('may be cut off at every stage, and finishes without doubling anything', async () => {
    expect(await sampleState(db())).toBe('none')
    for (const stage of SAMPLE_STAGES.slice(1)) await expect(cutOffAt(stage)).rejects.toThrow('killed')
    expect(await sampleState(db())).toBe('unfinished')
    // A day has passed: the sample's end is still the day it was born.
    const report = await loadSample(db(), { ...options, clock: fixedClock(NOW + 86_400_000) })
    expect(await sampleState(db())).toBe('complete')
    expect(report).toMatchObject({ loaded: true, rejected: 12, invoices: 3 * ACCOUNTS.length })
    expect(report.legs).toBeGreaterThan(9_000)
    expect(readdirSync(join(dataDir, 'sample'))).toEqual([])

    const { total } = await figures('none', 'legs,calls')
    expect(total).toEqual({ legs: report.legs, calls: report.calls })
    expect((await verifyLedger(db())).differences).toEqual([])
  })

  it('does nothing when it is complete', async () => {
    const tenant = (await tenantBySlug(db(), 'sample'))!
    const before = await footprint(tenant.tenantId)
    expect(await loadSample(db(), options)).toMatchObject({ loaded: false })
    expect(await footprint(tenant.tenantId)).toEqual(before)
  })

  it('holds what it promises: an unrated destination, a route at a loss, a late row that changed its call', async () => {
    const { rows } = await figures('destination', 'calls,answered,unrated,revenue,cost,margin')
    const cuba = rows.find((r) => r.label === 'Cuba')!
    expect(String(cuba.margin)).toMatch(/^-\d/)
    const { total } = await figures('none', 'unrated,margin,asr')
    expect(Number(total.unrated)).toBeGreaterThan(0)
    expect(String(total.margin)).not.toMatch(/^-/)
    expect(Number(total.asr)).toBeGreaterThan(55)
    const { rows: unrated } = await db().pool.query(
      `select distinct left(regexp_replace(c.to_number, '^(00|\\+)', ''), 3) as prefix
       from call_unrated u join call c using (call_key, opened_at)`,
    )
    expect(unrated).toEqual([{ prefix: '882' }])
    const { rows: late } = await db().pool.query(
      `select c.legs, c.outcome, (select count(*)::int from charge h where h.call_key = c.call_key) as charges,
         c.ended_at < $1 as old
       from leg l join call c using (call_key, opened_at) order by l.batch_line desc limit 1`,
      [new Date(NOW - 4 * 86_400_000)],
    )
    expect(late).toEqual([{ legs: 2, outcome: 1, charges: 2, old: true }])
  })
})

describe('the copy by columns', () => {
  it('tells of the sample what the tables tell, every metric by every dimension', async () => {
    const faults: unknown[] = []
    const copy = { ...columnCopy(dataDir, (fault) => faults.push(fault)), fewestCalls: 0 }
    let days = 0
    while ((await keepColumns(db(), copy, NOW, { everyMs: 0 })) !== undefined) days++
    expect(days).toBeGreaterThan(80)
    const tenant = (await tenantBySlug(db(), 'sample'))!
    const span = { from: '2026-08-24', to: '2026-11-24', metrics: METRIC_NAMES.join(',') }
    for (const by of STATS_BY) {
      // No rollup knows durations: both are asked of single calls.
      const query = parseStatsQuery({ ...span, by, duration: '0-' }, { ...tenant, currency: tenant.currencyNumber })
      if (!query.ok) throw new Error('bad query')
      const copied = await queryStats(db(), query.value, copy)
      expect(copied, by).toEqual(await queryStats(db(), query.value))
      expect(copied.rows.length).toBeGreaterThan(0)
    }
    expect(faults).toEqual([])
  }, 120_000)
})

describe('eraseSample', () => {
  it('leaves nothing of the sample and everything of others', async () => {
    const main = await transaction(db(), async (tx) => {
      const tenant = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW)
      await ensureSource(tx, tenant.tenantId, 'asterisk', NOW)
      return tenant
    })
    const sample = (await tenantBySlug(db(), 'sample'))!
    const mine = await footprint(main.tenantId)
    expect(await eraseSample(db())).toBe(true)
    const left = Object.entries(await footprint(sample.tenantId)).filter(([, n]) => n > 0)
    expect(left).toEqual([])
    expect(await footprint(main.tenantId)).toEqual(mine)
    expect(await countAll(db(), ['batch', 'rate', 'invoiced_entry', 'invoice_line'])).toEqual([0, 0, 0, 0])
    expect(await eraseSample(db())).toBe(false)
  })

  it('does not touch a tenant of that name that is no sample', async () => {
    await transaction(db(), (tx) => ensureTenant(tx, { slug: 'sample', name: 'Real', currency: 'EUR' }, NOW))
    expect(await eraseSample(db())).toBe(false)
    expect(await tenantBySlug(db(), 'sample')).toBeDefined()
  })
})

/** Tables without a tenant column. */
async function countAll(at: Db, tables: readonly string[]): Promise<number[]> {
  const counts: number[] = []
  for (const table of tables) {
    const { rows } = await at.pool.query(`select count(*)::int as n from ${table}`)
    counts.push(rows[0].n)
  }
  return counts
}
