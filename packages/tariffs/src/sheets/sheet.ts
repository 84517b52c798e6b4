// A rate sheet as text becomes rates and problems. Pure: it knows rows and columns, no database. Nothing is skipped
// silently: every row that holds anything is either a rate or a problem that names its line.

import { err, ok, type Result } from '@tollbook/kernel'
import { parse } from 'csv-parse/sync'
import { decimalField, destinationField, effectiveField, prefixField, secondsField } from './sheet-fields.ts'
import type { SheetRate } from './sheet-rate.ts'

/** A row that is no rate: its line in the file, what is wrong, and the line itself. */
export type SheetProblem = { readonly line: number; readonly message: string; readonly raw: string }

export type Sheet = {
  readonly rates: readonly SheetRate[]
  /** The first of them; see `PROBLEMS_LISTED`. */
  readonly problems: readonly SheetProblem[]
  readonly problemCount: number
}

/** Why a file is no rate sheet at all. */
export type NotASheet =
  | { readonly kind: 'too-large'; readonly message: string }
  | { readonly kind: 'not-text'; readonly message: string }
  | { readonly kind: 'empty'; readonly message: string }
  | { readonly kind: 'missing-columns'; readonly message: string; readonly missing: readonly string[] }

/** The largest sheet read, in bytes: a million rates of sixty bytes fit. Sheets are held in memory while checked. */
export const LARGEST_SHEET = 64 * 1024 * 1024

/** Rows of a sheet: the largest decks sold have some 300,000. A million take 1 GB while they are checked. */
const MOST_ROWS = 1_000_000

/** Problems listed of one sheet: more than anybody reads; the rest is counted. */
export const PROBLEMS_LISTED = 200

/**
 * Reads CSV with the columns prefix, destination, rate and optionally connect_fee, first_block, increment and
 * effective_from, in any order, separated by comma, semicolon or tab. Dates without an offset are midnight in `zone`.
 */
export function parseSheet(file: string | Uint8Array, zone: string): Result<Sheet, NotASheet> {
  if (file.length > LARGEST_SHEET) {
    return err({ kind: 'too-large', message: `The file is larger than ${LARGEST_SHEET / 1024 / 1024} MB.` })
  }
  const text = textOf(file)
  if (text.includes('\0')) return err({ kind: 'not-text', message: 'The file is not text. Save the sheet as CSV.' })
  if (moreLinesThan(text, MOST_ROWS)) {
    return err({ kind: 'too-large', message: `The file has more than ${MOST_ROWS} rows.` })
  }
  const header = /^\s*(\S.*)$/m.exec(text)?.[1]
  if (header === undefined) return err({ kind: 'empty', message: 'The file is empty.' })
  const layout = layoutOf(header)
  const missing = REQUIRED.filter((column) => layout.columns[column] === undefined)
  if (missing.length > 0) {
    return err({ kind: 'missing-columns', message: `Columns missing: ${missing.join(', ')}.`, missing })
  }
  const sheet = readRows(text, layout, zone)
  if (sheet.rates.length === 0 && sheet.problemCount === 0) {
    return err({ kind: 'empty', message: 'The file has a header but no rates.' })
  }
  return ok(sheet)
}

function moreLinesThan(text: string, most: number): boolean {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (++lines > most) return true
  return false
}

/** UTF-8 or UTF-16 by their marks, else UTF-8 if it is valid, else Windows-1252, which every byte is. */
function textOf(file: string | Uint8Array): string {
  if (typeof file === 'string') return file.replace(/^\uFEFF/, '')
  if (file[0] === 0xff && file[1] === 0xfe) return new TextDecoder('utf-16le').decode(file)
  if (file[0] === 0xfe && file[1] === 0xff) return new TextDecoder('utf-16be').decode(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch {
    return new TextDecoder('windows-1252').decode(file)
  }
}

const REQUIRED = ['prefix', 'destination', 'rate'] as const
const OPTIONAL = ['connect_fee', 'first_block', 'increment', 'effective_from'] as const
type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number]
type Layout = { readonly delimiter: string; readonly columns: Readonly<Partial<Record<Column, number>>> }

/** The delimiter by which the header names most of our columns, and where they are. */
function layoutOf(header: string): Layout {
  const layouts = [',', ';', '\t'].map((delimiter) => ({ delimiter, columns: columnsOf(header, delimiter) }))
  return layouts.reduce((best, next) =>
    Object.keys(next.columns).length > Object.keys(best.columns).length ? next : best,
  )
}

function columnsOf(header: string, delimiter: string): Layout['columns'] {
  const columns: Partial<Record<Column, number>> = {}
  header.split(delimiter).forEach((cell, i) => {
    const name = cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_')
    const known = [...REQUIRED, ...OPTIONAL].find((column) => column === name)
    if (known !== undefined && columns[known] === undefined) columns[known] = i
  })
  return columns
}

function readRows(text: string, layout: Layout, zone: string): Sheet {
  const { records, torn } = recordsOf(text, layout.delimiter)
  const lines = lazyLines(text)
  const problems: SheetProblem[] = []
  let problemCount = 0
  const problem = (line: number, message: string): void => {
    problemCount++
    if (problems.length < PROBLEMS_LISTED) problems.push({ line, message, raw: lines(line) })
  }
  const rates: SheetRate[] = []
  const seen = new Map<string, number>()
  for (const { record, info } of records.slice(1)) {
    if (record.every((cell) => cell.trim() === '')) continue
    const row = readRow(record, layout, zone, info.lines)
    if (!row.ok) {
      problem(info.lines, row.error)
      continue
    }
    const key = `${row.value.prefix} ${row.value.effectiveFromMs}`
    const first = seen.get(key)
    if (first !== undefined) {
      problem(info.lines, `Prefix ${row.value.prefix || '*'} with the same start stands on line ${first} already.`)
      continue
    }
    seen.set(key, info.lines)
    rates.push(row.value)
  }
  if (torn) problem((records.at(-1)?.info.lines ?? 0) + 1, 'A quotation mark is opened and never closed.')
  return { rates, problems, problemCount }
}

type SheetRecord = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

function recordsOf(text: string, delimiter: string): { records: readonly SheetRecord[]; torn: boolean } {
  let torn = false
  const records = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: () => {
      torn = true
      return undefined
    },
  }) as unknown as readonly SheetRecord[]
  return { records, torn }
}

/** Lines are split only when there is a problem to show. */
function lazyLines(text: string): (line: number) => string {
  let lines: readonly string[] | undefined
  return (line) => {
    lines ??= text.split(/\r\n|\n|\r/)
    return (lines[line - 1] ?? '').slice(0, 500)
  }
}

function readRow(
  record: readonly string[],
  { columns, delimiter }: Layout,
  zone: string,
  line: number,
): Result<SheetRate, string> {
  const cell = (column: Column): string => {
    const at = columns[column]
    return at === undefined ? '' : (record[at] ?? '').trim()
  }
  const comma = delimiter !== ','
  const prefix = prefixField(cell('prefix'))
  if (!prefix.ok) return prefix
  const destination = destinationField(cell('destination'))
  if (!destination.ok) return destination
  const price = decimalField('rate', cell('rate'), { comma, places: 10, whole: 6 })
  if (!price.ok) return price
  const connectFee = decimalField('connect_fee', cell('connect_fee') || '0', { comma, places: 6, whole: 6 })
  if (!connectFee.ok) return connectFee
  const firstBlock = secondsField('first_block', cell('first_block') || '60', 0)
  if (!firstBlock.ok) return firstBlock
  const increment = secondsField('increment', cell('increment') || '60', 1)
  if (!increment.ok) return increment
  const effective = effectiveField(cell('effective_from') || '1970-01-01T00:00:00Z', zone)
  if (!effective.ok) return effective
  return ok({
    line,
    prefix: prefix.value,
    destination: destination.value,
    pricePerMinute: price.value,
    connectFee: connectFee.value,
    firstBlockS: firstBlock.value,
    incrementS: increment.value,
    effectiveFromMs: effective.value,
  })
}
