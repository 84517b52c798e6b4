// Tables of channel events and of queue events, in every database, against the files of the same events.

import { fileURLToPath } from 'node:url'
import { celReader, queueLogReader } from '@tollbook/asterisk'
import { tableSettings } from '@tollbook/asterisk/tables'
import { importCdrs } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { checkpointOf, saveFeed } from '@tollbook/intake'
import type { Clock, SourceId, TenantId } from '@tollbook/kernel'
import { describeForeignDatabases, type ForeignDatabase, recorded, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { tableStore } from './store-table-rows.ts'
import { tableReader } from './table-reader.ts'

const db = testDatabase()
const clock: Clock = { now: () => Date.parse('2026-11-24T00:00:00Z') }
const CEL = rowsOf(celReader(undefined), 'asterisk-22/Cel.csv')
const QUEUE = rowsOf(queueLogReader(), 'asterisk-22/queue_log')
let tenantId: TenantId
let sources = 0

beforeAll(async () => {
  tenantId = (await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'M', currency: 'EUR' }, 0)))
    .tenantId
})

describeForeignDatabases((engine, database) => {
  const local = engine === 'postgresql' ? 'timestamp' : 'datetime'

  it('FreePBX: names, local times of whole seconds, an id', async () => {
    await filled(
      database(),
      'cel',
      { id: true, eventtype: 'varchar(30)', eventtime: local },
      CEL.map((e) => ({
        ...celColumns(e),
        eventtype: e.event,
        eventtime: e.eventTime,
      })),
    )
    await sameAs(database(), 'cel', 'Cel.csv', { cel: CEL.length })
  })

  it('numbers and epochs with a fraction, without an id', async () => {
    const double = engine === 'postgresql' ? 'double precision' : 'double'
    await filled(
      database(),
      'cel_numbers',
      { id: false, eventtype: 'int', eventtime: double },
      CEL.map((e) => ({
        ...celColumns(e),
        eventtype: NUMBERS.includes(e.event) ? NUMBERS.indexOf(e.event) : 13,
        userdeftype: NUMBERS.includes(e.event) ? '' : e.event,
        eventtime: (e.exactMs ?? 0) / 1000,
      })),
    )
    await sameAs(database(), 'cel_numbers', 'Cel.csv', { cel: CEL.length })
  })

  it('queue_log: times in text, five columns of data', async () => {
    const rows = QUEUE.map((e) => ({
      time: new Date(e.epochMs).toISOString().replace('T', ' ').replace('Z', '000'),
      ...{ callid: e.callid || 'NONE', queuename: e.queue || 'NONE', agent: e.agent || 'NONE', event: e.event },
      ...Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`data${i + 1}`, e.data[i] ?? ''])),
    }))
    await filled(database(), 'queue_log', { id: true }, rows)
    await sameAs(database(), 'queue_log', 'queue_log', { queueEvents: QUEUE.length })
  })
})

type Cell = string | number

/** A table with the columns of the rows, text unless a type is given. */
async function filled(
  database: ForeignDatabase,
  table: string,
  { id, ...types }: { readonly id: boolean } & Readonly<Record<string, string | boolean>>,
  rows: readonly Readonly<Record<string, Cell>>[],
): Promise<void> {
  const { engine, run } = database
  const ids = {
    postgresql: 'id serial primary key, ',
    mysql: 'id int auto_increment primary key, ',
    sqlite: 'id integer primary key, ',
  }
  const names = Object.keys(rows[0]!)
  const columns = names.map((name) => `${name} ${types[name] ?? 'varchar(500)'}`)
  await run(`create table ${table} (${id ? ids[engine] : ''}${columns.join(', ')})`, [])
  for (let at = 0; at < rows.length; at += 100) {
    const some = rows.slice(at, at + 100)
    const place = (i: number) => (engine === 'postgresql' ? `$${i + 1}` : '?')
    const tuples = some.map((_, r) => `(${names.map((_, c) => place(r * names.length + c)).join(', ')})`)
    await run(
      `insert into ${table} (${names.join(', ')}) values ${tuples.join(', ')}`,
      some.flatMap((row) => Object.values(row)),
    )
  }
}

/** Reads the table, then imports the file: nothing of it is new; and the other way round nothing of the table is. */
async function sameAs(
  database: ForeignDatabase,
  table: string,
  file: string,
  wanted: { readonly cel?: number; readonly queueEvents?: number },
): Promise<void> {
  const first = await newSource()
  await follow(database, table, first.sourceId)
  const counted = await counts(first.sourceId)
  expect(counted).toEqual({ cel: wanted.cel ?? 0, queueEvents: wanted.queueEvents ?? 0, rejects: 0 })
  expect(await imported(first.source, file)).toMatchObject({ cel: 0, queue_events: 0, rejected: 0 })
  const second = await newSource()
  await imported(second.source, file)
  await follow(database, table, second.sourceId)
  expect(await counts(second.sourceId)).toEqual(counted)
}

async function follow(database: ForeignDatabase, table: string, sourceId: SourceId): Promise<void> {
  const settings = tableSettings({ ...database.settings, table })
  if (!settings.ok) throw new Error(settings.error)
  const feed = { tenantId, sourceId, kind: 'table' as const, name: table, settings: {}, zone: 'auto' }
  const feedId = await transaction(db(), (tx) => saveFeed(tx, feed, 0))
  const reader = tableReader({
    ...{ sourceId, settings: settings.value, password: database.password, clock, onProgress: () => undefined },
    zone: { ofFeed: undefined, ofSource: undefined, otherwise: 'UTC' },
    checkpoint: () => checkpointOf(db(), feedId),
    store: tableStore(db(), { feedId, tenantId, sourceId }, clock, () => undefined),
  })
  for (let i = 0; i < 2; i++) expect(await reader.look(new AbortController().signal)).toMatchObject({ ok: true })
  await reader.close()
}

async function imported(source: string, file: string) {
  const path = fileURLToPath(new URL(`../../../../packages/testkit/recorded/asterisk-22/${file}`, import.meta.url))
  const done = await importCdrs(db(), { tenantId, source, zone: 'auto', filename: file, path, clock })
  if (!done.ok) throw new Error(done.error.reason)
  return done.value
}

async function newSource(): Promise<{ source: string; sourceId: SourceId }> {
  const source = `pbx${++sources}`
  return { source, sourceId: (await transaction(db(), (tx) => ensureSource(tx, tenantId, source, 0))).sourceId }
}

async function counts(sourceId: SourceId) {
  const of = async (table: string) =>
    (await db().pool.query(`select count(*)::int as n from ${table} where source_id = $1`, [sourceId])).rows[0]
      .n as number
  return { cel: await of('cel'), queueEvents: await of('queue_event'), rejects: await of('ingest_reject') }
}

function celColumns(e: (typeof CEL)[number]): Record<string, Cell> {
  return {
    ...{
      cid_name: e.cidName,
      cid_num: e.cidNum,
      exten: e.exten,
      context: e.context,
      channame: e.channel,
      appname: e.app,
    },
    ...{ appdata: e.appdata, accountcode: e.accountcode, uniqueid: e.uniqueid, linkedid: e.linkedid, peer: e.peer },
    ...{ userfield: e.userfield, extra: e.extra },
  }
}

const NUMBERS = [
  ...[
    '',
    'CHAN_START',
    'CHAN_END',
    'HANGUP',
    'ANSWER',
    'APP_START',
    'APP_END',
    'BRIDGE_ENTER',
    'BRIDGE_EXIT',
    'PARK_START',
  ],
  ...[
    'PARK_END',
    'BLINDTRANSFER',
    'ATTENDEDTRANSFER',
    'USER_DEFINED',
    'LINKEDID_END',
    'PICKUP',
    'FORWARD',
    'LOCAL_OPTIMIZE',
  ],
  'LOCAL_OPTIMIZE_BEGIN',
]

function rowsOf<Row>(
  reader: {
    push(chunk: Uint8Array): readonly ({ kind: 'row'; row: Row } | { kind: 'reject' })[]
    end(): readonly ({ kind: 'row'; row: Row } | { kind: 'reject' })[]
  },
  path: string,
): Row[] {
  const items = [...reader.push(recorded(path)), ...reader.end()]
  return items.flatMap((item) => (item.kind === 'row' ? [item.row] : []))
}
