// A table as XLSX, page by page. Text is written as text cells (inline strings), so nothing in it is ever a formula.

import type { Cell, Column, Table } from './table.ts'
import { type WorkbookTimes, workbookTimes } from './workbook-times.ts'
import { type ZipEntry, zipStream } from './zip-stream.ts'

/** Rows one sheet can hold, its heading among them; what is more goes to further sheets. */
const SHEET_ROWS = 1_048_576

export function workbook(table: Table, sheetRows = SHEET_ROWS): AsyncGenerator<Uint8Array> {
  return zipStream(parts(table, sheetRows))
}

async function* parts({ columns, pages }: Table, sheetRows: number): AsyncGenerator<ZipEntry> {
  const rows = pages[Symbol.asyncIterator]()
  // Rows of a page that its sheet had no room for.
  const left: { rows: readonly (readonly Cell[])[]; done: boolean } = { rows: [], done: false }
  const times = workbookTimes(MAIN)
  let sheets = 0
  try {
    do {
      sheets += 1
      yield { name: `xl/worksheets/sheet${sheets}.xml`, pieces: sheet({ columns, rows, left, sheetRows, times }) }
    } while (!left.done)
  } finally {
    await rows.return?.()
  }
  yield { name: 'xl/styles.xml', pieces: [XML + times.styles()] }
  yield { name: 'xl/workbook.xml', pieces: [book(sheets)] }
  yield { name: 'xl/_rels/workbook.xml.rels', pieces: [bookRelations(sheets)] }
  yield { name: '_rels/.rels', pieces: [ROOT_RELATIONS] }
  yield { name: '[Content_Types].xml', pieces: [contentTypes(sheets)] }
}

type Sheet = {
  readonly columns: readonly Column[]
  readonly rows: AsyncIterator<readonly (readonly Cell[])[]>
  readonly left: { rows: readonly (readonly Cell[])[]; done: boolean }
  readonly sheetRows: number
  readonly times: WorkbookTimes
}

async function* sheet({ columns, rows: pages, left, sheetRows, times }: Sheet): AsyncGenerator<string> {
  yield `${XML}<worksheet xmlns="${MAIN}">${VIEW}${widths(columns)}<sheetData>`
  yield row(columns.map((c) => textCell(c.name)))
  let room = sheetRows - 1
  for (;;) {
    if (left.rows.length === 0) {
      const next = await pages.next()
      if (next.done) {
        left.done = true
        break
      }
      left.rows = next.value
    }
    if (left.rows.length > 0 && room === 0) break
    const taken = left.rows.slice(0, room)
    left.rows = left.rows.slice(room)
    room -= taken.length
    yield taken.map((cells) => row(cells.map((cell, i) => cellOf(cell, columns[i]!.kind, times)))).join('')
  }
  yield '</sheetData></worksheet>'
}

/** Times are longer than a cell is wide, and would be shown as signs. */
function widths(columns: readonly Column[]): string {
  const each = columns.map((column, i) => {
    const width = column.kind === 'instant' ? 27 : Math.max(12, column.name.length + 2)
    return `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`
  })
  return each.length > 0 ? `<cols>${each.join('')}</cols>` : ''
}

function row(cells: readonly string[]): string {
  return `<row>${cells.join('')}</row>`
}

function cellOf(cell: Cell, kind: Column['kind'], times: WorkbookTimes): string {
  if (cell === null || cell === '') return '<c/>'
  const time = kind === 'instant' ? times.cellOf(String(cell)) : undefined
  if (time) return `<c s="${time.style}"><v>${time.value}</v></c>`
  const isNumber = kind !== 'text' && kind !== 'instant'
  return isNumber && /^-?\d+(\.\d+)?$/.test(String(cell)) ? `<c><v>${cell}</v></c>` : textCell(String(cell))
}

function textCell(text: string): string {
  return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
}

/** XML has no place for most control characters, nor for half of a pair of surrogates. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  )
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
/** The heading stays in sight. */
const VIEW =
  '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const ROOT_RELATIONS = `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`

function book(sheets: number): string {
  const each = numbered(sheets, (n) => `<sheet name="Sheet${n}" sheetId="${n}" r:id="rId${n}"/>`)
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each}</sheets></workbook>`
}

function bookRelations(sheets: number): string {
  const each = numbered(
    sheets,
    (n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
  )
  const styles = `<Relationship Id="rIdStyles" Type="${OFFICE}/styles" Target="styles.xml"/>`
  return `${XML}<Relationships xmlns="${RELATIONS}">${each}${styles}</Relationships>`
}

function contentTypes(sheets: number): string {
  const each = numbered(
    sheets,
    (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  )
  return `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each}</Types>`
}

function numbered(count: number, each: (n: number) => string): string {
  return Array.from({ length: count }, (_, i) => each(i + 1)).join('')
}
