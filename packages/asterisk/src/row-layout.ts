// Where each field of a CDR sits in one format: checks that a scanned record has that shape, and builds the row.
// Knows columns and shapes of text; knows nothing of zones, calls or files.

import { CDR_FORMATS, type CdrFormat, type CdrFormatName, UNIQUEID } from './cdr-format.ts'
import type { CdrRow } from './cdr-row.ts'
import type { RecordScanner } from './record-scanner.ts'

type TextColumn = Exclude<keyof CdrRow, 'duration' | 'billsec' | 'sequence' | 'line' | 'raw'>
type Column = TextColumn | 'duration' | 'billsec' | 'sequence'

export type RowLayout = {
  readonly format: CdrFormat
  readonly width: number
  /** Column index, or -1 when the format does not have it. */
  readonly at: Readonly<Record<Column, number>>
}

/** The layouts a record of `width` columns may have, by format name. */
export const LAYOUTS: ReadonlyMap<CdrFormatName, RowLayout> = new Map(CDR_FORMATS.map((f) => [f.name, layoutOf(f)]))

const BY_WIDTH: readonly (readonly RowLayout[])[] = Array.from({ length: 22 }, (_, width) =>
  [...LAYOUTS.values()].filter((l) => l.width === width),
)

/**
 * The layout of a scanned record and, when it has the right width but the wrong content, why it is not a CDR.
 * @param prefer format of the file: wins where width and shape leave a choice.
 */
export function layoutOfRecord(
  text: string,
  scan: RecordScanner,
  prefer: RowLayout | undefined,
): { readonly layout: RowLayout | undefined; readonly fault: string } {
  if (prefer?.width === scan.count) {
    const fault = faultOf(text, scan, prefer)
    if (fault === '') return { layout: prefer, fault }
  }
  let fault = ''
  for (const layout of BY_WIDTH[scan.count] ?? []) {
    if (layout === prefer) {
      fault = faultOf(text, scan, layout)
      continue
    }
    const found = faultOf(text, scan, layout)
    if (found === '' && isThisTwin(text, scan, layout)) return { layout, fault: '' }
    if (fault === '') fault = found
  }
  return { layout: undefined, fault: fault === '' ? widthFault(scan.count, prefer?.width) : fault }
}

/** Builds the row of a record that `layoutOfRecord` has accepted. `raw` is the record's own characters. */
export function buildRow(
  text: string,
  scan: RecordScanner,
  layout: RowLayout,
  ascii: boolean,
  line: number,
  raw: string,
): CdrRow {
  const at = layout.at
  const field = ascii
    ? (column: number) => (column < 0 ? '' : scan.text(text, column))
    : (column: number) => (column < 0 ? '' : utf8(scan.text(text, column)))
  return new Row(field, at, wholeSeconds(text, scan, at.duration), wholeSeconds(text, scan, at.billsec), {
    sequence: at.sequence < 0 || scan.isEmpty(at.sequence) ? undefined : digits(text, scan, at.sequence),
    line,
    raw,
  })
}

/** Bytes kept as one character each, read as UTF-8; damaged sequences become U+FFFD. */
export function utf8(latin1: string): string {
  return HIGH.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what is meant
const HIGH = /[^\x00-\x7f]/

type RowRest = { readonly sequence: number | undefined; readonly line: number; readonly raw: string }

/** A class only so that `raw` costs nothing until somebody asks: few rows are ever set aside. */
class Row implements CdrRow {
  readonly accountcode: string
  readonly src: string
  readonly dst: string
  readonly dcontext: string
  readonly clid: string
  readonly channel: string
  readonly dstchannel: string
  readonly lastapp: string
  readonly lastdata: string
  readonly start: string
  readonly answer: string
  readonly end: string
  readonly duration: number
  readonly billsec: number
  readonly disposition: string
  readonly amaflags: string
  readonly uniqueid: string
  readonly userfield: string
  readonly peeraccount: string
  readonly linkedid: string
  readonly sequence: number | undefined
  readonly line: number
  readonly #raw: string

  constructor(
    field: (column: number) => string,
    at: RowLayout['at'],
    duration: number,
    billsec: number,
    rest: RowRest,
  ) {
    this.accountcode = field(at.accountcode)
    this.src = field(at.src)
    this.dst = field(at.dst)
    this.dcontext = field(at.dcontext)
    this.clid = field(at.clid)
    this.channel = field(at.channel)
    this.dstchannel = field(at.dstchannel)
    this.lastapp = field(at.lastapp)
    this.lastdata = field(at.lastdata)
    this.start = field(at.start)
    this.answer = field(at.answer)
    this.end = field(at.end)
    this.duration = duration
    this.billsec = billsec
    this.disposition = field(at.disposition)
    this.amaflags = field(at.amaflags)
    this.uniqueid = field(at.uniqueid)
    this.userfield = field(at.userfield)
    this.peeraccount = field(at.peeraccount)
    this.linkedid = field(at.linkedid)
    this.sequence = rest.sequence
    this.line = rest.line
    this.#raw = rest.raw
  }

  get raw(): Buffer {
    return Buffer.from(this.#raw, 'latin1')
  }
}

function layoutOf(format: CdrFormat): RowLayout {
  const at = (name: Column) => format.columns.indexOf(name)
  return {
    format,
    width: format.columns.length,
    at: {
      accountcode: at('accountcode'),
      src: at('src'),
      dst: at('dst'),
      dcontext: at('dcontext'),
      clid: at('clid'),
      channel: at('channel'),
      dstchannel: at('dstchannel'),
      lastapp: at('lastapp'),
      lastdata: at('lastdata'),
      start: at('start'),
      answer: at('answer'),
      end: at('end'),
      duration: at('duration'),
      billsec: at('billsec'),
      disposition: at('disposition'),
      amaflags: at('amaflags'),
      uniqueid: at('uniqueid'),
      userfield: at('userfield'),
      peeraccount: at('peeraccount'),
      linkedid: at('linkedid'),
      sequence: at('sequence'),
    },
  }
}

/** '' when the record has the shape of the layout, else the first fault in plain words. */
function faultOf(text: string, scan: RecordScanner, layout: RowLayout): string {
  const at = layout.at
  if (!isTime(text, scan, at.start)) return notATime('start', text, scan, at.start)
  if (!scan.isEmpty(at.answer) && !isTime(text, scan, at.answer)) return notATime('answer', text, scan, at.answer)
  if (!isTime(text, scan, at.end)) return notATime('end', text, scan, at.end)
  if (wholeSeconds(text, scan, at.duration) < 0) return notSeconds('duration', text, scan, at.duration)
  if (wholeSeconds(text, scan, at.billsec) < 0) return notSeconds('billsec', text, scan, at.billsec)
  if (!isDisposition(text, scan, at.disposition))
    return `disposition ${shown(text, scan, at.disposition)} is not one Asterisk writes`
  if (at.sequence >= 0 && !scan.isEmpty(at.sequence) && digits(text, scan, at.sequence) < 0)
    return `sequence ${shown(text, scan, at.sequence)} is not a whole number`
  return ''
}

/** Of two formats of one width, the one with a uniqueid column is right exactly when its content looks like one. */
function isThisTwin(text: string, scan: RecordScanner, layout: RowLayout): boolean {
  if (layout.width !== 17 && layout.width !== 20) return true
  return UNIQUEID.test(scan.text(text, 16)) === layout.at.uniqueid >= 0
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** `YYYY-MM-DD HH:MM:SS` with every part in its range (29 February is taken on trust). */
function isTime(text: string, scan: RecordScanner, field: number): boolean {
  const p = scan.from(field)
  if (scan.to(field) - p !== 19) return false
  if (text.charCodeAt(p + 4) !== 45 || text.charCodeAt(p + 7) !== 45 || text.charCodeAt(p + 10) !== 32) return false
  if (text.charCodeAt(p + 13) !== 58 || text.charCodeAt(p + 16) !== 58) return false
  const century = two(text, p)
  const month = two(text, p + 5)
  const day = two(text, p + 8)
  return (
    (century === 19 || century === 20) &&
    two(text, p + 2) >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= (DAYS[month - 1] ?? 0) &&
    inRange(two(text, p + 11), 23) &&
    inRange(two(text, p + 14), 59) &&
    inRange(two(text, p + 17), 60)
  )
}

function inRange(value: number, max: number): boolean {
  return value >= 0 && value <= max
}

function two(text: string, p: number): number {
  const tens = text.charCodeAt(p) - 48
  const ones = text.charCodeAt(p + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

/** Seconds as a whole number, the fraction cut off (`duration,f` prints `31.123456`); -1 when it is not a number. */
function wholeSeconds(text: string, scan: RecordScanner, field: number): number {
  const to = scan.to(field)
  let dot = scan.from(field)
  while (dot < to && text.charCodeAt(dot) !== 46) dot++
  if (dot < to - 1 && number(text, dot + 1, Math.min(to, dot + 10)) < 0) return -1
  return number(text, scan.from(field), dot)
}

function digits(text: string, scan: RecordScanner, field: number): number {
  return number(text, scan.from(field), scan.to(field))
}

/** At most nine digits: 2^31 seconds is 68 years, and no PBX writes 10^9 CDRs between two starts. */
function number(text: string, from: number, to: number): number {
  if (to <= from || to - from > 9) return -1
  let n = 0
  for (let i = from; i < to; i++) {
    const d = text.charCodeAt(i) - 48
    if (d < 0 || d > 9) return -1
    n = n * 10 + d
  }
  return n
}

/** Capital letters and blanks: the seven known words and whatever a fork adds, but no sentence and no number. */
function isDisposition(text: string, scan: RecordScanner, field: number): boolean {
  const to = scan.to(field)
  const from = scan.from(field)
  if (to - from < 4 || to - from > 20) return false
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i)
    if ((c < 65 || c > 90) && c !== 32) return false
  }
  return true
}

function notATime(name: string, text: string, scan: RecordScanner, field: number): string {
  return `${name} time ${shown(text, scan, field)} is not a date and time`
}

function notSeconds(name: string, text: string, scan: RecordScanner, field: number): string {
  return `${name} ${shown(text, scan, field)} is not a number of seconds`
}

/** A value as it may stand in a message: quoted, one line, 40 characters. */
function shown(text: string, scan: RecordScanner, field: number): string {
  const value = utf8(scan.text(text, field)).replaceAll(/\p{Cc}/gu, ' ')
  return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`
}

function widthFault(width: number, expected: number | undefined): string {
  const columns = width === 1 ? '1 column' : `${width} columns`
  return expected === undefined ? `${columns}; a Master.csv has 16 to 21` : `${columns} where ${expected} were expected`
}
