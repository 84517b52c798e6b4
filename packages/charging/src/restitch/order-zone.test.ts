// A file read in the wrong zone and put right afterwards comes to what it would have been, in calls and in money.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRestitches } from '@tollbook/calls/restitching'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { asTenantId, fixedClock, type SourceId, type TenantId } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importCdrs, importRateDeck } from '../index.ts'
import { orderZone, runRestitch } from './index.ts'

const db = testDatabase()
const NOW = Date.parse('2026-12-24T12:00:00Z')
const clock = fixedClock(NOW)
const dir = mkdtempSync(join(tmpdir(), 'tollbook-zone-'))
afterAll(() => rmSync(dir, { recursive: true }))
let tenantId: TenantId
let sourceId: SourceId

beforeAll(async () => {
  tenantId = await transaction(db(), async (tx) => {
    const tenant = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW)
    return asTenantId(tenant.tenantId)
  })
  const text = 'prefix,destination,rate\n1,North America,0.02\n44,United Kingdom,0.02\n49,Germany,0.03\n'
  const deck = { tenantId, name: 'Retail', side: 'sell', currency: 'EUR', filename: 'r.csv', text } as const
  await importRateDeck(db(), { ...deck, effective: 'always', nowMs: NOW })
})

const FACTS = [
  'leg',
  'cel',
  'call',
  'call_segment',
  'seizure',
  'call_change',
  'call_unrated',
  'charge',
  'ledger_entry',
  'balance',
]

beforeEach(async () => {
  await db().pool.query(
    `truncate ${FACTS.join(', ')}, batch, touched_hour, channel_alias, source_hour, restitch, import`,
  )
  await db().pool.query("update source set zone = 'auto', zone_detected = ''")
  sourceId = (await transaction(db(), (tx) => ensureSource(tx, tenantId, 'pbx', NOW))).sourceId
})

async function importFile(name: string, bytes: string | Buffer): Promise<void> {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  const done = await importCdrs(db(), { tenantId, source: 'pbx', zone: 'auto', filename: name, path, clock })
  expect(done).toMatchObject({ ok: true })
}

const setZone = (zone: string) => orderZone(db(), { tenantId, sourceId, zone, by: 'ada', nowMs: NOW })

async function runAll(): Promise<void> {
  while (await runRestitch(db(), clock)) {}
}

async function tables(): Promise<unknown> {
  const rows = async (sql: string) => (await db().pool.query(sql)).rows
  const but = (table: string, columns: string) =>
    `select to_jsonb(t) - '{${columns}}'::text[] as row from ${table} t order by 1`
  return {
    legs: await rows(but('leg', 'received_at,batch_id')),
    cel: await rows(but('cel', 'received_at,batch_id')),
    calls: await rows(but('call', 'stitched_at,revision')),
    segments: await rows(but('call_segment', '')),
    seizures: await rows(but('seizure', '')),
    charges: await rows(`select call_key, side, line, party_id, sum(amount) as amount, sum(billed_s) as s from charge
      group by 1, 2, 3, 4 having sum(amount) <> 0 or sum(billed_s) <> 0 order by 1, 2, 3, 4`),
    balances: await rows('select account_id, ledger_id, amount from balance where amount <> 0 order by 1, 2'),
    zones: await rows(
      'select distinct zone from batch b where exists (select from leg l where l.batch_id = b.batch_id) order by 1',
    ),
  }
}

/** Rows of 16 columns, nothing but their time tells them apart; one pair is equal to the last letter. */
function oldRows(): string {
  const at = (minutes: number) =>
    new Date(Date.UTC(2026, 9, 31, 22, 10) + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  return Array.from({ length: 60 }, (_, i) => {
    const n = i % 20 === 19 ? i - 1 : i
    const [start, answer, end] = [at(n * 7), at(n * 7 + 1), at(n * 7 + 2)]
    const who = `"ACME","20${n % 9}","44207183875${n % 7}","office","Ann <20${n % 9}>","PJSIP/20${n % 9}-1","PJSIP/trunk-${n}"`
    return `${who},"Dial","","${start}","${answer}","${end}",120,60,"ANSWERED","DOCUMENTATION"`
  }).join('\n')
}

const RECORDED: [string, () => string | Buffer][] = [
  ['Master.csv', () => recorded('asterisk-22/Master.csv')],
  ['Old.csv', oldRows],
  ['live.ami', () => recorded('asterisk-22/scenarios/answered.ami')],
]

describe('a zone that is set after the calls came', () => {
  it.each(RECORDED)(
    'gives what setting it before would have given: %s',
    async (name, bytes) => {
      for (const [wrong, right] of [
        ['America/New_York', 'Europe/Berlin'],
        ['UTC', 'Australia/Lord_Howe'],
        ['+05:30', 'UTC'],
      ] as const) {
        await db().pool.query(`truncate ${FACTS.join(', ')}, batch`)
        await setZone(right)
        await importFile(name, bytes())
        const expected = await tables()
        await db().pool.query(`truncate ${FACTS.join(', ')}, batch, restitch`)
        await setZone(wrong)
        await importFile(name, bytes())
        expect(await tables()).not.toEqual(expected)
        expect(await setZone(right)).toMatchObject({ ok: true, value: expect.any(String) })
        await runAll()
        expect(await tables()).toEqual(expected)
        await importFile(name, bytes())
        expect(await tables()).toEqual(expected)
        expect((await verifyLedger(db())).differences).toEqual([])
      }
      const { rows } = await db().pool.query('select distinct cause from call_change')
      expect(rows).toEqual([{ cause: 'zone' }])
      expect((await listRestitches(db(), tenantId))[0]).toMatchObject({ state: 'done', cause: 'zone' })
    },
    120_000,
  )

  it('leaves an import alone that was given a zone of its own, and refuses what is no zone', async () => {
    const path = join(dir, 'own.csv')
    writeFileSync(path, oldRows())
    await importCdrs(db(), { tenantId, source: 'pbx', zone: 'UTC', filename: 'own.csv', path, clock })
    const before = await tables()
    await setZone('Asia/Tokyo')
    await runAll()
    expect(await tables()).toEqual(before)
    expect(await setZone('Middle-earth/Shire')).toMatchObject({ ok: false, error: { kind: 'bad-zone' } })
  })
})
