// A file becomes a table: CSV of any delimiter and encoding, or one sheet of a workbook. Knows no rates.

import { err, type Result } from '@tollbook/kernel'
import { readCsv } from './csv.ts'
import type { Delimiter, NotASheet } from './layout.ts'
import { LARGEST_SHEET, type Table } from './table.ts'
import { isWorkbook, readWorkbook } from './workbook.ts'

export type TableOptions = { readonly sheet?: string; readonly delimiter?: Delimiter }

/** Reads a file of any kind. What it is shows in its first bytes; nobody's word is needed. */
export function readTable(file: string | Uint8Array, options: TableOptions = {}): Result<Table, NotASheet> {
  if (file.length > LARGEST_SHEET) {
    return err({ kind: 'too-large', message: `The file is larger than ${LARGEST_SHEET / 1024 / 1024} MB.` })
  }
  if (typeof file !== 'string' && isWorkbook(file)) return readWorkbook(file, options.sheet ?? '')
  if (typeof file !== 'string' && file[0] === 0xd0 && file[1] === 0xcf && file[2] === 0x11 && file[3] === 0xe0) {
    return err({ kind: 'not-text', message: 'This is an old Excel file (.xls). Save it as .xlsx or CSV.' })
  }
  return readCsv(file, options.delimiter ?? '')
}
