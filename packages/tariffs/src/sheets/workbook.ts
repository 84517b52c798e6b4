// A workbook (.xlsx) as a table: which sheets there are, shared strings, which styles are dates, and one sheet's cells.
// Read by hand and not by a library, so that its bounds hold: what unpacks, how many rows, how far to the right.

import { err, ok, type Result } from '@tollbook/kernel'
import type { NotASheet } from './layout.ts'
import { type CellStyles, dateText, numberText } from './number-text.ts'
import { MOST_COLUMNS, MOST_ROWS, type Table } from './table.ts'
import { openArchive, type ZipFault } from './unzip.ts'
import { attribute, eachTag, unescapeXml } from './xml.ts'

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
  const xml = (name: string): string => {
    const bytes = archive.value.read(name)
    if (!bytes.ok) fault ??= bytes.error
    return bytes.ok && bytes.value !== undefined ? new TextDecoder().decode(bytes.value) : ''
  }
  const book = bookOf(xml('xl/workbook.xml'), xml('xl/_rels/workbook.xml.rels'))
  const chosen =
    wanted === '' ? (book.sheets.find((s) => !s.hidden) ?? book.sheets[0]) : book.sheets.find((s) => s.name === wanted)
  if (fault) return err(notAWorkbook(fault))
  if (chosen === undefined) return err({ kind: 'bad-workbook', message: 'The workbook has no such sheet.' })
  const styles: CellStyles = { dates: dateStyles(xml(book.styles)), from1904: book.from1904 }
  const strings = sharedStrings(xml(book.strings))
  const cells = sheetCells(xml(chosen.path), strings, styles)
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

function bookOf(workbook: string, relations: string): Book {
  const targets = new Map<string, string>()
  let strings = 'xl/sharedStrings.xml'
  let styles = 'xl/styles.xml'
  eachTag(relations, (name, tag) => {
    if (!name.startsWith('Relationship') || name === 'Relationships') return
    const target = attribute(tag, 'Target')
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`
    targets.set(attribute(tag, 'Id'), path)
    const type = attribute(tag, 'Type')
    if (type.endsWith('/sharedStrings')) strings = path
    if (type.endsWith('/styles')) styles = path
  })
  const sheets: BookSheet[] = []
  let from1904 = false
  eachTag(workbook, (name, tag) => {
    if (name.startsWith('workbookPr')) from1904 = /^(1|true)$/.test(attribute(tag, 'date1904'))
    if (name !== 'sheet' && name !== 'sheet/') return
    const path = targets.get(attribute(tag, 'id')) ?? `xl/worksheets/sheet${sheets.length + 1}.xml`
    sheets.push({ name: unescapeXml(attribute(tag, 'name')), path, hidden: /hidden/i.test(attribute(tag, 'state')) })
  })
  return { sheets, strings, styles, from1904 }
}

function sharedStrings(xml: string): readonly string[] {
  const strings: string[] = []
  let current = ''
  let phonetic = false
  eachTag(xml, (name, _, text) => {
    if (name === 'si') current = ''
    else if (name === '/si') strings.push(current)
    else if (name === 'si/') strings.push('')
    else if (name === 'rPh') phonetic = true
    else if (name === '/rPh') phonetic = false
    else if (name === 't' && !phonetic) current += unescapeXml(text)
  })
  return strings
}

/** Formats that show a date: those Excel has built in, and those whose codes say so. */
function dateStyles(xml: string): ReadonlySet<number> {
  const formats = new Map<string, boolean>()
  const dates = new Set<number>()
  let inCells = false
  let style = 0
  eachTag(xml, (name, tag) => {
    if (name === 'numFmt' || name === 'numFmt/')
      formats.set(attribute(tag, 'numFmtId'), isDateFormat(unescapeXml(attribute(tag, 'formatCode'))))
    else if (name === 'cellXfs') inCells = true
    else if (name === '/cellXfs') inCells = false
    else if (inCells && (name === 'xf' || name === 'xf/')) {
      const id = attribute(tag, 'numFmtId')
      if (formats.get(id) ?? BUILT_IN_DATES.test(id)) dates.add(style)
      style++
    }
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
function sheetCells(xml: string, strings: readonly string[], styles: CellStyles): Cells | undefined {
  const rows: string[][] = []
  const lines: number[] = []
  let row: string[] = []
  let line = 0
  let column = -1
  let [type, style, value] = ['', -1, '']
  let tooMany = false
  eachTag(xml, (name, tag, text) => {
    if (name === 'row' || name === 'row/') {
      line = wholeNumber(attribute(tag, 'r')) ?? line + 1
      row = []
      column = -1
      if (rows.length >= MOST_ROWS) tooMany = true
      else {
        rows.push(row)
        lines.push(line)
      }
    } else if (name === 'c' || name === 'c/') {
      column = columnOf(attribute(tag, 'r')) ?? column + 1
      type = attribute(tag, 't')
      style = wholeNumber(attribute(tag, 's')) ?? -1
      value = ''
    } else if (name === 'v' || name === 't') {
      value += unescapeXml(text)
    } else if (name === '/c' && value !== '' && column < MOST_COLUMNS) {
      while (row.length < column) row.push('')
      row[column] = cellText(type, value, strings, styles.dates.has(style), styles.from1904)
    }
    return !tooMany
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
