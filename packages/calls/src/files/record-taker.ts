// Rows as a file or a PBX wrote them → what can be stored: legs, channel events, queue events, and what must be set
// aside. Keeps the zone and the count of equal rows from one lot to the next. Stores nothing.

import type { RecordItem } from '@tollbook/asterisk'
import type { SourceId } from '@tollbook/kernel'
import type { Cel } from '../cel.ts'
import { celFromRow } from '../cel-from-row.ts'
import type { Leg } from '../leg.ts'
import { type LegContext, legContext } from '../leg-context.ts'
import { legFromCdr } from '../leg-from-cdr.ts'
import { occurrences } from '../leg-key.ts'
import type { QueueEvent } from '../queue-event.ts'
import { queueEventFromRow } from '../queue-event-from-row.ts'
import type { Reject } from '../rejects.ts'
import { INSTANTS, type ZoneConverter } from '../zone-converter.ts'
import { zoneDetector } from '../zone-detector.ts'

/** Some records of a file, in its order. */
export type RecordBatch = {
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue: readonly QueueEvent[]
  readonly rejects: readonly Reject[]
  /** The bytes of each leg, event and queue event, in the same order: for when the database will not take one. */
  readonly rawOf: {
    readonly leg: (index: number) => Buffer
    readonly cel: (index: number) => Buffer
    readonly queue: (index: number) => Buffer
  }
  /** Zone these rows were read in, and whether it was found in rows of this file. */
  readonly zone: string
  readonly zoneFound: boolean
  /** Their times were instants: no zone counts. */
  readonly instants: boolean
}

export type RecordTaker = {
  /** The zone is looked at again first, with these rows among the evidence. */
  take(items: readonly RecordItem[]): RecordBatch
}

/** With `zone` undefined the zone is found from the rows, `otherwise` being taken while none of them tells. */
export function recordTaker(
  sourceId: SourceId,
  zone: ZoneConverter | undefined,
  otherwise: ZoneConverter,
): RecordTaker {
  const detector = zone ? undefined : zoneDetector(otherwise.zone)
  const context = legContext(sourceId, zone ?? otherwise)
  return {
    take(items) {
      for (const item of items) {
        if (item.kind === 'cdr') detector?.observe(item.row)
        else if (item.kind === 'cel' && item.row.exactMs === undefined && item.row.event === 'CHAN_START') {
          detector?.observe({ start: item.row.eventTime, uniqueid: item.row.uniqueid })
        }
      }
      const found = detector?.converter()
      context.zone = found ?? context.zone
      const batch: Taken = { legs: [], cel: [], queue: [], rejects: [], rows: { cdr: [], cel: [], queue: [] } }
      for (const item of items) {
        // Two connections tell the same events: the second one's are the first one's, and not their equals.
        if (item.kind === 'session') {
          context.seen = occurrences()
          context.queueSeen = occurrences()
        } else if (item.kind === 'reject') batch.rejects.push({ line: item.line, reason: item.reason, raw: item.raw })
        else takeRow(item, context, batch)
      }
      const { rows, ...taken } = batch
      const rawOf = {
        leg: (index: number) => rows.cdr[index]?.raw ?? NO_BYTES,
        cel: (index: number) => rows.cel[index]?.raw ?? NO_BYTES,
        queue: (index: number) => rows.queue[index]?.raw ?? NO_BYTES,
      }
      const read = { zone: context.zone.zone, zoneFound: found !== undefined, instants: context.zone === INSTANTS }
      return { ...taken, rawOf, ...read }
    },
  }
}

const NO_BYTES = Buffer.alloc(0)

type Row = Extract<RecordItem, { readonly row: unknown }>
type Raw = { readonly raw: Buffer | undefined }
type Taken = {
  legs: Leg[]
  cel: Cel[]
  queue: QueueEvent[]
  rejects: Reject[]
  rows: { cdr: Raw[]; cel: Raw[]; queue: Raw[] }
}

function takeRow(item: Row, context: LegContext, to: Taken): void {
  const refused = putRow(item, context, to)
  if (refused === undefined) to.rows[item.kind].push(item.row)
  else to.rejects.push({ line: item.row.line ?? 0, reason: refused, raw: item.row.raw ?? NO_BYTES })
}

/** A text is the reason why the row is none. */
function putRow(item: Row, context: LegContext, to: Taken): string | undefined {
  if (item.kind === 'cdr') {
    const leg = legFromCdr(item.row, context)
    if (!leg.ok) return leg.error.reason
    to.legs.push(leg.value)
  } else if (item.kind === 'cel') {
    const event = celFromRow(item.row, context)
    if (!event.ok) return event.error.reason
    to.cel.push(event.value)
  } else {
    const event = queueEventFromRow(item.row, context)
    if (!event.ok) return event.error.reason
    to.queue.push(event.value)
  }
  return undefined
}
