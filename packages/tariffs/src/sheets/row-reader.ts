// The cells of a row by what their columns are, and the two kinds that most of them hold: amounts and seconds.

import { ok, type Result } from '@tollbook/kernel'
import type { ReadInstant } from './instants.ts'
import type { SheetField, SheetLayout } from './layout.ts'
import { type DecimalForm, decimalCell, secondsCell } from './number-cell.ts'
import type { WeekWindows } from './week-window.ts'

/** What reading a row needs, made once a sheet. */
export type RowReader = {
  readonly layout: SheetLayout
  readonly instant: ReadInstant
  readonly windows: ReadonlySet<string>
  /** Windows that rows ask for by minutes of the week; only A2Billing's do. */
  readonly week: WeekWindows
  /** The text of a cell; '' when the sheet has no such column or the row is too short. */
  readonly cell: (row: readonly string[], field: SheetField) => string
  readonly has: (field: SheetField) => boolean
}

export function rowReader(layout: SheetLayout, instant: ReadInstant, windows: readonly string[]): RowReader {
  const at = new Map<SheetField, number>()
  layout.columns.forEach((field, i) => {
    if (field !== 'ignore' && !at.has(field)) at.set(field, i)
  })
  return {
    layout,
    instant,
    windows: new Set(windows),
    week: new Map(),
    has: (field) => at.has(field),
    cell: (row, field) => {
      const i = at.get(field)
      return i === undefined ? '' : (row[i] ?? '')
    },
  }
}

/** What our own form calls a column. */
export function labelOf(field: SheetField): string {
  return field === 'price' ? 'rate' : field.replaceAll('-', '_')
}

const PLAIN_FORM = { whole: 6, places: 10 } as const
const PER_TIME: ReadonlySet<SheetField> = new Set(['price', 'tier-1-price', 'tier-2-price', 'tier-3-price'])

/** What A2Billing counts without its sign; entry fees, block charges and minima may be negative there. */
const UNSIGNED: ReadonlySet<SheetField> = new Set([...PER_TIME, 'connect-fee', 'disconnect-fee'])

/** An amount or a price of a cell, in units of the currency and a minute. */
export function money(
  reader: RowReader,
  row: readonly string[],
  field: SheetField,
  empty = '',
): Result<string, string> {
  const { layout } = reader
  const text = reader.cell(row, field) || empty
  const form: DecimalForm = {
    ...PLAIN_FORM,
    comma: layout.decimalComma,
    cents: layout.cents,
    signed: layout.mode === 'a2billing',
    times: layout.unit === 'per-second' && PER_TIME.has(field) ? 60 : 1,
  }
  const value = decimalCell(labelOf(field), text, form)
  return value.ok && UNSIGNED.has(field) && value.value.startsWith('-') ? ok(value.value.slice(1)) : value
}

/** Seconds of a cell; undefined when it is empty. */
export function seconds(
  reader: RowReader,
  row: readonly string[],
  field: SheetField,
  least: number,
): Result<number | undefined, string> {
  const text = reader.cell(row, field)
  return text === '' ? ok(undefined) : secondsCell(labelOf(field), text, least)
}
