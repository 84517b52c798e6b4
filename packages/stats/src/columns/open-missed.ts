// Opens the copy for a question about missed callers: a table of missed calls, each with when its caller was spoken with next. From the files
// of missed callers where they hold good for the hours asked for, else found among the calls, those of the tables carried over.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { DUCKDB } from '../dialect.ts'
import type { Engine } from '../engine.ts'
import { clip, type Interval, join as joined } from '../grain.ts'
import type { Asked } from '../parse.ts'
import type { ColumnCopy } from './copy.ts'
import { textOf } from './duck.ts'
import { missedFileOf } from './files.ts'
import { namesOf } from './layout.ts'
import { BESIDE, missedRows, returns, within } from './missed-rows.ts'
import { LOOKED_AT_ONCE, type OpenCopy, openCopy, withDepartment } from './read.ts'
import { DAY_MS, dayOf, startOfDay } from './state.ts'

export type OpenMissed = {
  /** Its table of calls has the missed ones of the span alone, with `back_us`, `back_key` and `rung` (see missed-rows.ts). */
  readonly engine: Engine
  /** The same of some times alone, of about a day each: files of others are not opened. Good until it is asked again. */
  readonly ofTimes: (isAsked: (time: Interval) => boolean) => Promise<Engine>
  readonly close: () => void
}

/** So many days are looked through at once where no file tells. */
const DAYS_AT_ONCE = 4
/** And in all: a month of ten million calls takes some seconds, until the worker has made their files. */
const MOST_FOUND_MS = 31 * DAY_MS

/** Undefined where the tables must answer. `withinMs`: a week at most. */
export async function openMissed(
  copy: ColumnCopy,
  q: Queryable,
  query: Asked,
  withinMs: number,
): Promise<OpenMissed | undefined> {
  const asked = { ...query, by: 'none' as const, split: 'none' as const }
  const opened = await openCopy(copy, q, asked, { fromMs: query.fromMs, toMs: query.toMs + withinMs }, ['calls'])
  if (opened === undefined) return undefined
  const run = (text: string) => opened.engine.rows(sql.raw(text))
  const on = (calls: string): Engine => ({ ...opened.engine, dialect: { ...DUCKDB, calls } })
  const view = (name: string, parts: readonly Source[]) =>
    run(`create or replace temp view ${name} as ${withDepartment(asked, allOf(parts, query))}`)
  try {
    const { files, others } = await looked(copy, q, query, opened, withinMs)
    const tooMuch = others.reduce((ms, i) => ms + i.toMs - i.fromMs, 0) > MOST_FOUND_MS
    if (tooMuch || (others.length > 0 && !(await opened.carried()))) {
      opened.close()
      return undefined
    }
    const parts = [...files, ...(await found(opened, run, others, withinMs))]
    await view('missed', parts)
    const ofTimes = async (isAsked: (time: Interval) => boolean) => {
      await view(
        'missed_then',
        parts.filter(({ of }) => isAsked(of)),
      )
      return on('missed_then')
    }
    return { engine: on('missed'), ofTimes, close: opened.close }
  } catch (fault) {
    opened.close()
    throw fault
  }
}

/** Where missed calls of some days are to be had: a file, or a statement for those of the span. */
type Source = { readonly of: Interval; readonly path?: string; readonly rows?: string }

/** Of times for which no file holds good. Only who was called back is looked up beforehand, which are few. */
async function found(
  { days, rows }: OpenCopy,
  run: (text: string) => Promise<unknown>,
  times: readonly Interval[],
  withinMs: number,
): Promise<readonly Source[]> {
  if (times.length === 0) return []
  await run('create temp table returned (call_key uuid, back_us bigint, back_key uuid)')
  const sources: Source[] = []
  for (const [i, of] of times.flatMap(inPieces).entries()) {
    const near = (afterMs: number) =>
      days.filter((d) => dayOf(d).fromMs < of.toMs + afterMs && dayOf(d).toMs > of.fromMs)
    await run(`create temp view calls_after_${i} as ${rows(near(withinMs))}`)
    await run(`insert into returned ${returns(`calls_after_${i}`, of, withinMs)}`)
    await run(`create temp view calls_then_${i} as ${rows(near(0))}`)
    sources.push({
      of,
      rows: `select *, null::varchar as rung from (${missedRows(`calls_then_${i}`, of, 'returned')})`,
    })
  }
  return sources
}

const ROW = `${namesOf('calls')}, ${BESIDE}`
const NONE = `select ${namesOf('calls')}, null::bigint as back_us, null::uuid as back_key, null::varchar as rung from calls where false`

/** Rows of the span. Only of days that are partly in it the time is read. */
function allOf(sources: readonly Source[], span: Interval): string {
  const whole: string[] = []
  const cut: string[] = []
  for (const { path, of } of sources)
    if (path !== undefined) (of.fromMs >= span.fromMs && of.toMs <= span.toMs ? whole : cut).push(textOf(path))
  const read = (some: readonly string[]) => `select ${ROW} from read_parquet([${some.join(', ')}])`
  const parts = sources.flatMap(({ rows }) => (rows === undefined ? [] : [rows]))
  if (whole.length > 0) parts.push(read(whole))
  if (cut.length > 0) parts.push(`${read(cut)} where ${within(span)}`)
  return parts.length > 0 ? parts.join(' union all ') : NONE
}

type Looked = {
  readonly files: readonly Source[]
  /** Times of the span whose missed calls are in none of them. */
  readonly others: readonly Interval[]
}

async function looked(
  copy: ColumnCopy,
  q: Queryable,
  query: Asked,
  { days, behind }: OpenCopy,
  withinMs: number,
): Promise<Looked> {
  const { tenantId } = query.tenant
  const generations = new Map(days.map((d) => [startOfDay(d.day), d.generation]))
  const fits = ({ day, bases }: Made) => {
    const startMs = startOfDay(day)
    // The last moment at which a conversation still counts lies in one of these days.
    const toMs = Math.min(startMs + DAY_MS, query.toMs) + withinMs
    const needed = bases.slice(0, Math.ceil((toMs - startMs) / DAY_MS))
    const same = needed.every((base, ahead) => base === (generations.get(startMs + ahead * DAY_MS) ?? null))
    return same && !behind.some((i) => i.fromMs < toMs && i.toMs > startMs)
  }
  const fitting = (await missedFiles(q, query)).filter(fits)
  const files: Source[] = []
  for (let at = 0; at < fitting.length; at += LOOKED_AT_ONCE) {
    const some = fitting
      .slice(at, at + LOOKED_AT_ONCE)
      .map((made) => ({ made, path: missedFileOf(copy.dir, tenantId, made) }))
    const whole = await Promise.all(some.map(({ made, path }) => copy.isWhole(path, made.sha256)))
    for (const [i, { made, path }] of some.entries()) if (whole[i]) files.push({ path, of: dayOf(made) })
  }
  const good = new Set(files.map(({ of }) => of.fromMs))
  const left = days.filter((d) => !good.has(startOfDay(d.day))).map(dayOf)
  const others = joined([...left, ...behind].sort((a, b) => a.fromMs - b.fromMs))
  return { files, others: others.flatMap((i) => clip(i, query)) }
}

type Made = {
  readonly day: string
  readonly generation: string
  readonly bases: readonly (string | null)[]
  readonly sha256: string
}

async function missedFiles(q: Queryable, { tenant, fromMs, toMs }: Asked): Promise<readonly Made[]> {
  const { rows } = await sql<Made>`
    select day::text as day, generation, to_json(bases) as bases, encode(sha256, 'hex') as sha256 from column_missed
    where tenant_id = ${tenant.tenantId} and day > ${new Date(fromMs - DAY_MS).toISOString()}::timestamptz at time zone 'UTC'
      and day < ${new Date(toMs).toISOString()}::timestamptz at time zone 'UTC' order by day`.execute(q.q)
  return rows
}

function inPieces({ fromMs, toMs }: Interval): readonly Interval[] {
  const pieces: Interval[] = []
  for (let at = fromMs; at < toMs; at += DAYS_AT_ONCE * DAY_MS)
    pieces.push({ fromMs: at, toMs: Math.min(toMs, at + DAYS_AT_ONCE * DAY_MS) })
  return pieces
}
