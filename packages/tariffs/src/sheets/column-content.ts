// What the cells of a column look like, for guessing: which field they could be, which decimal mark, which order of dates.

import { dateCell, orderShown, ZERO_DATE } from './date-cell.ts'
import type { SheetField } from './layout.ts'
import { blocksCell, decimalCell, secondsCell } from './number-cell.ts'
import { prefixCell } from './prefix-cell.ts'
import type { Table } from './table.ts'

/** Rows looked at to tell columns apart: spread over the sheet, for the first are not like the rest. */
const SAMPLE = 400

export function sampleOf(table: Table, from: number): readonly (readonly string[])[] {
  const step = Math.max(1, Math.floor((table.rows.length - from) / SAMPLE))
  const sample: (readonly string[])[] = []
  for (let i = from; i < table.rows.length; i += step) {
    // A row of one cell is a title, a section or a note.
    if (table.rows[i]!.filter((cell) => cell !== '').length > 1) sample.push(table.rows[i]!)
  }
  return sample
}

const PRICE = { whole: 9, places: 20, signed: true } as const

/** Whether a cell could be of a field; `alone` when there is no header to say so, and only the typical will do. */
export function looksLike(field: SheetField, cell: string, alone = false): boolean {
  switch (field) {
    case 'prefix':
      return (!alone || /^[+*_\d]/.test(cell)) && !/^\d+[.,]\d{1,2}$|^0[.,]/.test(cell) && prefixCell(cell).ok
    case 'country-code':
      return /^[+\d\s()-]{1,12}$/.test(cell)
    case 'area-code':
      return /^[\d\s,;/|&().-]+$/.test(cell)
    case 'price':
      return (
        (!alone || /[.,]\d/.test(cell)) &&
        (decimalCell('', cell, { ...PRICE, comma: false }).ok || decimalCell('', cell, { ...PRICE, comma: true }).ok)
      )
    case 'connect-fee':
    case 'disconnect-fee':
    case 'minimum-charge':
    case 'maximum-charge':
    case 'block-charge':
      return decimalCell('', cell, { ...PRICE, comma: false }).ok || decimalCell('', cell, { ...PRICE, comma: true }).ok
    case 'effective-from':
    case 'valid-to':
      return ZERO_DATE.test(cell) || dateCell('', cell, 'dmy', 'UTC').ok || dateCell('', cell, 'mdy', 'UTC').ok
    case 'first-block':
    case 'increment':
      return secondsCell('', cell, 0).ok || blocksCell('', cell).ok
    case 'blocks':
      return alone ? /^\d{1,3}\s*[/+]\s*\d{1,3}$/.test(cell) : blocksCell('', cell).ok
    case 'destination':
      return /\p{L}{2}/u.test(cell) && (!alone || !dateCell('', cell, 'dmy', 'UTC').ok)
    default:
      return true
  }
}

const MONEY: readonly SheetField[] = [
  'price',
  'connect-fee',
  'disconnect-fee',
  'minimum-charge',
  'maximum-charge',
  'tier-1-price',
]

/** Whether the comma is the decimal mark: what the number cells show for certain decides, over the whole sheet. */
export function marksOf(table: Table, from: number, columns: readonly SheetField[]): boolean {
  let [commas, points, unsure] = [0, 0, 0]
  for (const i of columns.flatMap((field, i) => (MONEY.includes(field) ? [i] : []))) {
    for (let row = from; row < table.rows.length; row++) {
      const cell = table.rows[row]![i]
      if (cell === undefined || !(cell.includes(',') || cell.includes('.'))) continue
      const last = Math.max(cell.lastIndexOf(','), cell.lastIndexOf('.'))
      const both = cell.includes(',') && cell.includes('.')
      const grouped = !both && /^\D*[1-9]\d{0,2}[.,]\d{3}\D*$/.test(cell)
      if (grouped) unsure += cell[last] === ',' ? 1 : 0
      else if (cell[last] === ',') commas++
      else points++
    }
  }
  return commas === points ? unsure > 0 && commas > 0 : commas > points
}

/** The order of dates: the first that can be read only one way decides; else points mean the day first, and so do commas. */
export function orderOf(table: Table, from: number, columns: readonly SheetField[]): 'ymd' | 'dmy' | 'mdy' {
  let seen: 'ymd' | 'dmy' = 'ymd'
  for (const i of columns.flatMap((field, i) => (field === 'effective-from' || field === 'valid-to' ? [i] : []))) {
    for (let row = from; row < table.rows.length; row++) {
      const shown = orderShown(table.rows[row]![i] ?? '')
      if (shown === 'mdy' || shown === 'dmy') return shown
      if (shown === 'either') seen = 'dmy'
    }
  }
  return seen
}
