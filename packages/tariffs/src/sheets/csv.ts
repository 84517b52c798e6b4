// CSV as rows of cells: encodings, line ends, delimiters. Lines without quotation marks, which is nearly all, are split
// by hand: that is four times as fast as the parser, which reads files that have any.

import { err, ok, type Result } from '@tollbook/kernel'
import { parse } from 'csv-parse/sync'
import { headerFields } from './header-words.ts'
import type { Delimiter, NotASheet } from './layout.ts'
import { MOST_COLUMNS, MOST_ROWS, type Table } from './table.ts'

export function readCsv(file: string | Uint8Array, delimiter: Delimiter): Result<Table, NotASheet> {
  const text = textOf(file)
  if (text.includes('\0')) return err({ kind: 'not-text', message: 'The file is not text. Save the sheet as CSV.' })
  if (text.trim() === '') return err({ kind: 'empty', message: 'The file is empty.' })
  if (moreLinesThan(text, MOST_ROWS + 1)) {
    return err({ kind: 'too-large', message: `The file has more than ${MOST_ROWS} rows.` })
  }
  const by = delimiter === '' ? guessDelimiter(text) : delimiter
  const { rows, lines, tornAfter } = text.includes('"') ? quotedRows(text, by) : plainRows(text, by)
  return ok({ delimiter: by, sheet: '', sheets: [], rows, lines, tornAfter, rawLine: rawLines(text) })
}

/** UTF-8 or UTF-16 by their marks or their zeros, else UTF-8 if it is valid, else Windows-1252, which every byte is. */
function textOf(file: string | Uint8Array): string {
  if (typeof file === 'string') return file.replace(/^\uFEFF/, '')
  if (file[0] === 0xff && file[1] === 0xfe) return new TextDecoder('utf-16le').decode(file)
  if (file[0] === 0xfe && file[1] === 0xff) return new TextDecoder('utf-16be').decode(file)
  const zeros = [0, 0]
  for (let i = 0; i < Math.min(file.length, 2000); i++) if (file[i] === 0) zeros[i % 2]!++
  const half = Math.min(file.length, 2000) / 2
  if (zeros[1]! > half * 0.7 && zeros[0] === 0) return new TextDecoder('utf-16le').decode(file)
  if (zeros[0]! > half * 0.7 && zeros[1] === 0) return new TextDecoder('utf-16be').decode(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch {
    return new TextDecoder('windows-1252').decode(file)
  }
}

function moreLinesThan(text: string, most: number): boolean {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (++lines > most) return true
  return false
}

/** What a guess looks at: some hundred lines. */
const LOOKED_AT = 64 * 1024

/** The delimiter by which a header is known best and the rows have the same number of cells; rather not the comma. */
function guessDelimiter(text: string): Delimiter {
  const cut = text.length > LOOKED_AT ? text.slice(0, text.lastIndexOf('\n', LOOKED_AT) + 1 || LOOKED_AT) : text
  const candidates = (['\t', ';', '|', ','] as const).map((delimiter) => ({
    delimiter,
    score: scoreOf(cut, delimiter),
  }))
  return candidates.reduce((best, next) => (next.score > best.score ? next : best)).delimiter
}

function scoreOf(text: string, delimiter: Delimiter): number {
  const { rows } = text.includes('"') ? quotedRows(text, delimiter) : plainRows(text, delimiter)
  const filled = rows.filter((row) => row.some((cell) => cell !== ''))
  const known = filled
    .slice(0, 50)
    .map((row) => (row.length > 1 ? headerFields(row).filter((f) => f !== 'ignore').length : 0))
  const counts = new Map<number, number>()
  for (const { length } of filled) counts.set(length, (counts.get(length) ?? 0) + 1)
  const [width = 1, often = 0] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  const alike = width > 1 ? often / Math.max(filled.length, 1) : 0
  return Math.max(0, ...known) * 2 + alike * 3 + (alike * Math.min(width, 10)) / 10
}

type Rows = {
  readonly rows: readonly (readonly string[])[]
  readonly lines: readonly number[]
  readonly tornAfter: number
}

function plainRows(text: string, delimiter: Delimiter): Rows {
  const texts = linesOf(text)
  const rows = texts.map((line) => line.split(delimiter, MOST_COLUMNS).map((cell) => cell.trim()))
  return { rows, lines: rows.map((_, i) => i + 1), tornAfter: 0 }
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

type CsvRecord = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

function quotedRows(text: string, delimiter: Delimiter): Rows {
  let torn = false
  const records = parse(text, {
    delimiter,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    on_skip: () => {
      torn = true
      return undefined
    },
  }) as unknown as readonly CsvRecord[]
  const rows = records.map(({ record }) => record.slice(0, MOST_COLUMNS).map((cell) => cell.trim()))
  const last = records.at(-1)?.info.lines ?? 0
  return { rows, lines: records.map(({ info }) => info.lines), tornAfter: torn ? Math.max(last, 1) : 0 }
}

/** Lines are split only when there is one to show. */
function rawLines(text: string): (line: number) => string {
  let texts: readonly string[] | undefined
  return (line) => {
    texts ??= linesOf(text)
    return (texts[line - 1] ?? '').slice(0, 500)
  }
}
