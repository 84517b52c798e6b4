// What an import would make of a sheet, before anything is stored: how it would be read and why, some rows, problems.

import type { Queryable } from '@tollbook/db'
import { ok, type Result, type TenantId } from '@tollbook/kernel'
import type { TimeWindow } from '@tollbook/rating'
import { type DeckSide, deckContext } from './import-deck.ts'
import { guessLayout } from './sheets/guess-layout.ts'
import type { NotASheet, SheetLayout, SheetProblem } from './sheets/layout.ts'
import { readRates } from './sheets/read-rates.ts'
import { missingColumns } from './sheets/read-sheet.ts'
import { readTable } from './sheets/read-table.ts'
import type { Table } from './sheets/table.ts'

export type SheetPreview = {
  readonly layout: SheetLayout
  readonly sheets: readonly string[]
  /** Text of the header cells; none when there is no header. */
  readonly header: readonly string[]
  /** Why each column was taken for what it is; '' for one that a person chose. */
  readonly reasons: readonly string[]
  /** The first rows below the header, and what is wrong with each. */
  readonly sample: readonly { readonly line: number; readonly cells: readonly string[]; readonly problem: string }[]
  /** Columns that no column of the sheet was taken for, without which nothing can be imported. */
  readonly missing: readonly string[]
  readonly rows: number
  readonly rates: number
  readonly blankRows: number
  readonly duplicateRows: number
  readonly problems: readonly SheetProblem[]
  readonly problemCount: number
}

export type PreviewInput = {
  readonly tenantId: TenantId | number
  /** Name of the deck it is meant for, whose zone and windows count; '' = a new one. */
  readonly name?: string | undefined
  readonly side?: DeckSide | undefined
  readonly zone?: string | undefined
  readonly layout?: Partial<SheetLayout> | undefined
  /** Windows that rates may name; those of the deck's newest version when absent. */
  readonly windows?: readonly TimeWindow[] | undefined
  readonly file: string | Uint8Array
}

const SAMPLE_ROWS = 50

/** Reads a sheet and tells what came of it. A sheet whose columns are not understood has a preview too, without rates. */
export async function previewSheet(db: Queryable, input: PreviewInput): Promise<Result<SheetPreview, NotASheet>> {
  const { tenantId, name = '', side = 'sell', layout: chosen } = input
  const table = readTable(input.file, chosen)
  if (!table.ok) return table
  const { zone, windows } = input
  const own = { ...(zone === undefined ? {} : { zone }), ...(windows === undefined ? {} : { windows }) }
  const context = await deckContext(db, { tenantId, name, ...own })
  const { layout, header, reasons } = guessLayout(table.value, side, { ...context.mode, ...chosen })
  const missing = missingColumns(layout.columns)
  const sheet = missing.length > 0 ? undefined : readRates(table.value, layout, context.zone, context.windows)
  if (sheet?.ok === false) return sheet
  const { rates = [], problems = [], problemCount = 0, rows = 0, blankRows = 0, duplicateRows = 0 } = sheet?.value ?? {}
  const sample = sampleRows(table.value, layout, problems)
  const counts = { rows, rates: rates.length, blankRows, duplicateRows, problemCount }
  return ok({ layout, sheets: table.value.sheets, header, reasons, sample, missing, problems, ...counts })
}

function sampleRows(table: Table, layout: SheetLayout, problems: readonly SheetProblem[]): SheetPreview['sample'] {
  const wrong = new Map(problems.map((problem) => [problem.line, problem.message]))
  const first = table.lines.findIndex((line) => line > layout.headerLine)
  const shown = first < 0 ? [] : table.rows.slice(first, first + SAMPLE_ROWS)
  return shown.map((cells, i) => {
    const line = table.lines[first + i]!
    return { line, cells: cells.map((cell) => cell.slice(0, 200)), problem: wrong.get(line) ?? '' }
  })
}
