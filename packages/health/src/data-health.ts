// Whether every call of a tenant is here, once: each source by each of its ways hour by hour, gaps and who filled them,
// what was counted once, what needs somebody. Reads only; all that is written here is written by other rooms.

import type { Db, Queryable } from '@tollbook/db'
import { type Coverage, type Gap, listCoverage, listGaps, type SourceHour, sourceHours } from '@tollbook/intake'
import { asTenantId, WAY, type Way } from '@tollbook/kernel'
import { sql } from 'kysely'
import { type Finding, findingsOf } from './findings.ts'
import { HOUR_MS, hourStrip, type Span, type Strip } from './hour-strip.ts'
import { type LongCall, longCalls } from './long-calls.ts'
import { type LostCall, lostCalls } from './lost-calls.ts'
import { readSources, type SourceFacts } from './read-sources.ts'

export type DataHealth = {
  readonly fromMs: number
  readonly nowMs: number
  readonly findings: readonly Finding[]
  readonly sources: readonly (SourceFacts & { readonly ways: readonly Strip[]; readonly rejects: number })[]
  /** `closedBy` is the name of the file or table. */
  readonly gaps: readonly Gap[]
  readonly rejects: number
  readonly dear: DearFigures
}

/** Figures that cost a walk through the events and calls of the time asked for. */
export type DearFigures = { readonly lost: readonly LostCall[]; readonly long: readonly LongCall[] }

/** Hours shown: a month. */
export const MAX_HOURS = 24 * 31
/** What a page can show of each; more have gone wrong in another way. */
const MOST = 200

export type HealthAsked = { readonly tenantId: number; readonly hours: number; readonly nowMs: number }

/** Measured: 0.7 s for three days of 200,000 calls with 1.4 M events. */
export async function dearFigures(db: Queryable, { tenantId, hours, nowMs }: HealthAsked): Promise<DearFigures> {
  const sinceMs = nowMs - hours * HOUR_MS
  const [lost, long] = await Promise.all([
    lostCalls(db, { tenantId, sinceMs, nowMs, limit: MOST }),
    longCalls(db, { tenantId, sinceMs, limit: MOST }),
  ])
  return { lost, long }
}

/** `dear` may be some moments old. */
export async function dataHealth(db: Db, asked: HealthAsked, dear: DearFigures): Promise<DataHealth> {
  const { tenantId, nowMs } = asked
  const hours = Math.min(asked.hours, MAX_HOURS)
  const fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS
  const tenant = asTenantId(tenantId)
  const [sources, came, gaps, coverage, rejects, first] = await Promise.all([
    readSources(db, tenantId),
    sourceHours(db, tenant, fromMs),
    listGaps(db, tenant, fromMs, MOST),
    listCoverage(db, tenant, fromMs),
    openRejects(db, tenantId),
    firstHours(db, tenantId),
  ])
  const shown = sources.map((source) => ({
    ...source,
    rejects: rejects.get(source.sourceId) ?? 0,
    ways: stripsOf(source, { came, gaps, coverage, first, fromMs, nowMs }),
  }))
  const open = [...rejects.values()].reduce((sum, n) => sum + n, 0)
  const late = came.reduce((sum, hour) => sum + hour.late, 0)
  const figures = { lost: dear.lost.length, long: dear.long.filter((call) => call.held).length }
  return {
    fromMs,
    nowMs,
    findings: findingsOf({ nowMs, sources, gaps, rejects: open, late, ...figures }),
    sources: shown,
    gaps: await named(db, sources, gaps),
    rejects: open,
    dear,
  }
}

type Heard = {
  readonly came: readonly SourceHour[]
  readonly gaps: readonly Gap[]
  readonly coverage: readonly Coverage[]
  readonly first: ReadonlyMap<string, number>
  readonly fromMs: number
  readonly nowMs: number
}

/** The ways a source has: those it is set up for, and those that brought something. */
function stripsOf(source: SourceFacts, heard: Heard): Strip[] {
  const { came, gaps, coverage, first, fromMs, nowMs } = heard
  const { sourceId } = source
  const ways = new Set<Way>(came.filter((hour) => hour.sourceId === sourceId).map((hour) => hour.way))
  if (source.live) ways.add(WAY.live)
  for (const feed of source.feeds) ways.add(feed.kind === 'file' ? WAY.file : WAY.table)
  for (const way of [WAY.file, WAY.table, WAY.push]) if (first.has(`${sourceId} ${way}`)) ways.add(way)
  return [...ways].sort().map((way) => {
    const since = first.get(`${sourceId} ${way}`)
    const always: Span[] = since === undefined ? [] : [{ fromMs: since, untilMs: nowMs }]
    // A push says when it has something; nobody knows when it has not.
    const told = coverage.filter((one) => one.sourceId === sourceId && wayOf(one, source) === way)
    const spans = way === WAY.live ? always : told
    return hourStrip({ fromMs, nowMs, sourceId, way, hours: came, gaps, heard: spans })
  })
}

function wayOf(coverage: Coverage, source: SourceFacts): Way {
  const feed = source.feeds.find((one) => coverage.toldBy === `feed ${one.feedId}`)
  return feed?.kind === 'table' ? WAY.table : WAY.file
}

/** The first hour of each source and way: before it nobody listened. */
async function firstHours(db: Queryable, tenantId: number): Promise<Map<string, number>> {
  const { rows } = await sql<{ source_id: number; way: number; first: Date }>`
    select h.source_id, h.way, min(h.hour) as first from source_hour h join source s using (source_id)
    where s.tenant_id = ${tenantId} group by 1, 2`.execute(db.q)
  return new Map(rows.map((row) => [`${row.source_id} ${row.way}`, row.first.getTime()]))
}

async function openRejects(db: Queryable, tenantId: number): Promise<Map<number, number>> {
  const rows = await db.q
    .selectFrom('ingest_reject')
    .select((e) => ['source_id', e.fn.countAll<string>().as('rows')])
    .where('tenant_id', '=', tenantId)
    .where('state', '=', 'open')
    .groupBy('source_id')
    .execute()
  return new Map(rows.map((row) => [row.source_id, Number(row.rows)]))
}

/** "feed 3" and "import 018f…" as the file or table a person knows. */
async function named(db: Queryable, sources: readonly SourceFacts[], gaps: readonly Gap[]): Promise<Gap[]> {
  const imports = gaps.flatMap((gap) => /^import ([0-9a-f-]{36})$/.exec(gap.closedBy)?.[1] ?? [])
  const files =
    imports.length === 0
      ? []
      : await db.q.selectFrom('import').select(['import_id', 'filename']).where('import_id', 'in', imports).execute()
  const names = new Map<string, string>([
    ...sources.flatMap((source) => source.feeds.map((feed) => [`feed ${feed.feedId}`, feed.name] as const)),
    ...files.map((file) => [`import ${file.import_id}`, file.filename] as const),
  ])
  return gaps.map((gap) => ({ ...gap, closedBy: names.get(gap.closedBy) ?? gap.closedBy }))
}
