// The rows of a table become rates or problems. Nothing is skipped silently: every row that holds anything is a rate,
// a problem that names its line, or a row counted as blank or double.

import { err, ok, type Result } from '@tollbook/kernel'
import type { TimeWindow } from '@tollbook/rating'
import { instantsOf } from './instants.ts'
import type { NotASheet, SheetLayout, SheetProblem } from './layout.ts'
import { readPrefixes, readTerms } from './read-row.ts'
import { type RowReader, rowReader } from './row-reader.ts'
import { rateKey, type SheetRate, sameTerms } from './sheet-rate.ts'
import type { Table } from './table.ts'
import { withWeekWindows } from './week-window.ts'

export type RateSheet = {
  readonly rates: readonly SheetRate[]
  /** The first of them; see `PROBLEMS_LISTED`. */
  readonly problems: readonly SheetProblem[]
  readonly problemCount: number
  /** Rows below the header that hold anything. */
  readonly rows: number
  /** Rows that are empty, comments (#), or the header once more. */
  readonly blankRows: number
  /** Rates that say what an earlier one says already; kept once. */
  readonly duplicateRows: number
  /** The windows that were given, and those that rows asked for by minutes of the week. */
  readonly windows: readonly TimeWindow[]
}

/** Problems listed of one sheet: more than anybody reads; the rest is counted. */
export const PROBLEMS_LISTED = 200

/** Rates of one sheet, ranges spread out: what a deck is compiled for. */
export const MOST_RATES = 1_000_000

/** Reads rates by a layout. Dates without an offset are wall-clock time in `zone`; `windows` are the names rates may use. */
export function readRates(
  table: Table,
  layout: SheetLayout,
  zone: string,
  windows: readonly TimeWindow[] = [],
): Result<RateSheet, NotASheet> {
  const reader = rowReader(
    layout,
    instantsOf(layout.dateOrder, zone),
    windows.map((w) => w.name),
  )
  const headerRow = layout.headerLine === 0 ? -1 : table.lines.lastIndexOf(layout.headerLine)
  const header = headerRow < 0 ? undefined : table.rows[headerRow]!.join('\t').toLowerCase()
  const found = collector(table)
  let blankRows = 0
  let rows = 0
  for (let i = 0; i < table.rows.length; i++) {
    const row = table.rows[i]!
    if (table.lines[i]! <= layout.headerLine) continue
    if (isBlank(row) || row[0]!.startsWith('#') || (header !== undefined && row.join('\t').toLowerCase() === header)) {
      blankRows++
      continue
    }
    rows++
    readRow(reader, row, i, found)
    if (found.rates.length > MOST_RATES) {
      return err({ kind: 'too-large', message: `The sheet makes more than ${MOST_RATES} rates.` })
    }
  }
  if (table.tornAfter > 0) found.torn(table.tornAfter)
  const { rates, problems } = found
  const counts = { problemCount: found.problemCount(), rows, blankRows, duplicateRows: found.duplicates() }
  return ok({ rates, problems, ...counts, windows: withWeekWindows(windows, reader.week) })
}

function isBlank(row: readonly string[]): boolean {
  for (const cell of row) if (cell !== '') return false
  return true
}

type Collector = ReturnType<typeof collector>

/** Keeps rates by their key: what is said twice in the same words is counted, what contradicts is a problem. */
function collector(table: Table) {
  const rates: SheetRate[] = []
  const problems: SheetProblem[] = []
  const seen = new Map<string, SheetRate>()
  let problemCount = 0
  let duplicates = 0
  const tell = (line: number, message: string, raw: string): void => {
    problemCount++
    if (problems.length < PROBLEMS_LISTED) problems.push({ line, message, raw })
  }
  return {
    rates,
    problems,
    problemCount: () => problemCount,
    duplicates: () => duplicates,
    lineOf: (row: number) => table.lines[row]!,
    problem: (row: number, message: string) => tell(table.lines[row]!, message, table.rawLine(table.lines[row]!)),
    torn: (after: number) => {
      tell(after + 1, 'A quotation mark is opened and never closed.', table.rawLine(after + 1))
    },
    /** All rates of one row, or the reason why one of them cannot be. */
    take(made: readonly SheetRate[]): string | undefined {
      for (const rate of made) {
        const first = seen.get(rateKey(rate))
        if (first !== undefined && !sameTerms(first, rate)) {
          return `Prefix ${rate.prefix || '*'} with the same start stands on line ${first.line} already, with other terms.`
        }
      }
      let fresh = 0
      for (const rate of made) {
        const key = rateKey(rate)
        if (seen.has(key)) continue
        seen.set(key, rate)
        rates.push(rate)
        fresh++
      }
      if (fresh === 0) duplicates++
      return undefined
    },
  }
}

function readRow(reader: RowReader, row: readonly string[], i: number, found: Collector): void {
  const prefixes = readPrefixes(reader, row)
  const terms = prefixes.ok ? readTerms(reader, row, prefixes.value) : prefixes
  if (!prefixes.ok || !terms.ok) {
    if (!terms.ok) found.problem(i, terms.error)
    return
  }
  const line = found.lineOf(i)
  const fault = found.take(prefixes.value.map((prefix) => ({ line, prefix, ...terms.value })))
  if (fault !== undefined) found.problem(i, fault)
}
