// Rows that had been set aside, read once more: the way their file or connection was read, by the code of today.

import { formatOfText, type RecordItem, recordReader } from '@tollbook/asterisk'
import { AmiParser, amiRecords, CUT_SHORT } from '@tollbook/asterisk/ami'
import { pushedRecordIn } from '@tollbook/asterisk/tables'
import { err, ok, type Result, type SourceId } from '@tollbook/kernel'
import type { Cel } from './cel.ts'
import { recordTaker } from './files/record-taker.ts'
import type { Leg } from './leg.ts'
import type { QueueEvent } from './queue-event.ts'
import { tabledContext } from './tables/tabled-context.ts'
import { tabledRows } from './tables/tabled-rows.ts'
import { type ZoneConverter, zoneConverter } from './zone-converter.ts'

/** A row as it was set aside; `format` is a file's, as `formatText` writes it, or 'ami' for a live event. */
export type RowToReread = {
  readonly raw: Buffer
  readonly line: number
  readonly format: string
  /** Why it was set aside. */
  readonly reason?: string
}

/** What a row is after all: one of these, the other two being empty. */
export type Reread = {
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue: readonly QueueEvent[]
}

/** Answers with a record, or with the reason why it still is none, for each row in the order given. */
export function rereadRows(
  rows: readonly RowToReread[],
  sourceId: SourceId,
  zone: ZoneConverter,
): Result<Reread, string>[] {
  const taker = recordTaker(sourceId, zone, zone)
  return rows.map((row) => {
    const tabled = row.format.startsWith('table ') || row.format === 'push' ? fromTable(row, sourceId, zone) : undefined
    if (tabled !== undefined) return tabled
    const items = row.format === 'ami' ? fromAmi(row) : fromFile(row)
    if (typeof items === 'string') return err(items)
    const { rejects, ...read } = taker.take(items)
    return rejects[0] ? err(rejects[0].reason) : ok(read)
  })
}

/** The record of a table, which is set aside as JSON, or one that was pushed. */
function fromTable({ raw, format }: RowToReread, sourceId: SourceId, zone: ZoneConverter): Result<Reread, string> {
  const pushed = pushedRecordIn(raw.toString('utf8'))
  if (!pushed.ok) return pushed
  const content = CONTENTS.find((name) => format === `table ${name}`) ?? 'cdr'
  const [row] = tabledRows(content, [pushed.value.record], TABLE_COLUMNS)
  if (!row?.ok) return err(row?.error ?? 'it is no row')
  const own = zoneConverter(pushed.value.zone)
  const made = row.value.make(tabledContext(content, sourceId, row.value.isUtc ? UTC : (own ?? zone)))
  if (!made.ok) return err(made.error.reason)
  const read: Reread = { legs: [], cel: [], queue: [] }
  if (made.value.kind === 'leg') return ok({ ...read, legs: [made.value.leg] })
  return ok(made.value.kind === 'cel' ? { ...read, cel: [made.value.cel] } : { ...read, queue: [made.value.event] })
}

const CONTENTS = ['cdr', 'cel', 'queue_log'] as const
/** Ids that tables give their rows. */
const TABLE_COLUMNS: ReadonlySet<string> = new Set(['id', 'acctid', 'cdr_id'])
const UTC = zoneConverter('UTC') as ZoneConverter

/** The one row, at its line; a text says why it is not one. */
function fromFile(row: RowToReread): RecordItem[] | string {
  const format = formatOfText(row.format)
  if (!format) return `its format "${row.format}" is not known`
  const reader = recordReader(format)
  const [item, ...more] = [...reader.push(row.raw), ...reader.push(LINE_END), ...reader.end()]
  if (!item || more.length > 0) return 'it is not one row'
  if (item.kind === 'reject') return item.reason
  return item.kind === 'cdr' ? [{ kind: 'cdr', row: { ...item.row, line: row.line, raw: undefined } }] : [item]
}

const LINE_END = Buffer.from('\n')
const BANNER = Buffer.from('Asterisk Call Manager\r\n')
const FRAME_END = Buffer.from('\r\n\r\n')

/**
 * A Cdr whose end is missing is read up to its userfield: half a Sequence or LinkedID would make it another leg's. Without
 * them it is one with what another way tells of it.
 */
function fromAmi({ raw: bytes, reason }: RowToReread): RecordItem[] | string {
  const raw = reason === CUT_SHORT ? upToUserfield(bytes) : bytes
  const records = amiRecords()
  const parser = new AmiParser()
  const messages = parser.push(Buffer.concat([BANNER, raw, FRAME_END]))
  const [record] = [...records.push(messages), ...records.flush()]
  if (!record) return messages.some((m) => m.kind === 'event') ? 'it is no record of a call' : 'it is not an event'
  return record.kind === 'reject' ? record.reject.reason : [record]
}

/** Nothing of a record that was cut before: then it stays one that is no record. */
function upToUserfield(raw: Buffer): Buffer {
  const start = raw.indexOf('\r\nUserField: ')
  const end = start < 0 ? -1 : raw.indexOf('\r\n', start + 2)
  return end < 0 ? raw : raw.subarray(0, end)
}
