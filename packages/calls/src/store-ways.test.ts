// One leg told by several ways: one row with the richer values, whatever comes first.

import { readFileSync } from 'node:fs'
import { ensureMonths, transaction } from '@tollbook/db'
import { asSourceId, asTenantId, type CallKey, WAY, type Way } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Attribution, CallDraft } from './call.ts'
import type { Cel } from './cel.ts'
import { celFromRow } from './cel-from-row.ts'
import type { Leg } from './leg.ts'
import { legContext } from './leg-context.ts'
import { legFromCdr } from './leg-from-cdr.ts'
import { compileRules } from './rules/compile-rules.ts'
import { DEFAULT_RULES } from './rules/default-rules.ts'
import { type StoredLegs, storeLegs } from './store-legs.ts'
import { tagCalls } from './tags.ts'
import { zoneConverter } from './zone-converter.ts'

const db = testDatabase()
const SOURCE = asSourceId(1)
const RULES = compileRules(DEFAULT_RULES)
const T0 = 1_795_440_000
const TABLES = [
  'leg',
  'call',
  'cel',
  'batch',
  'queue_event',
  'channel_alias',
  'call_join',
  'call_change',
  'call_segment',
  'seizure',
  'call_tag',
] as const

beforeEach(async () => {
  await ensureMonths(db(), ['2026-11'])
  await db().pool.query(`truncate ${TABLES.join(', ')}`)
})

type Row = Parameters<typeof legFromCdr>[0]

/** A full row as Master.csv has it: attempt `n` of channel `c`. */
function row(c: number, n: number, change: Partial<Row> = {}): Row {
  const at = (s: number) => new Date((T0 + c + s) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return {
    ...{ accountcode: 'ACME', src: '201', dst: '442071838750', dcontext: 'office', clid: '"Zoë" <201>' },
    ...{ channel: `PJSIP/201-${c}`, dstchannel: `PJSIP/trunk-${n}`, lastapp: 'Dial', lastdata: `PJSIP/${n}@trunk` },
    ...{ start: at(n * 10), answer: at(n * 10 + 2), end: at(n * 10 + 8), duration: 7, billsec: 5 },
    ...{ disposition: 'ANSWERED', amaflags: 'DOCUMENTATION', uniqueid: `${T0 + c}.${c}`, userfield: 'x\r\ny' },
    ...{ peeraccount: 'peer', linkedid: `${T0 + c}.${c}`, sequence: c * 10 + n, line: 1, raw: undefined },
    ...change,
  }
}

/** What each way makes of the same row. */
const TELLINGS: Readonly<Record<string, { way: Way; tell: (full: Row) => Row }>> = {
  file: { way: WAY.file, tell: (full) => ({ ...full, lastdata: full.lastdata.slice(0, 10) }) },
  live: {
    way: WAY.live,
    tell: (full) => ({ ...full, userfield: 'x', linkedid: '', peeraccount: '', sequence: undefined, line: 0 }),
  },
  classic: {
    way: WAY.table,
    tell: (full) => ({
      ...{ ...full, answer: '', end: '', clid: '"Zo\uFFFD" <201>', peeraccount: '', linkedid: '', sequence: undefined },
      ...{ did: '8750', recording: 'a.wav', extras: { cnum: '201' } },
    }),
  },
  custom: { way: WAY.push, tell: (full) => ({ ...full, linkedid: '', peeraccount: '', accountcode: '' }) },
}
type Teller = keyof typeof TELLINGS

function legsOf(teller: Teller, rows: readonly Row[]): Leg[] {
  const context = legContext(SOURCE, zoneConverter('UTC')!)
  return rows.map((full) => {
    const leg = legFromCdr(TELLINGS[teller]!.tell(full), context)
    if (!leg.ok) throw new Error(leg.error.reason)
    return leg.value
  })
}

let batches = 0

function store(teller: Teller, legs: readonly Leg[], cel: readonly Cel[] = []): Promise<StoredLegs> {
  const batchId = `00000000-0000-4000-8000-${String(++batches).padStart(12, '0')}`
  const what = { batchId, receivedAtMs: T0 * 1000, toldBy: teller, zone: 'UTC', rules: RULES, cel, queue: [], legs }
  const { way } = TELLINGS[teller]!
  return transaction(db(), (tx) =>
    storeLegs(tx, { tenantId: asTenantId(1), sourceId: SOURCE, way, ...what }, attribute),
  )
}

function attribute(drafts: readonly CallDraft[]): Attribution[] {
  const all = {
    direction: 2,
    accountId: 1,
    trunkId: 4,
    carrierId: 5,
    destinationId: 6,
    countryId: 7,
  } as const
  return drafts.map((draft) => ({
    ...all,
    ofSegments: draft.segments.map(() => all),
    ofSeizures: draft.seizures.map(() => all),
  }))
}

/** An event of the channel, which tells its linkedid. */
function celOf(of: Row): Cel {
  const event = { ...{ event: 'CHAN_START', eventTime: of.start, sentAtMs: undefined, peer: '', extra: '', app: '' } }
  const ids = { uniqueid: of.uniqueid, linkedid: of.linkedid, channel: of.channel, accountcode: '', peeraccount: '' }
  const rest = {
    cidNum: '',
    cidName: '',
    exten: '',
    context: '',
    appdata: '',
    amaflags: '',
    userfield: '',
    raw: undefined,
  }
  const cel = celFromRow({ ...event, ...ids, ...rest }, legContext(SOURCE, zoneConverter('UTC')!))
  if (!cel.ok) throw new Error(cel.error.reason)
  return cel.value
}

/** Legs of each call. */
async function calls(): Promise<number[]> {
  return (await db().pool.query('select legs from call order by legs')).rows.map((call) => call.legs)
}

async function tables(): Promise<unknown> {
  const legs = await db().pool.query('select * from leg order by call_key, leg_key')
  const calls = await db().pool.query('select * from call order by call_key')
  return {
    legs: legs.rows.map(({ received_at: _, batch_id: __, batch_line: ___, ...leg }) => leg),
    calls: calls.rows.map(({ stitched_at: _, revision: __, ...call }) => call),
  }
}

describe('the same leg by several ways', () => {
  it('is one row with the richer value of each field, and says where another way knew it', async () => {
    const full = [row(1, 1)]
    expect(await store('live', legsOf('live', full))).toMatchObject({ inserted: 1, matched: 0, newCalls: 1 })
    expect(await store('file', legsOf('file', full))).toMatchObject({
      inserted: 0,
      matched: 1,
      duplicates: 0,
      newCalls: 0,
    })
    expect(await store('classic', legsOf('classic', full))).toMatchObject({ inserted: 0, matched: 1, duplicates: 0 })
    expect(await store('classic', legsOf('classic', full))).toMatchObject({ inserted: 0, matched: 0, duplicates: 1 })
    const { rows } = await db().pool.query('select * from leg')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      ...{ sequence: 11, linkedid: full[0]!.linkedid, peeraccount: 'peer', userfield: 'x\r\ny', clid: '"Zoë" <201>' },
      ...{ did: '8750', recording: 'a.wav', extras: { cnum: '201' }, lastdata: 'PJSIP/1@trunk', seen_in: 7 },
      answered_at: new Date((T0 + 1 + 12) * 1000),
      origins: { sequence: 2, linkedid: 2, peeraccount: 2, userfield: 2, did: 3, recording: 3 },
    })
    expect((await db().pool.query('select legs, bill_s from call')).rows).toEqual([{ legs: 1, bill_s: 5 }])
  })

  it('keeps rows apart that only look alike, and makes them one each when their numbers come', async () => {
    const alike = [row(1, 1), row(1, 1, { sequence: 12 }), row(1, 1, { sequence: 13 })]
    await store('live', legsOf('live', alike))
    expect((await db().pool.query('select * from leg')).rows).toHaveLength(3)
    expect(await store('file', legsOf('file', alike.slice(0, 2)))).toMatchObject({ inserted: 0, matched: 2 })
    expect((await db().pool.query('select sequence from leg order by 1')).rows.map((r) => r.sequence)).toEqual([
      11,
      12,
      null,
    ])
    expect(await store('file', legsOf('file', alike))).toMatchObject({ inserted: 0, matched: 1, duplicates: 2 })
    expect((await db().pool.query('select sequence from leg order by 1')).rows.map((r) => r.sequence)).toEqual([
      11, 12, 13,
    ])
  })

  it('comes to the same tables in any order, any pieces and repeatedly', async () => {
    const full = [row(1, 1), row(1, 2), row(2, 1, { billsec: 0, disposition: 'BUSY' }), row(3, 1)]
    const all = Object.keys(TELLINGS).flatMap((teller) => legsOf(teller, full).map((leg) => ({ teller, leg })))
    for (const { teller, leg } of all) await store(teller, [leg])
    const expected = await tables()
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.nat(all.length - 1), { maxLength: 5 }),
        async (order, again) => {
          await db().pool.query(`truncate ${TABLES.join(', ')}`)
          for (const { teller, leg } of [...order, ...again.map((i) => all[i]!)]) await store(teller, [leg])
          expect(await tables()).toEqual(expected)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('finds the call of a leg that tells no linkedid, from another way or from events of its channel', async () => {
    const main = row(1, 1)
    const wire = row(9, 1, { linkedid: main.linkedid, billsec: 1 })
    await store('live', legsOf('live', [main, wire]))
    expect(await calls()).toEqual([1, 1])
    const told = await store('live', [], [celOf(wire)])
    expect(told.calls.map((call) => [call.legs, call.billS])).toEqual([
      [2, expect.any(Number)],
      [0, 0],
    ])
    expect(await calls()).toEqual([2])
    const audit = await db().pool.query('select cause from call_change order by cause')
    expect(audit.rows).toEqual([{ cause: 'late-rows' }, { cause: 'merged' }])
    const { rows } = await db().pool.query('select linkedid, origins from leg where uniqueid = $1', [wire.uniqueid])
    expect(rows).toEqual([{ linkedid: main.linkedid, origins: { linkedid: 0 } }])
    expect(await store('file', legsOf('file', [wire]))).toMatchObject({ inserted: 0, matched: 1, newCalls: 0 })
    const after = await db().pool.query('select origins from leg where uniqueid = $1', [wire.uniqueid])
    expect(after.rows[0].origins).toMatchObject({ linkedid: 2, sequence: 2 })
  })

  it('takes the tags of its call along when it turns out to be of another', async () => {
    const main = row(1, 1)
    const wire = row(9, 1, { linkedid: main.linkedid, billsec: 1 })
    await store('live', legsOf('live', [main, wire]))
    const { rows } = await db().pool.query('select call_key from call order by call_key')
    const keys: CallKey[] = rows.map((call) => call.call_key)
    const order = { tenantId: 1, keys, add: ['both'], remove: [], by: 'test', nowMs: 0 }
    await transaction(db(), (tx) => tagCalls(tx, order))
    await transaction(db(), (tx) => tagCalls(tx, { ...order, keys: [keys[1]!], add: ['wire'] }))
    await store('live', [], [celOf(wire)])
    expect(await calls()).toEqual([2])
    const tags = await db().pool.query('select call_key, tag from call_tag order by tag')
    expect(tags.rows).toEqual(['both', 'wire'].map((tag) => ({ call_key: keys[0], tag })))
  })

  it('comes to the same calls with linkedids told by some, in any order', async () => {
    const main = row(1, 1)
    const joined = row(2, 1, { linkedid: main.linkedid })
    const wires = [row(5, 1, { linkedid: main.linkedid }), row(6, 1, { linkedid: joined.uniqueid }), row(7, 1)]
    const full = [main, joined, ...wires]
    // Of the last channel only events tell the call, and of two calls the older one counts.
    const events = [celOf(wires[0]!), celOf({ ...wires[1]!, linkedid: main.linkedid }), celOf(wires[1]!)]
    events.push(celOf({ ...wires[2]!, linkedid: joined.uniqueid }), celOf({ ...wires[2]!, linkedid: main.linkedid }))
    const pieces = [
      ...legsOf('file', full.slice(0, 4)).map((leg) => ({ teller: 'file', legs: [leg], cel: [] })),
      ...(['live', 'classic', 'custom'] as const).flatMap((teller) =>
        legsOf(teller, full).map((leg) => ({ teller, legs: [leg], cel: [] })),
      ),
      ...events.map((event) => ({ teller: 'live', legs: [], cel: [event] })),
    ]
    for (const { teller, legs, cel } of pieces) await store(teller, legs, cel)
    const expected = await tables()
    expect(await calls()).toEqual([1, 4])
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(pieces, { minLength: pieces.length }), async (order) => {
        await db().pool.query(`truncate ${TABLES.join(', ')}`)
        for (const { teller, legs, cel } of order) await store(teller, legs, cel)
        expect(await tables()).toEqual(expected)
      }),
      { numRuns: 12 },
    )
  })

  it('has the keys that the migration gives to legs stored before', async () => {
    const full = [row(1, 1), row(1, 1, { sequence: 12 }), row(2, 1, { dst: 'Zoë', uniqueid: 'pbx-ny1-1795440002.7' })]
    await store('live', legsOf('live', [...full, row(3, 1, { uniqueid: 'not-an-epoch' })]))
    const keys = async () => (await db().pool.query('select leg_key from leg order by uniqueid, leg_key')).rows
    const expected = await keys()
    await db().pool.query('update leg set leg_key = -leg_key / 2')
    const sql = readFileSync(new URL('../../../migrations/0003-capture.sql', import.meta.url), 'utf8')
    const [statement] = /^update leg l set leg_key[\s\S]*?;$/m.exec(sql)!
    await db().pool.query(statement)
    expect(await keys()).toEqual(expected)
    expect(expected).toHaveLength(4)
  })

  it('comes to one row when two writers bring it at once, one with its number and one without', async () => {
    const full = Array.from({ length: 20 }, (_, c) => row(c, 1))
    const [live, file] = await Promise.all([store('live', legsOf('live', full)), store('file', legsOf('file', full))])
    expect(live.newCalls + file.newCalls).toBe(20)
    const { rows } = await db().pool.query('select count(*)::int as n, count(sequence)::int as numbered from leg')
    expect(rows).toEqual([{ n: 20, numbered: 20 }])
    expect((await db().pool.query('select distinct legs, bill_s from call')).rows).toEqual([{ legs: 1, bill_s: 5 }])
  })

  it('takes the last event of a call that nobody heard begin, and whose legs have not come', async () => {
    const last: Cel = { ...celOf(row(1, 1)), event: 'LINKEDID_END' }
    expect(await store('live', [], [last])).toMatchObject({ celInserted: 1, newCalls: 0, calls: [] })
    expect(await store('file', legsOf('file', [row(1, 1)]))).toMatchObject({ newCalls: 1 })
  })
})
