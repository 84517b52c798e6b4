// Opens the copy for one question: the files of its days where they hold good, and the calls of hours that are behind, read
// from the tables, as one table for DuckDB. An answer is then as exact as the tables'.

import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Queryable } from '@tollbook/db'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import { DUCKDB } from '../dialect.ts'
import type { Engine } from '../engine.ts'
import { gaps, type Interval, join as joined } from '../grain.ts'
import type { Asked } from '../parse.ts'
import { anyOf } from '../priced-calls.ts'
import type { ColumnCopy } from './copy.ts'
import { type Duck, textOf } from './duck.ts'
import { fileOf, filesOf } from './files.ts'
import { columnsOf, FILE_KINDS, type FileKind, rowsOf } from './layout.ts'
import { type CopiedDay, DAY_MS, readState, startOfDay } from './state.ts'
import { linesOf } from './write.ts'

export type OpenCopy = { readonly engine: Engine; close(): void }

const HOUR_MS = 3_600_000
/** Calls of more hours than this are not carried over: PostgreSQL answers where they lie. */
const MOST_HOURS = 30
/** Whoever waits longer has gone: as long as PostgreSQL is given. */
const MAX_MS = 15_000

/** Undefined where the copy cannot answer, or not sooner than the tables. `span`: all that will be asked of. */
export async function openCopy(
  copy: ColumnCopy,
  q: Queryable,
  query: Asked,
  span: Interval,
): Promise<OpenCopy | undefined> {
  const { search } = query.selection
  // An id is looked up among legs; other words are for people, whose case and accents PostgreSQL knows.
  if (search?.kind === 'id' || search?.kind === 'name') return undefined
  const house = await copy.house()
  if (house === undefined) return undefined
  const { days, behind } = await readState(q, query.tenant.tenantId, span)
  const { good, lost } = await looked(copy, query.tenant.tenantId, days)
  const fresh = joined([...hoursOf(behind), ...lost.map(dayOf)].sort((a, b) => a.fromMs - b.fromMs))
  if (fresh.reduce((ms, i) => ms + i.toMs - i.fromMs, 0) > MOST_HOURS * HOUR_MS) return undefined
  const duck = await house.connect()
  try {
    for (const kind of FILE_KINDS) await furnish(duck, copy, q, query, kind, good, fresh)
    await furnishLists(duck, q, query, span)
  } catch (fault) {
    duck.close()
    throw fault
  }
  return { engine: engineOn(duck), close: () => duck.close() }
}

/** Days whose files are what was written, and the others. */
async function looked(copy: ColumnCopy, tenantId: number, days: readonly CopiedDay[]) {
  const good: CopiedDay[] = []
  const lost: CopiedDay[] = []
  for (const day of days) {
    const paths = filesOf(copy.dir, tenantId, day)
    const whole = await Promise.all(paths.map((path, i) => copy.isWhole(path, day.sha256[FILE_KINDS[i]!])))
    if (whole.includes(false)) lost.push(day)
    else good.push(day)
  }
  return { good, lost }
}

const dayOf = ({ day }: CopiedDay): Interval => ({ fromMs: startOfDay(day), toMs: startOfDay(day) + DAY_MS })
const hoursOf = (hours: readonly number[]) => hours.map((fromMs) => ({ fromMs, toMs: fromMs + HOUR_MS }))

/** The table of this kind: files without what is fresh, and what is fresh. */
async function furnish(
  duck: Duck,
  copy: ColumnCopy,
  q: Queryable,
  { tenant }: Asked,
  kind: FileKind,
  days: readonly CopiedDay[],
  fresh: readonly Interval[],
): Promise<void> {
  await duck.run(`create temp table ${kind}_fresh (${columnsOf(kind)})`)
  if (fresh.length > 0) {
    const { rows } = await rowsOf(kind, tenant, fresh).execute(q.q)
    await insertLines(duck, copy, kind, rows)
  }
  const files = days.filter((day) => gaps(dayOf(day), fresh).length > 0)
  const parts = [`select * from ${kind}_fresh`]
  // Days that are partly behind are few; conditions on time would be asked of every call otherwise.
  const mixed = files.filter((day) => overlaps(dayOf(day), fresh))
  const whole = files.filter((day) => !mixed.includes(day))
  const read = (some: readonly CopiedDay[]) =>
    `select * from read_parquet([${some.map((d) => textOf(fileOf(copy.dir, tenant.tenantId, d, kind))).join(', ')}])`
  if (whole.length > 0) parts.push(read(whole))
  if (mixed.length > 0) parts.push(`${read(mixed)} where not ${written(anyOf(fresh, DUCKDB.instant))}`)
  await duck.run(`create temp view ${kind} as ${parts.join(' union all ')}`)
}

function overlaps(day: Interval, fresh: readonly Interval[]): boolean {
  return fresh.some((i) => i.fromMs < day.toMs && i.toMs > day.fromMs)
}

/** What people may change at any time: tags, and who belongs to which department. Read at the moment of asking. */
async function furnishLists(duck: Duck, q: Queryable, query: Asked, span: Interval): Promise<void> {
  const { tenantId } = query.tenant
  const asks = (name: 'tag' | 'department') =>
    query.by === name || query.split === name || query.selection.chosen[name] !== undefined
  const list = async (name: string, columns: string, rows: RawBuilder<unknown>) => {
    const { rows: found } = await sql<{ all: unknown }>`select json_agg(r) as all from (${rows}) r`.execute(q.q)
    await duck.run(
      `create temp table ${name} as select ${tenantId} as tenant_id, unnest(from_json($1::json, '[{${columns}}]'), recursive := true)`,
      [JSON.stringify(found[0]?.all ?? [])],
    )
  }
  if (asks('tag')) {
    const rows = sql`select call_key, opened_at at time zone 'UTC' as opened_at, tag from call_tag
      where tenant_id = ${tenantId} and ${anyOf([span])}`
    await list('call_tag', '"call_key": "uuid", "opened_at": "timestamp", "tag": "varchar"', rows)
  }
  if (asks('department')) {
    const members = sql`select kind, value, department_id from department_member where tenant_id = ${tenantId}`
    await list('department_member', '"kind": "smallint", "value": "varchar", "department_id": "integer"', members)
    const accounts = sql`select account_id, code from account where tenant_id = ${tenantId}`
    await list('account', '"account_id": "integer", "code": "varchar"', accounts)
  }
}

/** Through a file of lines, which is the quickest way in; it is away before the question is asked. */
async function insertLines(
  duck: Duck,
  copy: ColumnCopy,
  kind: FileKind,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  if (rows.length === 0) return
  const path = join(copy.spill, `${randomUUID()}.csv`)
  try {
    await writeFile(path, rows.map((row) => `${Object.values(row).map(field).join(',')}\n`).join(''), { mode: 0o600 })
    await duck.run(`insert into ${kind}_fresh select * from ${linesOf(kind, path)}`)
  } finally {
    await rm(path, { force: true })
  }
}

function field(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().replace('Z', '')
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`
  return String(value)
}

function engineOn(duck: Duck): Engine {
  return {
    dialect: DUCKDB,
    rows: async <Row>(statement: RawBuilder<unknown>) => {
      const { sql: text, parameters } = statement.compile(COMPILER)
      let late = false
      const timer = setTimeout(() => {
        late = true
        duck.interrupt()
      }, MAX_MS)
      try {
        return (await duck.rows(text, parameters as (string | number)[])) as readonly Row[]
      } catch (fault) {
        // As PostgreSQL says it.
        throw late ? Object.assign(new Error('a question took too long'), { code: '57014' }) : fault
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** Spells statements, and asks nobody. */
const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** A statement with its values written in, for a view, which takes none. */
function written(statement: RawBuilder<unknown>): string {
  const { sql: text, parameters } = statement.compile(COMPILER)
  return text.replace(/\$(\d+)/g, (_, place: string) => textOf(String(parameters[Number(place) - 1])))
}
