// A batch of legs into the database, and the calls they make. The only writer of leg, cel, call and batch.
//
// A leg that is already there is counted as a duplicate and changes nothing. A call that is already there and gets
// another leg is stitched again from all its legs and replaced; its revision counts that. Because legs are inserted
// before calls, and both in the order of their keys, two writers of the same calls wait for each other and never
// deadlock, and whoever comes second finds the first one's legs.

import type { Tx } from '@tollbook/db'
import { asCallKey, assert, type CallKey } from '@tollbook/kernel'
import type { Call } from './call.ts'
import { instantText } from './instant-text.ts'
import type { Leg } from './leg.ts'
import { type Attribute, type LegBatch, openedRange, withAttribution } from './leg-batch.ts'
import { restitch } from './restitch.ts'
import {
  CALL_COLUMNS,
  CEL_COLUMNS,
  ensureStaging,
  LEG_COLUMNS,
  stageCalls,
  stageCel,
  stageLegs,
  unstaged,
} from './staging.ts'
import { stitchCall } from './stitch-call.ts'

export type { Attribute, LegBatch }

export type StoredLegs = {
  /** Legs that were new, and legs that were known already (or twice in the batch); together all legs of the batch. */
  readonly inserted: number
  readonly duplicates: number
  readonly celInserted: number
  readonly newCalls: number
  /** Calls that are new or changed, in key order; these want settling. */
  readonly calls: readonly Call[]
}

/**
 * Stores a batch inside the caller's transaction. Partitions of the legs' months must exist. All legs must be of the
 * batch's source. A batch of 5,000 to 10,000 legs is fastest; nothing here needs more memory than the batch.
 */
export async function storeLegs(tx: Tx, batch: LegBatch, attribute: Attribute): Promise<StoredLegs> {
  await ensureStaging(tx)
  const calls = byCall(batch.legs)
  const legs = calls.flatMap((call) => call.legs)
  const celInserted = await insertCel(tx, batch)
  const inserted = await insertLegs(tx, batch, legs)
  assert(inserted <= legs.length, 'no more legs can be inserted than were staged')
  const duplicates = batch.legs.length - inserted
  if (inserted + celInserted > 0) await insertBatch(tx, batch, inserted)
  if (inserted === 0) return { inserted, duplicates, celInserted, newCalls: 0, calls: [] }

  const touched = inserted === legs.length ? calls : await withNewLegs(tx, batch.batchId, calls)
  const drafts = touched.map((call) => stitchCall(call.legs))
  const fresh = withAttribution(batch, drafts, attribute(drafts))
  const known = await insertCalls(tx, batch, fresh)
  if (known.size === 0) return { inserted, duplicates, celInserted, newCalls: fresh.length, calls: fresh }

  const changed = await restitch(tx, batch, known, attribute)
  const newCalls = fresh.filter((call) => !known.has(call.callKey))
  const all = [...newCalls, ...changed].sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
  return { inserted, duplicates, celInserted, newCalls: newCalls.length, calls: all }
}

type LegsOfCall = { readonly callKey: CallKey; readonly openedAtMs: number; readonly legs: Leg[] }

/** Legs grouped into their calls, each leg once, calls in key order: the order in which everything is written. */
function byCall(legs: readonly Leg[]): LegsOfCall[] {
  const calls = new Map<CallKey, LegsOfCall>()
  for (const leg of legs) {
    const call = calls.get(leg.callKey)
    if (!call) calls.set(leg.callKey, { callKey: leg.callKey, openedAtMs: leg.openedAtMs, legs: [leg] })
    else if (!call.legs.some((other) => other.legKey === leg.legKey)) call.legs.push(leg)
  }
  const ordered = [...calls.values()].sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
  for (const { legs } of ordered) if (legs.length > 1) legs.sort((a, b) => (a.legKey < b.legKey ? -1 : 1))
  return ordered
}

/** Inserts the legs that are not there yet and says how many. Staged in key order, so no sort is asked for. */
async function insertLegs(tx: Tx, batch: LegBatch, legs: readonly Leg[]): Promise<number> {
  await stageLegs(tx, legs)
  const columns = LEG_COLUMNS.join(', ')
  const { rowCount } = await tx.client.query(
    `insert into leg (${columns}, received_at, batch_id, tenant_id, source_id)
     select ${unstaged(LEG_COLUMNS)}, $1::timestamptz, $2::uuid, $3::int, $4::smallint from stg_leg
     on conflict do nothing`,
    [instantText(batch.receivedAtMs), batch.batchId, batch.tenantId, batch.sourceId],
  )
  return rowCount ?? 0
}

/** What the batch brought; a batch that brought nothing leaves no trace. */
async function insertBatch(tx: Tx, batch: LegBatch, inserted: number): Promise<void> {
  await tx.client.query('insert into batch (batch_id, source_id, received_at, legs) values ($1, $2, $3, $4)', [
    batch.batchId,
    batch.sourceId,
    instantText(batch.receivedAtMs),
    inserted,
  ])
}

async function insertCel(tx: Tx, batch: LegBatch): Promise<number> {
  if (batch.cel.length === 0) return 0
  await stageCel(tx, batch.cel)
  const columns = CEL_COLUMNS.join(', ')
  const { rowCount } = await tx.client.query(
    `insert into cel (${columns}, received_at, batch_id, tenant_id, source_id)
     select ${unstaged(CEL_COLUMNS)}, $1::timestamptz, $2::uuid, $3::int, $4::smallint from stg_cel
     order by call_key, event_key on conflict do nothing`,
    [instantText(batch.receivedAtMs), batch.batchId, batch.tenantId, batch.sourceId],
  )
  return rowCount ?? 0
}

/** Of the batch's calls those that got a new leg; asked only when some legs were duplicates. */
async function withNewLegs(tx: Tx, batchId: string, calls: readonly LegsOfCall[]): Promise<LegsOfCall[]> {
  const { rows } = await tx.client.query<{ call_key: string }>(
    `select distinct call_key from leg
     where call_key = any($1::uuid[]) and opened_at between $2 and $3 and batch_id = $4`,
    [calls.map((c) => c.callKey), ...openedRange(calls), batchId],
  )
  const keys = new Set(rows.map((row) => row.call_key))
  return calls.filter((call) => keys.has(call.callKey))
}

/** Inserts the calls that are not there yet; answers with the keys of those that were. */
async function insertCalls(tx: Tx, batch: LegBatch, calls: readonly Call[]): Promise<Set<CallKey>> {
  await stageCalls(tx, calls)
  const { rows } = await tx.client.query<{ call_key: string }>(
    `with inserted as (
       insert into call (${CALL_COLUMNS.join(', ')}, stitched_at, tenant_id, source_id)
       select ${unstaged(CALL_COLUMNS)}, $1::timestamptz, $2::int, $3::smallint from stg_call
       on conflict do nothing returning call_key)
     select call_key from stg_call where call_key not in (select call_key from inserted)`,
    [instantText(batch.receivedAtMs), batch.tenantId, batch.sourceId],
  )
  return new Set(rows.map((row) => asCallKey(row.call_key)))
}
