// How a sheet is probably to be read: which line is the header, what each column is, how numbers and dates are written.
// Each guess has a reason that people can read. Words of the header count first, then what stands in the cells.

import { a2billingColumns, isA2Billing } from './a2billing-columns.ts'
import { looksLike, marksOf, orderOf, sampleOf } from './column-content.ts'
import { headerFields, headerMeanings, wordsOf } from './header-words.ts'
import type { SheetField, SheetLayout } from './layout.ts'
import type { Table } from './table.ts'

export type GuessedLayout = {
  readonly layout: SheetLayout
  /** Text of the header cells; '' when there is none. */
  readonly header: readonly string[]
  /** Why each column was taken for what it is. */
  readonly reasons: readonly string[]
}

type Column = { readonly field: SheetField; readonly reason: string }

/** Guesses everything; what is `known` (chosen by a person) is taken as it is. */
export function guessLayout(table: Table, side: 'sell' | 'buy', known: Partial<SheetLayout> = {}): GuessedLayout {
  const headerRow = known.headerLine === undefined ? findHeader(table) : rowOfLine(table, known.headerLine)
  const header = headerRow < 0 ? [] : table.rows[headerRow]!
  const sample = sampleOf(table, headerRow + 1)
  const width = Math.max(header.length, ...sample.map((row) => row.length))
  const a2billing = isA2Billing(header)
  const guessed = a2billing ? a2billingGuess(header, side) : guessColumns(header, sample, width)
  const columns = known.columns ?? guessed.map((c) => c.field)
  const firstData = headerRow < 0 && known.headerLine === undefined ? firstDataRow(table, columns) : headerRow + 1
  const priceHead = wordsOf(header[columns.indexOf('price')] ?? '')
  const layout: SheetLayout = {
    sheet: table.sheet,
    delimiter: table.delimiter,
    headerLine: firstData === 0 ? 0 : table.lines[firstData - 1]!,
    columns,
    decimalComma: marksOf(table, firstData, columns),
    unit: PER_SECOND.test(priceHead) ? 'per-second' : 'per-minute',
    cents:
      CENTS.test(priceHead) ||
      table.rows.slice(0, Math.max(headerRow, 0)).some((row) => ALL_CENTS.test(wordsOf(row.join(' ')))),
    dateOrder: orderOf(table, firstData, columns),
    firstBlockSeconds: 60,
    incrementSeconds: 60,
    anchor: a2billing ? 'zero' : 'first-block',
    mode: a2billing ? 'a2billing' : 'plain',
    ...known,
  }
  const reasons = columns.map((field, i) =>
    known.columns === undefined ? (guessed[i]?.reason ?? '') : guessed[i]?.field === field ? guessed[i]!.reason : '',
  )
  return { layout, header, reasons }
}

const PER_SECOND = /\b(per sec|per second|sec|seconds|pro sekunde|por segundo|par seconde|za sekunde)\b|每秒/
const CENTS = /\b(cent|cents|ct|cts|pence|cent min)\b|分\/分钟/
const ALL_CENTS = /\bin (?:usd |eur |euro |us )?cents?\b/

function rowOfLine(table: Table, line: number): number {
  return line === 0 ? -1 : table.lines.lastIndexOf(line)
}

/** The row, among the first, whose words are known best; titles above it have none, rates below it have numbers. */
function findHeader(table: Table): number {
  let best = -1
  let most = 1
  for (const [i, row] of table.rows.slice(0, 60).entries()) {
    if (row.some((cell) => /^[-+\p{Sc}]?\s?\d+([.,]\d+)*$/u.test(cell))) continue
    const fields = new Set(headerFields(row).filter((field) => field !== 'ignore'))
    const enough =
      isA2Billing(row) ||
      (fields.size >= 2 &&
        (fields.has('prefix') || fields.has('price') || fields.has('country-code') || fields.has('area-code')))
    const known = isA2Billing(row) ? 100 : fields.size
    if (enough && known > most) {
      best = i
      most = known
    }
  }
  return best
}

/** Without a header: the first row that has a prefix and a price; what stands above are titles. */
function firstDataRow(table: Table, columns: readonly SheetField[]): number {
  const [prefix, price] = [columns.indexOf('prefix'), columns.indexOf('price')]
  if (prefix < 0 || price < 0) return 0
  const first = table.rows
    .slice(0, 60)
    .findIndex((row) => looksLike('prefix', row[prefix] ?? '') && looksLike('price', row[price] ?? ''))
  return Math.max(first, 0)
}

function a2billingGuess(header: readonly string[], side: 'sell' | 'buy'): readonly Column[] {
  return a2billingColumns(header, side).map((field, i) => ({
    field,
    reason:
      field === 'ignore'
        ? `"${header[i]}" is not needed for a ${side} deck.`
        : `"${header[i]}" is a column of A2Billing.`,
  }))
}

function guessColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  width: number,
): readonly Column[] {
  const columns: (Column | undefined)[] = Array.from({ length: width }, () => undefined)
  const cellsOf = (i: number) => sample.map((row) => row[i] ?? '').filter((cell) => cell !== '')
  const taken = new Set<SheetField>()
  const claims = header.flatMap((cell, column) =>
    headerMeanings(cell).map((meaning, rank) => ({ ...meaning, column, rank })),
  )
  const own = ['prefix', 'destination', 'rate'].every((name) => header.some((cell) => cell.toLowerCase() === name))
  for (const { field, column, word, score } of claims.sort((a, b) => b.score - a.score || a.column - b.column)) {
    if (columns[column] !== undefined || taken.has(field)) continue
    // Our own form is taken at its word, and so are whole words for what is not needed: a wrong cell there is a problem
    // to be told, not a reason to charge by default blocks.
    const certain = own || (score >= 1000 && !NEEDED.includes(field))
    if (!certain && !fits(field, cellsOf(column))) continue
    columns[column] = {
      field,
      reason: `The header says "${header[column]}"${wordsOf(header[column]!) === word ? '' : ` ("${word}")`}.`,
    }
    taken.add(field)
  }
  separateCodes(columns, header, taken)
  asBlocks(columns, cellsOf, taken)
  fromContent(columns, cellsOf, taken)
  return columns.map((column) => column ?? { field: 'ignore', reason: 'Not needed, or not understood.' })
}

const NEEDED: readonly SheetField[] = ['prefix', 'country-code', 'area-code', 'destination', 'price']

/** Most of the cells have to be what the header says; an empty column may be anything. */
function fits(field: SheetField, cells: readonly string[]): boolean {
  return cells.length === 0 || cells.filter((cell) => looksLike(field, cell)).length * 2 >= cells.length
}

/** "Code" beside a country code is the code within the country. */
function separateCodes(columns: (Column | undefined)[], header: readonly string[], taken: Set<SheetField>): void {
  const prefix = columns.findIndex((c) => c?.field === 'prefix')
  if (!taken.has('country-code')) {
    const area = columns.findIndex((c) => c?.field === 'area-code')
    if (area >= 0 && prefix < 0)
      columns[area] = {
        field: 'prefix',
        reason: `The header says "${header[area]}", and there is no country code beside it.`,
      }
    return
  }
  if (prefix < 0 || taken.has('area-code')) return
  columns[prefix] = {
    field: 'area-code',
    reason: `The header says "${header[prefix]}", and a country code stands beside it.`,
  }
}

/** "Increment" over 60/6 is both. */
function asBlocks(
  columns: (Column | undefined)[],
  cellsOf: (i: number) => readonly string[],
  taken: Set<SheetField>,
): void {
  columns.forEach((column, i) => {
    if (column?.field !== 'increment' && column?.field !== 'first-block') return
    if (taken.has('blocks') || !cellsOf(i).some((cell) => /^\d+\s*s?\s*[/+]\s*\d+/.test(cell))) return
    columns[i] = { field: 'blocks', reason: `${column.reason} The cells hold two numbers.` }
    taken.add('blocks')
  })
}

/** What no header told: by what the cells hold. */
function fromContent(
  columns: (Column | undefined)[],
  cellsOf: (i: number) => readonly string[],
  taken: Set<SheetField>,
): void {
  const needed: readonly SheetField[] = ['effective-from', 'blocks', 'prefix', 'price', 'destination']
  const headless = taken.size === 0
  for (const field of needed) {
    if (taken.has(field) || (field === 'prefix' && (taken.has('country-code') || taken.has('area-code')))) continue
    // With a header, only what a sheet cannot do without is sought in other columns.
    if (!headless && field !== 'prefix' && field !== 'price' && field !== 'destination') continue
    let best = -1
    let most = 0.7
    columns.forEach((column, i) => {
      const cells = cellsOf(i)
      if (column !== undefined || cells.length === 0) return
      const share =
        (cells.filter((cell) => looksLike(field, cell, true)).length / cells.length) *
        (field === 'prefix' ? distinct(cells) : 1)
      if (share > most + 0.001) {
        best = i
        most = share
      }
    })
    if (best < 0) continue
    columns[best] = { field, reason: `The cells look like it: "${cellsOf(best)[0]}".` }
    taken.add(field)
  }
}

/** Prefixes hardly repeat, blocks and quantities do. 1 from four fifths of different cells on. */
function distinct(cells: readonly string[]): number {
  return Math.min(1, new Set(cells).size / cells.length / 0.8)
}
