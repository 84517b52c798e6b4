// Bytes of a queue_log in, queue events and rejects out. A line is a record: nothing is quoted in this file.

import type { CdrReject } from './cdr-row.ts'
import { shown } from './cdr-values.ts'
import type { RowReader } from './csv-reader.ts'
import type { QueueLogRow } from './queue-log-row.ts'
import { utf8 } from './utf8.ts'

export type QueueLogItem = { readonly kind: 'row'; readonly row: QueueLogRow } | CdrReject

/** Longest line taken: Asterisk builds it in a buffer of some KiB. What is longer is cut into rejects. */
const MAX_LINE = 64 * 1024

/** Reads `epoch|callid|queue|agent|event|data1|…|data5`. A last line without line end is half-written: nothing says it is whole. */
export function queueLogReader(line = 1): RowReader<QueueLogItem> {
  let text = ''
  let before = 0
  let at = line
  const take = (items: QueueLogItem[], raw: string, whole: boolean) => {
    const row = whole ? queueLogRow(raw, at) : 'the file ends in the middle of this row'
    if (typeof row === 'string') items.push({ kind: 'reject', line: at, reason: row, raw: Buffer.from(raw, 'latin1') })
    else items.push({ kind: 'row', row })
  }
  return {
    push(chunk) {
      text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
      const items: QueueLogItem[] = []
      let from = 0
      for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', from)) {
        const raw = text.slice(from, text.charCodeAt(lf - 1) === 13 ? Math.max(from, lf - 1) : lf)
        if (raw !== '') take(items, raw, true)
        from = lf + 1
        at++
      }
      while (text.length - from > MAX_LINE) {
        const raw = text.slice(from, from + MAX_LINE)
        items.push({ kind: 'reject', line: at, reason: 'no line ends within 64 KiB', raw: Buffer.from(raw, 'latin1') })
        from += MAX_LINE
      }
      before += from
      text = text.slice(from)
      return items
    },
    end() {
      const items: QueueLogItem[] = []
      const rest = text.replace(/\r+$/, '')
      if (rest !== '') take(items, rest, false)
      before += text.length
      text = ''
      return items
    },
    consumed: () => before,
    line: () => at,
  }
}

/** The row of one line, one character per byte; a text is the reason why it is none. */
export function queueLogRow(line: string, number: number): QueueLogRow | string {
  const fields = line.split('|')
  const [epoch = '', callid = '', queue = '', agent = '', event = '', ...data] = fields
  if (fields.length < 5) return `${fields.length} fields; a queue_log has at least 5`
  const time = /^(\d{9,10})(?:\.(\d{1,6}))?$/.exec(epoch)
  if (!time) return `time ${shown(utf8(epoch))} is not an epoch`
  if (!/^[A-Z][A-Z0-9_]{1,39}$/.test(event)) return `event ${shown(utf8(event))} is not one of queue_log`
  if (line.includes('\0')) return 'zero bytes in the row, as a disk leaves them after a crash'
  while (data.at(-1) === '') data.pop()
  return {
    epochMs: Number(time[1]) * 1000 + (time[2] === undefined ? 0 : Number(time[2].padEnd(6, '0')) / 1000),
    callid: withoutNone(utf8(callid)),
    queue: withoutNone(utf8(queue)),
    event,
    agent: withoutNone(utf8(agent)),
    data: data.map(utf8),
    raw: Buffer.from(line, 'latin1'),
    line: number,
  }
}

function withoutNone(text: string): string {
  return text === 'NONE' ? '' : text
}
