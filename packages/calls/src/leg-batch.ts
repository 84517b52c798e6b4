// What comes in at once from one source, and the small things both storing and restitching it need.

import { assert, type SourceId, type TenantId, type Way } from '@tollbook/kernel'
import {
  type Attribution,
  type Call,
  type CallDraft,
  type ChargedSegment,
  NO_SEGMENTS,
  NO_SEIZURES,
  type TrunkSeizure,
} from './call.ts'
import type { Cel } from './cel.ts'
import { instantText } from './instant-text.ts'
import type { Leg } from './leg.ts'
import type { QueueEvent } from './queue-event.ts'
import type { CompiledRules } from './rules/compile-rules.ts'

export type LegBatch = {
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  /** UUID; made by the caller, unique per batch. */
  readonly batchId: string
  readonly receivedAtMs: number
  /** By which way, told by whom ("ami", "feed 3", "import 018f…", "push"), read in which zone: kept with the batch. */
  readonly way: Way
  readonly toldBy: string
  readonly zone: string
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue: readonly QueueEvent[]
  /** What stitching goes by: those of the source. */
  readonly rules: CompiledRules
}

/** Says whose calls of a source these are, one attribution per draft in the same order. Decided above this room. */
export type Attribute = (drafts: readonly CallDraft[], sourceId: SourceId) => readonly Attribution[]

/** Draft and attribution put together; both lists in the same order. */
export function withAttribution(
  batch: Pick<LegBatch, 'tenantId' | 'sourceId'>,
  drafts: readonly CallDraft[],
  attributions: readonly Attribution[],
): Call[] {
  assert(attributions.length === drafts.length, 'one attribution per draft')
  return drafts.map((draft, i) => callOf(batch, draft, attributions[i]!))
}

/** Field by field, because spreading two objects took 2 µs a call. */
function callOf({ tenantId, sourceId }: Pick<LegBatch, 'tenantId' | 'sourceId'>, d: CallDraft, a: Attribution): Call {
  return {
    callKey: d.callKey,
    openedAtMs: d.openedAtMs,
    startedAtMs: d.startedAtMs,
    answeredAtMs: d.answeredAtMs,
    endedAtMs: d.endedAtMs,
    talkS: d.talkS,
    ringS: d.ringS,
    waitS: d.waitS,
    durationS: d.durationS,
    billS: d.billS,
    outcome: d.outcome,
    hangupCause: d.hangupCause,
    legs: d.legs,
    attempts: d.attempts,
    final: d.final,
    fromNumber: d.fromNumber,
    toNumber: d.toNumber,
    fromName: d.fromName,
    answeredBy: d.answeredBy,
    accountcode: d.accountcode,
    linkedid: d.linkedid,
    entryPeer: d.entryPeer,
    exitPeer: d.exitPeer,
    context: d.context,
    ending: d.ending,
    path: d.path,
    did: d.did,
    extension: d.extension,
    disposition: d.disposition,
    rung: d.rung,
    seizures: d.seizures.length === 0 ? NO_SEIZURES : seizuresOf(d, a),
    segments: d.segments.length === 0 ? NO_SEGMENTS : segmentsOf(d, a),
    direction: a.direction,
    accountId: a.accountId,
    trunkId: a.trunkId,
    carrierId: a.carrierId,
    destinationId: a.destinationId,
    countryId: a.countryId,
    tenantId,
    sourceId,
    revision: 0,
  }
}

function segmentsOf({ segments }: CallDraft, { ofSegments }: Attribution): readonly ChargedSegment[] {
  assert(ofSegments.length === segments.length, 'one attribution per segment')
  return segments.map((segment, i) => ({ ...segment, ...ofSegments[i]! }))
}

function seizuresOf({ seizures }: CallDraft, { ofSeizures }: Attribution): readonly TrunkSeizure[] {
  assert(ofSeizures.length === seizures.length, 'one attribution per seizure')
  return seizures.map((seizure, i) => ({ ...seizure, ...ofSeizures[i]! }))
}

/** First and last opened_at, so that only their partitions are looked into. */
export function openedRange(calls: readonly { readonly openedAtMs: number }[]): [string, string] {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { openedAtMs } of calls) {
    if (openedAtMs < first) first = openedAtMs
    if (openedAtMs > last) last = openedAtMs
  }
  return [instantText(first), instantText(last)]
}
