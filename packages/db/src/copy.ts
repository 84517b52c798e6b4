// COPY in text form: the fastest way into PostgreSQL that is still plain to read.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Tx } from './connect.ts'

/** Rows are joined into chunks of about this many characters before they go to the socket. */
const CHUNK = 256 * 1024

/**
 * Copies lines into `table` (columns in the order given). Each line is tab-separated text as `copyLine` makes it,
 * without a line end. Names are trusted: they come from code, never from input.
 */
export async function copyLines(
  tx: Tx,
  table: string,
  columns: readonly string[],
  lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) return
  const target = tx.client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`))
  await pipeline(Readable.from(chunks(lines)), target)
}

function* chunks(lines: readonly string[]): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += line
    chunk += '\n'
    if (chunk.length >= CHUNK) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

/** A value of a COPY line: null is NULL, text is escaped, numbers and bigints as they are, booleans as t/f. */
export type CopyValue = string | number | bigint | boolean | null | undefined

/** One line of COPY text. Zero bytes, which PostgreSQL cannot hold in text, become U+FFFD. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = ''
  for (let i = 0; i < values.length; i++) {
    if (i > 0) line += '\t'
    line += copyField(values[i])
  }
  return line
}

/** One field of COPY text. */
export function copyField(value: CopyValue): string {
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
