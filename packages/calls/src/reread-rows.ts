// Rows that had been set aside, read once more: the way their file or connection was read, by the code of today.

import { CDR_FORMATS, type CdrRow, cdrReader } from '@tollbook/asterisk'
import { AmiParser, cdrFromAmi } from '@tollbook/asterisk/ami'
import { err, ok, type Result, type SourceId } from '@tollbook/kernel'
import type { Leg } from './leg.ts'
import { legContext } from './leg-context.ts'
import { legFromCdr } from './leg-from-cdr.ts'
import type { ZoneConverter } from './zone-converter.ts'

/** A row as it was set aside; `format` is a CDR file format, or 'ami' for a live event. */
export type RowToReread = { readonly raw: Buffer; readonly line: number; readonly format: string }

/** Answers with a leg, or with the reason why it still is none, for each row in the order given. */
export function rereadRows(
  rows: readonly RowToReread[],
  sourceId: SourceId,
  zone: ZoneConverter,
): Result<Leg, string>[] {
  const context = legContext(sourceId, zone)
  return rows.map((row) => {
    const cdr = row.format === 'ami' ? fromAmi(row.raw) : fromFile(row)
    if (!cdr.ok) return cdr
    const leg = legFromCdr({ ...cdr.value, line: row.line, raw: undefined }, context)
    return leg.ok ? leg : err(leg.error.reason)
  })
}

function fromFile(row: RowToReread): Result<CdrRow, string> {
  const format = CDR_FORMATS.find((f) => f.name === row.format)
  if (!format) return err(`its format "${row.format}" is not known`)
  const reader = cdrReader(format)
  const [item, ...more] = [...reader.push(row.raw), ...reader.push(LINE_END), ...reader.end()]
  if (!item || more.length > 0) return err('it is not one row')
  return item.kind === 'row' ? ok(item.row) : err(item.reason)
}

const LINE_END = Buffer.from('\n')
const BANNER = Buffer.from('Asterisk Call Manager\r\n')
const FRAME_END = Buffer.from('\r\n\r\n')

function fromAmi(raw: Buffer): Result<CdrRow, string> {
  const messages = new AmiParser().push(Buffer.concat([BANNER, raw, FRAME_END]))
  const event = messages.find((m) => m.kind === 'event')
  if (!event) return err('it is not an event')
  const cdr = cdrFromAmi(event)
  return cdr.ok ? cdr : err(cdr.error.reason)
}
