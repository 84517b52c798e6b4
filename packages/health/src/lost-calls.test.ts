// Two calls were up when a real Asterisk was killed: both are named, and neither once its end or its record comes.

import { AmiParser, amiRecords } from '@tollbook/asterisk/ami'
import { type Cel, celFromRow, legContext, storeLegs, zoneConverter } from '@tollbook/calls'
import { compileRules, DEFAULT_RULES } from '@tollbook/calls/rules'
import { ensureMonths, transaction } from '@tollbook/db'
import { asSourceId, asTenantId, WAY } from '@tollbook/kernel'
import { insertRows, recorded, testDatabase } from '@tollbook/testkit'
import { beforeEach, expect, it } from 'vitest'
import { lostCalls } from './lost-calls.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const SOURCE = asSourceId(1)
/** The calls of the recording began then; it ends two seconds later. */
const BEGUN = Date.parse('2026-11-23T13:15:12Z')
const SECOND = 1000
const DAY = 86_400_000
let batches = 0

function killed(): Cel[] {
  const parser = new AmiParser()
  const records = amiRecords()
  const context = legContext(SOURCE, zoneConverter('UTC')!)
  const messages = parser.push(recorded('asterisk-22/edge/sigkill-with-calls.ami'))
  return records.push(messages).flatMap((record) => {
    if (record.kind !== 'cel') return []
    const cel = celFromRow(record.row, context)
    return cel.ok ? [cel.value] : []
  })
}

const batchId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

async function store(cel: readonly Cel[]): Promise<void> {
  await transaction(db(), (tx) =>
    storeLegs(
      tx,
      {
        ...{ tenantId: TENANT, sourceId: SOURCE, batchId: batchId(++batches) },
        ...{ receivedAtMs: BEGUN, way: WAY.live, toldBy: 'ami', zone: 'UTC', legs: [], cel, queue: [] },
        rules: compileRules(DEFAULT_RULES),
      },
      () => [],
    ),
  )
}

const lost = (nowMs: number, change: object = {}) =>
  lostCalls(db(), { tenantId: TENANT, sinceMs: BEGUN - DAY, nowMs, limit: 100, ...change })

beforeEach(async () => {
  await ensureMonths(db(), ['2026-11'])
  await db().pool.query('truncate leg, call, cel, batch, source_state, source, tenant cascade')
  await insertRows(db(), 'tenant', [
    { tenant_id: 1, slug: 'main', name: 'Main', currency: 978, created_at: new Date(0) },
  ])
  await insertRows(db(), 'source', [{ source_id: 1, tenant_id: 1, name: 'pbx', created_at: new Date(0) }])
  await store(killed())
})

async function boot(atMs: number): Promise<void> {
  const at = new Date(atMs)
  const row = { source_id: 1, state: 'live', changed_at: at, seen_at: at, booted_at: at }
  await insertRows(db(), 'source_state', [row])
}

it('names the calls that were up when Asterisk was killed, once it has booted again', async () => {
  expect(await lost(BEGUN + 60 * SECOND)).toEqual([])
  await boot(BEGUN + 30 * SECOND)
  const found = await lost(BEGUN + 60 * SECOND)
  const named = { callee: 'transferable', answered: true, why: 'restarted' }
  expect(found).toHaveLength(2)
  // They began in the same second: which is newer nobody can say.
  for (const linkedid of ['1795439712.0', '1795439712.2']) {
    expect(found.find((call) => call.linkedid === linkedid)).toMatchObject(named)
  }
  for (const call of found) {
    expect(call.startedAtMs - BEGUN).toBeGreaterThanOrEqual(0)
    expect(call.lastEventAtMs - BEGUN).toBeLessThan(10 * SECOND)
    expect(call.lastEventAtMs).toBeGreaterThanOrEqual(call.startedAtMs)
  }
})

it('names them without a word of a boot after a day, and no longer where nobody asks', async () => {
  expect((await lost(BEGUN + DAY + 10 * SECOND)).map((call) => call.why)).toEqual(['never-ended', 'never-ended'])
  expect(await lost(BEGUN + 3 * DAY, { sinceMs: BEGUN + DAY })).toEqual([])
  expect(await lost(BEGUN + 3 * DAY, { limit: 1 })).toHaveLength(1)
  expect(await lost(BEGUN + 3 * DAY, { tenantId: 2 })).toEqual([])
})

it('a boot before they began loses nothing', async () => {
  await boot(BEGUN - 60 * SECOND)
  expect(await lost(BEGUN + 60 * SECOND)).toEqual([])
})

it('a call whose end or whose record came is not lost', async () => {
  await boot(BEGUN + 30 * SECOND)
  const [first, second] = killed().filter((event) => event.event === 'CHAN_START' && event.uniqueid === event.linkedid)
  await store([{ ...first!, event: 'LINKEDID_END', eventKey: 1n }])
  expect((await lost(BEGUN + 60 * SECOND)).map((call) => call.linkedid)).toEqual([second!.linkedid])
  const at = new Date(BEGUN)
  await insertRows(db(), 'leg', [
    {
      ...{
        call_key: second!.callKey,
        opened_at: new Date(second!.openedAtMs),
        leg_key: 1,
        started_at: at,
        ended_at: at,
      },
      ...{ received_at: at, batch_id: batchId(0), tenant_id: 1, duration_s: 1, billsec: 1 },
      ...{ source_id: 1, disposition: 1, uniqueid: second!.uniqueid, linkedid: second!.linkedid, channel: 'x' },
    },
  ])
  expect(await lost(BEGUN + 60 * SECOND)).toEqual([])
})
