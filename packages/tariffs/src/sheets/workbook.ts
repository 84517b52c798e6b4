// A workbook (.xlsx) as a table: which sheets there are, shared strings, which styles are dates, and one sheet's cells.
// Bounded in what unpacks, how many rows there are and how far they go to the right; damaged parts are refused.

import { err, ok, type Result } from '@tollbook/kernel'
import type { NotASheet } from './layout.ts'
import { type CellStyles, dateText, numberText } from './number-text.ts'
import { MOST_COLUMNS, MOST_ROWS, type Table } from './table.ts'
import { openArchive, type ZipFault } from './unzip.ts'
import { readXml, type XmlEvents } from './xml.ts'

/** What a workbook may unpack to: a million rates take some 200 MB of XML. */
const LARGEST_UNPACKED = 256 * 1024 * 1024

export function isWorkbook(file: Uint8Array): boolean {
  return file[0] === 0x50 && file[1] === 0x4b && file[2] === 0x03 && file[3] === 0x04
}

/** Reads the sheet of that name, or the first that is not hidden. */
export function readWorkbook(file: Uint8Array, wanted: string): Result<Table, NotASheet> {
  const archive = openArchive(file, LARGEST_UNPACKED)
  if (!archive.ok) return err(notAWorkbook(archive.error))
  let fault: ZipFault | undefined
  const part = (name: string, events: XmlEvents): void => {
    const bytes = archive.value.read(name)
    if (!bytes.ok) fault ??= bytes.error
    else if (bytes.value !== undefined && !readXml(bytes.value, events)) fault ??= { kind: 'broken' }
  }
  const book = bookOf(part)
  if (fault) return err(notAWorkbook(fault))
  const chosen =
    wanted === '' ? (book.sheets.find((s) => !s.hidden) ?? book.sheets[0]) : book.sheets.find((s) => s.name === wanted)
  if (chosen === undefined) return err({ kind: 'bad-workbook', message: 'The workbook has no such sheet.' })
  const styles: CellStyles = { dates: dateStyles(part, book.styles), from1904: book.from1904 }
  const cells = sheetCells(part, chosen.path, sharedStrings(part, book.strings), styles)
  if (fault) return err(notAWorkbook(fault))
  if (cells === undefined) return err({ kind: 'too-large', message: `The sheet has more than ${MOST_ROWS} rows.` })
  const { rows, lines } = cells
  if (rows.length === 0) return err({ kind: 'empty', message: `The sheet "${chosen.name}" is empty.` })
  const rawLine = (line: number) => (rows[lines.indexOf(line)] ?? []).join(' | ').slice(0, 500)
  return ok({
    delimiter: '',
    sheet: chosen.name,
    sheets: book.sheets.map((s) => s.name),
    rows,
    lines,
    tornAfter: 0,
    rawLine,
  })
}

function notAWorkbook({ kind }: ZipFault): NotASheet {
  if (kind === 'too-large') {
    return { kind: 'too-large', message: `The workbook unpacks to more than ${LARGEST_UNPACKED / 1024 / 1024} MB.` }
  }
  return { kind: 'bad-workbook', message: 'The workbook is damaged. Save it anew as .xlsx or CSV.' }
}

type BookSheet = { readonly name: string; readonly path: string; readonly hidden: boolean }
type Book = {
  readonly sheets: readonly BookSheet[]
  readonly strings: string
  readonly styles: string
  readonly from1904: boolean
}

/** Reads a part of the workbook; one that is not there has no events. */
type ReadPart = (name: string, events: XmlEvents) => void

function bookOf(part: ReadPart): Book {
  const targets = new Map<string, string>()
  let strings = 'xl/sharedStrings.xml'
  let styles = 'xl/styles.xml'
  part('xl/_rels/workbook.xml.rels', {
    open(name, attribute) {
      if (name !== 'Relationship') return
      const target = attribute('Target')
      const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`
      targets.set(attribute('Id'), path)
      const type = attribute('Type')
      if (type.endsWith('/sharedStrings')) strings = path
      if (type.endsWith('/styles')) styles = path
    },
  })
  const sheets: BookSheet[] = []
  let from1904 = false
  part('xl/workbook.xml', {
    open(name, attribute) {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attribute('date1904'))
      if (name !== 'sheet') return
      const path = targets.get(attribute('id')) ?? `xl/worksheets/sheet${sheets.length + 1}.xml`
      sheets.push({ name: attribute('name'), path, hidden: /hidden/i.test(attribute('state')) })
    },
  })
  return { sheets, strings, styles, from1904 }
}

function sharedStrings(part: ReadPart, path: string): readonly string[] {
  const strings: string[] = []
  let current = ''
  let phonetic = false
  let inText = false
  part(path, {
    open(name) {
      inText = name === 't' && !phonetic
      if (name === 'si') current = ''
      else if (name === 'rPh') phonetic = true
    },
    text(text) {
      if (inText) current += text
    },
    close(name) {
      inText = false
      if (name === 'si') strings.push(current)
      else if (name === 'rPh') phonetic = false
    },
  })
  return strings
}

/** Formats that show a date: those Excel has built in, and those whose codes say so. */
function dateStyles(part: ReadPart, path: string): ReadonlySet<number> {
  const formats = new Map<string, boolean>()
  const dates = new Set<number>()
  let inCells = false
  let style = 0
  part(path, {
    open(name, attribute) {
      if (name === 'numFmt') formats.set(attribute('numFmtId'), isDateFormat(attribute('formatCode')))
      else if (name === 'cellXfs') inCells = true
      else if (inCells && name === 'xf') {
        const id = attribute('numFmtId')
        if (formats.get(id) ?? BUILT_IN_DATES.test(id)) dates.add(style)
        style++
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false
    },
  })
  return dates
}

const BUILT_IN_DATES = /^(1[4-7]|22|2[7-9]|3[016]|5[0-8])$/

function isDateFormat(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '').split(';')[0]!
  return !/general|[0#?@]/i.test(bare) && /[yd]/i.test(bare)
}

type Cells = { readonly rows: readonly (readonly string[])[]; readonly lines: readonly number[] }

/** Cells by row; undefined when there are too many rows. Gaps between rows are not filled. */
function sheetCells(part: ReadPart, path: string, strings: readonly string[], styles: CellStyles): Cells | undefined {
  const rows: string[][] = []
  const lines: number[] = []
  let row: string[] = []
  let [line, column] = [0, -1]
  let [type, style, value] = ['', -1, '']
  let [inText, tooMany] = [false, false]
  part(path, {
    open(name, attribute) {
      inText = name === 'v' || name === 't'
      if (name === 'row') {
        tooMany = rows.length >= MOST_ROWS
        if (tooMany) return false
        line = wholeNumber(attribute('r')) ?? line + 1
        row = []
        column = -1
        rows.push(row)
        lines.push(line)
      } else if (name === 'c') {
        column = columnOf(attribute('r')) ?? column + 1
        type = attribute('t')
        style = wholeNumber(attribute('s')) ?? -1
        value = ''
      }
      return true
    },
    text(text) {
      if (inText) value += text
    },
    close(name) {
      inText = false
      if (name !== 'c' || value === '' || column >= MOST_COLUMNS) return
      while (row.length < column) row.push('')
      row[column] = cellText(type, value, strings, styles.dates.has(style), styles.from1904)
    },
  })
  return tooMany ? undefined : { rows, lines }
}

function cellText(type: string, value: string, strings: readonly string[], date: boolean, from1904: boolean): string {
  switch (type) {
    case 's':
      return (strings[wholeNumber(value) ?? -1] ?? '').trim()
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE'
    case '':
    case 'n':
      return (date ? dateText(value, from1904) : undefined) ?? numberText(value)
    default:
      return value.trim()
  }
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** "C7" → 2. */
function columnOf(address: string): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(address)?.[0]
  if (letters === undefined) return undefined
  let column = 0
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}
