// Where each field of a CDR sits in one format: checks that a scanned record has that shape, and builds the row.
// Knows columns and shapes of text; knows nothing of zones, calls or files.

import { CDR_FORMATS, type CdrFormat, type CdrFormatName, UNIQUEID } from './cdr-format.ts'
import type { CdrRow } from './cdr-row.ts'
import { isDispositionAt, isTimeAt, numberAt, shown, wholeSecondsAt } from './cdr-values.ts'
import type { RecordScanner } from './record-scanner.ts'
import { utf8 } from './utf8.ts'

type TextColumn = Exclude<keyof CdrRow, 'duration' | 'billsec' | 'sequence' | 'line' | 'raw' | Beside>
/** What only tables have. */
type Beside = 'extras' | 'did' | 'recording'
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
  return new Row(text, scan, layout, ascii, line, raw)
}

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

  constructor(text: string, scan: RecordScanner, { at, format }: RowLayout, ascii: boolean, line: number, raw: string) {
    const decoded = (latin1: string) => (ascii ? latin1 : utf8(latin1))
    const some = (column: number) => (column < 0 ? '' : decoded(scan.text(text, column)))
    const often = (column: number) => (column < 0 ? '' : decoded(scan.often(text, column)))
    const time = format.epochTimes ? (column: number) => utcText(some(column)) : some
    this.accountcode = often(at.accountcode)
    this.src = some(at.src)
    this.dst = some(at.dst)
    this.dcontext = often(at.dcontext)
    this.clid = some(at.clid)
    this.channel = some(at.channel)
    this.dstchannel = some(at.dstchannel)
    this.lastapp = often(at.lastapp)
    this.lastdata = some(at.lastdata)
    this.start = time(at.start)
    this.answer = time(at.answer)
    this.end = time(at.end)
    this.duration = secondsOf(text, scan, at.duration)
    this.billsec = secondsOf(text, scan, at.billsec)
    this.disposition = often(at.disposition)
    this.amaflags = often(at.amaflags)
    this.uniqueid = some(at.uniqueid)
    this.userfield = some(at.userfield)
    this.peeraccount = often(at.peeraccount)
    this.linkedid = at.linkedid < 0 ? '' : decoded(scan.textLike(text, at.linkedid, this.uniqueid))
    this.sequence = sequenceOf(text, scan, at.sequence)
    this.line = line
    this.#raw = raw
  }

  get raw(): Buffer {
    return Buffer.from(this.#raw, 'latin1')
  }
}

/** Seconds since 1970 as the time a PBX in UTC would print, the fraction cut off; 0 is no time. */
function utcText(epoch: string): string {
  const seconds = Number(epoch.split('.')[0])
  return seconds === 0 ? '' : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
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

/** The layout of a mapping of somebody's own (mapped-columns.ts has seen to it that the needed columns are there). */
export function mappedLayout(format: CdrFormat): RowLayout {
  return layoutOf(format)
}

/** As `layoutOfRecord`, for a record that must have exactly these columns. */
export function faultOfMapped(text: string, scan: RecordScanner, layout: RowLayout): string {
  if (scan.count !== layout.width) return widthFault(scan.count, layout.width)
  return faultOf(text, scan, layout)
}

/** '' when the record has the shape of the layout, else the first fault in plain words. */
function faultOf(text: string, scan: RecordScanner, layout: RowLayout): string {
  const at = layout.at
  const isTime = layout.format.epochTimes ? isEpoch : isLocalTime
  if (!isTime(text, scan, at.start)) return `start time ${value(text, scan, at.start)} is not a date and time`
  if (at.answer >= 0 && !scan.isEmpty(at.answer) && !isTime(text, scan, at.answer)) {
    return `answer time ${value(text, scan, at.answer)} is not a date and time`
  }
  if (at.end >= 0 && !isTime(text, scan, at.end)) return `end time ${value(text, scan, at.end)} is not a date and time`
  if (secondsOf(text, scan, at.duration) < 0) {
    return `duration ${value(text, scan, at.duration)} is not a number of seconds`
  }
  if (secondsOf(text, scan, at.billsec) < 0) {
    return `billsec ${value(text, scan, at.billsec)} is not a number of seconds`
  }
  if (!isDispositionAt(text, scan.from(at.disposition), scan.to(at.disposition))) {
    const isNumber = layout.format.name === 'cdr_mapped' && /^\d{1,2}$/.test(scan.text(text, at.disposition))
    if (!isNumber) return `disposition ${value(text, scan, at.disposition)} is not one Asterisk writes`
  }
  if (sequenceOf(text, scan, at.sequence) === -1) {
    return `sequence ${value(text, scan, at.sequence)} is not a whole number`
  }
  return ''
}

function isLocalTime(text: string, scan: RecordScanner, field: number): boolean {
  return isTimeAt(text, scan.from(field), scan.to(field))
}

function isEpoch(text: string, scan: RecordScanner, field: number): boolean {
  return /^(0|\d{9,10})(\.\d{1,6})?$/.test(scan.text(text, field))
}

function value(text: string, scan: RecordScanner, field: number): string {
  return shown(utf8(scan.text(text, field)))
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
