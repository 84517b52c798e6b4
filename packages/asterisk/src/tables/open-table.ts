// A table of CDRs, CEL events or queue events in somebody's database, opened for reading in pages. Knows which columns
// it goes by; keeps no place in it: where to go on from is the caller's to remember.

import { assert, err, ok, type Result } from '@tollbook/kernel'
import { START_COLUMNS } from './cdr-from-record.ts'
import { openMysqlTable } from './mysql-table.ts'
import { openPostgresTable } from './postgres-table.ts'
import { openSqliteTable } from './sqlite-table.ts'
import type { TableColumn, TableDatabase } from './table-database.ts'
import { type TableFailure, tableFailure } from './table-failure.ts'
import type { TableRecord } from './table-record.ts'
import type { TableContent, TableSettings } from './table-settings.ts'

export type TableRow = {
  readonly record: TableRecord
  /** '' where the table has no id. */
  readonly id: string
  /** As the database writes it; what `byTime` goes on from. */
  readonly time: string
}

export type OpenTable = {
  readonly content: TableContent
  /** Column that counts up by itself. */
  readonly idColumn: string | undefined
  readonly timeColumn: string
  readonly timeIsIndexed: boolean
  /** Times come in UTC, whatever zone the PBX is in (timestamptz, MySQL timestamp). */
  readonly timesAreInstants: boolean
  /** Columns that are of this table, not of the call. */
  readonly ownColumns: ReadonlySet<string>
  /** The highest id; undefined when there is no row. */
  highestId(): Promise<bigint | undefined>
  /** The latest time not after a bound; the bound keeps out a clock that was wrong. Undefined when there is none. */
  latestTime(notAfter: string): Promise<string | undefined>
  /** How the times of this table look, to make bounds: seconds since 1970, or text. */
  readonly timesAreEpochs: boolean
  /** Rows behind an id, by id. */
  byId(after: bigint): AsyncGenerator<readonly TableRow[]>
  /** Rows from a time on (all with a time, when undefined) and before another, by time; rows may come twice. */
  byTime(from: string | undefined, before?: string): AsyncGenerator<readonly TableRow[]>
  /** Some rows that have no time: nothing else finds them. */
  withoutTime(): Promise<readonly TableRow[]>
  /** Rows by the hour of their time, from a time on: what changed here is worth reading. */
  hours(from: string): Promise<ReadonlyMap<string, number>>
  close(): Promise<void>
}

/** Rows per page. Enough for one transaction of ours, a moment for a writer that a page might hold up. */
export const TABLE_PAGE = 2000

/** Opens a table: one connection, its columns looked up. */
export async function openTable(settings: TableSettings, password: string): Promise<Result<OpenTable, TableFailure>> {
  let database: TableDatabase | undefined
  try {
    database = await OPENERS[settings.engine](settings, password)
    const columns = await database.columns()
    // Not there, or not to be seen: the database itself says which.
    await database.query(`select 1 from ${database.dialect.table} where 1 = 0`, [])
    const table = tableOf(database, columns, settings)
    if (table.ok) return table
    await database.close()
    return err({ kind: 'refused', reason: table.error })
  } catch (error) {
    await database?.close()
    return err(tableFailure(error, settings))
  }
}

const OPENERS: Readonly<
  Record<TableSettings['engine'], (settings: TableSettings, password: string) => Promise<TableDatabase>>
> = { postgresql: openPostgresTable, mysql: openMysqlTable, sqlite: openSqliteTable }

const TIME_COLUMNS: Readonly<Record<TableContent, readonly string[]>> = {
  cdr: START_COLUMNS,
  cel: ['eventtime'],
  queue_log: ['time', 'created'],
}

function tableOf(
  database: TableDatabase,
  columns: readonly TableColumn[],
  settings: TableSettings,
): Result<OpenTable, string> {
  const find = (name: string) => columns.find((c) => c.name.toLowerCase() === name.toLowerCase())
  const content = settings.content ?? contentOf(columns)
  const wanted = TIME_COLUMNS[content]
  const time = wanted.map(find).find((column) => column !== undefined)
  if (time === undefined) return err(`${settings.table} has no column ${wanted.join(' or ')}: it holds no ${content}`)
  const id = settings.idColumn === undefined ? columns.find((c) => c.isAutomatic) : find(settings.idColumn)
  if (settings.idColumn !== undefined && id === undefined) return err(`there is no column ${settings.idColumn}`)
  const own = new Set(columns.filter((c) => c.isAutomatic || c === id).map((c) => c.name.toLowerCase()))
  return ok({
    content,
    idColumn: id?.name,
    timeColumn: time.name,
    timeIsIndexed: time.isIndexed,
    timesAreInstants: time.type === 'timestamp' ? settings.engine === 'mysql' : time.type.endsWith('with time zone'),
    timesAreEpochs: NUMBERS.test(time.type),
    ownColumns: own,
    ...reading(database, columns, time, id),
    close: () => database.close(),
  })
}

/** Types whose times are seconds since 1970. */
const NUMBERS = /int|real|floa|doub|num|dec/

function contentOf(columns: readonly TableColumn[]): TableContent {
  const names = new Set(columns.map((c) => c.name.toLowerCase()))
  if (names.has('eventtype') && names.has('eventtime')) return 'cel'
  return names.has('queuename') && names.has('event') ? 'queue_log' : 'cdr'
}

type Reading = Pick<OpenTable, 'highestId' | 'latestTime' | 'byId' | 'byTime' | 'withoutTime' | 'hours'>

function reading(
  database: TableDatabase,
  columns: readonly TableColumn[],
  time: TableColumn,
  id: TableColumn | undefined,
): Reading {
  const { dialect } = database
  const timeName = `t.${dialect.quote(time.name)}`
  const hour = NUMBERS.test(time.type) ? dialect.epochHour(time) : `substr(${dialect.text(time)}, 1, 13)`
  const select = `select ${columns.map((c) => dialect.text(c)).join(', ')} from ${dialect.table} t`
  const allColumns = columns.map((_, i) => i + 1).join(', ')
  const timeAt = columns.indexOf(time)
  const idAt = id ? columns.indexOf(id) : -1
  const rowOf = (values: readonly (string | null)[]): TableRow => {
    const record = Object.fromEntries(columns.map((c, i) => [c.name, values[i] ?? null]))
    return { record, id: idAt < 0 ? '' : (values[idAt] ?? ''), time: values[timeAt] ?? '' }
  }
  const rows = async (rest: string, values: readonly string[]) =>
    (await database.query(`${select} ${rest}`, values)).map(rowOf)
  return {
    async highestId() {
      assert(id, 'a table without an id has no highest one')
      const rest = `order by t.${dialect.quote(id.name)} desc limit 1`
      const [row] = await database.query(`select ${dialect.text(id)} from ${dialect.table} t ${rest}`, [])
      return row?.[0] == null ? undefined : BigInt(row[0])
    },
    async latestTime(notAfter) {
      const where = `where ${timeName} <= ${dialect.param(1, time)} order by ${timeName} desc limit 1`
      const [row] = await database.query(`select ${dialect.text(time)} from ${dialect.table} t ${where}`, [notAfter])
      return row?.[0] ?? undefined
    },
    async *byId(after) {
      assert(id, 'a table without an id is not read by it')
      const name = `t.${dialect.quote(id.name)}`
      for (let last = after; ; ) {
        const rest = `where ${name} > ${dialect.param(1, id)} order by ${name} limit ${TABLE_PAGE}`
        const page = await rows(rest, [String(last)])
        if (page.length > 0) yield page
        if (page.length < TABLE_PAGE) return
        last = BigInt(page.at(-1)!.id)
      }
    },
    byTime: (from, before) =>
      byTime(rows, { timeName, param: (at) => dialect.param(at, time), allColumns }, from, before),
    withoutTime: () => rows(`where ${timeName} is null limit ${TABLE_PAGE}`, []),
    async hours(from) {
      const where = `where ${timeName} >= ${dialect.param(1, time)} group by ${hour}`
      const counts = await database.query(`select ${hour}, ${dialect.count} from ${dialect.table} t ${where}`, [from])
      return new Map(counts.map(([at, n]) => [at ?? '', Number(n)]))
    },
  }
}

type Rows = (rest: string, values: readonly string[]) => Promise<TableRow[]>
type ByTime = { readonly timeName: string; readonly param: (at: number) => string; readonly allColumns: string }

/**
 * Pages by time alone, since nothing else need be unique: each goes on at the last time of the one before, whose rows come
 * again. Of a time that has a page and more the rows are read in an order of their own, so that none is left out.
 */
async function* byTime(
  rows: Rows,
  { timeName, param, allColumns }: ByTime,
  from: string | undefined,
  before: string | undefined,
): AsyncGenerator<readonly TableRow[]> {
  let key = from
  for (let relation = '>='; ; ) {
    const values = [key, before].filter((v) => v !== undefined)
    const lower = key === undefined ? `${timeName} is not null` : `${timeName} ${relation} ${param(1)}`
    const upper = before === undefined ? '' : ` and ${timeName} < ${param(values.length)}`
    const page = await rows(`where ${lower}${upper} order by ${timeName} limit ${TABLE_PAGE}`, values)
    const last = page.at(-1)?.time
    const isOneTime = page.length === TABLE_PAGE && page[0]!.time === last
    if (page.length > 0 && !isOneTime) yield page
    if (page.length < TABLE_PAGE || last === undefined) return
    if (isOneTime) yield* ofOneTime(rows, `${timeName} = ${param(1)}`, allColumns, last)
    relation = isOneTime ? '>' : '>='
    key = last
  }
}

async function* ofOneTime(
  rows: Rows,
  where: string,
  allColumns: string,
  time: string,
): AsyncGenerator<readonly TableRow[]> {
  for (let skip = 0; ; skip += TABLE_PAGE) {
    const page = await rows(`where ${where} order by ${allColumns} limit ${TABLE_PAGE} offset ${skip}`, [time])
    if (page.length > 0) yield page
    if (page.length < TABLE_PAGE) return
  }
}
