// The calls of a search as the CSV of /calls.csv: all columns, at most what spreadsheets can hold.

import type { CallFilter } from '@tollbook/calls/search'
import { callTable, written } from '@tollbook/exports'
import type { ApiDeps } from './api-deps.ts'
import { newestOf } from './newest-of.ts'

/** Longer lists are for /calls/export, whose workbooks have further sheets. */
const MAX_ROWS = 1_000_000

/** The file in pieces of one page, newest call first. */
export function callsCsv(deps: ApiDeps, filter: CallFilter): AsyncIterable<string | Uint8Array> {
  return written('csv', callTable(newestOf(deps), filter, undefined, undefined, MAX_ROWS))
}
