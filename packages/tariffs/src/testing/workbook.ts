// Workbooks for tests, written as Excel would: shared or inline strings, numbers as doubles, dates as serial numbers.

import { crc32, deflateRawSync } from 'node:zlib'

/** A text, a number as it stands in the file, or a date as serial number. */
export type Cell = string | { readonly n: string } | { readonly date: string } | null

export type BookOptions = { readonly shared?: boolean; readonly stored?: boolean; readonly from1904?: boolean }

/** A workbook of these sheets. */
export function workbook(
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
  options: BookOptions = {},
): Buffer {
  const names = Object.keys(sheets)
  const strings: string[] = []
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns:r="r"><workbookPr${options.from1904 ? ' date1904="1"' : ''}/><sheets>${names
      .map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, i) => `<Relationship Id="rId${i + 1}" Type="t/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/styles.xml':
      '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd\\.mm\\.yyyy;@"/><numFmt numFmtId="171" formatCode="[$EUR] #,##0.0000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="22"/></cellXfs></styleSheet>',
  }
  names.forEach((name, i) => {
    const rows = sheets[name]!.map(
      (row, r) => `<row r="${r + 1}">${row.map((cell, c) => cellXml(cell, r, c, options, strings)).join('')}</row>`,
    )
    parts[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`
  })
  parts['xl/sharedStrings.xml'] =
    `<sst>${strings.map((s) => `<si><r><t xml:space="preserve">${escaped(s)}</t></r><rPh><t>x</t></rPh></si>`).join('')}</sst>`
  return zip(parts, options.stored)
}

function cellXml(cell: Cell, row: number, column: number, { shared }: BookOptions, strings: string[]): string {
  if (cell === null) return ''
  const at = `${String.fromCharCode(65 + column)}${row + 1}`
  if (typeof cell !== 'string') {
    return 'n' in cell
      ? `<c r="${at}" s="2"><v>${cell.n}</v></c>`
      : `<c r="${at}" s="${cell.date.includes('.') ? 3 : 1}"><v>${cell.date}</v></c>`
  }
  if (!shared) return `<c r="${at}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`
  return `<c r="${at}" t="s"><v>${strings.push(cell) - 1}</v></c>`
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}

/** A ZIP archive; `sizes` lies about what unpacks. */
export function zip(parts: Readonly<Record<string, string | Buffer>>, stored = false): Buffer {
  const files: Buffer[] = []
  const list: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const packed = stored ? bytes : deflateRawSync(bytes)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(stored ? 0 : 8, 8)
    head.writeUInt32LE(crc32(bytes), 14)
    head.writeUInt32LE(packed.length, 18)
    head.writeUInt32LE(bytes.length, 22)
    head.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    head.copy(entry, 6, 4, 30)
    entry.writeUInt32LE(at, 42)
    files.push(head, Buffer.from(name), packed)
    list.push(entry, Buffer.from(name))
    at += 30 + name.length + packed.length
  }
  const listed = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length / 3, 8)
  end.writeUInt16LE(files.length / 3, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...files, listed, end])
}
