// Bytes of a comma-separated file in, rows and rejects out, whatever the size of the file and wherever the chunks are
// cut. What a row is says the shape it is given (a CDR, a channel event); this file knows lines, quotes and damage.
//
// A record may span lines (Asterisk keeps line breaks inside quotes), so a missing quote could swallow what follows.
// Two bounds hold it: a record has at most MAX_RECORD bytes, and when a record of several lines turns out not to be
// a row, reading goes on at the next line from which a good row can be read. Every decision depends on bytes only,
// never on where a chunk ends; where more bytes could change it, the reader waits for them.

import { isAscii as isAsciiBytes } from 'node:buffer'
import type { CdrReject } from './cdr-row.ts'
import { INCOMPLETE, RecordScanner } from './record-scanner.ts'
import { isAscii } from './utf8.ts'

/** cdr_csv writes at most 1 KiB, cdr_custom a few; more than this is a broken quote. */
const MAX_RECORD = 64 * 1024
/** A row used as proof that a line starts a new record must end within this. */
const MAX_PROOF = 8 * 1024

/** What a scanned record has to look like, and what is made of it. */
export interface RowShape<Row> {
  /** Names of the columns, for a line of column names at the top; also the full width. */
  readonly columns: readonly string[]
  /** Widths of a whole row besides the full one: a last line without line end counts only at a whole width. */
  isWholeWidth(width: number): boolean
  /** Cheap: could the row's first columns stand on this line? A proof of many short lines must not cost a scan each. */
  readonly startsLikeRow: RegExp
  /** '' when the record is a row, else why not in plain words. Called before `row`, with the same scan. */
  faultOf(text: string, scan: RecordScanner): string
  row(text: string, scan: RecordScanner, ascii: boolean, line: number, raw: string): Row
}

/** A reader of one file. Items hold on to the chunk they came from, so use them batch by batch. */
export interface RowReader<Item> {
  /** Rows and rejects completed by this chunk, in file order. */
  push(chunk: Uint8Array): Item[]
  /** The last line, if it had no line end. Call once. */
  end(): Item[]
  /** Bytes pushed of which nothing more will come: reading may be taken up again behind them. */
  consumed(): number
  /** Number of the line that begins there, from 1. */
  line(): number
}

export type CsvItem<Row> = { readonly kind: 'row'; readonly row: Row } | CdrReject

export class CsvReader<Row> implements RowReader<CsvItem<Row>> {
  readonly #shape: RowShape<Row>
  readonly #scan = new RecordScanner()
  #text = ''
  /** No byte of #text needs decoding. */
  #ascii = true
  #at = 0
  /** Bytes before #text. */
  #before = 0
  #line: number
  #final = false
  #items: CsvItem<Row>[] = []
  #started: boolean

  /** @param line of the file at which reading begins: past 1, the file has been read up to there before. */
  constructor(shape: RowShape<Row>, line = 1) {
    this.#shape = shape
    this.#line = line
    this.#started = line > 1
  }

  consumed(): number {
    return this.#before + this.#at
  }

  line(): number {
    return this.#line
  }

  push(chunk: Uint8Array): CsvItem<Row>[] {
    // One character per byte: nothing is lost, and offsets in characters are offsets in bytes.
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const text = bytes.toString('latin1')
    const rest = this.#text.slice(this.#at)
    this.#ascii = isAsciiBytes(bytes) && (this.#ascii || isAscii(rest))
    this.#text = rest === '' ? text : rest + text
    this.#before += this.#at
    this.#at = 0
    return this.#run()
  }

  end(): CsvItem<Row>[] {
    this.#final = true
    return this.#run()
  }

  #run(): CsvItem<Row>[] {
    if (!this.#started && !this.#start()) return []
    while (this.#at < this.#text.length && this.#record(this.#ascii)) {}
    const items = this.#items
    this.#items = []
    return items
  }

  /** Drops a byte order mark; false while there are too few bytes to tell. */
  #start(): boolean {
    if (this.#text.length < 3 && !this.#final) return false
    if (this.#text.startsWith('\u00ef\u00bb\u00bf')) this.#at = 3
    this.#started = true
    return true
  }

  /** One record, or one step of finding the way again; false when more bytes are needed. */
  #record(ascii: boolean): boolean {
    const text = this.#text
    const start = this.#at
    const blank = this.#blankLine()
    if (blank !== 0) return blank > 0 && this.#move(start + blank, 1)
    const end = this.#scan.scan(text, start, this.#final)
    if (end === INCOMPLETE || end - start > MAX_RECORD) {
      if (end === INCOMPLETE && text.length - start < MAX_RECORD && !this.#final) return false
      return this.#broken(Math.min(text.length, start + MAX_RECORD), false)
    }
    const fault = this.#shape.faultOf(text, this.#scan)
    const lf = text.indexOf('\n', start)
    const oneLine = lf < 0 || lf + 1 >= end
    if (fault !== '') {
      if (!oneLine) return this.#broken(end, true)
      if (this.#isHeader()) return this.#move(end, 1)
      return this.#reject(end, this.#scan.terminated ? fault : HALF_WRITTEN)
    }
    const { count } = this.#scan
    const whole = this.#scan.terminated || count === this.#shape.columns.length || this.#shape.isWholeWidth(count)
    if (!whole) return this.#reject(end, HALF_WRITTEN)
    const raw = text.slice(start, contentEnd(text, end, this.#scan.terminated))
    if (raw.includes('\0')) return this.#reject(end, ZERO_BYTES)
    this.#items.push({ kind: 'row', row: this.#shape.row(text, this.#scan, ascii, this.#line, raw) })
    return this.#move(end, oneLine ? 1 : linesIn(text, start, end))
  }

  /** Length of an empty line here, 0 when there is none, -1 when it cannot be told yet. */
  #blankLine(): number {
    const c = this.#text.charCodeAt(this.#at)
    if (c === 10) return 1
    if (c !== 13) return 0
    if (this.#at + 1 >= this.#text.length) return this.#final ? 1 : -1
    return this.#text.charCodeAt(this.#at + 1) === 10 ? 2 : 0
  }

  /**
   * Some record from here to `end` is not one. Rejects up to the next line that starts a good row, else everything.
   * @param whole the scanner saw the record end at `end` (else it ran away and `end` is where patience ends).
   */
  #broken(end: number, whole: boolean): boolean {
    const text = this.#text
    for (let lf = text.indexOf('\n', this.#at); lf >= 0 && lf + 1 < end; lf = text.indexOf('\n', lf + 1)) {
      const proof = this.#startsRow(lf + 1)
      if (proof === undefined) return false
      if (proof) return this.#reject(lf + 1, BROKEN_QUOTES)
    }
    if (whole) return this.#reject(end, BROKEN_QUOTES)
    if (this.#final && end >= text.length) return this.#reject(end, HALF_WRITTEN)
    const lastLf = text.lastIndexOf('\n', end - 1)
    return this.#reject(lastLf > this.#at ? lastLf + 1 : end, TOO_LONG)
  }

  /** Can a good row be read from `p`? undefined: not enough bytes to tell. */
  #startsRow(p: number): boolean | undefined {
    const window = this.#text.slice(p, p + MAX_PROOF)
    const canGrow = window.length < MAX_PROOF && !this.#final
    const lf = window.indexOf('\n')
    if (lf < 0 && canGrow) return undefined
    const firstLine = lf < 0 ? window : window.slice(0, lf)
    if (!this.#shape.startsLikeRow.test(firstLine)) return false
    const end = this.#scan.scan(window, 0, this.#final && window.length < MAX_PROOF)
    if (end === INCOMPLETE) return canGrow ? undefined : false
    return this.#shape.faultOf(window, this.#scan) === ''
  }

  #isHeader(): boolean {
    if (this.#line !== 1) return false
    const { columns } = this.#shape
    if (this.#scan.count !== columns.length) return false
    return columns.every((name, i) => this.#scan.text(this.#text, i).trim().toLowerCase() === name)
  }

  #reject(end: number, reason: string): boolean {
    const raw = this.#text.slice(this.#at, end).replace(/\r?\n$/, '')
    const why = raw.includes('\0') ? ZERO_BYTES : reason
    this.#items.push({ kind: 'reject', line: this.#line, reason: why, raw: Buffer.from(raw, 'latin1') })
    return this.#move(end, linesIn(this.#text, this.#at, end))
  }

  #move(end: number, lines: number): true {
    this.#at = end
    this.#line += lines
    return true
  }
}

const HALF_WRITTEN = 'the file ends in the middle of this row'
const BROKEN_QUOTES = 'the quotes of this row do not match'
const TOO_LONG = 'no row ends within 64 KiB: the quotes do not match'
const ZERO_BYTES = 'zero bytes in the row, as a disk leaves them after a crash'

/** Where the record's own bytes stop: before its LF or CR LF. */
function contentEnd(text: string, end: number, terminated: boolean): number {
  if (!terminated) return end
  return text.charCodeAt(end - 2) === 13 ? end - 2 : end - 1
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0
  for (let lf = text.indexOf('\n', from); lf >= 0 && lf < to; lf = text.indexOf('\n', lf + 1)) lines++
  return lines
}
