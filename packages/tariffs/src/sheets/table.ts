// A file as rows of text cells, wherever they came from, and how much of one is read.

import type { Delimiter } from './layout.ts'

export type Table = {
  /** '' for a workbook. */
  readonly delimiter: Delimiter
  /** Name of the sheet that was read, and of all; '' and none for CSV. */
  readonly sheet: string
  readonly sheets: readonly string[]
  /** Cells as text, blanks around them taken off; rows may be of different length. Blank rows are there. */
  readonly rows: readonly (readonly string[])[]
  /** The line (row number in a workbook) of each row. */
  readonly lines: readonly number[]
  /** The line after which a quotation mark is opened and never closed; 0 = none. */
  readonly tornAfter: number
  /** A line as it stands in the file, cut to what can be shown. */
  readonly rawLine: (line: number) => string
}

/** The largest file read, in bytes: a million rates of sixty bytes fit. Sheets are held in memory while checked. */
export const LARGEST_SHEET = 64 * 1024 * 1024

/** Rows of a sheet: the largest decks sold have some 300,000. */
export const MOST_ROWS = 1_000_000

/** Columns that are looked at; no rate sheet has a hundred. */
export const MOST_COLUMNS = 250
