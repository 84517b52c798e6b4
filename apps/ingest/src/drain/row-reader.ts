// Messages as they came → legs, channel events and queue events in the zone of the PBX; what cannot be one is a reject.

import type { CdrObservations } from '@tollbook/asterisk'
import { type AmiMessage, type AmiRecord, amiRecords } from '@tollbook/asterisk/ami'
import {
  celFromRow,
  type LegContext,
  legContext,
  legFromCdr,
  queueEventFromRow,
  type ZoneConverter,
  type ZoneDetector,
  type ZoneEvidence,
  zoneConverter,
} from '@tollbook/calls'
import type { SourceId } from '@tollbook/kernel'
import type { CaptureBatchItem } from '../store-batch.ts'

export type Observed = NonNullable<CdrObservations['ami']>

/** What all readers of one source share: the zone its times are in, what was seen of its settings. */
export type SourceView = {
  readonly sourceId: SourceId
  /** Undefined where the zone is to be found out. */
  readonly given: ZoneConverter | undefined
  readonly detector: ZoneDetector
  observed: Observed
}

export type RowReader = {
  /** `position` of the record that holds the messages: what has no time of its own is ordered by it. */
  read(messages: readonly AmiMessage[], receivedAtMs: number, position: number): CaptureBatchItem[]
  /** The Cdr that waited for a part of itself, when nothing has come for a while. */
  flush(): CaptureBatchItem[]
  /** Sees what was stored already, so that counting equal rows, and a Cdr in parts, go on as if never interrupted. */
  warmUp(messages: readonly AmiMessage[], receivedAtMs: number): void
  /** The zone times are read in now, and what spoke for it. */
  zone(): { readonly zone: string; readonly evidence: ZoneEvidence }
}

/** Local hours whose evidence of the zone is kept: a week. */
const EVIDENCE_HOURS = 168

const UTC = zoneConverter('UTC') as ZoneConverter

export function rowReader(source: SourceView): RowReader {
  const records = amiRecords()
  const context: LegContext = legContext(source.sourceId, source.given ?? UTC)
  const items = (found: readonly AmiRecord[]) => {
    if (source.given === undefined) {
      for (const record of found) observeTime(source.detector, record)
      context.zone = source.detector.converter() ?? UTC
    }
    for (const record of found) source.observed = observe(source.observed, record)
    return found.map((record) => itemOf(record, context))
  }
  return {
    read(messages, receivedAtMs, position) {
      // Grows over lanes, restarts and crashes as the stream did: a record has fewer messages than eight times its bytes.
      context.arrivals = position * 8
      return items(records.push(messages, receivedAtMs))
    },
    flush: () => items(records.flush()),
    warmUp(messages, receivedAtMs) {
      for (const record of records.push(messages, receivedAtMs)) itemOf(record, context)
    },
    zone: () => ({ zone: context.zone.zone, evidence: source.detector.evidence(EVIDENCE_HOURS) }),
  }
}

/** AMI writes the PBX's wall clock; a CDR's start and a channel's birth lie next to the epoch in its uniqueid. */
function observeTime(detector: ZoneDetector, record: AmiRecord): void {
  if (record.kind === 'cdr') detector.observe(record.row)
  else if (record.kind === 'cel' && record.row.event === 'CHAN_START') {
    detector.observe({ start: record.row.eventTime, uniqueid: record.row.uniqueid })
  }
}

function observe(seen: Observed, record: AmiRecord): Observed {
  if (record.kind === 'cel') return { ...seen, cel: seen.cel + 1 }
  if (record.kind !== 'cdr') return seen
  const { row } = record
  return {
    ...seen,
    cdrs: seen.cdrs + 1,
    withSequence: seen.withSequence + (row.sequence === undefined ? 0 : 1),
    withLinkedId: seen.withLinkedId + (row.linkedid === '' ? 0 : 1),
  }
}

function itemOf(record: AmiRecord, context: LegContext): CaptureBatchItem {
  if (record.kind === 'reject') {
    return { kind: 'reject', reject: { line: 0, reason: record.reject.reason, raw: record.raw } }
  }
  const raw = record.row.raw ?? Buffer.alloc(0)
  if (record.kind === 'cdr') {
    const leg = legFromCdr(record.row, context)
    return leg.ok ? { kind: 'leg', leg: leg.value, raw } : rejected(leg.error.reason, raw)
  }
  if (record.kind === 'cel') {
    const cel = celFromRow(record.row, context)
    return cel.ok ? { kind: 'cel', cel: cel.value, raw } : rejected(cel.error.reason, raw)
  }
  const event = queueEventFromRow(record.row, context)
  return event.ok ? { kind: 'queue', event: event.value, raw } : rejected(event.error.reason, raw)
}

function rejected(reason: string, raw: Buffer): CaptureBatchItem {
  return { kind: 'reject', reject: { line: 0, reason, raw } }
}
