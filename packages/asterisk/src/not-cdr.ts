// Says in plain words what a refused file is. Only for people: nothing decides by these guesses.

import { RecordScanner } from './record-scanner.ts'
import { layoutOfRecord } from './row-layout.ts'
import { utf8 } from './utf8.ts'

/** Why a file is not read as CDRs; `reason` may be shown as it stands. */
export type NotCdr = {
  readonly kind:
    | 'empty'
    | 'binary'
    | 'packed'
    | 'encoding'
    | 'header'
    | 'rates'
    | 'cel'
    | 'queue-log'
    | 'columns'
    | 'content'
  readonly reason: string
}

/** Describes a file of which no sampled record is a CDR. */
export function notCdr(head: Uint8Array, complete: boolean): NotCdr {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  return fromBytes(bytes) ?? fromFirstRecord(bytes, complete)
}

const SIGNATURES: readonly (readonly [bytes: string, kind: NotCdr['kind'], what: string])[] = [
  ['\u001f\u008b', 'packed', 'the file is packed with gzip a second time; unpack it first'],
  ['PK\u0003\u0004', 'packed', 'this is a ZIP archive or a spreadsheet (.xlsx); export or unpack it to CSV first'],
  ['BZh', 'packed', 'the file is packed with bzip2; unpack it first or use gzip'],
  ['\u00fd7zXZ', 'packed', 'the file is packed with xz; unpack it first or use gzip'],
  ['\u0028\u00b5\u002f\u00fd', 'packed', 'the file is packed with zstd; unpack it first or use gzip'],
  ['SQLite format 3', 'binary', 'this is an SQLite database, not a CSV file'],
  ['%PDF', 'binary', 'this is a PDF document'],
  ['\u00ff\u00fe', 'encoding', 'the file is UTF-16 text; save it as UTF-8'],
  ['\u00fe\u00ff', 'encoding', 'the file is UTF-16 text; save it as UTF-8'],
]

function fromBytes(bytes: Buffer): NotCdr | undefined {
  const start = bytes.subarray(0, 16).toString('latin1')
  for (const [signature, kind, reason] of SIGNATURES) if (start.startsWith(signature)) return { kind, reason }
  if (bytes.toString('latin1').trim() === '') return { kind: 'empty', reason: 'the file is empty' }
  let control = 0
  for (const b of bytes) if (b < 9 || (b > 13 && b < 32)) control++
  if (control * 50 > bytes.length || bytes.includes(0)) return { kind: 'binary', reason: 'the file is not text' }
  return undefined
}

const CEL_EVENT =
  /^(CHAN_START|CHAN_END|HANGUP|ANSWER|APP_START|APP_END|BRIDGE_\w+|PARK_\w+|\w+TRANSFER|LINKEDID_END|USER_DEFINED|STREAM_\w+|LOCAL_OPTIMIZE\w*)$/

function fromFirstRecord(bytes: Buffer, complete: boolean): NotCdr {
  const text = bytes
    .toString('latin1')
    .replace(/^(\u00ef\u00bb\u00bf)?\s+/, '')
    .replace(/^\u00ef\u00bb\u00bf/, '')
  const scan = new RecordScanner()
  const lf = text.indexOf('\n')
  // The first line alone: a broken quote must not make a whole file one record.
  const line = lf < 0 ? text : text.slice(0, lf)
  scan.scan(line, 0, complete || lf >= 0)
  const fields = Array.from({ length: Math.min(scan.count, 32) }, (_, i) => utf8(scan.text(line, i)).trim())
  const first = fields[0] ?? ''
  if (/^[{[<]/.test(line)) return { kind: 'content', reason: 'this is JSON or XML, not a CSV file' }
  if (CEL_EVENT.test(first)) {
    return {
      kind: 'cel',
      reason: `this looks like channel events (CEL), but in columns that are not known; ${MAPPING}`,
    }
  }
  if (/^\d{9,10}(\.\d+)?\|[^|]*\|/.test(line))
    return { kind: 'queue-log', reason: 'this looks like a queue_log, but too few of its lines are whole' }
  if (/^Asterisk Call Manager\/\d/.test(line)) {
    return { kind: 'content', reason: 'this is a recorded AMI stream whose line ends were changed; it needs CR LF' }
  }
  if (isCustom(fields)) {
    return { kind: 'columns', reason: `these are records in columns of somebody’s own (cdr_custom); ${MAPPING}` }
  }
  return fromHeader(fields) ?? fromWidth(line, scan)
}

const MAPPING = 'say which by pasting the mapping line of its .conf (--columns)'

/** Ids and times of Asterisk on one line, but not in an order that is known. */
function isCustom(fields: readonly string[]): boolean {
  const id = fields.some((field) => /^(.+-)?\d{9,10}\.\d{1,8}$/.test(field))
  const word = fields.some((field) => /^(ANSWERED|NO ANSWER|BUSY|FAILED|CONGESTION|CANCEL)$/.test(field))
  return fields.length >= 4 && id && word
}

function fromHeader(fields: readonly string[]): NotCdr | undefined {
  if (fields.length < 2 || !fields.every((f) => /^[A-Za-z_#][\w .()/€$-]*$/.test(f) || f === '')) return undefined
  const names = fields.map((f) => f.toLowerCase())
  const has = (re: RegExp) => names.some((n) => re.test(n))
  if (has(/^(calldate|src|disposition|billsec|duration)$/)) {
    return {
      kind: 'header',
      reason: 'this is an export with a line of column names, which is not read yet; import Master.csv of the PBX',
    }
  }
  if (has(/prefix|destination|dial ?code|country/) && has(/rate|price|cost|tariff/)) {
    return { kind: 'rates', reason: 'this is a rate sheet, not CDRs; import it as a rate deck' }
  }
  return {
    kind: 'header',
    reason: `the file starts with column names (${fields.slice(0, 4).join(', ')}…), not with a call`,
  }
}

function fromWidth(line: string, scan: RecordScanner): NotCdr {
  if (scan.count < 16 || scan.count > 21) {
    const other = [';', '\t', '|'].find((c) => line.split(c).length >= 16)
    if (other !== undefined) {
      const name = other === '\t' ? 'tabs' : `"${other}"`
      return { kind: 'columns', reason: `the columns are separated by ${name}; Asterisk separates them by commas` }
    }
    const columns = scan.count === 1 ? '1 column' : `${scan.count} columns`
    return { kind: 'columns', reason: `the first line has ${columns}; a Master.csv has 16 to 21` }
  }
  const { fault } = layoutOfRecord(line, scan, undefined)
  return { kind: 'content', reason: `the first line is not a call: ${fault || 'its quotes do not match'}` }
}
