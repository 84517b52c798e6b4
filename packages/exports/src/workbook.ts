// A table as XLSX, page by page. Text is written as text cells (inline strings), so nothing in it is ever a formula.

import type { Cell, Column, Table } from './table.ts'
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
  let sheets = 0
  try {
    do {
      sheets += 1
      yield { name: `xl/worksheets/sheet${sheets}.xml`, pieces: sheet(columns, rows, left, sheetRows) }
    } while (!left.done)
  } finally {
    await rows.return?.()
  }
  yield { name: 'xl/workbook.xml', pieces: [book(sheets)] }
  yield { name: 'xl/_rels/workbook.xml.rels', pieces: [bookRelations(sheets)] }
  yield { name: '_rels/.rels', pieces: [ROOT_RELATIONS] }
  yield { name: '[Content_Types].xml', pieces: [contentTypes(sheets)] }
}

async function* sheet(
  columns: readonly Column[],
  pages: AsyncIterator<readonly (readonly Cell[])[]>,
  left: { rows: readonly (readonly Cell[])[]; done: boolean },
  sheetRows: number,
): AsyncGenerator<string> {
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetData>`
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
    yield taken.map((cells) => row(cells.map((cell, i) => cellOf(cell, columns[i]!.kind)))).join('')
  }
  yield '</sheetData></worksheet>'
}

function row(cells: readonly string[]): string {
  return `<row>${cells.join('')}</row>`
}

function cellOf(cell: Cell, kind: Column['kind']): string {
  if (cell === null || cell === '') return '<c/>'
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
  return `${XML}<Relationships xmlns="${RELATIONS}">${each}</Relationships>`
}

function contentTypes(sheets: number): string {
  const each = numbered(
    sheets,
    (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  )
  return `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>${each}</Types>`
}

function numbered(count: number, each: (n: number) => string): string {
  return Array.from({ length: count }, (_, i) => each(i + 1)).join('')
}
