// Rows of a table → what can be stored, one item a row: legs, channel events, queue events, or what must be set aside.
// Keeps the zone and the count of equal events from one page to the next. Stores nothing.

import { type OpenTable, recordBytes, type TableRow } from '@tollbook/asterisk/tables'
import { type ZoneConverter, type ZoneDetector, zoneConverter } from '@tollbook/calls'
import { tabledContext, tabledRows } from '@tollbook/calls/tables'
import type { SourceId } from '@tollbook/kernel'
import type { CaptureBatchItem } from '../store-batch.ts'

export type TableItem = { readonly item: CaptureBatchItem; readonly row: TableRow }

export type TableTaker = {
  /** The zone is looked at again first, with these rows among the evidence. */
  take(rows: readonly TableRow[]): TableItem[]
  readonly zone: string
  /** Whether rows of this table told the zone. */
  readonly zoneFound: boolean
}

/** With `given` undefined the zone is found from the rows, `otherwise` being taken while none of them tells. */
export type TableZone = {
  readonly given: ZoneConverter | undefined
  readonly otherwise: ZoneConverter
  readonly detector: ZoneDetector
}

const UTC = zoneConverter('UTC') as ZoneConverter

export function tableTaker(
  table: Pick<OpenTable, 'content' | 'ownColumns'>,
  sourceId: SourceId,
  { given, otherwise, detector }: TableZone,
): TableTaker {
  let local = given ?? otherwise
  let found = false
  const context = tabledContext(table.content, sourceId, local)
  return {
    take(rows) {
      const records = rows.map((row) => row.record)
      const read = tabledRows(table.content, records, table.ownColumns)
      for (const row of read) if (row.ok && row.value.evidence) detector.observe(row.value.evidence)
      const zone = given === undefined ? detector.converter() : undefined
      found = zone !== undefined
      local = zone ?? local
      return read.map((one, i) => {
        const row = rows[i]!
        if (!one.ok) return aside(row, one.error)
        context.zone = one.value.isUtc ? UTC : local
        const made = one.value.make(context)
        return made.ok ? { item: { ...made.value, raw: recordBytes(row.record) }, row } : aside(row, made.error.reason)
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

function aside(row: TableRow, reason: string): TableItem {
  return { item: { kind: 'reject', reject: { line: 0, reason, raw: recordBytes(row.record) } }, row }
}
