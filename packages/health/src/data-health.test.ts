// The health of a tenant's data on a real PostgreSQL: its own sources only, each way apart, gaps with who filled them.

import { UNRATED } from '@tollbook/calls'
import { transaction } from '@tollbook/db'
import { countHours, noteCoverage, noteGap, saveFeed } from '@tollbook/intake'
import { asSourceId, asTenantId, WAY } from '@tollbook/kernel'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { dataHealth, dearFigures } from './data-health.ts'
import { HOUR_MS } from './hour-strip.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T09:12:00Z')
const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS
const TENANT = asTenantId(1)
const PBX = asSourceId(1)
const ago = (hours: number) => new Date(NOW - hours * HOUR_MS)

beforeAll(async () => {
  const made = { created_at: ago(1000) }
  await insertRows(db(), 'counter', [{ name: 'feed', value: 100 }])
  const tenant = { currency: 978, ...made }
  await insertRows(db(), 'tenant', [
    { tenant_id: 1, slug: 'main', name: 'Main', ...tenant },
    { tenant_id: 2, slug: 'other', name: 'Other', ...tenant },
  ])
  await insertRows(db(), 'source', [
    { source_id: 1, tenant_id: 1, name: 'pbx', ...made },
    { source_id: 2, tenant_id: 2, name: 'far', ...made },
  ])
  const connection = { host: '127.0.0.1', port: 5038, username: 'tollbook', secret_sealed: Buffer.alloc(1) }
  await insertRows(db(), 'ami_connection', [{ source_id: 1, ...connection, changed_at: ago(100) }])
  await insertRows(db(), 'source_state', [
    {
      ...{ source_id: 1, state: 'live', changed_at: ago(1), seen_at: new Date(NOW), clock_offset_ms: -4_000 },
      observed: JSON.stringify({ ami: { cdrs: 10, withSequence: 0, withLinkedId: 10, cel: 70 } }),
    },
  ])
  const counts = (hourMs: number, received: number, matched: number) => ({
    ...{ hourMs, received, inserted: received - matched, matched, duplicates: 0, late: 0 },
  })
  await transaction(db(), async (tx) => {
    const feed = { sourceId: PBX, kind: 'file' as const, name: '/var/log/Master.csv', settings: {}, zone: 'auto' }
    const feedId = await saveFeed(tx, { tenantId: TENANT, ...feed }, NOW)
    await countHours(tx, PBX, WAY.live, [counts(HOUR - 4 * HOUR_MS, 5, 0), counts(HOUR, 2, 0)])
    await countHours(tx, PBX, WAY.file, [counts(HOUR - 3 * HOUR_MS, 4, 4)])
    await countHours(tx, asSourceId(2), WAY.live, [counts(HOUR, 9, 0)])
    const gap = { tenantId: TENANT, sourceId: PBX, cause: 'disconnected' as const, detail: '' }
    await noteGap(tx, { ...gap, fromMs: HOUR - 3 * HOUR_MS + 60_000, untilMs: HOUR - 3 * HOUR_MS + 120_000 }, NOW)
    await noteGap(tx, { ...gap, fromMs: HOUR - HOUR_MS, untilMs: HOUR - HOUR_MS + 1 }, NOW)
    const told = { sourceId: PBX, toldBy: `feed ${feedId}`, fromMs: HOUR - 4 * HOUR_MS, untilMs: HOUR - 2 * HOUR_MS }
    await noteCoverage(tx, told, NOW)
  })
  const reject = { reason: 'no', raw: Buffer.from('x'), rejected_at: ago(1) }
  await insertRows(db(), 'ingest_reject', [
    { ...reject, source_id: 1, tenant_id: 1, reject_key: '00000000-0000-0000-0000-000000000001' },
    { ...reject, source_id: 2, tenant_id: 2, reject_key: '00000000-0000-0000-0000-000000000002' },
  ])
  const call = {
    ...{ tenant_id: 1, account_id: 0, trunk_id: 0, carrier_id: 0, destination_id: 0, talk_s: 0, ring_s: 0 },
    ...{ wait_s: 0, bill_s: 0, source_id: 1, direction: 2, outcome: 1, hangup_cause: 16, country_id: 0, legs: 1 },
    ...{ attempts: 1, final: true, from_number: '201', to_number: '900', stitched_at: ago(1) },
  }
  const long = (n: number, hours: number, seconds: number) => ({
    ...{
      call_key: `${ago(hours)
        .getTime()
        .toString(16)
        .padStart(12, '0')
        .replace(/(.{8})/, '$1-')}-7000-8000-00000000000${n}`,
    },
    ...{ opened_at: ago(hours), started_at: ago(hours), ended_at: ago(hours), linkedid: `1.${n}`, duration_s: seconds },
  })
  await insertRows(db(), 'call', [long(1, 5, 14_401), long(2, 6, 14_400), long(3, 90, 20_000)], call)
  const { call_key, opened_at } = long(3, 90, 20_000)
  await insertRows(db(), 'call_unrated', [{ call_key, opened_at, tenant_id: 1, account_id: 7, reason: UNRATED.held }])
})

const ask = async (tenantId: number, hours = 6) => {
  const asked = { tenantId, hours, nowMs: NOW }
  return dataHealth(db(), asked, await dearFigures(db(), asked))
}

it('shows each way of a source by itself, and what came as the same call counted once', async () => {
  const { sources, fromMs } = await ask(1)
  expect(fromMs).toBe(HOUR - 5 * HOUR_MS)
  expect(sources.map((source) => source.name)).toEqual(['pbx'])
  const [live, file] = sources[0]!.ways
  expect(live).toMatchObject({
    ...{ way: WAY.live, received: 7, inserted: 7, matched: 0 },
    states: ['none', 'complete', 'filled', 'quiet', 'gap', 'complete'],
  })
  expect(file).toMatchObject({
    ...{ way: WAY.file, received: 4, inserted: 0, matched: 4 },
    states: ['none', 'quiet', 'complete', 'quiet', 'none', 'none'],
  })
})

it('names the file that filled a gap', async () => {
  const { gaps } = await ask(1)
  expect(gaps.map((gap) => [gap.closedAtMs === undefined, gap.closedBy])).toEqual([
    [true, ''],
    [false, '/var/log/Master.csv'],
  ])
})

it('finds the wrong clock, the missing mapping, the row set aside and the call that is too long', async () => {
  const { findings, rejects, dear, sources } = await ask(1)
  expect(findings.map((one) => one.kind)).toEqual(['clock-off', 'configuration', 'rows-set-aside', 'gap-filling'])
  expect(rejects).toBe(1)
  expect(sources[0]!.advice.map((one) => one.add)).toEqual([['sequence => Sequence']])
  expect(dear.long.map((call) => [call.durationS, call.held])).toEqual([[14_401, false]])
  const further = await ask(1, 100)
  expect(further.dear.long.map((call) => [call.durationS, call.held])).toEqual([
    [14_401, false],
    [20_000, true],
  ])
  expect(further.findings.map((one) => one.kind)).toContain('long-calls')
})

it('sees nothing of another tenant', async () => {
  const { sources, gaps, rejects, dear } = await ask(2)
  expect(sources.map((source) => [source.name, source.ways.map((way) => way.received)])).toEqual([['far', [9]]])
  expect([gaps.length, rejects, dear.long.length, dear.lost.length]).toEqual([0, 1, 0, 0])
})
