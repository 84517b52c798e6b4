// Rows as a file or a PBX wrote them → what can be stored: legs, channel events, queue events, and what must be set
// aside. Keeps the zone and the count of equal rows from one lot to the next. Stores nothing.

import type { RecordItem } from '@tollbook/asterisk'
import type { SourceId } from '@tollbook/kernel'
import type { Cel } from '../cel.ts'
import { celFromRow } from '../cel-from-row.ts'
import type { Leg } from '../leg.ts'
import { legContext } from '../leg-context.ts'
import { legFromCdr } from '../leg-from-cdr.ts'
import { occurrences } from '../leg-key.ts'
import type { QueueEvent } from '../queue-event.ts'
import { queueEventFromRow } from '../queue-event-from-row.ts'
import type { Reject } from '../rejects.ts'
import type { ZoneConverter } from '../zone-converter.ts'
import { zoneDetector } from '../zone-detector.ts'

/** Some records of a file, in its order. */
export type RecordBatch = {
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue: readonly QueueEvent[]
  readonly rejects: readonly Reject[]
  /** Zone these rows were read in, and whether it was found in rows of this file. */
  readonly zone: string
  readonly zoneFound: boolean
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
  const context = { ...legContext(sourceId, zone ?? otherwise) }
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
      const batch = { legs: [] as Leg[], cel: [] as Cel[], queue: [] as QueueEvent[], rejects: [] as Reject[] }
      for (const item of items) {
        // Two connections tell the same events: the second one's are the first one's, and not their equals.
        if (item.kind === 'session') {
          context.seen = occurrences()
          context.queueSeen = occurrences()
        } else if (item.kind === 'reject') batch.rejects.push({ line: item.line, reason: item.reason, raw: item.raw })
        else takeRow(item, context, batch)
      }
      return { ...batch, zone: context.zone.zone, zoneFound: found !== undefined }
    },
  }
}

type Row = Extract<RecordItem, { readonly row: unknown }>
type Taken = { legs: Leg[]; cel: Cel[]; queue: QueueEvent[]; rejects: Reject[] }

function takeRow(item: Row, context: Parameters<typeof legFromCdr>[1], to: Taken): void {
  const done =
    item.kind === 'cdr'
      ? legFromCdr(item.row, context)
      : item.kind === 'cel'
        ? celFromRow(item.row, context)
        : queueEventFromRow(item.row, context)
  if (!done.ok) {
    const { line = 0, raw = Buffer.alloc(0) } = item.row
    to.rejects.push({ line, reason: done.error.reason, raw })
  } else if (item.kind === 'cdr') to.legs.push(done.value as Leg)
  else if (item.kind === 'cel') to.cel.push(done.value as Cel)
  else to.queue.push(done.value as QueueEvent)
}
