// Opens the copy for one question: the files of its days, without the hours they are behind in. Those are read from the tables:
// figures of both are added up, and where they do not add up the calls of these hours are carried over.

import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canCopyOut, copyOut, type Queryable } from '@tollbook/db'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'
import { DUCKDB } from '../dialect.ts'
import type { Engine, Numbers, WholeCalls } from '../engine.ts'
import { clip, gaps, type Interval, join as joined } from '../grain.ts'
import { anyOf } from '../priced-calls.ts'
import type { ColumnCopy } from './copy.ts'
import { type Duck, textOf } from './duck.ts'
import { fileOf } from './files.ts'
import { columnsOf, FILE_KINDS, type FileKind, rowsOf } from './layout.ts'
import { asksFor, type CopyQuestion, furnishLists } from './lists.ts'
import { type CopiedDay, DAY_MS, dayOf, readState } from './state.ts'
import { inStretches } from './stretches.ts'
import { linesOf } from './write.ts'

export type OpenCopy = {
  /** Over the calls of all times but those it is behind in. */
  readonly engine: Engine
  /** Times whose calls are to be read from the tables, disjoint and ascending. */
  readonly behind: readonly Interval[]
  /** Days whose files are read, ascending. */
  readonly days: readonly CopiedDay[]
  /** A statement for the calls of these days, those carried over among them. */
  readonly rows: (days: readonly CopiedDay[]) => string
  /** Over all calls: those of the tables are carried over, once. Undefined where they would be too many. */
  readonly whole: () => Promise<WholeCalls | undefined>
  /** A statement for the calls in the files of some of these days, each with the name of its `file`. */
  readonly filed: (days: readonly CopiedDay[]) => string
  /** Carries them over, so that its tables hold all; false where they would be too many. */
  readonly carried: () => Promise<boolean>
  readonly close: () => void
}

const HOUR_MS = 3_600_000
/** Behind by more than half of what is asked, and by more than this, the tables answer alone. */
const MUCH_MS = 72 * HOUR_MS
/** A busy hour is fifteen thousand calls, and they are carried over in a fifth of a second. */
const MOST_CARRIED_MS = 12 * HOUR_MS
/** Whoever waits longer has gone: as long as PostgreSQL is given. */
const MAX_MS = 15_000

/** What is read of single calls, and how many there must be: fewer the tables read sooner. */
export type Worth = { readonly raw: readonly Interval[]; readonly calls: number }

/** As many as open and read in the time that the first takes. */
const FILES_OPENED = 40

/** Undefined where the copy cannot answer, or not sooner than the tables. `span`: all that will be asked of. */
export async function openCopy(
  copy: ColumnCopy,
  q: Queryable,
  query: CopyQuestion,
  span: Interval,
  kinds: readonly FileKind[] = FILE_KINDS,
  worth: Worth = { raw: [query], calls: 0 },
): Promise<OpenCopy | undefined> {
  const { search } = query.selection
  // An id is looked up among legs; other words are for people, whose case and accents PostgreSQL knows.
  if (search?.kind === 'id' || search?.kind === 'name') return undefined
  const state = await readState(q, query.tenant.tenantId, span)
  const fresh = joined(hoursOf(state.behind))
  const files = state.days.length / FILES_OPENED
  if (callsIn(worth.raw, state.days, fresh) < worth.calls * Math.max(1, files)) return undefined
  const house = await copy.house()
  if (house === undefined) return undefined
  const { good, lost } = await looked(copy, query.tenant.tenantId, state.days, kinds)
  const behind = joined([...fresh, ...lost.map(dayOf)].sort((a, b) => a.fromMs - b.fromMs))
  if (lengthOf(behind) > Math.max(MUCH_MS, lengthOf(worth.raw) / 2)) return undefined
  const duck = await house.connect()
  const [engine, numbers] = [engineOn(duck), numbersOf(duck)]
  try {
    await furnishLists(duck, q, query, span)
    for (const kind of kinds) {
      await duck.run(`create temp table ${kind}_carried (${columnsOf(kind)})`)
      await duck.run(`create temp view ${kind} as ${rowsIn(copy, query, kind, good, behind)}`)
    }
  } catch (fault) {
    duck.close()
    throw fault
  }
  let carrying: Promise<void> | undefined
  const carried = async () => {
    if (lengthOf(behind) > MOST_CARRIED_MS) return false
    carrying ??= behind.length > 0 ? carry(duck, copy, q, query, behind, kinds) : Promise.resolve()
    await carrying
    return true
  }
  const rows = (days: readonly CopiedDay[]) => rowsIn(copy, query, 'calls', days, behind)
  let cut: Promise<WholeCalls> | undefined
  const whole = async () => {
    if (!(await carried())) return undefined
    cut ??= inStretches(duck, engine, query, { days: good, rows, numbers, most: copy.callsAtOnce })
    return await cut
  }
  const filed = (days: readonly CopiedDay[]) => rowsIn(copy, query, 'calls', days, behind, true)
  return { engine, behind, days: good, rows, whole, carried, filed, close: () => duck.close() }
}

function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((ms, i) => ms + i.toMs - i.fromMs, 0)
}

/** About how many calls of these times the files have: those of a day are taken to be spread over it evenly. */
function callsIn(times: readonly Interval[], days: readonly CopiedDay[], behind: readonly Interval[]): number {
  return days.reduce((calls, day) => {
    const parts = times.flatMap((i) => clip(dayOf(day), i)).flatMap((i) => gaps(i, behind))
    return calls + (day.calls * lengthOf(parts)) / DAY_MS
  }, 0)
}

/** Files looked at together: one after the other a year's took 25 ms. */
export const LOOKED_AT_ONCE = 32

/** Days whose files are what was written, and the others. */
async function looked(copy: ColumnCopy, tenantId: number, days: readonly CopiedDay[], kinds: readonly FileKind[]) {
  const good: CopiedDay[] = []
  const lost: CopiedDay[] = []
  const isGood = async (day: CopiedDay) => {
    const isWhole = (kind: FileKind) => copy.isWhole(fileOf(copy.dir, tenantId, day, kind), day.sha256[kind])
    return !(await Promise.all(kinds.map(isWhole))).includes(false)
  }
  for (let at = 0; at < days.length; at += LOOKED_AT_ONCE) {
    const some = days.slice(at, at + LOOKED_AT_ONCE)
    const whole = await Promise.all(some.map(isGood))
    for (const [i, day] of some.entries()) (whole[i] ? good : lost).push(day)
  }
  return { good, lost }
}

const hoursOf = (hours: readonly number[]) => hours.map((fromMs) => ({ fromMs, toMs: fromMs + HOUR_MS }))

/** The rows of this kind: files of days without what they are behind in, and what is carried over, nothing at first. */
function rowsIn(
  copy: ColumnCopy,
  query: CopyQuestion,
  kind: FileKind,
  days: readonly CopiedDay[],
  behind: readonly Interval[],
  named = false,
): string {
  const parts = named ? [] : [`select * from ${kind}_carried`]
  // Days that are partly behind are few; conditions on time would be asked of every call otherwise.
  const files = days.filter((day) => gaps(dayOf(day), behind).length > 0)
  const mixed = files.filter((day) => overlaps(dayOf(day), behind))
  const whole = files.filter((day) => !mixed.includes(day))
  const read = (some: readonly CopiedDay[]) =>
    `select *${named ? ', filename as file' : ''} from read_parquet([${some.map((d) => textOf(fileOf(copy.dir, query.tenant.tenantId, d, kind))).join(', ')}])`
  if (whole.length > 0) parts.push(read(whole))
  if (mixed.length > 0) parts.push(`${read(mixed)} where not ${written(anyOf(behind, DUCKDB.instant))}`)
  if (parts.length === 0) parts.push(`select *, '' as file from ${kind}_carried`)
  return withDepartment(query, parts.join(' union all '))
}

/** These rows of calls as the question needs them. */
export function withDepartment(query: CopyQuestion, all: string): string {
  if (!asksFor(query, 'department')) return all
  // The department of the extension, else that of the account. By joins: a subquery for each call took fifteen seconds of ten million.
  return `select c.*, coalesce(p.department_id, y.department_id, 0) as department_id from (${all}) c
    left join phone p on p.value = c.extension left join payer y on y.account_id = c.account_id`
}

async function carry(
  duck: Duck,
  copy: ColumnCopy,
  q: Queryable,
  { tenant }: CopyQuestion,
  behind: readonly Interval[],
  kinds: readonly FileKind[],
): Promise<void> {
  for (const kind of kinds) await insertLines(duck, copy, q, kind, rowsOf(kind, tenant, behind))
}

function overlaps(day: Interval, fresh: readonly Interval[]): boolean {
  return fresh.some((i) => i.fromMs < day.toMs && i.toMs > day.fromMs)
}

/** Through a file of lines as PostgreSQL writes them; it is away before the question is asked. */
async function insertLines(
  duck: Duck,
  copy: ColumnCopy,
  q: Queryable,
  kind: FileKind,
  rows: RawBuilder<unknown>,
): Promise<void> {
  if (!canCopyOut(q)) throw new TypeError('no lines can be copied out of this')
  const path = join(copy.spill, `${randomUUID()}.csv`)
  try {
    await copyOut(q, rows, createWriteStream(path, { mode: 0o600 }))
    await duck.run(`insert into ${kind}_carried select * from ${linesOf(kind, path)}`)
  } finally {
    await rm(path, { force: true })
  }
}

function engineOn(duck: Duck): Engine {
  return {
    dialect: DUCKDB,
    rows: async <Row>(statement: RawBuilder<unknown>) =>
      (await inTime(duck, statement, duck.rows)) as readonly unknown[] as readonly Row[],
  }
}

function numbersOf(duck: Duck): Numbers {
  return async (statement) => inTime(duck, statement, duck.numbers)
}

/** No longer than PostgreSQL may take. */
async function inTime<Found>(
  duck: Duck,
  statement: RawBuilder<unknown>,
  ask: (text: string, values: readonly (string | number)[]) => Promise<Found>,
): Promise<Found> {
  const { sql: text, parameters } = statement.compile(COMPILER)
  let late = false
  const timer = setTimeout(() => {
    late = true
    duck.interrupt()
  }, MAX_MS)
  try {
    return await ask(text, parameters as (string | number)[])
  } catch (fault) {
    // As PostgreSQL says it.
    throw late ? Object.assign(new Error('a question took too long'), { code: '57014' }) : fault
  } finally {
    clearTimeout(timer)
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
