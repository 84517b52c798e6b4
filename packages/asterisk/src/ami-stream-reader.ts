// A recorded AMI stream (what the PBX sent, byte by byte) → the records in it. One session, or several one after another:
// each begins with its banner, and what the one before left unfinished was cut off.

import { AmiParser } from './ami/ami-parser.ts'
import { type AmiRecord, amiRecords } from './ami/ami-records.ts'
import type { CelRow } from './ami/cel-row.ts'
import type { CdrReject, CdrRow } from './cdr-row.ts'
import type { QueueLogRow } from './queue-log-row.ts'

export type AmiItem =
  | { readonly kind: 'cdr'; readonly row: CdrRow }
  | { readonly kind: 'cel'; readonly row: CelRow }
  | { readonly kind: 'queue'; readonly row: QueueLogRow }
  | { readonly kind: 'session' }
  | CdrReject

/** A banner and the beginning of what follows it: inside a value nothing but a forgery looks like this. */
const BANNER = /Asterisk Call Manager\/\d[\d.]{0,15}\r\n(?=(?:Response|Event): )/g
/** A banner that the end of the chunk cuts is waited for. */
const LONGEST_BANNER = 64

/** A reader of one recording. `consumed` is of no use: a recording is read once, from its beginning. */
export function amiStreamReader() {
  let text = ''
  let before = 0
  let parser = new AmiParser()
  let records = amiRecords()
  const feed = (upTo: number, items: AmiItem[]) => {
    if (upTo > 0) take(records.push(parser.push(Buffer.from(text.slice(0, upTo), 'latin1'))), items)
    text = text.slice(upTo)
    before += upTo
  }
  const close = (items: AmiItem[]) => {
    take(records.push(parser.end()), items)
    take(records.flush(), items)
  }
  const splitAt = (items: AmiItem[], limit: number) => {
    for (;;) {
      BANNER.lastIndex = 0
      let found = BANNER.exec(text)
      // The first banner of all begins the session that is already open.
      if (found?.index === 0 && before === 0) found = BANNER.exec(text)
      if (!found || found.index === 0 || found.index > limit) return
      feed(found.index, items)
      close(items)
      parser = new AmiParser()
      records = amiRecords()
      items.push({ kind: 'session' })
      // The banner itself goes into the new parser, so that the search goes on behind it.
      feed(found[0].length, items)
    }
  }
  return {
    push(chunk: Uint8Array): AmiItem[] {
      text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
      const items: AmiItem[] = []
      splitAt(items, text.length)
      feed(Math.max(0, text.length - LONGEST_BANNER), items)
      return items
    },
    end(): AmiItem[] {
      const items: AmiItem[] = []
      splitAt(items, text.length)
      feed(text.length, items)
      close(items)
      return items
    },
    consumed: () => before,
    line: () => 0,
  }
}

function take(records: readonly AmiRecord[], items: AmiItem[]): void {
  for (const record of records) {
    if (record.kind !== 'reject') items.push(record)
    else items.push({ kind: 'reject', line: 0, reason: record.reject.reason, raw: record.raw })
  }
}
