// Tables of every make in every database, read into Tollbook and held against the import of the Master.csv they were
// filled from; rows that come late, out of order or twice; and a reader that is stopped anywhere.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CDR_FORMATS, type CdrRow, cdrReader } from '@tollbook/asterisk'
import { tableSettings } from '@tollbook/asterisk/tables'
import { importCdrs, retryRejects } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { checkpointOf, saveFeed } from '@tollbook/intake'
import type { Clock, SourceId, TenantId } from '@tollbook/kernel'
import {
  CDR_TABLE_MAKES,
  type CdrTableMake,
  createCdrTable,
  describeForeignDatabases,
  type ForeignDatabase,
  foreignDatabase,
  insertCdrRows,
  recorded,
  testDatabase,
} from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tableStore } from './store-table-rows.ts'
import { type TableReader, tableReader } from './table-reader.ts'

const db = testDatabase()
const MASTER = rowsOf(recorded('asterisk-22/Master.csv'))
const NOW = Date.parse('2026-11-24T00:00:00Z')
const clock: Clock = { now: () => NOW }
const go = new AbortController().signal
let tenantId: TenantId
let sources = 0

beforeAll(async () => {
  tenantId = (await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'M', currency: 'EUR' }, 0)))
    .tenantId
})

describeForeignDatabases((engine, database) => {
  const makes = CDR_TABLE_MAKES.filter((make) => make !== 'sqlite3-custom' || engine === 'sqlite')

  it.each(makes)('a table of make %s and Master.csv are the same legs', async (make) => {
    const { reader, sourceId, source } = await fed(database(), make, MASTER)
    expect(await reader.look(go)).toMatchObject({ ok: true, value: { read: 120 } })
    await reader.close()
    const legs = await legsOf(sourceId)
    const columns = make === 'classic' || make === 'sqlite3-custom' ? 18 : 21
    const dst = make === 'sqlite3-custom' // no dst in the table: not the same rows to the letter
    const report = await importMaster(source, MASTER, columns)
    expect(report).toMatchObject({ read: 120, inserted: dst ? expect.any(Number) : 0, rejected: 0 })
    if (dst) return
    const after = await legsOf(sourceId)
    expect(after.map((leg) => leg.leg_key)).toEqual(legs.map((leg) => leg.leg_key))
    // Read from the file alone they are the same to the letter.
    const alone = await newSource()
    await importMaster(alone.source, MASTER, columns)
    expect(await legsOf(alone.sourceId)).toEqual(after)
  })

  it.each(['before', 'after'])(
    'a classic table tells the calls of a whole Master.csv that is imported %s it',
    async (when) => {
      const { reader, sourceId, source } = await fed(database(), 'classic', MASTER)
      if (when === 'before') await importMaster(source, MASTER, 21)
      await reader.look(go)
      await reader.close()
      if (when === 'after') await importMaster(source, MASTER, 21)
      const alone = await newSource()
      await importMaster(alone.source, MASTER, 21)
      expect(await legsOf(sourceId)).toEqual(await legsOf(alone.sourceId))
    },
  )

  it('finds long calls that began hours ago, rows that were committed late, and takes rows entered twice once', async () => {
    const make = 'freepbx'
    const at = (hour: number, i: number) => callAt(`2026-11-23 ${String(hour).padStart(2, '0')}:00:00`, i)
    const { reader, table, sourceId } = await fed(database(), make, [at(10, 1), at(12, 2)])
    expect(await reader.look(go)).toMatchObject({ value: { read: 2 } })
    await insertCdrRows(database().run, engine, make, table, [at(8, 3)]) // began before everything that was read
    expect(await reader.look(go)).toMatchObject({ value: { read: 3 } })
    await insertCdrRows(database().run, engine, make, table, [at(8, 3), at(10, 1), at(23, 4)])
    const late = await database().another()
    if (engine !== 'sqlite') {
      await late.run('begin', [])
      await insertCdrRows(late.run, engine, make, table, [at(9, 5)])
    }
    await reader.look(go)
    if (engine !== 'sqlite') await late.run('commit', [])
    else await insertCdrRows(late.run, engine, make, table, [at(9, 5)])
    await late.close()
    await reader.look(go)
    await reader.close()
    expect((await legsOf(sourceId)).map((leg) => leg.sequence).sort()).toEqual([1, 2, 3, 4, 5])
  })

  it('goes by ids, and finds the one that was committed after higher ones', async () => {
    const at = (i: number) => callAt('2026-11-23 10:00:00', i)
    const { reader, table, sourceId } = await fed(database(), 'alembic', [at(1)], { id: true })
    const late = await database().another()
    if (engine !== 'sqlite') {
      await late.run('begin', [])
      await insertCdrRows(late.run, engine, 'alembic', table, [at(2)]) // takes id 2
    }
    await insertCdrRows(database().run, engine, 'alembic', table, [at(3)])
    await reader.look(go)
    expect((await legsOf(sourceId)).map((leg) => leg.sequence)).toEqual([1, 3])
    if (engine !== 'sqlite') await late.run('commit', [])
    else await late.run(`update ${table} set id = 100 where id = 2`, [])
    if (engine === 'sqlite') await insertCdrRows(late.run, engine, 'alembic', table, [at(2)])
    await late.close()
    await reader.look(go)
    expect((await legsOf(sourceId)).map((leg) => leg.sequence)).toEqual([1, 2, 3])
    // Emptied and filled anew, as a restore does it.
    await database().run(`delete from ${table} where id > 1`, [])
    await reader.look(go)
    await reader.close()
    expect(await legsOf(sourceId)).toHaveLength(3)
  })
})

describe('sqlite', () => {
  let database: ForeignDatabase
  beforeAll(async () => {
    database = await foreignDatabase('sqlite')
  })
  afterAll(async () => await database.close())

  it.each([true, false])('stopped in the middle of a big table it goes on where it was (by id: %s)', async (id) => {
    const rows = Array.from({ length: 7000 }, (_, i) =>
      callAt(localText(Date.parse('2026-11-01T00:00:00Z') + i * 120_000), i),
    )
    const feed = await fed(database, 'freepbx', rows, { id, index: true })
    const stop = new AbortController()
    const first = feed.readerThat((read) => read >= 4000 && stop.abort())
    await first.look(stop.signal)
    await first.close()
    const some = (await legsOf(feed.sourceId)).length
    expect(some).toBeGreaterThan(3900)
    expect(some).toBeLessThan(7000)
    const reads: number[] = []
    const second = feed.readerThat((read) => void reads.push(read))
    await second.look(go)
    await second.look(go)
    await second.close()
    expect(await legsOf(feed.sourceId)).toHaveLength(7000)
    expect(reads.at(-1)).toBeLessThan(7000) // what was read before is not read again, but for the watched window
  })

  it('finds a call that was longer than any before, days behind, also after a restart', async () => {
    const old = callAt('2026-11-10 10:00:00', 1)
    const feed = await fed(database, 'freepbx', [old, callAt('2026-11-23 10:00:00', 2)], { index: true })
    const first = feed.readerThat(() => undefined)
    await first.look(go)
    await first.look(go)
    await first.close()
    await insertCdrRows(database.run, 'sqlite', 'freepbx', feed.table, [callAt('2026-11-10 11:00:00', 3)])
    const second = feed.readerThat(() => undefined)
    await second.look(go)
    await second.close()
    expect((await legsOf(feed.sourceId)).map((leg) => leg.sequence).sort()).toEqual([1, 2, 3])
  })

  it('sets aside what cannot be read, a row without a time too, and says what it covers', async () => {
    const feed = await fed(database, 'freepbx', [callAt('2026-11-23 10:00:00', 1)])
    await database.run(`insert into ${feed.table} (uniqueid, duration) values ('x', 1)`, [])
    await database.run(`insert into ${feed.table} (calldate, uniqueid) values ('2026-11-23 11:00:00', 'y')`, [])
    await feed.reader.look(go)
    await feed.reader.look(go)
    await feed.reader.close()
    const { rows } = await db().pool.query(
      `select reason, format, convert_from(raw, 'utf8') as raw from ingest_reject where source_id = $1 order by reason`,
      [feed.sourceId],
    )
    expect(rows).toMatchObject([
      {
        reason: 'duration "" is not a number of seconds',
        format: 'table cdr',
        raw: expect.stringContaining('"uniqueid":"y"'),
      },
      { reason: 'it has no start time (column start or calldate)', raw: expect.stringContaining('"uniqueid":"x"') },
    ])
    // Mended there, or understood by a later Tollbook: the rows are read again from what was kept.
    await db().pool.query(
      `update ingest_reject set raw = convert_to($2, 'utf8') where source_id = $1 and reason ~ 'duration'`,
      [feed.sourceId, JSON.stringify({ id: '7', ...CLASSIC_RECORD })],
    )
    expect(await retryRejects(db(), { tenantId, nowMs: NOW })).toEqual({ tried: 2, recovered: 1, stillRejected: 1 })
    expect((await legsOf(feed.sourceId)).map((leg) => leg.uniqueid)).toContain('1795438085.9')
    const covered = await db().pool.query('select * from record_coverage where source_id = $1', [feed.sourceId])
    expect(covered.rows).toMatchObject([
      { told_by: `feed ${feed.feedId}`, from_at: new Date('2026-11-23T10:00:31Z'), until_at: new Date(NOW) },
    ])
    expect(await checkpointOf(db(), feed.feedId)).toMatchObject({ by: 'time calldate', longestS: 31 })
  })

  it('is not led astray by a clock that was years ahead', async () => {
    const feed = await fed(database, 'freepbx', [callAt('2026-11-23 10:00:00', 1), callAt('2038-01-01 00:00:00', 2)])
    await feed.reader.look(go)
    await insertCdrRows(database.run, 'sqlite', 'freepbx', feed.table, [callAt('2026-11-23 11:00:00', 3)])
    await feed.reader.look(go)
    await feed.reader.close()
    expect((await legsOf(feed.sourceId)).map((leg) => leg.sequence).sort()).toEqual([1, 2, 3])
  })

  it('counts equal queue events of a call through restarts, and equal channel events not twice', async () => {
    const ring = (at: string) => [at, '1795438085.1', 'support', 'Alice', 'RINGNOANSWER', '5000']
    const cel = (at: string) => [at, 'BRIDGE_ENTER', '1795438085.1', '1795438085.1', 'PJSIP/a-1']
    const log = `queue_log_${++sources}`
    const events = `cel_${sources}`
    await database.run(
      `create table ${log} (id integer primary key, time text, callid text, queuename text, agent text, event text, data1 text)`,
      [],
    )
    await database.run(
      `create table ${events} (id integer primary key, eventtime text, eventtype text, uniqueid text, linkedid text, channame text)`,
      [],
    )
    const insertRing = (at: string) =>
      database.run(
        `insert into ${log} (time, callid, queuename, agent, event, data1) values (?, ?, ?, ?, ?, ?)`,
        ring(at),
      )
    const insertCel = (at: string) =>
      database.run(
        `insert into ${events} (eventtime, eventtype, uniqueid, linkedid, channame) values (?, ?, ?, ?, ?)`,
        cel(at),
      )
    const counts = async (sourceId: SourceId) => {
      const of = async (table: string) =>
        (await db().pool.query(`select count(*)::int as n from ${table} where source_id = $1`, [sourceId])).rows[0].n
      return [await of('queue_event'), await of('cel')]
    }
    const { sourceId } = await newSource()
    const readerOn = async (table: string) => (await feedOn(database, table, sourceId)).readerThat(() => undefined)
    const readers = async () => [await readerOn(log), await readerOn(events)] as const
    await insertRing('2026-11-23 12:48:10')
    await insertCel('2026-11-23 12:48:10')
    for (const [i, wanted] of [
      [1, [1, 1]],
      [2, [2, 2]],
      [3, [3, 3]],
    ] as const) {
      const [one, two] = await readers()
      for (const each of [one, two]) await each.look(go)
      for (const each of [one, two]) await each.look(go)
      expect(await counts(sourceId)).toEqual(wanted)
      // Of the same kind as before; the channel event even in the same second.
      await insertRing(`2026-11-23 12:48:1${i}`)
      await insertCel('2026-11-23 12:48:10')
      for (const each of [one, two]) await each.look(go)
      expect(await counts(sourceId)).toEqual(wanted.map((n) => n + 1))
      for (const each of [one, two]) await each.close()
    }
  })

  it('reads local times in the zone the rows tell', async () => {
    const feed = await fed(database, 'freepbx', [callAt('2026-11-23 10:00:00', 1, -5 * 3600)])
    expect(await feed.reader.look(go)).toMatchObject({ value: { zone: '-05:00', zoneFound: true } })
    await feed.reader.close()
    expect((await legsOf(feed.sourceId))[0]!.started_at).toEqual(new Date('2026-11-23T15:00:00Z'))
  })
})

const CLASSIC_RECORD = {
  ...{
    calldate: '2026-11-23 12:48:05',
    clid: 'x',
    duration: '1',
    billsec: '0',
    disposition: 'BUSY',
    src: '201',
    dst: '202',
  },
  ...{ uniqueid: '1795438085.9', channel: 'PJSIP/201-1' },
}

type Fed = {
  readonly feedId: number
  readonly sourceId: SourceId
  readonly source: string
  readonly table: string
  readonly reader: TableReader
  readerThat(hears: (read: number) => void): TableReader
}

/** A table filled with rows, a source of its own, and a reader on it. */
async function fed(
  database: ForeignDatabase,
  make: CdrTableMake,
  rows: readonly CdrRow[],
  options: Parameters<typeof createCdrTable>[4] = {},
): Promise<Fed> {
  const { source, sourceId } = await newSource()
  const table = `cdr_${sources}`
  await createCdrTable(database.run, database.engine, make, table, options)
  await insertCdrRows(database.run, database.engine, make, table, rows)
  const { feedId, readerThat } = await feedOn(database, table, sourceId)
  return { feedId, sourceId, source, table, reader: readerThat(() => undefined), readerThat }
}

async function feedOn(
  database: ForeignDatabase,
  table: string,
  sourceId: SourceId,
): Promise<Pick<Fed, 'feedId' | 'readerThat'>> {
  const settings = tableSettings({ ...database.settings, table })
  if (!settings.ok) throw new Error(settings.error)
  const feed = {
    tenantId,
    sourceId,
    kind: 'table' as const,
    name: table,
    settings: { ...settings.value },
    zone: 'auto',
  }
  const feedId = await transaction(db(), (tx) => saveFeed(tx, feed, NOW))
  const readerThat = (hears: (read: number) => void) =>
    tableReader({
      ...{ sourceId, settings: settings.value, password: database.password, clock, onProgress: hears },
      zone: { ofFeed: undefined, ofSource: undefined, otherwise: 'UTC' },
      checkpoint: () => checkpointOf(db(), feedId),
      store: tableStore(db(), { feedId, tenantId, sourceId }, clock, () => undefined),
    })
  return { feedId, readerThat }
}

async function newSource(): Promise<{ source: string; sourceId: SourceId }> {
  const source = `pbx${++sources}`
  return { source, sourceId: (await transaction(db(), (tx) => ensureSource(tx, tenantId, source, 0))).sourceId }
}

/** What the legs of a source say, in one order. */
async function legsOf(sourceId: SourceId) {
  const { rows } = await db().pool.query(
    `select leg_key::text, opened_at, started_at, answered_at, ended_at,
       duration_s, billsec, sequence, disposition, uniqueid, linkedid, channel, dstchannel, src, dst, clid, dcontext,
       lastapp, lastdata, accountcode, peeraccount, userfield
     from leg where source_id = $1 order by opened_at, uniqueid, sequence, leg_key`,
    [sourceId],
  )
  return rows
}

/** Imports these rows as a Master.csv of so many columns. */
async function importMaster(source: string, rows: readonly CdrRow[], columns: 18 | 21) {
  const dir = await mkdtemp(join(tmpdir(), 'tollbook-table-'))
  const path = join(dir, 'Master.csv')
  const text = (value: string) => `"${value.replaceAll('"', '""')}"`
  const time = (value: string) => (value === '' ? '' : text(value))
  const line = (r: CdrRow) =>
    [
      ...[r.accountcode, r.src, r.dst, r.dcontext, r.clid, r.channel, r.dstchannel, r.lastapp, r.lastdata].map(text),
      ...[time(r.start), time(r.answer), time(r.end), r.duration, r.billsec, text(r.disposition), text(r.amaflags)],
      ...[text(r.uniqueid), text(r.userfield)],
      ...(columns === 21 ? [text(r.peeraccount), text(r.linkedid), r.sequence] : []),
    ].join(',')
  await writeFile(path, `${rows.map(line).join('\n')}\n`)
  const done = await importCdrs(db(), { tenantId, source, zone: 'auto', filename: 'Master.csv', path, clock })
  await rm(dir, { recursive: true })
  if (!done.ok) throw new Error(done.error.reason)
  return done.value
}

/** An answered call of 31 seconds that began then; `i` is its sequence. */
function callAt(start: string, i: number, offsetS = 0): CdrRow {
  const epoch = Date.parse(`${start.replace(' ', 'T')}Z`) / 1000 - offsetS
  const uniqueid = `${epoch}.${i}`
  const end = localText(Date.parse(`${start.replace(' ', 'T')}Z`) + 31_000)
  return {
    ...MASTER[0]!,
    start,
    answer: start,
    end,
    duration: 31,
    billsec: 31,
    uniqueid,
    linkedid: uniqueid,
    sequence: i,
  }
}

function localText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

function rowsOf(bytes: Buffer): CdrRow[] {
  const reader = cdrReader(CDR_FORMATS.find((f) => f.name === 'cdr_csv-21')!)
  const items = [...reader.push(bytes), ...reader.end()]
  return items.flatMap((item) => (item.kind === 'row' ? [{ ...item.row, raw: undefined }] : []))
}
