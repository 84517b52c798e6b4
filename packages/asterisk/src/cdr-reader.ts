// Bytes of a CDR file in, rows and rejects out. Not the judge of formats (sniff-records) and not of meaning (calls): a row
// here only has the shape of a CDR.

import { assert } from '@tollbook/kernel'
import type { CdrFormat } from './cdr-format.ts'
import type { CdrItem, CdrRow } from './cdr-row.ts'
import { CsvReader, type RowReader, type RowShape } from './csv-reader.ts'
import type { RecordScanner } from './record-scanner.ts'
import { buildRow, faultOfMapped, LAYOUTS, layoutOfRecord, mappedLayout, type RowLayout } from './row-layout.ts'

export type CdrReader = RowReader<CdrItem>

/**
 * Reads a file of the sniffed format. Rows of the other cdr_csv widths are read too: `newcdrcolumns` switched on in
 * the middle of a file changes the width from there on. A mapping of somebody's own is held to its one width.
 * Measured 2026: see bench/cdr-reader.bench.ts.
 * @param line where reading begins, when the file was read up to there before.
 */
export function cdrReader(format: CdrFormat, line = 1): CdrReader {
  if (format.name === 'cdr_mapped') return new CsvReader(new MappedShape(mappedLayout(format)), line)
  const layout = LAYOUTS.get(format.name)
  assert(layout, `no layout for ${format.name}`)
  return new CsvReader(new CdrShape(layout), line)
}

/** All columns up to the times stand on one line. */
const TWO_TIMES = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/

class CdrShape implements RowShape<CdrRow> {
  readonly columns: readonly string[]
  readonly startsLikeRow = TWO_TIMES
  readonly #layout: RowLayout
  #found: RowLayout
  #lastWidth: number

  constructor(layout: RowLayout) {
    this.#layout = layout
    this.#found = layout
    this.columns = layout.format.columns
    this.#lastWidth = layout.width
  }

  /** 18 columns of 21 look whole but are not. */
  isWholeWidth(width: number): boolean {
    return width === this.#lastWidth
  }

  faultOf(text: string, scan: RecordScanner): string {
    const { layout, fault } = layoutOfRecord(text, scan, this.#layout)
    if (layout === undefined) return fault
    this.#found = layout
    return ''
  }

  row(text: string, scan: RecordScanner, ascii: boolean, line: number, raw: string): CdrRow {
    this.#lastWidth = this.#found.width
    return buildRow(text, scan, this.#found, ascii, line, raw)
  }
}

class MappedShape implements RowShape<CdrRow> {
  readonly columns: readonly string[]
  readonly startsLikeRow: RegExp
  readonly #layout: RowLayout

  constructor(layout: RowLayout) {
    this.#layout = layout
    this.columns = layout.format.columns
    this.startsLikeRow = /,/
  }

  isWholeWidth(): boolean {
    return false
  }

  faultOf(text: string, scan: RecordScanner): string {
    return faultOfMapped(text, scan, this.#layout)
  }

  row(text: string, scan: RecordScanner, ascii: boolean, line: number, raw: string): CdrRow {
    return buildRow(text, scan, this.#layout, ascii, line, raw)
  }
}
