// The calls of a search as the CSV of /calls.csv: all columns, at most what spreadsheets can hold.

import type { CallFilter } from '@tollbook/calls/search'
import type { Db } from '@tollbook/db'
import { callTable, written } from '@tollbook/exports'
import { boundedRead } from './bounded-read.ts'

/** Longer lists are for /calls/export, whose workbooks have further sheets. */
const MAX_ROWS = 1_000_000

/** The file in pieces of one page, newest call first. */
export function callsCsv(db: Db, filter: CallFilter): AsyncIterable<string | Uint8Array> {
  return written(
    'csv',
    callTable((work) => boundedRead(db, work), filter, undefined, undefined, MAX_ROWS),
  )
}
