// Rows this process has stored lately, so that reading a window of a table again costs the database nothing. A help and
// no memory: what it has forgotten is stored again and found to be a duplicate.

import { hash } from 'node:crypto'
import type { TableRow } from '@tollbook/asterisk/tables'

export type RecentRows = {
  has(row: TableRow): boolean
  add(row: TableRow): void
}

/** Rows per generation; two are kept, some 30 MB at most. */
const GENERATION = 150_000

export function recentRows(): RecentRows {
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    has(row) {
      const key = keyOf(row)
      return young.has(key) || old.has(key)
    },
    add(row) {
      young.add(keyOf(row))
      if (young.size < GENERATION) return
      old = young
      young = new Set()
    },
  }
}

function keyOf(row: TableRow): string {
  return hash('sha1', JSON.stringify(row.record), 'base64')
}
