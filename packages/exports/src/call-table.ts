// A list of calls as a table, page by page, so that a year of calls needs no more memory than a page.

import { type CallSummary, unratedWord } from '@tollbook/calls'
import type { CallFilter, CallPage, CallPlace } from '@tollbook/calls/search'
import { currencyLetters, err, ok, type Result } from '@tollbook/kernel'
import { DIRECTIONS, DISPOSITIONS, OUTCOMES } from '@tollbook/selection'
import type { Cell, Column, Kind, Table } from './table.ts'
import { instantIn } from './zoned-instant.ts'

const PAGE = 1000

/** Finds a page of calls beyond `after`, newest first, within a transaction and for as long as whoever asks allows. */
export type FindPage = (
  filter: CallFilter,
  page: { readonly after?: CallPlace | undefined; readonly limit: number },
) => Promise<CallPage>

/** The calls of a search, newest first. `maxRows`: what the reader can hold; none by default. */
export function callTable(
  find: FindPage,
  filter: CallFilter,
  columns: readonly CallColumn[] = CALL_COLUMNS,
  zone: string | undefined = undefined,
  maxRows = Number.POSITIVE_INFINITY,
): Table {
  return { columns, pages: pagesOf(find, filter, columns, zone === undefined ? utc : instantIn(zone), maxRows) }
}

export type CallColumn = Column & { readonly value: (call: CallSummary, inZone: InZone) => Cell }
type InZone = (iso: string) => string

const utc: InZone = (iso) => iso

export const CALL_COLUMNS: readonly CallColumn[] = [
  column('started_at', 'instant', (c, inZone) => instant(c.startedAtMs, inZone)),
  column('answered_at', 'instant', (c, inZone) => instant(c.answeredAtMs, inZone)),
  column('ended_at', 'instant', (c, inZone) => instant(c.endedAtMs, inZone)),
  column('from', 'text', (c) => c.fromNumber),
  column('from_name', 'text', (c) => c.fromName),
  column('to', 'text', (c) => c.toNumber),
  column('direction', 'text', (c) => DIRECTIONS[c.direction]!),
  column('outcome', 'text', (c) => OUTCOMES[c.outcome - 1]!),
  column('talk_seconds', 'whole', (c) => c.talkS),
  column('ring_seconds', 'whole', (c) => c.ringS),
  column('wait_seconds', 'whole', (c) => c.waitS),
  column('duration_seconds', 'whole', (c) => c.durationS),
  column('legs', 'whole', (c) => c.legs),
  column('did', 'text', (c) => c.did),
  column('extension', 'text', (c) => c.extension),
  column('disposition', 'text', (c) => DISPOSITIONS[c.disposition] ?? 'none'),
  column('cause', 'whole', (c) => c.hangupCause || null),
  column('country', 'whole', (c) => c.countryId || null),
  column('account', 'text', (c) => c.account?.code ?? null),
  column('trunk', 'text', (c) => c.trunk?.name ?? null),
  column('carrier', 'text', (c) => c.carrier?.name ?? null),
  column('destination', 'text', (c) => c.destination?.name ?? null),
  column('currency', 'text', (c) => currencyLetters(c.currency) ?? 'XXX'),
  column('revenue', 'money', (c) => c.revenue ?? null),
  column('cost', 'money', (c) => c.cost ?? null),
  column('unrated', 'text', (c) => (c.unrated === undefined ? null : unratedWord(c.unrated))),
  column('source', 'text', (c) => c.source),
  column('tags', 'text', (c) => c.tags.join(', ')),
  column('key', 'text', (c) => c.callKey),
]

/** Some of the columns by name, in the order wanted; the name of one there is not. */
export function columnsNamed(names: string): Result<readonly CallColumn[], string> {
  const chosen: CallColumn[] = []
  for (const name of new Set(names.split(',').map((one) => one.trim()))) {
    const found = CALL_COLUMNS.find((one) => one.name === name)
    if (found === undefined) return err(name)
    chosen.push(found)
  }
  return ok(chosen)
}

function column(name: string, kind: Kind, value: CallColumn['value']): CallColumn {
  return { name, kind, value }
}

function instant(ms: number | undefined, inZone: InZone): string | null {
  return ms === undefined ? null : inZone(new Date(ms).toISOString())
}

async function* pagesOf(
  find: FindPage,
  filter: CallFilter,
  columns: readonly CallColumn[],
  inZone: InZone,
  maxRows: number,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  let after: CallPlace | undefined
  for (let rows = 0; rows < maxRows; rows += PAGE) {
    const page = await find(filter, { after, limit: PAGE })
    yield page.calls.map((call) => columns.map((one) => one.value(call, inZone)))
    after = page.next
    if (after === undefined) return
  }
}
