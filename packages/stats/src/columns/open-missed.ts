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
import { columnsOf, namesOf } from './layout.ts'
import { BESIDE, missedRows, within } from './missed-rows.ts'
import { type OpenCopy, openCopy, withDepartment } from './read.ts'
import { DAY_MS, dayOf, startOfDay } from './state.ts'

export type OpenMissed = {
  /** Its table of calls has the missed ones of the span alone, with `back_us`, `back_key` and `rung` (see missed-rows.ts). */
  readonly engine: Engine
  /** The same without files of other days (of UTC) than these, which are not opened then. Good until it is asked again. */
  readonly ofDays: (isAsked: (day: Interval) => boolean) => Promise<Engine>
  readonly close: () => void
}

/** So many days are looked through at once where no file tells. */
const DAYS_AT_ONCE = 4

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
  const view = (name: string, files: Looked['files']) =>
    run(`create or replace temp view ${name} as ${withDepartment(asked, allOf(files, query))}`)
  try {
    const { files, others } = await looked(copy, q, query, opened, withinMs)
    if (others.length > 0 && !(await opened.carried())) {
      opened.close()
      return undefined
    }
    await run(`create temp table missed_here (${columnsOf('calls')}, ${BESIDE})`)
    for (const of of others.flatMap(inPieces)) await run(`insert into missed_here by name ${missedRows(of)}`)
    await view('missed', files)
    const ofDays = async (isAsked: (day: Interval) => boolean) => {
      const some = files.filter((f) => isAsked(f.of))
      await view('missed_some', some)
      return on('missed_some')
    }
    return { engine: on('missed'), ofDays, close: opened.close }
  } catch (fault) {
    opened.close()
    throw fault
  }
}

/** The files' rows of the span and those found here. Only of days that are partly in it the time is read. */
function allOf(files: Looked['files'], span: Interval): string {
  const names = `${namesOf('calls')}, back_us, back_key, rung`
  const read = (some: Looked['files']) =>
    `select ${names} from read_parquet([${some.map((f) => textOf(f.path)).join(', ')}])`
  const parts = [`select ${names} from missed_here`]
  const whole = files.filter(({ of }) => of.fromMs >= span.fromMs && of.toMs <= span.toMs)
  const cut = files.filter((f) => !whole.includes(f))
  if (whole.length > 0) parts.push(read(whole))
  if (cut.length > 0) parts.push(`${read(cut)} where ${within(span)}`)
  return parts.join(' union all ')
}

type Looked = {
  readonly files: readonly { readonly path: string; readonly of: Interval }[]
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
  const files: Looked['files'][number][] = []
  const good = new Set<number>()
  for (const made of await missedFiles(q, query)) {
    const startMs = startOfDay(made.day)
    // The last moment at which a conversation still counts lies in one of these days.
    const toMs = Math.min(startMs + DAY_MS, query.toMs) + withinMs
    const needed = Math.ceil((toMs - startMs) / DAY_MS)
    const same = made.bases
      .slice(0, needed)
      .every((base, ahead) => base === (generations.get(startMs + ahead * DAY_MS) ?? null))
    const fresh = !behind.some((i) => i.fromMs < toMs && i.toMs > startMs)
    const path = missedFileOf(copy.dir, tenantId, made)
    if (!same || !fresh || !(await copy.isWhole(path, made.sha256))) continue
    files.push({ path, of: dayOf(made) })
    good.add(startMs)
  }
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
