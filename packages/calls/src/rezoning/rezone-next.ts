// The stored calls of a source whose times were read in another zone than is set now, a page at a time in the order of
// their keys: legs and events get their true times, calls are stitched again. A leg that is told from another by its time
// alone (old files without uniqueid) is another call's then, whose key begins with the true time.
//
// Each page commits by itself. What is done bears a batch of the new zone, so doing a page again changes nothing.

import { lockInTransaction, monthOf, type Tx } from '@tollbook/db'
import { asCallKey, asSourceId, type CallKey, millisOfUuid } from '@tollbook/kernel'
import type { Call } from '../call.ts'
import { deleteLegs, lockCallRows, replaceLegs } from '../change-legs.ts'
import type { KnownLeg } from '../known-leg.ts'
import type { Leg } from '../leg.ts'
import { openedRange } from '../leg-batch.ts'
import { removeCalls } from '../remove-calls.ts'
import { restitch } from '../restitch.ts'
import type { RestitchedBatch, RestitchHow, RestitchSpan } from '../restitching/restitch-next.ts'
import { storeLegs } from '../store-legs.ts'
import { knownLegsOf } from '../stored-legs.ts'
import { moveTags } from '../tags.ts'
import { epochOf } from '../uniqueid.ts'
import { batchesOfEvents, rezoneEvents } from './rezone-events.ts'
import { rezoneLeg } from './rezone-times.ts'
import { batchesToRezone, noteRezoned, rezonedId, type ZonedBatch } from './wanted-zones.ts'

export type RezoneHow = RestitchHow & {
  /** Makes partitions for calls that open in another month now. */
  readonly ensureMonths: (months: ReadonlySet<string>) => Promise<void>
  /** Of these calls those that stand on an invoice. They keep their key, and with it the time that is part of it. */
  readonly frozen: (calls: readonly { callKey: CallKey; openedAtMs: number }[]) => Promise<ReadonlySet<CallKey>>
}

/** Reads the times of the next `limit` calls after a key anew, where another zone is set; undefined when there are no more. */
export async function rezoneNext(
  tx: Tx,
  span: RestitchSpan,
  { after, limit }: { readonly after: CallKey; readonly limit: number },
  how: RezoneHow,
): Promise<RestitchedBatch<Call> | undefined> {
  // Whoever brings events or legs of the source takes this first and the calls then.
  await lockInTransaction(tx, `events of source ${span.sourceId}`)
  const { rows } = await tx.client.query<{ call_key: string }>(
    `select call_key from call where tenant_id = $1 and source_id = $2 and call_key > $3 order by call_key limit $4`,
    [span.tenantId, span.sourceId, after, limit],
  )
  if (rows.length === 0) return undefined
  const keys = rows.map((row) => asCallKey(row.call_key))
  const page = { seen: keys.length, last: keys.at(-1)! }
  const range = openedRange(keys.map((key) => ({ openedAtMs: millisOfUuid(key) })))
  await lockCallRows(tx, keys, range)
  const legs = [...(await knownLegsOf(tx, keys, range)).values()].flat()
  const told = [...legs.map(({ from }) => from.batchId), ...(await batchesOfEvents(tx, keys, range))]
  const batches = await batchesToRezone(tx, new Set(told))
  if (batches.size === 0) return { ...page, changed: [] }

  const { inPlace, moves } = await rezoned(legs, batches, how)
  await noteRezoned(tx, batches, asSourceId(span.sourceId))
  await replaceLegs(tx, origin(span, how), inPlace)
  const touched = new Set([...inPlace.map(({ leg }) => leg.callKey), ...(await rezoneEvents(tx, keys, range, batches))])
  const moved = await moveLegs(tx, span, moves, how)
  for (const key of moved.left) touched.delete(key)
  const batch = { ...origin(span, how), rules: how.rulesOf(span.sourceId) }
  const again = touched.size === 0 ? [] : await restitch(tx, batch, touched, how.attribute, 'zone')
  return { ...page, changed: lastOfEach([...moved.calls, ...again]) }
}

function origin({ tenantId, sourceId }: RestitchSpan, { batchId, nowMs }: RestitchHow) {
  return { tenantId, sourceId: asSourceId(sourceId), batchId, receivedAtMs: nowMs, way: 1 } as const
}

type Move = { readonly before: Leg; readonly after: Leg; readonly batch: ZonedBatch }

/** The legs with their true times: those that stay where they are, and those that become another call's. */
async function rezoned(legs: readonly KnownLeg[], batches: ReadonlyMap<string, ZonedBatch>, how: RezoneHow) {
  const timed = legs.filter(({ leg, from }) => batches.has(from.batchId) && isKnownByTime(leg))
  const frozen = timed.length === 0 ? new Set<CallKey>() : await how.frozen(timed.map(({ leg }) => leg))
  const inPlace: KnownLeg[] = []
  const moves: Move[] = []
  for (const { leg, from } of legs) {
    const batch = batches.get(from.batchId)
    if (batch === undefined || frozen.has(leg.callKey)) continue
    const after = rezoneLeg(leg, batch.from, batch.to)
    if (isKnownByTime(leg) && after.startedAtMs !== leg.startedAtMs) {
      const callKey = keyAt(leg.callKey, after.startedAtMs)
      moves.push({ before: leg, after: { ...after, callKey, openedAtMs: after.startedAtMs }, batch })
    } else inPlace.push({ leg: after, from: { ...from, batchId: rezonedId(batch) } })
  }
  return { inPlace, moves }
}

/** True for a leg whose ids hold no epoch: its call opened when it did. */
function isKnownByTime({ linkedid, uniqueid }: Leg): boolean {
  return epochOf(linkedid === '' ? uniqueid : linkedid) === undefined && epochOf(uniqueid) === undefined
}

/** The same key at another time: the digest in it is of the row's own text. */
function keyAt(key: CallKey, openedAtMs: number): CallKey {
  const time = openedAtMs.toString(16).padStart(12, '0')
  return asCallKey(`${time.slice(0, 8)}-${time.slice(8)}${key.slice(13)}`)
}

/** Legs under their new keys, calls and all; the calls they leave are taken away. */
async function moveLegs(tx: Tx, span: RestitchSpan, moves: readonly Move[], how: RezoneHow) {
  if (moves.length === 0) return { calls: [], left: new Set<CallKey>() }
  await how.ensureMonths(new Set(moves.map(({ after }) => monthOf(after.openedAtMs))))
  await deleteLegs(
    tx,
    moves.map(({ before }) => before),
  )
  const left = new Set(moves.map(({ before }) => before.callKey))
  const from = origin(span, how)
  await moveTags(tx, new Map(moves.map(({ before, after }) => [before.callKey, after.callKey])))
  const calls: Call[] = await removeCalls(tx, from, left, 'zone')
  const last = moves.at(-1)!.before.callKey
  for (const batch of new Set(moves.map((move) => move.batch))) {
    const { way, toldBy, to } = batch
    const told = { way, toldBy, zone: to.zone, batchId: rezonedId(batch, last), rules: how.rulesOf(span.sourceId) }
    const legs = moves.filter((move) => move.batch === batch).map(({ after }) => after)
    const stored = await storeLegs(tx, { ...from, ...told, legs, cel: [], queue: [] }, how.attribute)
    calls.push(...stored.calls)
  }
  return { calls, left }
}

/** In key order; of one call that changed twice what it is in the end. */
function lastOfEach(calls: readonly Call[]): Call[] {
  const last = new Map(calls.map((call) => [call.callKey, call]))
  return [...last.values()].sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
}
