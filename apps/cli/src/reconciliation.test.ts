// The same calls by AMI, by files, and by both in any order and repeatedly come to the same tables: legs, events, calls,
// charges, ledger and rollups, save what says by which way and when a row came.

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cel, Leg, QueueEvent } from '@tollbook/calls'
import { zoneConverter } from '@tollbook/calls'
import { openRecordFile } from '@tollbook/calls/files'
import { captureBatch, importRateDeck } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureAccounts, ensureCarrier, ensureSource, ensureTenant, saveTrunk } from '@tollbook/directory'
import { asTenantId, type SourceId, type TenantId, WAY, type Way } from '@tollbook/kernel'
import { rollUpTouched } from '@tollbook/stats'
import { recorded, recordedArchive, testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 24)
const dir = mkdtempSync(join(tmpdir(), 'tollbook-recorded-'))
const FACTS = [
  ...[
    'leg',
    'cel',
    'queue_event',
    'call',
    'call_segment',
    'seizure',
    'call_change',
    'call_unrated',
    'charge',
    'ledger_entry',
  ],
  ...['balance', 'batch', 'touched_hour', 'channel_alias', 'call_join', 'source_hour'],
  ...['roll_traffic_quarter', 'roll_traffic_month', 'roll_account_day', 'roll_destination_day', 'roll_extension_month'],
  ...['roll_traffic_day', 'roll_account_month', 'roll_destination_month', 'roll_did_day', 'roll_did_month'],
  ...[
    'roll_extension_day',
    'roll_spread_day',
    'roll_spread_month',
    'roll_pulse_day',
    'roll_pulse_month',
    'roll_open_day',
  ],
  ...['roll_pulse_quarter', 'roll_heat_day', 'roll_heat_month', 'roll_payer_day', 'roll_payer_month', 'roll_place_day'],
  ...['roll_place_month', 'roll_phone_day', 'roll_phone_month', 'roll_team_day', 'roll_team_month', 'roll_talk_day'],
  'roll_talk_month',
]
let tenantId: TenantId = asTenantId(0)
let sourceId: SourceId

afterAll(() => rmSync(dir, { recursive: true, force: true }))

beforeAll(async () => {
  const made = await transaction(db(), async (tx) => {
    const tenant = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'USD' }, NOW)
    return { ...tenant, ...(await ensureSource(tx, tenant.tenantId, 'lab', NOW)) }
  })
  tenantId = made.tenantId
  sourceId = made.sourceId
  const deck = { tenantId, currency: 'USD', nowMs: NOW, filename: 'deck.csv' }
  const world = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `${digit},World,0.0${digit},0.01,1,1`)
  const text = ['prefix,destination,rate,connect_fee,first_block,increment', ...world].join('\n')
  const sell = await importRateDeck(db(), { ...deck, name: 'Retail', side: 'sell', text })
  const buy = await importRateDeck(db(), { ...deck, name: 'Buy', side: 'buy', text })
  if (!sell.ok || !buy.ok) throw new Error('a deck was refused')
  await transaction(db(), async (tx) => {
    const carrierId = await ensureCarrier(
      tx,
      tenantId,
      { name: 'C', buyDeckId: buy.value.deckId, currency: 'USD' },
      NOW,
    )
    await saveTrunk(tx, tenantId, { peer: 'PJSIP/carrier', carrierId }, NOW)
    await saveTrunk(tx, tenantId, { peer: 'PJSIP/trunk', carrierId }, NOW)
  })
})

/** One record to capture, and the way by which it came. */
type Piece = {
  readonly way: Way
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue: readonly QueueEvent[]
}

/** The records of a recording, in order; accounts are made, so that their numbers do not depend on who comes first. */
async function piecesOf(name: string, bytes: Buffer, zone = 'UTC'): Promise<Piece[]> {
  const path = join(dir, name.replaceAll('/', '_'))
  writeFileSync(path, bytes)
  const file = await openRecordFile(path)
  if (!file.ok) return []
  const way = file.value.kind === 'ami' ? WAY.live : WAY.file
  const pieces: Piece[] = []
  for await (const { legs, cel, queue } of file.value.batches(sourceId, zoneConverter(zone), zoneConverter(zone)!)) {
    const codes = [...new Set(legs.map((leg) => leg.accountcode))].filter((code) => code !== '').sort()
    await transaction(db(), (tx) => ensureAccounts(tx, tenantId, codes, NOW))
    pieces.push({ way, legs, cel, queue })
  }
  return pieces
}

async function capture(pieces: readonly Piece[]): Promise<{ inserted: number; cel: number }> {
  const sum = { inserted: 0, cel: 0 }
  for (const piece of pieces) {
    const from = { tenantId, sourceId, toldBy: 'test', zone: 'UTC', nowMs: NOW }
    const done = await captureBatch(db(), { ...from, ...piece })
    sum.inserted += done.inserted
    sum.cel += done.celInserted
  }
  return sum
}

const empty = () => db().pool.query(`truncate ${FACTS.join(', ')}`)

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await db().pool.query(sql)).rows
}

async function tables() {
  while ((await rollUpTouched(db(), NOW)).hours > 0) {}
  const but = (table: string, columns: string) =>
    `select to_jsonb(t) - '{${columns}}'::text[] as row from ${table} t order by 1`
  const plain = async (sql: string) => (await rowsOf(sql)).map(({ row }) => row)
  return {
    legs: await plain(but('leg', 'received_at,batch_id,batch_line,seen_in,origins')),
    // AMI has whole seconds, and so has what is compared.
    cel: await plain(
      `select to_jsonb(t) - '{received_at,batch_id,seen_in,arrival,happened_at}'::text[]
         || jsonb_build_object('second', date_trunc('second', happened_at)) as row from cel t order by 1`,
    ),
    calls: await plain(but('call', 'stitched_at,revision')),
    segments: await plain(but('call_segment', '')),
    seizures: await plain(but('seizure', '')),
    charges:
      await rowsOf(`select call_key, side, line, party_id, currency, sum(amount) as amount, sum(billed_s) as billed
      from charge group by 1, 2, 3, 4, 5 having sum(amount) <> 0 or sum(billed_s) <> 0 order by 1, 2, 3, 4`),
    balances: await rowsOf('select account_id, ledger_id, amount from balance where amount <> 0 order by 1, 2'),
    traffic: await plain(but('roll_traffic_quarter', '')),
    accounts: await plain(but('roll_account_day', '')),
    destinations: await plain(but('roll_destination_day', '')),
    extensions: await plain(but('roll_extension_month', '')),
    spreads: await plain(but('roll_spread_month', '')),
  }
}

/** The same tables as one digest each: there are too many rows to show what differs. */
async function digests(): Promise<Record<string, string>> {
  const all = Object.entries(await tables())
  return Object.fromEntries(
    all.map(([name, rows]) => [name, createHash('sha256').update(JSON.stringify(rows)).digest('hex')]),
  )
}

/** Pieces cut into lots of some records, each lot of one way, in the order of `shuffle`. */
function lotsOf(pieces: readonly Piece[], size: number): Piece[] {
  const none = { legs: [], cel: [], queue: [] }
  return pieces.flatMap(({ way, legs, cel, queue }) => {
    const lots: Piece[] = []
    for (let at = 0; at < legs.length; at += size) lots.push({ ...none, way, legs: legs.slice(at, at + size) })
    for (let at = 0; at < cel.length; at += size * 7) lots.push({ ...none, way, cel: cel.slice(at, at + size * 7) })
    if (queue.length > 0) lots.push({ ...none, way, queue })
    return lots
  })
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const all = fc.shuffledSubarray([...items], { minLength: items.length })
  const again = fc.subarray([...items], { maxLength: Math.ceil(items.length / 4) })
  return fc.sample(
    fc.tuple(all, again).map(([once, twice]) => [...once, ...twice]),
    { numRuns: 1, seed },
  )[0]!
}

const archive = recordedArchive('scenarios.tar.gz')

const scenario = (file: string) => file.slice(file.lastIndexOf('/') + 1).split('.')[0]!

/** Of some scenarios no files were kept; of csvdrop and longdata cdr_csv refused a row. */
function hasFiles(version: string, name: string): boolean {
  const there = ['ami', 'master.csv', 'cel.csv'].every((end) => archive.has(`${version}/scenarios/${name}.${end}`))
  return there && name !== 'csvdrop'
}

describe.each(['asterisk-22', 'asterisk-16'])('all scenarios of %s', (version) => {
  const of = async (ends: (name: string) => boolean) => {
    const names = [...archive.keys()].filter((name) => name.startsWith(`${version}/`) && ends(name))
    return (await Promise.all(names.map((name) => piecesOf(name, archive.get(name)!)))).flat()
  }

  it('come to the same tables by AMI, by files and by both', async () => {
    const live = await of((name) => name.endsWith('.ami') && hasFiles(version, scenario(name)))
    const files = await of((name) => name.endsWith('.csv') && hasFiles(version, scenario(name)))
    await empty()
    await capture(live)
    const byAmi = await tables()
    await empty()
    await capture(files)
    const byFiles = await tables()
    expect(byAmi.legs.length).toBeGreaterThan(100)
    expect(byAmi).toEqual(byFiles)
    for (const seed of [1, 11]) {
      await empty()
      await capture(shuffled(lotsOf([...live, ...files], 5), seed))
      expect(await tables()).toEqual(byFiles)
    }
  }, 300_000)
})

/** What cdr_manager.conf without any mapping would have sent. */
function withoutMappings(ami: Buffer): Buffer {
  const mapped = /\r\n(LinkedID|Sequence|PeerAccount|Carrier|RatePlan): [^\r\n]*/g
  const frames = ami.toString('latin1').split('\r\n\r\n')
  const bare = frames.map((frame) => (frame.startsWith('Event: Cdr') ? frame.replaceAll(mapped, '') : frame))
  return Buffer.from(bare.join('\r\n\r\n'), 'latin1')
}

it('the scenarios come to the same tables when AMI maps neither linkedid nor sequence, whoever is first', async () => {
  const live: Piece[] = []
  const files: Piece[] = []
  for (const [path, bytes] of archive) {
    if (!path.startsWith('asterisk-22/') || !hasFiles('asterisk-22', scenario(path))) continue
    if (path.endsWith('.csv')) files.push(...(await piecesOf(path, bytes)))
    else if (path.endsWith('.ami')) live.push(...(await piecesOf(path, withoutMappings(bytes))))
  }
  expect(live.flatMap((piece) => piece.legs).every((leg) => leg.sequence === undefined && leg.linkedid === '')).toBe(
    true,
  )
  await empty()
  await capture(files)
  const expected = await tables()
  await capture(live)
  expect(await tables()).toEqual(expected)
  await empty()
  await capture(live)
  await capture(files)
  expect(await tables()).toEqual(expected)
  await empty()
  await capture(shuffled(lotsOf([...live, ...files], 4), 3))
  expect(await tables()).toEqual(expected)
}, 300_000)

const ofRecording = (path: string, zone?: string) => piecesOf(path, recorded(path), zone)

describe('whole runs', () => {
  it.each(['asterisk-22', 'asterisk-16'])(
    'of %s',
    async (run) => {
      const live = await ofRecording(`${run}/all-cdr-cel.ami`)
      const files = [...(await ofRecording(`${run}/Master.csv`)), ...(await ofRecording(`${run}/Cel.csv`))]
      await empty()
      await capture(live)
      const byAmi = await tables()
      expect(await capture(files)).toEqual({ inserted: 0, cel: 0 })
      expect(await tables()).toEqual(byAmi)
      await empty()
      await capture(files)
      expect(await capture(live)).toEqual({ inserted: 0, cel: 0 })
      expect(await tables()).toEqual(byAmi)
    },
    300_000,
  )

  it('of 3,000 calls: 5,338 legs and 37,732 events by AMI, and the same by files', async () => {
    await empty()
    expect(await capture(await ofRecording('bulk-22/cdr-cel.ami.gz'))).toEqual({ inserted: 5338, cel: 37_732 })
    const files = [...(await ofRecording('bulk-22/Master.csv.gz')), ...(await ofRecording('bulk-22/Cel.csv.gz'))]
    const byAmi = await digests()
    expect(await capture(files)).toEqual({ inserted: 0, cel: 0 })
    const seen = await rowsOf('select distinct seen_in from leg union all select distinct seen_in from cel')
    expect(seen).toEqual([{ seen_in: 3 }, { seen_in: 3 }])
    expect(await digests()).toEqual(byAmi)
    await empty()
    expect(await capture(files)).toEqual({ inserted: 5338, cel: 37_732 })
    expect(await digests()).toEqual(byAmi)
  }, 600_000)

  it('of a named system in New York whose CSV has neither linkedid nor sequence', async () => {
    const of = (end: string) => ofRecording(`variants-22/systemname-tz-channelvars.${end}`, 'America/New_York')
    const live = await of('ami')
    const files = [...(await of('master.csv')), ...(await of('cel.csv'))]
    await empty()
    const byAmi = await capture(live)
    const alone = await tables()
    expect(await capture(files)).toEqual({ inserted: 0, cel: 0 })
    expect(await tables()).toEqual(alone)
    expect(byAmi.inserted).toBe(alone.legs.length)
    for (const seed of [1, 2, 3, 4]) {
      await empty()
      await capture(shuffled(lotsOf([...files, ...live], 1), seed))
      expect(await tables()).toEqual(alone)
    }
  }, 300_000)
})
