// Table revaluation: what was asked for, and how far it is. As states:
//
//   counting ─► ready ─► applying ─► done          a rerate: counted, looked at by a person, then charged
//   counting ─► done                               an impact: counted, nothing else
//
// From counting, ready and applying it can be cancelled; a batch that is under way then still ends. What breaks off
// stays as it is and is taken up again once its beat is old; what fails says why, and a failed rerate may be applied again.

import { randomBytes } from 'node:crypto'
import type { Schema } from '@tollbook/db'
import { type Db, notifyStatement, type Queryable } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { CompiledQuery, type Selectable, sql } from 'kysely'
import type { UnratedReason } from '../price-call.ts'

/** Which calls. An impact names a deck and the version that is tried; of several conditions all must hold. */
export type RevaluationScope = {
  /** When the calls opened, milliseconds, `toMs` exclusive. */
  readonly fromMs: number
  readonly toMs: number
  readonly accountId?: number | undefined
  /** Charged by this deck now, or to be charged by it. */
  readonly deckId?: number | undefined
  readonly version?: number | undefined
  /** Calls without a charge, for one of these reasons. */
  readonly reasons?: readonly UnratedReason[] | undefined
}

export type RevaluationState = 'counting' | 'ready' | 'applying' | 'done' | 'cancelled' | 'failed'

export type Revaluation = {
  readonly id: string
  readonly tenantId: number
  readonly kind: 'impact' | 'rerate'
  readonly state: RevaluationState
  readonly scope: RevaluationScope
  readonly reason: string
  readonly createdBy: string
  readonly createdAtMs: number
  readonly finishedAtMs: number | undefined
  readonly callsTotal: number
  readonly callsSeen: number
  readonly callsChanged: number
  /** Of those changed: on an invoice, and left alone. */
  readonly callsInvoiced: number
  readonly error: string
}

export type RevaluationOrder = {
  readonly tenantId: number
  readonly kind: 'impact' | 'rerate'
  readonly scope: RevaluationScope
  readonly reason?: string | undefined
  readonly createdBy?: string | undefined
  readonly nowMs: number
}

/** What listeners hear when there is something to do, and when it has been done. */
const TOPIC = 'revaluations'

/** Within a transaction it is heard once that commits. */
async function announce({ q }: Queryable): Promise<void> {
  const { text, values } = notifyStatement(TOPIC)
  await q.executeQuery(CompiledQuery.raw(text, values))
}

/** Orders a revaluation and answers its id; `runRevaluation` of some process does it. */
export async function startRevaluation(db: Db, order: RevaluationOrder): Promise<string> {
  const id = timeFirstUuid(order.nowMs, randomBytes(10))
  await db.q
    .insertInto('revaluation')
    .values({
      revaluation_id: id,
      tenant_id: order.tenantId,
      kind: order.kind,
      state: 'counting',
      scope: JSON.stringify(order.scope),
      reason: order.reason ?? '',
      created_by: order.createdBy ?? '',
      created_at: new Date(order.nowMs),
    })
    .execute()
  await announce(db)
  return id
}

/** Lets a counted rerate be charged, or a failed one go on; false when it is neither. */
export async function applyRevaluation(db: Db, tenantId: number, id: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `with started as (
       update revaluation set state = 'applying', beat_at = null, error = '', finished_at = null,
         after_keys = case when state = 'ready' then '{}' else after_keys end,
         calls_seen = case when state = 'ready' then 0 else calls_seen end,
         calls_changed = case when state = 'ready' then 0 else calls_changed end,
         calls_invoiced = case when state = 'ready' then 0 else calls_invoiced end
       where revaluation_id = $1 and tenant_id = $2 and kind = 'rerate' and (state = 'ready' or (state = 'failed' and after_keys <> '{}'))
       returning revaluation_id, calls_seen)
     select from started`,
    [id, tenantId],
  )
  if (rowCount !== 1) return false
  await announce(db)
  return true
}

/** Stops a revaluation for good; what it has charged so far stays charged. False when it had ended. */
export async function cancelRevaluation(db: Db, tenantId: number, id: string, nowMs: number): Promise<boolean> {
  const done = await db.q
    .updateTable('revaluation')
    .set({ state: 'cancelled', finished_at: new Date(nowMs) })
    .where('revaluation_id', '=', id)
    .where('tenant_id', '=', tenantId)
    .where('state', 'in', ['counting', 'ready', 'applying'])
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) return false
  await announce(db)
  return true
}

/** The last revaluations of a tenant, newest first. */
export async function listRevaluations(
  { q }: Queryable,
  tenantId: number,
  limit = 50,
): Promise<readonly Revaluation[]> {
  const rows = await q
    .selectFrom('revaluation')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('created_at', 'desc')
    .orderBy('revaluation_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toRevaluation)
}

export async function revaluationById(
  { q }: Queryable,
  tenantId: number,
  id: string,
): Promise<Revaluation | undefined> {
  const row = await q
    .selectFrom('revaluation')
    .selectAll()
    .where('revaluation_id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row && toRevaluation(row)
}

/** A revaluation that is to be worked on, with the last call each lane has done with. */
export type ClaimedRevaluation = Revaluation & { readonly afterKeys: readonly (string | null)[] }

/** A beat comes with every batch, which takes a second at most; a process that is silent for so long is gone. */
const STALE_MS = 30_000

/** Takes the oldest one that waits or was cut off. */
export async function claimRevaluation(db: Db, nowMs: number): Promise<ClaimedRevaluation | undefined> {
  const { rows } = await sql<Selectable<Schema['revaluation']>>`
    update revaluation set beat_at = ${new Date(nowMs)}
    where revaluation_id = (
      select revaluation_id from revaluation
      where state in ('counting', 'applying') and (beat_at is null or beat_at < ${new Date(nowMs - STALE_MS)})
      order by created_at limit 1 for update skip locked)
    returning *`.execute(db.q)
  const row = rows[0]
  return row && { ...toRevaluation(row), afterKeys: row.after_keys }
}

/** What is known of a count so far; false when it was cancelled meanwhile. */
export async function beatCounting(
  db: Queryable,
  id: string,
  counts: { readonly callsTotal?: number; readonly callsSeen?: number },
  nowMs: number,
): Promise<boolean> {
  const done = await db.q
    .updateTable('revaluation')
    .set({
      beat_at: new Date(nowMs),
      ...(counts.callsTotal !== undefined && { calls_total: counts.callsTotal }),
      ...(counts.callsSeen !== undefined && { calls_seen: counts.callsSeen }),
    })
    .where('revaluation_id', '=', id)
    .where('state', '=', 'counting')
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** Lets somebody else go on at once, when this process has to stop. */
export async function releaseRevaluation({ q }: Queryable, id: string): Promise<void> {
  await q.updateTable('revaluation').set({ beat_at: null }).where('revaluation_id', '=', id).execute()
}

/** From one state to the next, if it still is in that state; pages that follow it are told. */
export async function endState(
  db: Queryable,
  id: string,
  from: RevaluationState,
  to: RevaluationState,
  more: {
    readonly callsSeen?: number
    readonly callsChanged?: number
    readonly callsInvoiced?: number
    readonly error?: string
  },
  nowMs: number,
): Promise<boolean> {
  const done = await db.q
    .updateTable('revaluation')
    .set({
      state: to,
      beat_at: null,
      ...(to !== 'ready' && { finished_at: new Date(nowMs) }),
      ...(more.callsSeen !== undefined && { calls_seen: more.callsSeen }),
      ...(more.callsChanged !== undefined && { calls_changed: more.callsChanged }),
      ...(more.callsInvoiced !== undefined && { calls_invoiced: more.callsInvoiced }),
      ...(more.error !== undefined && { error: more.error }),
    })
    .where('revaluation_id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) return false
  await announce(db)
  return true
}

function toRevaluation(row: Selectable<Schema['revaluation']>): Revaluation {
  return {
    id: row.revaluation_id,
    tenantId: row.tenant_id,
    kind: row.kind as Revaluation['kind'],
    state: row.state as RevaluationState,
    scope: row.scope as RevaluationScope,
    reason: row.reason,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    finishedAtMs: row.finished_at?.getTime(),
    callsTotal: row.calls_total,
    callsSeen: row.calls_seen,
    callsChanged: row.calls_changed,
    callsInvoiced: row.calls_invoiced,
    error: row.error,
  }
}
