// Rows that could not be read, set aside whole: with their bytes, so that they can be tried again after a fix.

import { createHash } from 'node:crypto'
import type { Queryable } from '@tollbook/db'
import { asSourceId, type SourceId, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import { sql } from 'kysely'
import { type ErasedNumbers, erasedNumbers, NOTHING_ERASED } from './erasing/erased-numbers.ts'
import { instantText } from './instant-text.ts'

/** One row to set aside. */
export type Reject = {
  /** First line in the file, from 1; 0 for a live event. */
  readonly line: number
  /** Plain words: what is wrong with the row. */
  readonly reason: string
  readonly raw: Buffer
}

export type RejectOrigin = {
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  readonly importId: string | undefined
  /** Zone and format the file was read with, so that a retry reads the row the same way. */
  readonly zone: string
  readonly format: string
}

/** Beyond this many bytes a row is cut: it is a broken file, and the place is found by line number. */
const RAW_MAX = 64 * 1024
/** Rows per statement: well below the limit of 65,535 parameters. */
const CHUNK = 1000

/**
 * Sets rows aside; a row that is already there (same source, same bytes) stays as it is, also when it was dismissed.
 * Answers with the number of rows that are new.
 */
export async function setAside(
  db: Queryable,
  origin: RejectOrigin,
  rejects: readonly Reject[],
  nowMs: number,
): Promise<number> {
  let added = 0
  const erased = rejects.length === 0 ? NOTHING_ERASED : await erasedNumbers(db, origin.tenantId)
  for (let at = 0; at < rejects.length; at += CHUNK) {
    const rows = rejects.slice(at, at + CHUNK).map((reject) => ({
      source_id: origin.sourceId,
      reject_key: rejectKey(reject.raw),
      tenant_id: origin.tenantId,
      import_id: origin.importId ?? null,
      line: reject.line,
      reason: reject.reason,
      raw: withoutErased(erased, reject.raw.subarray(0, RAW_MAX)),
      zone: origin.zone,
      format: origin.format,
      rejected_at: instantText(nowMs),
    }))
    const result = await db.q
      .insertInto('ingest_reject')
      .values(rows)
      .onConflict((c) => c.columns(['source_id', 'reject_key']).doNothing())
      .executeTakeFirst()
    added += Number(result.numInsertedOrUpdatedRows ?? 0n)
  }
  return added
}

/** The key is that of the row as it came. */
function withoutErased(erased: ErasedNumbers, raw: Buffer): Buffer {
  return erased.isEmpty ? raw : Buffer.from(erased.erase(raw.toString('latin1')), 'latin1')
}

export type OpenReject = Reject & {
  readonly sourceId: SourceId
  readonly rejectKey: string
  readonly zone: string
  readonly format: string
  readonly importId: string | undefined
  readonly rejectedAtMs: number
}

/** Which of the open rows: only these, only those that follow a row, so many. */
export type OpenRejectsAsked = {
  readonly limit: number
  readonly sourceId?: SourceId
  readonly only?: readonly RejectRef[] | undefined
  readonly after?: RejectRef | undefined
}

/** Rows still waiting for somebody, by their keys, so that they can be read in pages while they are being closed. */
export async function listOpenRejects(
  db: Queryable,
  tenantId: TenantId,
  { limit, sourceId, only, after }: OpenRejectsAsked,
): Promise<OpenReject[]> {
  let query = db.q.selectFrom('ingest_reject').selectAll().where('tenant_id', '=', tenantId).where('state', '=', 'open')
  if (sourceId !== undefined) query = query.where('source_id', '=', sourceId)
  if (only !== undefined) {
    const sources = only.map((ref) => ref.sourceId)
    const keys = only.map((ref) => ref.rejectKey)
    query = query.where(
      sql<boolean>`(source_id, reject_key) in (select * from unnest(${sources}::smallint[], ${keys}::uuid[]))`,
    )
  }
  if (after !== undefined) {
    query = query.where(sql<boolean>`(source_id, reject_key) > (${after.sourceId}, ${after.rejectKey}::uuid)`)
  }
  const rows = await query.orderBy('source_id').orderBy('reject_key').limit(limit).execute()
  return rows.map((row) => ({
    sourceId: asSourceId(row.source_id),
    rejectKey: row.reject_key,
    line: row.line,
    reason: row.reason,
    raw: row.raw,
    zone: row.zone,
    format: row.format,
    importId: row.import_id ?? undefined,
    rejectedAtMs: new Date(row.rejected_at).getTime(),
  }))
}

/** Which rows, by their key. */
export type RejectRef = { readonly sourceId: SourceId; readonly rejectKey: string }

/**
 * Takes rows off the list: `recovered` when they were read after all and their legs are stored, `dismissed` when somebody
 * looked at them and wants them no more. Rows of another tenant stay. Answers with the number of rows closed.
 */
export async function closeRejects(
  db: Queryable,
  tenantId: TenantId,
  refs: readonly RejectRef[],
  state: 'recovered' | 'dismissed',
): Promise<number> {
  if (refs.length === 0) return 0
  const sources = refs.map((ref) => ref.sourceId)
  const keys = refs.map((ref) => ref.rejectKey)
  const result = await sql`update ingest_reject r set state = ${state}
    from unnest(${sources}::smallint[], ${keys}::uuid[]) as k (source_id, reject_key)
    where r.source_id = k.source_id and r.reject_key = k.reject_key
      and r.tenant_id = ${tenantId} and r.state = 'open'`.execute(db.q)
  return Number(result.numAffectedRows ?? 0n)
}

/** The row itself is the key: a UUID made of its digest, its time part zero. */
function rejectKey(raw: Buffer): string {
  return timeFirstUuid(0, createHash('sha256').update(raw).digest())
}
