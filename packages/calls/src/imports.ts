// The table of file imports: what is waiting, running, done. A running import beats; one whose beat stopped (its process
// died) is taken up again, which is safe because storing legs is idempotent.

import type { Db, Queryable } from '@tollbook/db'
import { asSourceId, asTenantId, type SourceId, type TenantId } from '@tollbook/kernel'
import { sql } from 'kysely'
import { instantText } from './instant-text.ts'

export type ImportRequest = {
  readonly importId: string
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  readonly filename: string
  /** Where an upload waits for the worker; '' for a file somebody else reads. */
  readonly storedPath: string
  readonly zoneAsked: string
  /** A mapping of somebody's own that the file is read by; '' = told by the file. */
  readonly columns?: string
  readonly bytesTotal: number
}

/** Counts as they stand; all of them grow only. */
export type ImportCounts = {
  readonly bytesDone: number
  readonly read: number
  /** Legs that are new; channel events and queue events that are new stand for themselves. */
  readonly inserted: number
  readonly cel: number
  readonly queueEvents: number
  readonly duplicates: number
  /** Of the duplicates, legs known from another way. */
  readonly matched: number
  readonly rejected: number
  readonly calls: number
  readonly rated: number
  readonly unrated: number
}

/** Counts, and how the file is being read. */
export type ImportProgress = ImportCounts & { readonly format: string; readonly zone: string }

export type ClaimedImport = ImportRequest & { readonly attempt: 'first' | 'again' }

/** Writes a new import: `queued` for the worker, `running` when the caller reads the file itself. */
export async function createImport(
  db: Queryable,
  request: ImportRequest,
  state: 'queued' | 'running',
  nowMs: number,
): Promise<void> {
  const now = instantText(nowMs)
  await db.q
    .insertInto('import')
    .values({
      import_id: request.importId,
      tenant_id: request.tenantId,
      source_id: request.sourceId,
      filename: request.filename,
      stored_path: request.storedPath,
      state,
      zone_asked: request.zoneAsked,
      columns: request.columns ?? '',
      bytes_total: String(request.bytesTotal),
      created_at: now,
      started_at: state === 'running' ? now : null,
      beat_at: state === 'running' ? now : null,
    })
    .execute()
  await announce(db)
}

/**
 * How an import stands: still running (the beat that keeps others from taking it up), through, or refused or broken off
 * with a sentence for the person who sent the file. A closed import's stored file is no more wanted; whoever stored it
 * takes it away.
 */
export type ImportStanding =
  | ({ readonly state: 'running' | 'done' } & ImportProgress)
  | { readonly state: 'failed'; readonly error: string }

/** Writes how an import stands now. Issues the topic `imports`. */
export async function updateImport(
  db: Queryable,
  importId: string,
  standing: ImportStanding,
  nowMs: number,
): Promise<void> {
  const now = instantText(nowMs)
  const told =
    standing.state === 'failed'
      ? { error: standing.error }
      : { ...columnsOf(standing), format: standing.format, zone: standing.zone, error: '' }
  const when = standing.state === 'running' ? { beat_at: now } : { finished_at: now, stored_path: '' }
  await db.q
    .updateTable('import')
    .set({ ...told, ...when, state: standing.state })
    .where('import_id', '=', importId)
    .execute()
  await announce(db)
}

/**
 * Takes the oldest import that waits, or one whose beat stopped more than `staleMs` ago; undefined when there is none.
 * Two workers never get the same one. An interrupted import nobody can read again (no stored file) is marked failed.
 */
export async function claimImport(db: Db, nowMs: number, staleMs: number): Promise<ClaimedImport | undefined> {
  const now = instantText(nowMs)
  const stale = instantText(nowMs - staleMs)
  await db.pool.query(
    `update import set state = 'failed', finished_at = $1,
       error = 'The import was interrupted. Import the file again: what is already there is not doubled.'
     where state = 'running' and stored_path = '' and beat_at < $2`,
    [now, stale],
  )
  const { rows } = await db.pool.query<ClaimedRow>(
    `update import set state = 'running', started_at = coalesce(started_at, $1), beat_at = $1
     where import_id = (
       select import_id from import
       where stored_path <> '' and (state = 'queued' or (state = 'running' and beat_at < $2))
       order by created_at limit 1 for update skip locked)
     returning import_id, tenant_id, source_id, filename, stored_path, zone_asked, columns, bytes_total,
       started_at < $1::timestamptz as again`,
    [now, stale],
  )
  const row = rows[0]
  if (!row) return undefined
  return {
    importId: row.import_id,
    tenantId: asTenantId(row.tenant_id),
    sourceId: asSourceId(row.source_id),
    filename: row.filename,
    storedPath: row.stored_path,
    zoneAsked: row.zone_asked,
    columns: row.columns,
    bytesTotal: Number(row.bytes_total),
    attempt: row.again ? 'again' : 'first',
  }
}

type ClaimedRow = {
  import_id: string
  tenant_id: number
  source_id: number
  filename: string
  stored_path: string
  zone_asked: string
  columns: string
  bytes_total: string
  again: boolean
}

function columnsOf(counts: ImportCounts) {
  const { bytesDone, read, inserted, cel, queueEvents, duplicates, matched, rejected, calls, rated, unrated } = counts
  const events = { cel, queue_events: queueEvents }
  return {
    bytes_done: String(bytesDone),
    read,
    inserted,
    ...events,
    duplicates,
    matched,
    rejected,
    calls,
    rated,
    unrated,
  }
}

/** Tells the pages that listen that an import moved. */
async function announce(db: Queryable): Promise<void> {
  await sql`select pg_notify('tollbook', 'imports')`.execute(db.q)
}
