// A batch of legs into the database, and the calls they make. The only writer of leg, cel, call and batch.
//
// A leg that is already there is counted as a duplicate and changes nothing. A call that is already there and gets
// another leg is stitched again from all its legs and replaced; its revision counts that. Because legs are inserted
// before calls, and both in the order of their keys, two writers of the same calls wait for each other and never
// deadlock, and whoever comes second finds the first one's legs. A batch with channel events has its source to itself:
// between legs in one transaction and their events in another nothing else would tell that they belong together.

import { lockInTransaction, lookAndInsert, type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey, failPoint, millisOfUuid } from '@tollbook/kernel'
import type { Call } from './call.ts'
import { insertSegments } from './call-segments.ts'
import type { Cel } from './cel.ts'
import { CEL_COLUMNS, copyCalls, copyCel, copyLegs, copyQueueEvents, QUEUE_COLUMNS } from './copied-rows.ts'
import { instantText } from './instant-text.ts'
import type { Leg } from './leg.ts'
import { type Attribute, type LegBatch, openedRange, withAttribution } from './leg-batch.ts'
import { restitch } from './restitch.ts'
import { emptyStaging } from './staging.ts'
import { eventsAreEnough, stitchCall } from './stitch-call.ts'
import { celOf } from './stored-cel.ts'

export type { Attribute, LegBatch }

export type StoredLegs = {
  /** Legs that were new, and legs that were known already (or twice in the batch); together all legs of the batch. */
  readonly inserted: number
  readonly duplicates: number
  readonly celInserted: number
  readonly queueInserted: number
  readonly newCalls: number
  /** Calls that are new or changed, in key order; these want settling. */
  readonly calls: readonly Call[]
}

/**
 * Stores a batch inside the caller's transaction. Partitions of the legs' months must exist. All legs must be of the
 * batch's source. A batch of 5,000 to 10,000 legs is fastest; nothing here needs more memory than the batch.
 */
export async function storeLegs(tx: Tx, batch: LegBatch, attribute: Attribute): Promise<StoredLegs> {
  await lockInTransaction(tx, `events of source ${batch.sourceId}`, batch.cel.length > 0 ? 'alone' : 'shared')
  const events = await insertCel(tx, batch)
  failPoint('store.cel-inserted')
  const queueInserted = await insertQueueEvents(tx, batch)
  failPoint('store.queue-inserted')
  const { stitched, inserted } = await insertLegs(tx, batch, byCall(batch.legs), attribute)
  failPoint('store.legs-inserted')
  const duplicates = batch.legs.length - inserted
  const celInserted = events.inserted
  if (inserted + celInserted + queueInserted > 0) await insertBatch(tx, batch, inserted)
  failPoint('store.batch-noted')
  const counts = { inserted, duplicates, celInserted, queueInserted }
  if (inserted + celInserted === 0) return { ...counts, newCalls: 0, calls: [] }

  const { fresh, known } = await insertCalls(tx, batch, stitched)
  failPoint('store.calls-inserted')
  const changed = known.size === 0 ? [] : await restitch(tx, batch, known, attribute)
  const told = await tellByEvents(tx, batch, events.calls, new Set(stitched.map((call) => call.callKey)), attribute)
  const calls = [...fresh, ...changed, ...told.fresh, ...told.changed]
  calls.sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
  return { ...counts, newCalls: fresh.length + told.fresh.length, calls }
}

/**
 * Calls that got events but no leg by this batch: those that are stored are stitched again, and one that has ended is a
 * call also when no leg of it ever came (cdr.conf drops unanswered ones).
 */
async function tellByEvents(
  tx: Tx,
  batch: LegBatch,
  touched: ReadonlySet<CallKey>,
  done: ReadonlySet<CallKey>,
  attribute: Attribute,
): Promise<{ readonly fresh: readonly Call[]; readonly changed: readonly Call[] }> {
  const waiting = [...touched].filter((key) => !done.has(key)).sort()
  if (waiting.length === 0) return { fresh: [], changed: [] }
  const opened = waiting.map((callKey) => ({ callKey, openedAtMs: millisOfUuid(callKey) }))
  const stored = await knownCalls(tx, opened)
  const changed = stored.size === 0 ? [] : await restitch(tx, batch, stored, attribute, 'events')
  const ended = new Set(batch.cel.flatMap((event) => (event.event === 'LINKEDID_END' ? [event.callKey] : [])))
  const alone = opened.filter(({ callKey }) => ended.has(callKey) && !stored.has(callKey))
  if (alone.length === 0) return { fresh: [], changed }
  const cel = await celOf(
    tx,
    alone.map(({ callKey }) => callKey),
    openedRange(alone),
  )
  const whole = alone.map(({ callKey }) => cel.get(callKey) ?? []).filter(eventsAreEnough)
  if (whole.length === 0) return { fresh: [], changed }
  const drafts = whole.map((events) => stitchCall([], events, batch.rules))
  const { fresh } = await insertCalls(tx, batch, withAttribution(batch, drafts, attribute(drafts, batch.sourceId)))
  return { fresh, changed }
}

type LegsOfCall = { readonly callKey: CallKey; readonly openedAtMs: number; readonly legs: readonly Leg[] }

/** Legs grouped into their calls, each leg once, calls in key order: the order in which everything is written. */
function byCall(legs: readonly Leg[]): LegsOfCall[] {
  const calls: LegsOfCall[] = []
  let current: { callKey: CallKey; openedAtMs: number; legs: Leg[] } | undefined
  for (const leg of [...legs].sort(byKey)) {
    if (current?.callKey !== leg.callKey) {
      current = { callKey: leg.callKey, openedAtMs: leg.openedAtMs, legs: [leg] }
      calls.push(current)
    } else if (current.legs.at(-1)!.legKey !== leg.legKey) current.legs.push(leg)
  }
  return calls
}

/** A call key begins with the time: most pairs are told apart by a number, before any text is compared. */
function byKey(a: Leg, b: Leg): number {
  if (a.openedAtMs !== b.openedAtMs) return a.openedAtMs - b.openedAtMs
  if (a.callKey !== b.callKey) return a.callKey < b.callKey ? -1 : 1
  return a.legKey < b.legKey ? -1 : a.legKey > b.legKey ? 1 : 0
}

/** Inserts the legs that are not there yet; answers how many, and the calls that got any, stitched from the batch alone. */
function insertLegs(
  tx: Tx,
  batch: LegBatch,
  calls: readonly LegsOfCall[],
  attribute: Attribute,
): Promise<{ stitched: readonly Call[]; inserted: number }> {
  return lookAndInsert(tx, async () => {
    const known = await knownLegs(tx, calls)
    const touched: LegsOfCall[] = []
    const fresh: Leg[] = []
    for (const call of calls) {
      const before = fresh.length
      const there = known.size === 0 ? undefined : known.get(call.callKey)
      for (const leg of call.legs) if (!there?.has(leg.legKey)) fresh.push(leg)
      if (fresh.length > before) touched.push(call)
    }
    const cel =
      touched.length === 0
        ? NO_EVENTS
        : await celOf(
            tx,
            touched.map((c) => c.callKey),
            openedRange(touched),
          )
    const copied = copyLegs(tx, 'leg', batch, fresh)
    // PostgreSQL is at work on the legs: time to stitch. Most of these calls are new and are inserted as they are now.
    const [stitched] = await Promise.all([stitch(batch, touched, cel, attribute), copied])
    failPoint('store.legs-copied')
    return { stitched, inserted: fresh.length }
  })
}

const NO_EVENTS: ReadonlyMap<string, readonly Cel[]> = new Map()

async function stitch(
  batch: LegBatch,
  calls: readonly LegsOfCall[],
  cel: ReadonlyMap<string, readonly Cel[]>,
  attribute: Attribute,
): Promise<readonly Call[]> {
  const drafts = calls.map((call) => stitchCall(call.legs, cel.get(call.callKey) ?? [], batch.rules))
  return withAttribution(batch, drafts, attribute(drafts, batch.sourceId))
}

/** The stored legs of these calls, by call. */
async function knownLegs(tx: Tx, calls: readonly LegsOfCall[]): Promise<ReadonlyMap<string, ReadonlySet<bigint>>> {
  if (calls.length === 0) return new Map()
  const { rows } = await tx.client.query<{ call_key: string; leg_key: string }>({
    name: 'known legs',
    text: `select call_key, leg_key from leg where call_key = any($1::uuid[]) and opened_at between $2 and $3`,
    values: [keysOf(calls), ...openedRange(calls)],
  })
  const known = new Map<string, Set<bigint>>()
  for (const { call_key, leg_key } of rows) {
    const legs = known.get(call_key)
    if (legs) legs.add(BigInt(leg_key))
    else known.set(call_key, new Set([BigInt(leg_key)]))
  }
  return known
}

/** What the batch brought; a batch that brought nothing leaves no trace. */
async function insertBatch(tx: Tx, batch: LegBatch, inserted: number): Promise<void> {
  const { batchId, sourceId, receivedAtMs, way, toldBy, zone } = batch
  await tx.client.query(
    `insert into batch (batch_id, source_id, received_at, legs, way, told_by, zone) values ($1, $2, $3, $4, $5, $6, $7)`,
    [batchId, sourceId, instantText(receivedAtMs), inserted, way, toldBy, zone],
  )
}

/** Inserts the events that are not there yet; answers how many, and the calls that got any. */
async function insertCel(
  tx: Tx,
  batch: LegBatch,
): Promise<{ readonly inserted: number; readonly calls: ReadonlySet<CallKey> }> {
  if (batch.cel.length === 0) return { inserted: 0, calls: new Set() }
  const staged = await emptyStaging(tx, 'cel', CEL_COLUMNS)
  await copyCel(tx, staged, batch, batch.cel)
  const columns = CEL_COLUMNS.join(', ')
  const { rows } = await tx.client.query<{ call_key: string; events: number }>(
    `with added as (
       insert into cel (${columns}) select ${columns} from ${staged} order by call_key, event_key
       on conflict do nothing returning call_key
     ) select call_key, count(*)::int as events from added group by call_key`,
  )
  const inserted = rows.reduce((sum, row) => sum + row.events, 0)
  return { inserted, calls: new Set(rows.map((row) => asCallKey(row.call_key))) }
}

async function insertQueueEvents(tx: Tx, batch: LegBatch): Promise<number> {
  if (batch.queue.length === 0) return 0
  const staged = await emptyStaging(tx, 'queue_event', QUEUE_COLUMNS)
  await copyQueueEvents(tx, staged, batch, batch.queue)
  const columns = QUEUE_COLUMNS.join(', ')
  const { rowCount } = await tx.client.query(
    `insert into queue_event (${columns}) select ${columns} from ${staged} order by call_key, event_key
     on conflict do nothing`,
  )
  return rowCount ?? 0
}

/** Inserts the calls that are not there yet; `known` are those that are. */
function insertCalls(
  tx: Tx,
  batch: LegBatch,
  stitched: readonly Call[],
): Promise<{ fresh: readonly Call[]; known: ReadonlySet<CallKey> }> {
  if (stitched.length === 0) return Promise.resolve({ fresh: [], known: new Set() })
  return lookAndInsert(tx, async () => {
    const known = await knownCalls(tx, stitched)
    const fresh = known.size === 0 ? stitched : stitched.filter((call) => !known.has(call.callKey))
    await copyCalls(tx, 'call', batch, fresh)
    await insertSegments(tx, fresh)
    return { fresh, known }
  })
}

async function knownCalls(
  tx: Tx,
  calls: readonly { readonly callKey: CallKey; readonly openedAtMs: number }[],
): Promise<ReadonlySet<CallKey>> {
  const { rows } = await tx.client.query<{ call_key: string }>({
    name: 'known calls',
    text: `select call_key from call where call_key = any($1::uuid[]) and opened_at between $2 and $3`,
    values: [keysOf(calls), ...openedRange(calls)],
  })
  return new Set(rows.map((row) => asCallKey(row.call_key)))
}

function keysOf(calls: readonly { readonly callKey: CallKey }[]): Buffer {
  return uuidArray(calls.map((call) => call.callKey))
}
