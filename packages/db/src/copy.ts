// COPY in text form, for values of any type: plain to read, and fast enough for what comes once. (copy-rows.ts: by the
// thousand, all day.)

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Tx } from './connect.ts'

/** Rows are joined into chunks of about this many characters before they go to the socket. */
const CHUNK = 256 * 1024

/** A value: null is NULL, numbers and bigints are spelled as they are, booleans as t/f; decimals are text. */
export type CopyValue = string | number | bigint | boolean | null | undefined

/** Copies rows of values into `table` (columns in the order given). Names are trusted: they come from code. */
export async function copyLines(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  if (rows.length === 0) return
  const target = tx.client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`))
  await pipeline(Readable.from(chunks(rows)), target)
}

function* chunks(rows: readonly (readonly CopyValue[])[]): Generator<string> {
  let chunk = ''
  for (const row of rows) {
    chunk += copyLine(row)
    chunk += '\n'
    if (chunk.length >= CHUNK) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

/** One line of COPY text. Zero bytes, which PostgreSQL cannot hold in text, become U+FFFD. */
function copyLine(values: readonly CopyValue[]): string {
  let line = ''
  for (let i = 0; i < values.length; i++) {
    if (i > 0) line += '\t'
    line += copyField(values[i])
  }
  return line
}

function copyField(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return NEEDS_ESCAPE.test(value) ? value.replace(EACH_ESCAPE, escapeChar) : value
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return String(value)
}

const NEEDS_ESCAPE = /[\\\t\n\r\0]/
const EACH_ESCAPE = /[\\\t\n\r\0]/g

function escapeChar(c: string): string {
  switch (c) {
    case '\\':
      return '\\\\'
    case '\t':
      return '\\t'
    case '\n':
      return '\\n'
    case '\r':
      return '\\r'
    default:
      return '\uFFFD'
  }
}
