// A list of calls as a table, page by page, so that a year of calls needs no more memory than a page.

import { type CallFilter, type CallPlace, searchCalls } from '@tollbook/calls/search'
import type { Db } from '@tollbook/db'
import { boundedRead } from '../bounded-read.ts'
import type { CallRow } from '../wire.ts'
import { callRow } from '../wire-call.ts'
import type { Cell, Column, Table } from './table.ts'
import { instantIn } from './zoned-instant.ts'

const PAGE = 1000

/** The calls of a search, newest first. `maxRows`: what the reader can hold; none by default. */
export function callTable(
  db: Db,
  filter: CallFilter,
  columns: readonly CallColumn[] = CALL_COLUMNS,
  zone: string | undefined = undefined,
  maxRows = Number.POSITIVE_INFINITY,
): Table {
  const inZone = zone === undefined ? (iso: string | null) => iso : instantIn(zone)
  return { columns, pages: pagesOf(db, filter, columns, inZone, maxRows) }
}

export type CallColumn = Column & { readonly value: (call: CallRow, inZone: InZone) => Cell }
type InZone = (iso: string | null) => string | null

export const CALL_COLUMNS: readonly CallColumn[] = [
  text('started_at', (c, inZone) => inZone(c.startedAt)),
  text('answered_at', (c, inZone) => inZone(c.answeredAt)),
  text('ended_at', (c, inZone) => inZone(c.endedAt)),
  text('from', (c) => c.from),
  text('from_name', (c) => c.fromName),
  text('to', (c) => c.to),
  text('direction', (c) => c.direction),
  text('outcome', (c) => c.outcome),
  number('talk_seconds', (c) => c.talkSeconds),
  number('ring_seconds', (c) => c.ringSeconds),
  number('wait_seconds', (c) => c.waitSeconds),
  number('duration_seconds', (c) => c.durationSeconds),
  number('legs', (c) => c.legs),
  text('did', (c) => c.did),
  text('extension', (c) => c.extension),
  text('disposition', (c) => c.disposition),
  number('cause', (c) => c.cause),
  number('country', (c) => c.country),
  text('account', (c) => c.account?.code ?? null),
  text('trunk', (c) => c.trunk?.name ?? null),
  text('carrier', (c) => c.carrier?.name ?? null),
  text('destination', (c) => c.destination?.name ?? null),
  text('currency', (c) => c.currency),
  number('revenue', (c) => c.revenue),
  number('cost', (c) => c.cost),
  text('unrated', (c) => c.unrated),
  text('source', (c) => c.source),
  text('tags', (c) => c.tags.join(', ')),
  text('key', (c) => c.key),
]

function text(name: string, value: CallColumn['value']): CallColumn {
  return { name, kind: 'text', value }
}

function number(name: string, value: CallColumn['value']): CallColumn {
  return { name, kind: 'number', value }
}

async function* pagesOf(
  db: Db,
  filter: CallFilter,
  columns: readonly CallColumn[],
  inZone: InZone,
  maxRows: number,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  let after: CallPlace | undefined
  for (let rows = 0; rows < maxRows; rows += PAGE) {
    const page = await boundedRead(db, (tx) => searchCalls(tx, filter, { after, limit: PAGE }))
    yield page.calls.map(callRow).map((call) => columns.map((column) => column.value(call, inZone)))
    after = page.next
    if (after === undefined) return
  }
}
