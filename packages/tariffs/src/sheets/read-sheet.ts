// A file becomes rates: as a table, by a layout that is guessed where nobody chose, row by row. Pure; stores nothing.

import { err, ok, type Result } from '@tollbook/kernel'
import type { TimeWindow } from '@tollbook/rating'
import { type GuessedLayout, guessLayout } from './guess-layout.ts'
import type { NotASheet, SheetField, SheetLayout } from './layout.ts'
import { type RateSheet, readRates } from './read-rates.ts'
import { readTable } from './read-table.ts'
import type { Table } from './table.ts'

export type SheetOptions = {
  /** Which prices of an A2Billing sheet are read. */
  readonly side: 'sell' | 'buy'
  /** IANA name: dates without an offset are wall-clock time there. */
  readonly zone: string
  /** What was chosen; the rest is guessed. */
  readonly layout?: Partial<SheetLayout> | undefined
  /** Windows that rates may name. */
  readonly windows?: readonly TimeWindow[] | undefined
}

export type ReadSheet = RateSheet & { readonly table: Table; readonly guessed: GuessedLayout }

/** Reads any rate sheet. */
export function readSheet(file: string | Uint8Array, options: SheetOptions): Result<ReadSheet, NotASheet> {
  const table = readTable(file, options.layout)
  if (!table.ok) return table
  const guessed = guessLayout(table.value, options.side, options.layout)
  const missing = missingColumns(guessed.layout.columns)
  if (missing.length > 0) {
    return err({ kind: 'missing-columns', message: `Columns missing: ${missing.join(', ')}.`, missing })
  }
  const sheet = readRates(table.value, guessed.layout, options.zone, options.windows ?? [])
  if (!sheet.ok) return sheet
  if (sheet.value.rates.length === 0 && sheet.value.problemCount === 0) {
    return err({ kind: 'empty', message: 'The file has no rates.' })
  }
  return ok({ ...sheet.value, table: table.value, guessed })
}

/** What a sheet cannot do without, by the names our own form has. */
export function missingColumns(columns: readonly SheetField[]): readonly string[] {
  const missing: string[] = []
  if (!columns.includes('prefix') && !columns.includes('country-code')) missing.push('prefix')
  if (!columns.includes('price')) missing.push('rate')
  return missing
}
