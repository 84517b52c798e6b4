// Times in which live events of a source may have been missed. Opened by whoever notices, closed by a record store that
// covers all of it. Owns tables capture_gap and record_coverage.

import { createHash } from 'node:crypto'
import type { Queryable, Tx } from '@tollbook/db'
import { asSourceId, type SourceId, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import { sql } from 'kysely'

export type GapCause = 'disconnected' | 'restarted' | 'not-running' | 'spool-full' | 'suspect' | 'session-expired'

export type Gap = {
  readonly sourceId: SourceId
  readonly gapKey: string
  readonly fromMs: number
  /** Undefined while it goes on. */
  readonly untilMs: number | undefined
  readonly cause: GapCause
  /** For people. */
  readonly detail: string
  readonly closedAtMs: number | undefined
  /** The import or feed that told what happened meanwhile. */
  readonly closedBy: string
}

export type NewGap = {
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  readonly fromMs: number
  readonly untilMs: number | undefined
  readonly cause: GapCause
  readonly detail: string
}

/**
 * Writes a gap, or moves its end: a gap is known by its source, cause and beginning, so telling it again, after a crash
 * too, changes nothing but an end that was open or earlier, with what is known by then. What record stores have covered by then is closed at once.
 */
export async function noteGap(tx: Tx, gap: NewGap, nowMs: number): Promise<void> {
  const until = gap.untilMs === undefined ? null : new Date(gap.untilMs)
  await sql`insert into capture_gap (source_id, gap_key, tenant_id, from_at, until_at, cause, detail)
    values (${gap.sourceId}, ${gapKeyOf(gap)}, ${gap.tenantId}, ${new Date(gap.fromMs)}, ${until}, ${gap.cause}, ${gap.detail})
    on conflict (source_id, gap_key) do update set until_at = greatest(capture_gap.until_at, excluded.until_at),
      detail = case when excluded.detail = '' then capture_gap.detail else excluded.detail end`.execute(tx.q)
  await closeCovered(tx, gap.sourceId, nowMs)
}

export function gapKeyOf(gap: Pick<NewGap, 'sourceId' | 'fromMs' | 'cause'>): string {
  const digest = createHash('sha256').update(`${gap.sourceId}|${gap.cause}|${gap.fromMs}`).digest()
  return timeFirstUuid(gap.fromMs, digest)
}

export type Coverage = {
  readonly sourceId: SourceId
  /** "feed 3", "import 018f…". */
  readonly toldBy: string
  /** Ends of the first and of the last record, or the moment at which nothing was left to read. */
  readonly fromMs: number
  readonly untilMs: number
}

/** A record store has told everything of this time; one that goes on where it stopped names the same beginning. */
export async function noteCoverage(tx: Tx, coverage: Coverage, nowMs: number): Promise<void> {
  await sql`insert into record_coverage (source_id, told_by, from_at, until_at)
    values (${coverage.sourceId}, ${coverage.toldBy}, ${new Date(coverage.fromMs)}, ${new Date(coverage.untilMs)})
    on conflict (source_id, told_by, from_at)
    do update set until_at = greatest(record_coverage.until_at, excluded.until_at)`.execute(tx.q)
  await closeCovered(tx, coverage.sourceId, nowMs)
}

/** A gap is closed when one record store tells of all of it. */
async function closeCovered(tx: Tx, sourceId: SourceId, nowMs: number): Promise<void> {
  await sql`update capture_gap g set closed_at = ${new Date(nowMs)}, closed_by = c.told_by
    from record_coverage c
    where g.source_id = ${sourceId} and g.closed_at is null and g.until_at is not null
      and c.source_id = g.source_id and c.from_at <= g.from_at and c.until_at >= g.until_at`.execute(tx.q)
}

/** Gaps of a tenant that reach into the time since `sinceMs`, newest first; at most `limit`. */
export async function listGaps(db: Queryable, tenantId: TenantId, sinceMs: number, limit: number): Promise<Gap[]> {
  const rows = await db.q
    .selectFrom('capture_gap')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((e) => e.or([e('until_at', 'is', null), e('until_at', '>=', new Date(sinceMs)), e('closed_at', 'is', null)]))
    .orderBy('from_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    sourceId: asSourceId(row.source_id),
    gapKey: row.gap_key,
    fromMs: row.from_at.getTime(),
    untilMs: row.until_at?.getTime(),
    cause: row.cause as GapCause,
    detail: row.detail,
    closedAtMs: row.closed_at?.getTime(),
    closedBy: row.closed_by,
  }))
}

/** What record stores of a tenant have told of the time since `sinceMs`, in order. */
export async function listCoverage(db: Queryable, tenantId: TenantId, sinceMs: number): Promise<Coverage[]> {
  const rows = await db.q
    .selectFrom('record_coverage as c')
    .innerJoin('source as s', 's.source_id', 'c.source_id')
    .selectAll('c')
    .where('s.tenant_id', '=', tenantId)
    .where('c.until_at', '>=', new Date(sinceMs))
    .orderBy('c.source_id')
    .orderBy('c.from_at')
    .execute()
  return rows.map((row) => ({
    sourceId: asSourceId(row.source_id),
    toldBy: row.told_by,
    fromMs: row.from_at.getTime(),
    untilMs: row.until_at.getTime(),
  }))
}
