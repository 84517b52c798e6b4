// Table restitch: calls of a span that are to be stitched and attributed again. Ordered here, done by a worker, taken up
// wherever the last process left it:
//
//   queued ─ claimed ─► running ─ end of the span ─► done
//      └──────── cancelled, or another one takes its place ─► cancelled

import type { Db, Queryable, Tx } from '@tollbook/db'
import { asCallKey, asTenantId, type CallKey } from '@tollbook/kernel'
import { sql } from 'kysely'
import { markApplied } from '../rules/store-rules.ts'
import { BEFORE_ALL, type RestitchSpan } from './restitch-next.ts'

export type RestitchCause = 'rules' | 'zone' | 'asked'
export type RestitchState = 'queued' | 'running' | 'done' | 'cancelled'

export type RestitchJob = RestitchSpan & {
  /** UUID, made by who orders it. */
  readonly id: string
  readonly cause: RestitchCause
  readonly state: RestitchState
  /** Revision of the rules it applies; 0 = it applies none. */
  readonly revision: number
  readonly after: CallKey
  /** Undefined until counted. */
  readonly callsTotal: number | undefined
  readonly callsSeen: number
  readonly callsChanged: number
  /** Cost something else by now but stand on an invoice: only proposed for credit. */
  readonly callsInvoiced: number
  readonly createdBy: string
  readonly createdAtMs: number
}

export type RestitchOrder = RestitchSpan & Pick<RestitchJob, 'id' | 'cause' | 'revision' | 'createdBy'>

/** A batch takes seconds; a minute of silence means that its process is gone. */
const STALE_MS = 60_000

/** Orders a restitch. Of rules or zones, one that is under way for the same source is of no more use and ends here. */
export async function orderRestitch(tx: Tx, order: RestitchOrder, nowMs: number): Promise<void> {
  const { id, tenantId, sourceId, cause, revision, fromMs, toMs, createdBy } = order
  if (cause === 'rules' || cause === 'zone') {
    await tx.client.query(
      `update restitch set state = 'cancelled', beat_at = $3
       where tenant_id = $1 and source_id = $2 and cause = $4 and state in ('queued', 'running')`,
      [tenantId, sourceId, new Date(nowMs), cause],
    )
  }
  await tx.client.query(
    `insert into restitch (restitch_id, tenant_id, source_id, cause, state, from_at, until_at, revision, created_by,
       created_at, beat_at)
     values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $9)`,
    [id, tenantId, sourceId, cause, instant(fromMs), instant(toMs), revision, createdBy, new Date(nowMs)],
  )
}

function instant(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms)
}

/** The oldest one that waits, or whose process is gone; it runs from now on. */
export async function claimRestitch(db: Db, nowMs: number): Promise<RestitchJob | undefined> {
  const { rows } = await db.pool.query<JobRow>(
    `update restitch set state = 'running', beat_at = $1 where restitch_id = (
       select restitch_id from restitch where state = 'queued' or (state = 'running' and beat_at < $2)
       order by created_at, restitch_id limit 1 for update skip locked)
     returning *`,
    [new Date(nowMs), new Date(nowMs - STALE_MS)],
  )
  return rows[0] && toJob(rows[0])
}

/** Gives a running one back, for another process to go on at once. */
export async function releaseRestitch(db: Db, id: string): Promise<void> {
  await db.pool.query(`update restitch set state = 'queued' where restitch_id = $1 and state = 'running'`, [id])
}

export async function setRestitchTotal(db: Queryable, id: string, callsTotal: number): Promise<void> {
  await db.q.updateTable('restitch').set({ calls_total: callsTotal }).where('restitch_id', '=', id).execute()
}

/** Moves on in the transaction of a batch; false when it is no longer ours: cancelled, or somebody else goes on. */
export async function moveRestitch(
  tx: Tx,
  move: { readonly id: string; readonly from: CallKey; readonly to: CallKey; readonly nowMs: number },
  counts: { readonly seen: number; readonly changed: number; readonly invoiced: number },
): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `update restitch set after_key = $3, calls_seen = calls_seen + $4, calls_changed = calls_changed + $5,
       calls_invoiced = calls_invoiced + $6, beat_at = $7
     where restitch_id = $1 and state = 'running' and coalesce(after_key, $8::uuid) = $2::uuid`,
    [move.id, move.from, move.to, counts.seen, counts.changed, counts.invoiced, new Date(move.nowMs), BEFORE_ALL],
  )
  return rowCount === 1
}

/** The end of the span is reached: stored calls are as the rules of its revision make them. */
export async function endRestitch(tx: Tx, job: RestitchJob, nowMs: number): Promise<void> {
  const { rowCount } = await tx.client.query(
    `update restitch set state = 'done', beat_at = $2 where restitch_id = $1 and state = 'running'`,
    [job.id, new Date(nowMs)],
  )
  if (rowCount === 1 && job.revision > 0) await markApplied(tx, job.tenantId, job.sourceId, job.revision)
}

/** The latest of a tenant, newest first. */
export async function listRestitches({ q }: Queryable, tenantId: number, limit = 20): Promise<readonly RestitchJob[]> {
  const { rows } = await sql<JobRow>`
    select * from restitch where tenant_id = ${tenantId} order by created_at desc, restitch_id desc limit ${limit}`.execute(
    q,
  )
  return rows.map(toJob)
}

type JobRow = {
  restitch_id: string
  tenant_id: number
  source_id: number
  cause: string
  state: string
  from_at: Date | null
  until_at: Date | null
  after_key: string | null
  revision: number
  calls_total: number | null
  calls_seen: number
  calls_changed: number
  calls_invoiced: number
  created_by: string
  created_at: Date
}

function toJob(row: JobRow): RestitchJob {
  return {
    id: row.restitch_id,
    tenantId: asTenantId(row.tenant_id),
    sourceId: row.source_id,
    cause: row.cause as RestitchCause,
    state: row.state as RestitchState,
    fromMs: row.from_at?.getTime(),
    toMs: row.until_at?.getTime(),
    revision: row.revision,
    after: row.after_key === null ? BEFORE_ALL : asCallKey(row.after_key),
    callsTotal: row.calls_total ?? undefined,
    callsSeen: row.calls_seen,
    callsChanged: row.calls_changed,
    callsInvoiced: row.calls_invoiced,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
  }
}
