// Where each field of a CDR sits in one format: checks that a scanned record has that shape, and builds the row.
// Knows columns and shapes of text; knows nothing of zones, calls or files.

import { CDR_FORMATS, type CdrFormat, type CdrFormatName, UNIQUEID } from './cdr-format.ts'
import type { CdrRow } from './cdr-row.ts'
import { isDispositionAt, isTimeAt, numberAt, shown, wholeSecondsAt } from './cdr-values.ts'
import type { RecordScanner } from './record-scanner.ts'
import { utf8 } from './utf8.ts'

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
  return new Row(field, at, secondsOf(text, scan, at.duration), secondsOf(text, scan, at.billsec), {
    sequence: sequenceOf(text, scan, at.sequence),
    line,
    raw,
  })
}

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
  const value = (field: number) => shown(utf8(scan.text(text, field)))
  const isTime = (field: number) => isTimeAt(text, scan.from(field), scan.to(field))
  if (!isTime(at.start)) return `start time ${value(at.start)} is not a date and time`
  if (!scan.isEmpty(at.answer) && !isTime(at.answer)) return `answer time ${value(at.answer)} is not a date and time`
  if (!isTime(at.end)) return `end time ${value(at.end)} is not a date and time`
  if (secondsOf(text, scan, at.duration) < 0) return `duration ${value(at.duration)} is not a number of seconds`
  if (secondsOf(text, scan, at.billsec) < 0) return `billsec ${value(at.billsec)} is not a number of seconds`
  if (!isDispositionAt(text, scan.from(at.disposition), scan.to(at.disposition))) {
    return `disposition ${value(at.disposition)} is not one Asterisk writes`
  }
  if (sequenceOf(text, scan, at.sequence) === -1) return `sequence ${value(at.sequence)} is not a whole number`
  return ''
}

function secondsOf(text: string, scan: RecordScanner, field: number): number {
  return wholeSecondsAt(text, scan.from(field), scan.to(field))
}

function sequenceOf(text: string, scan: RecordScanner, field: number): number | undefined {
  return field < 0 || scan.isEmpty(field) ? undefined : numberAt(text, scan.from(field), scan.to(field))
}

/** Of two formats of one width, the one with a uniqueid column is right exactly when its content looks like one. */
function isThisTwin(text: string, scan: RecordScanner, layout: RowLayout): boolean {
  if (layout.width !== 17 && layout.width !== 20) return true
  return UNIQUEID.test(scan.text(text, 16)) === layout.at.uniqueid >= 0
}

function widthFault(width: number, expected: number | undefined): string {
  const columns = width === 1 ? '1 column' : `${width} columns`
  return expected === undefined ? `${columns}; a Master.csv has 16 to 21` : `${columns} where ${expected} were expected`
}
