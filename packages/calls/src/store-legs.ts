// A batch of legs into the database, and the calls they make. The only writer of leg, cel, call and batch.
//
// A leg that is already there changes nothing but what it knows better: values another way lacked, and that this way has
// seen it too. A call that is already there and gets another leg, or whose legs changed, is stitched again from all its
// legs and replaced; its revision counts that. Because legs are inserted before calls, both in the order of their keys, and
// stored legs are only changed under the lock of their call, two writers of the same calls wait for each other and never
// deadlock, and whoever comes second finds the first one's legs. A batch with channel events has its source to itself:
// between legs in one transaction and their events in another nothing else would tell that they belong together.

import { lockInTransaction, lookAndInsert, type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey, failPoint, millisOfUuid } from '@tollbook/kernel'
import type { Call, FoundJoins } from './call.ts'
import { insertSegments } from './call-segments.ts'
import type { Cel } from './cel.ts'
import { changeLegs, lockCallRows, markSeen } from './change-legs.ts'
import { copyCalls, copyLegs } from './copied-rows.ts'
import { eraseAtTheDoor } from './erasing/erase-at-the-door.ts'
import { withFinality } from './finality.ts'
import { fromElsewhere, type HomedLegs, homeLegs, type Move } from './home-legs.ts'
import { instantText } from './instant-text.ts'
import { joinCalls } from './join-calls.ts'
import { withoutDetached } from './kept-from.ts'
import { bitOf, type KnownLeg, NO_ORIGINS } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { type Attribute, type LegBatch, openedRange, withAttribution } from './leg-batch.ts'
import { type LegsOfCall, legsByCall } from './legs-by-call.ts'
import { comingTo, type Incoming, type LegPlan, type Outcome, planLegs } from './plan-legs.ts'
import { removeCalls } from './remove-calls.ts'
import { restitch } from './restitch.ts'
import { insertSeizures } from './seizures.ts'
import { eventsAreEnough, stitchCall } from './stitch-call.ts'
import { type StoredEvents, storeEvents } from './store-events.ts'
import { celOf } from './stored-cel.ts'
import { knownLegsOf } from './stored-legs.ts'
import { moveTags } from './tags.ts'
import { tellByEvents } from './tell-by-events.ts'

export type { Attribute, LegBatch }

export type StoredLegs = {
  /** Legs that were new; known from another way and new to this one; known from this way or twice in the batch. */
  readonly inserted: number
  readonly matched: number
  readonly duplicates: number
  readonly celInserted: number
  readonly queueInserted: number
  readonly newCalls: number
  /** Legs of the batch that were not new, and how they were known; all others were new. */
  readonly outcomes: ReadonlyMap<Leg, Outcome>
  /** Calls that are new or changed, in key order; these want settling. */
  readonly calls: readonly Call[]
}

/**
 * Stores a batch inside the caller's transaction. Rows older than what is kept count as known, erased numbers are replaced.
 * Partitions of the legs' months must exist. All legs must be of the batch's source. A batch of 5,000 to 10,000 legs is
 * fastest; nothing here needs more memory than the batch.
 */
export async function storeLegs(tx: Tx, came: LegBatch, attribute: Attribute): Promise<StoredLegs> {
  const kept = await withoutDetached(tx, came)
  const { batch, asTheyCame } = await eraseAtTheDoor(tx, kept.batch)
  const stored = await storeClean(tx, batch, attribute)
  if (asTheyCame.size + kept.gone.length === 0) return stored
  const outcomes = new Map([...stored.outcomes].map(([leg, outcome]) => [asTheyCame.get(leg) ?? leg, outcome]))
  for (const leg of kept.gone) outcomes.set(leg, 'duplicate')
  return { ...stored, duplicates: stored.duplicates + kept.gone.length, outcomes }
}

async function storeClean(tx: Tx, batch: LegBatch, attribute: Attribute): Promise<StoredLegs> {
  const homed = await homeLegs(tx, batch)
  await lockInTransaction(tx, `events of source ${batch.sourceId}`, batch.cel.length > 0 ? 'alone' : 'shared')
  const { celInserted, queueInserted, touched, allOf } = await storeEvents(tx, batch)
  const outcomes = new Map<Leg, Outcome>()
  const note = (leg: Leg, outcome: Outcome) => outcomes.set(homed.asTheyCame.get(leg) ?? leg, outcome)
  const incoming = incomingOf(batch, homed, (leg) => note(leg, 'duplicate'))
  const found: FoundJoins = new Map()
  const { plan, stitched } = await insertLegs(tx, batch, incoming, attribute, { found, allOf })
  failPoint('store.legs-inserted')
  for (const [leg, outcome] of plan.outcomes) note(leg, outcome)
  const counts = { ...countsOf(batch, outcomes), celInserted, queueInserted, outcomes }
  if (plan.fresh.length + celInserted + queueInserted > 0) await insertBatch(tx, batch, plan.fresh.length)
  failPoint('store.batch-noted')

  const { fresh, known } = await insertCalls(tx, batch, stitched)
  failPoint('store.calls-inserted')
  const reopened = new Set([...plan.reopened, ...known, ...homed.moves.map((move) => move.before.callKey)])
  const changed = reopened.size === 0 ? [] : await reopen(tx, batch, incoming, homed.moves, reopened, attribute, found)
  await markSeen(tx, batch, plan.seen)
  const done = new Set([...stitched.map((call) => call.callKey), ...reopened])
  const told = await tellByEvents(tx, batch, touched, done, attribute, { knownCalls, insertCalls }, found)
  const joined = await joinCalls(tx, batch, found, attribute)
  const calls = lastOfEach([...fresh, ...changed, ...told.fresh, ...told.changed, ...joined], fresh.length)
  return { ...counts, newCalls: fresh.length + told.fresh.length, calls }
}

/** What comes to the calls: legs of the batch, and stored ones that turned out to be of another call. */
function incomingOf(batch: LegBatch, { legs, asTheyCame, moves }: HomedLegs, twice: (leg: Leg) => void): Incoming {
  const from = fromHere(batch)
  const calls = legsByCall(legs, twice)
  const homed = fromElsewhere(from)
  const elsewhere = new Map([...asTheyCame.keys()].map((leg) => [leg, homed]))
  const moved = new Map<CallKey, KnownLeg[]>()
  for (const { after } of moves) moved.set(after.leg.callKey, [...(moved.get(after.leg.callKey) ?? []), after])
  if (moved.size === 0) return { calls, from, elsewhere, moved }
  const there = new Set(calls.map((call) => call.callKey))
  const more = [...moved].flatMap(([callKey, [first]]) =>
    there.has(callKey) ? [] : [{ callKey, openedAtMs: first!.leg.openedAtMs, legs: [] }],
  )
  return { calls: [...calls, ...more].sort((a, b) => (a.callKey < b.callKey ? -1 : 1)), from, elsewhere, moved }
}

/** Calls in key order; of one that changed twice, as it is now. The first `sorted` ones are in order already. */
function lastOfEach(calls: readonly Call[], sorted: number): readonly Call[] {
  if (calls.length === sorted) return calls
  const last = new Map(calls.map((call) => [call.callKey, call]))
  return [...last.values()].sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
}

function countsOf(batch: LegBatch, outcomes: ReadonlyMap<Leg, Outcome>) {
  let matched = 0
  for (const outcome of outcomes.values()) if (outcome === 'matched') matched++
  const duplicates = outcomes.size - matched
  return { inserted: batch.legs.length - outcomes.size, matched, duplicates }
}

/** What is true of a leg of this batch. */
function fromHere({ batchId, receivedAtMs, way }: LegBatch): KnownLeg['from'] {
  return { batchId, receivedAtMs, seenIn: bitOf(way), origins: NO_ORIGINS }
}

/** Inserts the legs that are not there yet; answers with what is known of the others, and the new calls from the batch alone. */
function insertLegs(
  tx: Tx,
  batch: LegBatch,
  incoming: Incoming,
  attribute: Attribute,
  { found, allOf }: { readonly found: FoundJoins; readonly allOf: StoredEvents['allOf'] },
): Promise<{ plan: LegPlan; stitched: readonly Call[] }> {
  const { calls } = incoming
  return lookAndInsert(tx, async () => {
    const keys = calls.map((call) => call.callKey)
    const stored = calls.length === 0 ? new Map() : await knownLegsOf(tx, keys, openedRange(calls))
    const plan = planLegs(incoming, stored)
    const cel = plan.newCalls.length === 0 ? NO_EVENTS : await eventsOf(tx, plan.newCalls, allOf)
    const copied = copyLegs(tx, 'leg', batch, plan.fresh, plan.elsewhere)
    // PostgreSQL is at work on the legs: time to stitch. Most of these calls are new and are inserted as they are now.
    const [stitched] = await Promise.all([stitch(batch, plan.newCalls, cel, attribute, found), copied])
    failPoint('store.legs-copied')
    return { plan, stitched }
  })
}

/** Stored calls that got legs, lost some or know theirs better: made of all their legs, under their locks. */
async function reopen(
  tx: Tx,
  batch: LegBatch,
  incoming: Incoming,
  moves: readonly Move[],
  keys: ReadonlySet<CallKey>,
  attribute: Attribute,
  found: FoundJoins,
): Promise<readonly Call[]> {
  const coming = new Map<CallKey, KnownLeg[]>([...incoming.moved].map(([key, legs]) => [key, [...legs]]))
  for (const call of incoming.calls) {
    if (keys.has(call.callKey)) {
      coming.set(call.callKey, [...(coming.get(call.callKey) ?? []), ...comingTo(call, incoming)])
    }
  }
  const leaving = new Map<CallKey, Set<bigint>>()
  for (const { before } of moves) {
    leaving.set(before.callKey, (leaving.get(before.callKey) ?? new Set()).add(before.legKey))
  }
  await lockCallRows(tx, keys, openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) }))))
  const empty = await changeLegs(tx, batch, { keys, incoming: (key) => coming.get(key) ?? [], leaving })
  for (const [key, events] of await celOfAny(tx, empty)) if (eventsAreEnough(events)) empty.delete(key)
  const home = moves.filter(({ before }) => empty.has(before.callKey))
  await moveTags(tx, new Map(home.map(({ before, after }) => [before.callKey, after.leg.callKey])))
  const gone = await removeCalls(tx, batch, empty)
  const kept = empty.size === 0 ? keys : new Set([...keys].filter((key) => !empty.has(key)))
  return [...gone, ...(kept.size === 0 ? [] : await restitch(tx, batch, kept, attribute, 'late-rows', found))]
}

/** A call without legs is still one when its events tell all of it. */
async function celOfAny(tx: Tx, keys: ReadonlySet<CallKey>): Promise<ReadonlyMap<CallKey, readonly Cel[]>> {
  if (keys.size === 0) return new Map()
  const range = openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) })))
  return new Map([...(await celOf(tx, keys, range))].map(([key, events]) => [asCallKey(key), events]))
}

const NO_EVENTS: ReadonlyMap<string, readonly Cel[]> = new Map()

/** Of calls that are told for the first time the events are at hand; of others some were stored before. */
async function eventsOf(
  tx: Tx,
  calls: readonly LegsOfCall[],
  allOf: StoredEvents['allOf'],
): Promise<ReadonlyMap<string, readonly Cel[]>> {
  const before = calls.filter((call) => !allOf.has(call.callKey))
  if (before.length === 0) return allOf
  const stored = await celOf(
    tx,
    before.map((call) => call.callKey),
    openedRange(before),
  )
  return allOf.size === 0 ? stored : new Map<string, readonly Cel[]>([...allOf, ...stored])
}

async function stitch(
  batch: LegBatch,
  calls: readonly LegsOfCall[],
  cel: ReadonlyMap<string, readonly Cel[]>,
  attribute: Attribute,
  found: FoundJoins,
): Promise<readonly Call[]> {
  const drafts = calls.map((call) =>
    withFinality(stitchCall(call.legs, cel.get(call.callKey) ?? [], batch.rules), batch),
  )
  for (const { linkedid, joins } of drafts) if (joins !== undefined && joins.length > 0) found.set(linkedid, joins)
  return withAttribution(batch, drafts, attribute(drafts, batch.sourceId))
}

/** What the batch brought; a batch that brought nothing leaves no trace. */
async function insertBatch(tx: Tx, batch: LegBatch, inserted: number): Promise<void> {
  const { batchId, sourceId, receivedAtMs, way, toldBy, zone } = batch
  await tx.client.query(
    `insert into batch (batch_id, source_id, received_at, legs, way, told_by, zone) values ($1, $2, $3, $4, $5, $6, $7)`,
    [batchId, sourceId, instantText(receivedAtMs), inserted, way, toldBy, zone],
  )
}

/** Inserts the calls that are not there yet; `known` are those that are. */
function insertCalls(
  tx: Tx,
  batch: LegBatch,
  stitched: readonly Call[],
): Promise<{ fresh: readonly Call[]; known: ReadonlySet<CallKey> }> {
  if (stitched.length === 0) return Promise.resolve({ fresh: stitched, known: new Set() })
  return lookAndInsert(tx, async () => {
    const known = await knownCalls(tx, stitched)
    const fresh = known.size === 0 ? stitched : stitched.filter((call) => !known.has(call.callKey))
    await copyCalls(tx, 'call', batch, fresh)
    await insertSegments(tx, fresh)
    await insertSeizures(tx, fresh)
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
