// Rows of a table → what can be stored, one item a row: legs, channel events, or what must be set aside. Keeps the zone
// and the count of equal events from one page to the next. Stores nothing.

import type { TableRow } from '@tollbook/asterisk/tables'
import { cdrFromRecord, celFromRecord, celNumberingOf, type OpenTable, recordBytes } from '@tollbook/asterisk/tables'
import {
  type Cel,
  celFromRow,
  type Leg,
  type LegContext,
  legContext,
  legFromCdr,
  type Reject,
  type ZoneConverter,
  zoneConverter,
  zoneDetector,
} from '@tollbook/calls'
import type { SourceId } from '@tollbook/kernel'

export type TableItem =
  | { readonly kind: 'leg'; readonly leg: Leg; readonly row: TableRow }
  | { readonly kind: 'cel'; readonly cel: Cel; readonly row: TableRow }
  | { readonly kind: 'reject'; readonly reject: Reject; readonly row: TableRow }

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
  given: ZoneConverter | undefined,
  otherwise: ZoneConverter,
  detector = zoneDetector(otherwise.zone),
): TableTaker {
  let local = given ?? otherwise
  let found = false
  const context = contextFor(table.content, sourceId, local)
  const look = () => {
    const zone = given === undefined ? detector.converter() : undefined
    found = zone !== undefined
    local = zone ?? local
    return local
  }
  const take = table.content === 'cel' ? takeCel : takeCdr
  return {
    take: (rows) => take(rows, context, detector, table.ownColumns, look),
    get zone() {
      return local.zone
    },
    get zoneFound() {
      return found
    },
  }
}

/**
 * A CDR that equals another in everything was entered in the table twice (FreePBX has no key); no PBX writes two such. Of
 * channel events there may well be two, and they are counted as everywhere.
 */
function contextFor(content: OpenTable['content'], sourceId: SourceId, zone: ZoneConverter): LegContext {
  const context = legContext(sourceId, zone)
  return content === 'cdr' ? { ...context, seen: { next: () => 0 } } : context
}

type Detector = ReturnType<typeof zoneDetector>

function takeCdr(
  rows: readonly TableRow[],
  context: LegContext,
  detector: Detector,
  own: ReadonlySet<string>,
  localZone: () => ZoneConverter,
): TableItem[] {
  const read = rows.map((row) => cdrFromRecord(row.record, own))
  for (const cdr of read) if (cdr.ok && !cdr.value.isUtc) detector.observe(cdr.value.row)
  const zone = localZone()
  return rows.map((row, i): TableItem => {
    const cdr = read[i]!
    if (!cdr.ok) return aside(row, cdr.error)
    context.zone = cdr.value.isUtc ? UTC : zone
    const leg = legFromCdr(cdr.value.row, context)
    return leg.ok ? { kind: 'leg', leg: leg.value, row } : aside(row, leg.error.reason)
  })
}

function takeCel(
  rows: readonly TableRow[],
  context: LegContext,
  detector: Detector,
  _own: ReadonlySet<string>,
  localZone: () => ZoneConverter,
): TableItem[] {
  const numbering = celNumberingOf(rows.map((row) => row.record))
  const read = rows.map((row) => celFromRecord(row.record, numbering))
  for (const cel of read) {
    if (!cel.ok || cel.value.isUtc || cel.value.row.event !== 'CHAN_START') continue
    detector.observe({ start: cel.value.row.eventTime, uniqueid: cel.value.row.uniqueid })
  }
  const zone = localZone()
  return rows.map((row, i): TableItem => {
    const cel = read[i]!
    if (!cel.ok) return aside(row, cel.error)
    context.zone = cel.value.isUtc ? UTC : zone
    const event = celFromRow(cel.value.row, context)
    return event.ok ? { kind: 'cel', cel: event.value, row } : aside(row, event.error.reason)
  })
}

function aside(row: TableRow, reason: string): TableItem {
  return { kind: 'reject', reject: { line: 0, reason, raw: recordBytes(row.record) }, row }
}
