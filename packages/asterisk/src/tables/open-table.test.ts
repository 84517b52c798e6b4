// Tables of every make in every database, read and held against the Master.csv they were filled from; and what is said
// when a table cannot be read.

import {
  CDR_TABLE_MAKES,
  type CdrTableMake,
  createCdrTable,
  describeForeignDatabases,
  type ForeignDatabase,
  foreignDatabase,
  insertCdrRows,
  recorded,
} from '@tollbook/testkit'
import { describe, expect, it } from 'vitest'
import { CDR_FORMATS } from '../cdr-format.ts'
import { cdrReader } from '../cdr-reader.ts'
import type { CdrRow } from '../cdr-row.ts'
import { cdrFromRecord } from './cdr-from-record.ts'
import { type OpenTable, openTable, type TableRow } from './open-table.ts'
import { type TableSettings, tableSettings } from './table-settings.ts'

const MASTER = masterRows('asterisk-22/Master.csv')

describeForeignDatabases((engine, database) => {
  const makes = CDR_TABLE_MAKES.filter((make) => make !== 'sqlite3-custom' || engine === 'sqlite')

  it.each(makes)('gives the rows of Master.csv from a table of make %s', async (make) => {
    const table = `cdr_${make.replace('-', '_')}`
    await createCdrTable(database().run, engine, make, table, { index: true })
    await insertCdrRows(database().run, engine, make, table, MASTER)
    const open = await opened(database(), table)
    expect(open).toMatchObject({ content: 'cdr', idColumn: undefined, timeIsIndexed: true })
    const rows = (await all(open.byTime(undefined))).map((row) => rowOf(row))
    await open.close()
    expect(sorted(rows)).toEqual(sorted(MASTER.map((row) => without(row, make))))
  })

  it('goes by an id where there is one, and starts behind any', async () => {
    await createCdrTable(database().run, engine, 'alembic', 'by_id', { id: true })
    await insertCdrRows(database().run, engine, 'alembic', 'by_id', MASTER)
    const open = await opened(database(), 'by_id')
    expect(open).toMatchObject({ idColumn: 'id', timeIsIndexed: false, ownColumns: new Set(['id']) })
    expect(await open.highestId()).toBe(120n)
    const rows = await all(open.byId(100n))
    await open.close()
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 20 }, (_, i) => String(101 + i)))
    expect(rows.map((row) => rowOf(row, open).uniqueid)).toEqual(MASTER.slice(100).map((row) => row.uniqueid))
  })

  it('reads on by time through more rows of one second than a page holds', async () => {
    await createCdrTable(database().run, engine, 'classic', 'crowd', { index: true })
    const crowd = Array.from({ length: 4300 }, (_, i) => ({ ...MASTER[0]!, uniqueid: `1795438085.${i}` }))
    const later = { ...MASTER[0]!, start: '2026-12-01 00:00:00', uniqueid: '1796083200.1' }
    const early = { ...MASTER[0]!, start: '2026-01-01 00:00:00', uniqueid: '1767225600.1' }
    await insertCdrRows(database().run, engine, 'classic', 'crowd', [later, ...crowd, early])
    const open = await opened(database(), 'crowd')
    const seen = new Set((await all(open.byTime(undefined))).map((row) => row.record.uniqueid))
    expect(seen.size).toBe(4302)
    expect(await open.latestTime('2026-11-30 00:00:00')).toMatch(new RegExp(`^${crowd[0]!.start}`))
    expect(await open.latestTime('2027-01-01 00:00:00')).toMatch(/^2026-12-01 00:00:00/)
    const hours = await open.hours('2026-11-01 00:00:00')
    expect([...hours.values()].sort()).toEqual([1, 4300])
    const some = await all(open.byTime('2026-11-30 00:00:00', '2026-12-02 00:00:00'))
    expect(some.map((row) => row.record.uniqueid)).toEqual(['1796083200.1'])
    await open.close()
  })

  it('counts epochs by the hour, and finds rows without a time', async () => {
    const type = { postgresql: 'double precision', mysql: 'double', sqlite: 'real' }[engine]
    await database().run(`create table bare (start ${type}, uniqueid varchar(32))`, [])
    await database().run(
      `insert into bare values (1795438085.5, 'a'), (1795438086, 'b'), (1795441685, 'c'), (null, 'd')`,
      [],
    )
    const open = await opened(database(), 'bare')
    expect(open).toMatchObject({ timesAreEpochs: true, timeIsIndexed: false })
    expect([...(await open.hours('1795438000'))].sort()).toEqual([
      ['498732', 2],
      ['498733', 1],
    ])
    expect((await open.withoutTime()).map((row) => row.record.uniqueid)).toEqual(['d'])
    expect((await all(open.byTime('1795438086'))).map((row) => row.record.uniqueid)).toEqual(['b', 'c'])
    await open.close()
  })

  it('sees what is written while it is open, and cannot write', async () => {
    await createCdrTable(database().run, engine, 'classic', 'busy')
    const open = await opened(database(), 'busy')
    expect(await all(open.byTime(undefined))).toEqual([])
    await insertCdrRows(database().run, engine, 'classic', 'busy', MASTER.slice(0, 2))
    expect(await all(open.byTime(undefined))).toHaveLength(2)
    await open.close()
  })

  it('cuts texts that have no bound', async () => {
    await database().run(`create table wide (calldate varchar(19), lastdata text)`, [])
    const insert = engine === 'postgresql' ? 'insert into wide values ($1, $2)' : 'insert into wide values (?, ?)'
    await database().run(insert, ['2026-11-23 12:48:05', 'x'.repeat(20_000)])
    const open = await opened(database(), 'wide')
    const [row] = await all(open.byTime(undefined))
    await open.close()
    expect(row!.record.lastdata).toHaveLength(8192)
  })

  it.skipIf(engine === 'sqlite')('says when the server offers no encryption', async () => {
    const settings = { ...settingsOf(database(), 'wide'), ssl: 'on' as const }
    const failure = { kind: 'refused', reason: 'the server offers no encryption; set ssl to off' }
    expect(await openTable(settings, database().password)).toEqual({ ok: false, error: failure })
  })

  it('says which table, which file or which database is missing', async () => {
    await expect(openTable(settingsOf(database(), 'nowhere'), database().password)).resolves.toMatchObject({
      ok: false,
      error: { kind: 'refused', reason: expect.stringMatching(/there is no table nowhere/) },
    })
    const elsewhere = { ...settingsOf(database(), 'cdr'), database: '/nowhere/at.db' }
    await expect(openTable(elsewhere, database().password)).resolves.toMatchObject({
      ok: false,
      error: { kind: 'refused', reason: expect.stringMatching(/there is no (file|database)/) },
    })
    await database().run('create table other (a int)', [])
    await expect(openTable(settingsOf(database(), 'other'), database().password)).resolves.toMatchObject({
      ok: false,
      error: { reason: 'other has no column start or calldate or starttime: it holds no cdr' },
    })
  })
})

describe('postgresql', () => {
  it('says which right is missing, with the statement that gives it', async () => {
    const database = await foreignDatabase('postgresql')
    await createCdrTable(database.run, 'postgresql', 'classic', 'cdr')
    const settings = settingsOf(database, 'cdr')
    try {
      await database.run(`revoke all on cdr from ${settings.user}`, []) // even an owner can do without
      const refused = await openTable(settings, database.password)
      expect(refused).toMatchObject({ ok: false, error: { kind: 'refused' } })
      const grant = /(GRANT SELECT[^;]*);/.exec(refused.ok ? '' : refused.error.reason)?.[1] ?? ''
      expect(grant).toBe(`GRANT SELECT ON cdr TO "${settings.user}"`)
      await database.run(grant, [])
      const open = await openTable(settings, database.password)
      expect(open.ok).toBe(true)
      if (open.ok) await open.value.close()
    } finally {
      await database.close()
    }
  })

  it('says that nothing listens', async () => {
    const settings = tableSettings({
      engine: 'postgresql',
      host: '127.0.0.1',
      port: 1,
      user: 'x',
      database: 'y',
      table: 'cdr',
    })
    if (!settings.ok) throw new Error(settings.error)
    const failure = { kind: 'unreachable', reason: 'nothing listens on 127.0.0.1:1' }
    expect(await openTable(settings.value, '')).toEqual({ ok: false, error: failure })
    expect(await openTable({ ...settings.value, engine: 'mysql' }, '')).toEqual({ ok: false, error: failure })
  })
})

describe('sqlite', () => {
  it('says that its writer has locked it, and reads when it is done', async () => {
    const database = await foreignDatabase('sqlite')
    await database.run('pragma journal_mode = delete', [])
    await createCdrTable(database.run, 'sqlite', 'classic', 'cdr')
    await database.run('begin exclusive', [])
    const locked = { kind: 'unreachable', reason: 'the database is locked by its writer' }
    expect(await openTable(settingsOf(database, 'cdr'), '')).toEqual({ ok: false, error: locked })
    await database.run('commit', [])
    const open = await opened(database, 'cdr')
    await open.close()
    await database.close()
  })

  it('says that a file is no database', async () => {
    const settings = tableSettings({ engine: 'sqlite', database: import.meta.filename, table: 'cdr' })
    if (!settings.ok) throw new Error(settings.error)
    const failure = { kind: 'refused', reason: expect.stringMatching(/is no SQLite database/) }
    expect(await openTable(settings.value, '')).toEqual({ ok: false, error: failure })
  })
})

describeForeignDatabases(
  (_, database) => {
    it('says which right is missing, with the statement that gives it', async () => {
      await createCdrTable(database().run, 'mysql', 'freepbx', 'cdr')
      const settings = { ...settingsOf(database(), 'cdr'), user: 'reader' }
      const unknown = await openTable(settings, 'reader')
      expect(unknown).toMatchObject({
        ok: false,
        error: { kind: 'refused', reason: expect.stringMatching(/CREATE USER/) },
      })
      await database().run(`create user 'reader'@'127.0.0.1' identified by 'reader'`, [])
      await database().run(`grant select on mysql.help_topic to 'reader'@'127.0.0.1'`, [])
      await database().run('create table asteriskcdrdb.cel (id int)', [])
      await database().run(`grant select on asteriskcdrdb.cel to 'reader'@'127.0.0.1'`, [])
      const refused = await openTable(settings, 'reader')
      const grant = /(GRANT SELECT[^;]*);/.exec(refused.ok ? '' : refused.error.reason)?.[1] ?? ''
      expect(grant).toBe("GRANT SELECT ON `asteriskcdrdb`.`cdr` TO 'reader'@'127.0.0.1'")
      await database().run(grant, [])
      const open = await openTable(settings, 'reader')
      expect(open.ok).toBe(true)
      if (open.ok) await open.value.close()
    })

    it('reads UTF-8 out of latin1 columns, latin1 out of them too, and zero dates', async () => {
      await database().run(
        `create table old (calldate datetime not null default '0000-00-00 00:00:00', clid varchar(80),
      duration int, billsec int, disposition varchar(45), uniqueid varchar(32)) charset latin1 engine=MyISAM`,
        [],
      )
      await database().run(`set session sql_mode = ''`, [])
      await database().run(
        `insert into old values
      ('2026-11-23 12:48:05', convert(unhex('5A6FC3AB') using binary), 1, 0, 'NO ANSWER', 'utf8'),
      ('2026-11-23 12:48:06', convert(unhex('4A6F73E9') using binary), 1, 0, 'NO ANSWER', 'latin1'),
      ('0000-00-00 00:00:00', 'x', 1, 0, 'NO ANSWER', 'zero')`,
        [],
      )
      const open = await opened(database(), 'old')
      const rows = await all(open.byTime(undefined))
      expect(rows.map((row) => row.record.clid)).toEqual(['x', 'Zoë', 'José'])
      expect(rows[0]!.time).toBe('0000-00-00 00:00:00')
      expect(await all(open.byTime(rows[0]!.time))).toHaveLength(3)
      await open.close()
    })
  },
  ['mysql'],
)

function masterRows(path: string): CdrRow[] {
  const reader = cdrReader(CDR_FORMATS.find((f) => f.name === 'cdr_csv-21')!)
  const items = [...reader.push(recorded(path)), ...reader.end()]
  return items.flatMap((item) => (item.kind === 'row' ? [plain(item.row)] : []))
}

/** The fields alone, so that rows can be compared and spread. */
function plain(row: CdrRow): CdrRow {
  const { raw: _, ...fields } = row
  return { ...fields, line: 0, raw: undefined }
}

function settingsOf(database: ForeignDatabase, table: string): TableSettings {
  const settings = tableSettings({ ...database.settings, table })
  if (!settings.ok) throw new Error(settings.error)
  return settings.value
}

async function opened(database: ForeignDatabase, table: string): Promise<OpenTable> {
  const open = await openTable(settingsOf(database, table), database.password)
  if (!open.ok) throw new Error(open.error.reason)
  return open.value
}

async function all(pages: AsyncGenerator<readonly TableRow[]>): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}

function rowOf(row: TableRow, open?: OpenTable): CdrRow {
  const read = cdrFromRecord(row.record, open?.ownColumns)
  if (!read.ok) throw new Error(read.error)
  return plain(read.value.row)
}

/** What a table of this make cannot tell. */
function without(row: CdrRow, make: CdrTableMake): CdrRow {
  const noTimes = make === 'classic' || make === 'freepbx' || make === 'odbc-numbers' || make === 'sqlite3-custom'
  const noIds = make === 'classic' || make === 'sqlite3-custom'
  return {
    ...row,
    ...(noTimes ? { answer: '', end: '' } : {}),
    ...(noIds ? { linkedid: '', peeraccount: '', sequence: undefined } : {}),
    ...(make === 'sqlite3-custom' ? { src: expect.any(String), dst: expect.any(String) } : {}),
  }
}

function sorted(rows: readonly CdrRow[]): CdrRow[] {
  const key = (row: CdrRow) =>
    `${row.uniqueid} ${row.start} ${row.channel} ${row.dstchannel} ${row.duration} ${row.lastdata}`
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
