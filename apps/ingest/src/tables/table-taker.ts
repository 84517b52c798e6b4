// Rows of a table → what can be stored, one item a row: legs, channel events, queue events, or what must be set aside.
// Keeps the zone and the count of equal events from one page to the next. Stores nothing.

import {
  cdrFromRecord,
  celFromRecord,
  celNumberingOf,
  type OpenTable,
  queueFromRecord,
  recordBytes,
  type TableRow,
} from '@tollbook/asterisk/tables'
import {
  celFromRow,
  type LegContext,
  type LegReject,
  legContext,
  legFromCdr,
  queueEventFromRow,
  type ZoneConverter,
  type ZoneDetector,
  zoneConverter,
} from '@tollbook/calls'
import { ok, type Result, type SourceId } from '@tollbook/kernel'
import type { CaptureBatchItem } from '../store-batch.ts'

export type TableItem = { readonly item: CaptureBatchItem; readonly row: TableRow }

export type TableTaker = {
  /** The zone is looked at again first, with these rows among the evidence. */
  take(rows: readonly TableRow[]): TableItem[]
  readonly zone: string
  /** Whether rows of this table told the zone. */
  readonly zoneFound: boolean
}

const UTC = zoneConverter('UTC') as ZoneConverter

/** With `given` undefined the zone is found from the rows, `otherwise` being taken while none of them tells. */
export function tableTaker(
  table: Pick<OpenTable, 'content' | 'ownColumns'>,
  sourceId: SourceId,
  { given, otherwise, detector }: TableZone,
): TableTaker {
  const context = contextFor(table.content, sourceId, given ?? otherwise)
  let local = given ?? otherwise
  let found = false
  return {
    take(rows) {
      const read = READERS[table.content](rows, table.ownColumns)
      for (const row of read) if (row.ok && row.value.evidence) detector.observe(row.value.evidence)
      const zone = given === undefined ? detector.converter() : undefined
      found = zone !== undefined
      local = zone ?? local
      return read.map((one, i) => {
        const row = rows[i]!
        if (!one.ok) return aside(row, one.error)
        context.zone = one.value.isUtc ? UTC : local
        const made = one.value.make(context, recordBytes(row.record))
        return made.ok ? { item: made.value, row } : aside(row, made.error.reason)
      })
    },
    get zone() {
      return local.zone
    },
    get zoneFound() {
      return found
    },
  }
}

export type TableZone = {
  readonly given: ZoneConverter | undefined
  readonly otherwise: ZoneConverter
  readonly detector: ZoneDetector
}

/**
 * A CDR that equals another in everything was entered in the table twice (FreePBX has no key); no PBX writes two such. Of
 * events there may well be two, and they are counted as everywhere.
 */
function contextFor(content: OpenTable['content'], sourceId: SourceId, zone: ZoneConverter): LegContext {
  const context = legContext(sourceId, zone)
  return content === 'cdr' ? { ...context, seen: { next: () => 0 } } : context
}

type Read = {
  readonly isUtc: boolean
  /** A local time that lies near the epoch in this uniqueid. */
  readonly evidence: { readonly start: string; readonly uniqueid: string } | undefined
  readonly make: (context: LegContext, raw: Buffer) => Result<CaptureBatchItem, LegReject>
}
type ReadRows = (rows: readonly TableRow[], own: ReadonlySet<string>) => Result<Read, string>[]

const READERS: Readonly<Record<OpenTable['content'], ReadRows>> = { cdr: readCdrs, cel: readCels, queue_log: readQueue }

function readCdrs(rows: readonly TableRow[], own: ReadonlySet<string>): Result<Read, string>[] {
  return rows.map(({ record }) => {
    const cdr = cdrFromRecord(record, own)
    if (!cdr.ok) return cdr
    const { row, isUtc } = cdr.value
    return ok({
      isUtc,
      evidence: isUtc ? undefined : row,
      make(context, raw) {
        const leg = legFromCdr(row, context)
        return leg.ok ? ok({ kind: 'leg', leg: leg.value, raw }) : leg
      },
    })
  })
}

function readCels(rows: readonly TableRow[]): Result<Read, string>[] {
  const numbering = celNumberingOf(rows.map((row) => row.record))
  return rows.map(({ record }) => {
    const read = celFromRecord(record, numbering)
    if (!read.ok) return read
    const { row, isUtc } = read.value
    const tells = !isUtc && row.event === 'CHAN_START'
    return ok({
      isUtc,
      evidence: tells ? { start: row.eventTime, uniqueid: row.uniqueid } : undefined,
      make(context, raw) {
        const cel = celFromRow(row, context)
        return cel.ok ? ok({ kind: 'cel', cel: cel.value, raw }) : cel
      },
    })
  })
}

function readQueue(rows: readonly TableRow[]): Result<Read, string>[] {
  return rows.map(({ record }) => {
    const read = queueFromRecord(record)
    if (!read.ok) return read
    const { row, isUtc, text } = read.value
    const tells = !isUtc && row.event === 'ENTERQUEUE'
    return ok({
      isUtc,
      evidence: tells ? { start: text, uniqueid: row.callid } : undefined,
      make(context, raw) {
        const epochMs = context.zone.toInstant(row.epochMs, 0)
        const event = queueEventFromRow({ ...row, epochMs }, context)
        return event.ok ? ok({ kind: 'queue', event: event.value, raw }) : event
      },
    })
  })
}

function aside(row: TableRow, reason: string): TableItem {
  return { item: { kind: 'reject', reject: { line: 0, reason, raw: recordBytes(row.record) } }, row }
}
