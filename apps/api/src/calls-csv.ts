// A list of calls as CSV, page by page, so that a year of calls needs no more memory than a page.

import type { CallSummary } from '@tollbook/calls'
import { type CallFilter, searchCalls } from '@tollbook/calls/search'
import type { Db } from '@tollbook/db'
import { boundedRead } from './bounded-read.ts'
import type { CallRow } from './wire.ts'
import { callRow } from './wire-call.ts'

const PAGE = 1000
/** What spreadsheets can hold; longer lists are for the API. */
const MAX_ROWS = 1_000_000

const COLUMNS: readonly (readonly [string, (call: CallRow) => string | number | null])[] = [
  ['started_at', (c) => c.startedAt],
  ['answered_at', (c) => c.answeredAt],
  ['ended_at', (c) => c.endedAt],
  ['from', (c) => c.from],
  ['from_name', (c) => c.fromName],
  ['to', (c) => c.to],
  ['direction', (c) => c.direction],
  ['outcome', (c) => c.outcome],
  ['talk_seconds', (c) => c.talkSeconds],
  ['duration_seconds', (c) => c.durationSeconds],
  ['legs', (c) => c.legs],
  ['account', (c) => c.account?.code ?? null],
  ['trunk', (c) => c.trunk?.name ?? null],
  ['destination', (c) => c.destination?.name ?? null],
  ['currency', (c) => c.currency],
  ['revenue', (c) => c.revenue],
  ['cost', (c) => c.cost],
  ['unrated', (c) => c.unrated],
  ['source', (c) => c.source],
  ['key', (c) => c.key],
]

/** The file in chunks of one page, newest call first, CRLF line ends (RFC 4180). */
export async function* callsCsv(db: Db, filter: CallFilter): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`
  let after: CallSummary['callKey'] | undefined
  for (let rows = 0; rows < MAX_ROWS; rows += PAGE) {
    const page = await boundedRead(db, (tx) => searchCalls(tx, filter, { after, limit: PAGE }))
    yield page.calls.map((call) => csvLine(callRow(call))).join('')
    after = page.next
    if (after === undefined) return
  }
}

function csvLine(call: CallRow): string {
  return `${COLUMNS.map(([, value]) => csvField(value(call))).join(',')}\r\n`
}

/**
 * One field. What a spreadsheet would run as a formula gets an apostrophe in front, for callers choose their names;
 * plain numbers, also "+353…", are left as they are.
 */
export function csvField(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  const formula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d[\d.]*$/.test(text)
  const safe = formula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
