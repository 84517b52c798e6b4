// Legs, calls and channel events as COPY takes them: the columns, and the fields of a row in that order. Says where rows
// go only by the table it is given: the real ones, or the temporary ones of staging.ts.

import { copyRows, type RowWriter, type Tx } from '@tollbook/db'
import { failPoint } from '@tollbook/kernel'
import type { Call } from './call.ts'
import type { Cel } from './cel.ts'
import { bitOf, type KnownLeg } from './known-leg.ts'
import type { Leg } from './leg.ts'
import type { LegBatch } from './leg-batch.ts'
import type { QueueEvent } from './queue-event.ts'
import { seizedOf } from './seizures.ts'

/** What is equal in all rows of a batch. */
export type RowOrigin = Pick<LegBatch, 'tenantId' | 'sourceId' | 'batchId' | 'receivedAtMs' | 'way'>

/** Copies legs into a table, in the order given; `elsewhere` says of a leg that it is known from more than this batch. */
export async function copyLegs(
  tx: Tx,
  table: string,
  from: RowOrigin,
  legs: readonly Leg[],
  elsewhere?: ReadonlyMap<Leg, KnownLeg['from']>,
): Promise<void> {
  await copyRows(tx, table, LEG_COLUMNS, legs, (to, leg) => {
    writeLeg(to, leg)
    const known = elsewhere?.get(leg)
    if (known === undefined) {
      writeOrigin(to, from)
      to.json(undefined)
    } else writeKnownFrom(to, from, known)
    failPoint('copy.leg-written')
  })
}

function writeKnownFrom(to: RowWriter, from: RowOrigin, known: KnownLeg['from']): void {
  to.instant(known.receivedAtMs)
  to.uuid(known.batchId)
  to.int4(from.tenantId)
  to.int2(from.sourceId)
  to.int2(known.seenIn)
  to.json(Object.keys(known.origins).length === 0 ? undefined : known.origins)
}

/** Copies calls into a table, in the order given. */
export async function copyCalls(
  tx: Tx,
  table: string,
  from: Pick<RowOrigin, 'receivedAtMs'>,
  calls: readonly Call[],
): Promise<void> {
  await copyRows(tx, table, CALL_COLUMNS, calls, (to, call) => {
    writeCall(to, call)
    to.instant(from.receivedAtMs)
  })
}

/** Copies queue events into a table. */
export async function copyQueueEvents(
  tx: Tx,
  table: string,
  from: RowOrigin,
  events: readonly QueueEvent[],
): Promise<void> {
  await copyRows(tx, table, QUEUE_COLUMNS, events, (to, event) => {
    to.uuid(event.callKey)
    to.instant(event.openedAtMs)
    to.int8(event.eventKey)
    to.instant(event.happenedAtMs)
    for (const text of [event.event, event.callid, event.queue, event.agent]) to.text(text)
    to.texts(event.data)
    writeOrigin(to, from)
  })
}

/** Copies channel events into a table. */
export async function copyCel(tx: Tx, table: string, from: RowOrigin, events: readonly Cel[]): Promise<void> {
  await copyRows(tx, table, CEL_COLUMNS, events, (to, event) => {
    writeCel(to, event)
    writeOrigin(to, from)
  })
}

const ORIGIN_COLUMNS = ['received_at', 'batch_id', 'tenant_id', 'source_id', 'seen_in']

export const LEG_COLUMNS = [
  ...['call_key', 'opened_at', 'leg_key', 'started_at', 'answered_at', 'ended_at', 'duration_s', 'billsec', 'sequence'],
  ...['batch_line', 'disposition', 'amaflags', 'uniqueid', 'linkedid', 'channel', 'dstchannel', 'src', 'dst', 'clid'],
  ...['dcontext', 'lastapp', 'lastdata', 'accountcode', 'peeraccount', 'userfield', 'did', 'recording'],
  ...['extras', ...ORIGIN_COLUMNS, 'origins'],
]

export const CALL_COLUMNS = [
  ...['call_key', 'opened_at', 'started_at', 'answered_at', 'ended_at', 'tenant_id', 'source_id', 'account_id'],
  ...['trunk_id', 'carrier_id', 'destination_id', 'talk_s', 'ring_s', 'wait_s', 'duration_s', 'bill_s'],
  ...['direction', 'outcome', 'hangup_cause', 'country_id', 'legs', 'attempts', 'revision', 'final', 'from_number'],
  ...['to_number', 'from_name', 'answered_by', 'accountcode', 'linkedid', 'ending', 'path'],
  ...['did', 'extension', 'disposition', 'rung', 'seized', 'stitched_at'],
]

export const CEL_COLUMNS = [
  ...['call_key', 'opened_at', 'event_key', 'happened_at', 'event', 'uniqueid', 'linkedid', 'channel', 'exten'],
  ...['context', 'app', 'appdata', 'cid_num', 'cid_name', 'peer', 'accountcode', 'userfield', 'extra', 'arrival'],
  ...ORIGIN_COLUMNS,
]

export const QUEUE_COLUMNS = [
  ...['call_key', 'opened_at', 'event_key', 'happened_at', 'event', 'callid', 'queue', 'agent', 'data'],
  ...ORIGIN_COLUMNS,
]

function writeOrigin(to: RowWriter, from: RowOrigin): void {
  to.instant(from.receivedAtMs)
  to.uuid(from.batchId)
  to.int4(from.tenantId)
  to.int2(from.sourceId)
  to.int2(bitOf(from.way))
}

function writeLeg(to: RowWriter, leg: Leg): void {
  to.uuid(leg.callKey)
  to.instant(leg.openedAtMs)
  to.int8(leg.legKey)
  to.instant(leg.startedAtMs)
  to.instant(leg.answeredAtMs)
  to.instant(leg.endedAtMs)
  to.int4(leg.durationS)
  to.int4(leg.billsec)
  to.int4(leg.sequence)
  to.int4(leg.line)
  to.int2(leg.disposition)
  to.int2(leg.amaflags)
  to.text(leg.uniqueid)
  to.text(leg.linkedid)
  to.text(leg.channel)
  to.textOrNull(leg.dstchannel)
  to.textOrNull(leg.src)
  to.textOrNull(leg.dst)
  to.textOrNull(leg.clid)
  to.textOrNull(leg.dcontext)
  to.textOrNull(leg.lastapp)
  to.textOrNull(leg.lastdata)
  to.textOrNull(leg.accountcode)
  to.textOrNull(leg.peeraccount)
  to.textOrNull(leg.userfield)
  to.textOrNull(leg.did)
  to.textOrNull(leg.recording)
  to.json(leg.extras)
}

function writeCall(to: RowWriter, call: Call): void {
  to.uuid(call.callKey)
  to.instant(call.openedAtMs)
  to.instant(call.startedAtMs)
  to.instant(call.answeredAtMs)
  to.instant(call.endedAtMs)
  to.int4(call.tenantId)
  to.int2(call.sourceId)
  to.int4(call.accountId)
  to.int4(call.trunkId)
  to.int4(call.carrierId)
  to.int4(call.destinationId)
  to.int4(call.talkS)
  to.int4(call.ringS)
  to.int4(call.waitS)
  to.int4(call.durationS)
  to.int4(call.billS)
  to.int2(call.direction)
  to.int2(call.outcome)
  to.int2(call.hangupCause)
  to.int2(call.countryId)
  to.int2(small(call.legs))
  to.int2(small(call.attempts))
  to.int2(small(call.revision))
  to.bool(call.final)
  to.text(call.fromNumber)
  to.text(call.toNumber)
  to.textOrNull(call.fromName)
  to.textOrNull(call.answeredBy)
  to.textOrNull(call.accountcode)
  to.text(call.linkedid)
  to.int2(call.ending)
  to.textsOrNull(call.path)
  to.text(call.did)
  to.text(call.extension)
  to.int2(call.disposition)
  to.textsOrNull(call.rung)
  to.int2(seizedOf(call))
}

function writeCel(to: RowWriter, e: Cel): void {
  to.uuid(e.callKey)
  to.instant(e.openedAtMs)
  to.int8(e.eventKey)
  to.instant(e.happenedAtMs)
  to.text(e.event)
  to.text(e.uniqueid)
  to.text(e.linkedid)
  to.text(e.channel)
  for (const text of [e.exten, e.context, e.app, e.appdata, e.cidNum, e.cidName]) to.textOrNull(text)
  for (const text of [e.peer, e.accountcode, e.userfield, e.extra]) to.textOrNull(text)
  to.int8(BigInt(e.arrival))
}

/** What a smallint holds: a call stuck in a loop may have more legs, and nobody counts them. */
function small(n: number): number {
  return Math.min(n, 32_767)
}
