// Where a subscriber's number may stand: every text of the tables of calls, as the catalog knows them, so that a column added
// tomorrow is looked into too. What never holds one, or may not change because something is found by it, is named here.

import type { Tx } from '@tollbook/db'

/** A table, or a month of one. */
export type Place = {
  readonly table: string
  /** As SQL names it, with its schema. */
  readonly name: string
  readonly keys: readonly string[]
  readonly columns: readonly string[]
  readonly json: ReadonlySet<string>
  readonly isRaw: boolean
}

/** Legs first, then what is made of them: a call stitched meanwhile is made of clean legs, or found by the next pass. */
const TABLES: readonly (readonly [string, readonly string[]])[] = [
  ['leg', ['call_key', 'leg_key', 'opened_at']],
  ['cel', ['call_key', 'event_key', 'opened_at']],
  ['queue_event', ['call_key', 'event_key', 'opened_at']],
  ['seizure', ['call_key', 'line', 'opened_at']],
  ['call', ['call_key', 'opened_at']],
  ['call_segment', ['call_key', 'segment', 'opened_at']],
  ['call_change', ['call_key', 'revision', 'opened_at']],
  ['ingest_reject', ['source_id', 'reject_key']],
]

/** Ids of channels, words of the dialplan, and account codes, by which calls are charged. */
const NEVER = new Set([
  ...['uniqueid', 'linkedid', 'callid', 'accountcode', 'peeraccount', 'event', 'lastapp', 'app', 'dcontext', 'context'],
  ...['queue', 'cause', 'told_by', 'origins', 'reason', 'zone', 'format', 'state', 'also_keys'],
])

type Column = { readonly schema: string; readonly name: string; readonly column: string; readonly type: string }

/** All of them: whole tables and each month, detached ones too. */
export async function placesOf(tx: Tx): Promise<Place[]> {
  const { rows } = await tx.client.query<Column>(
    `select n.nspname as schema, c.relname as name, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and n.nspname in (current_schema(), 'detached') and a.attnum > 0 and not a.attisdropped
     order by 1, 2, a.attnum`,
  )
  const byName = new Map<string, Column[]>()
  for (const row of rows) {
    const name = `${row.schema}.${row.name}`
    byName.set(name, [...(byName.get(name) ?? []), row])
  }
  return TABLES.flatMap(([table, keys]) =>
    [...byName].flatMap(([name, columns]) => {
      if (name.split('.')[1]!.replace(/_\d{4}_\d{2}$/, '') !== table) return []
      const texts = columns.filter(({ column, type }) => isText(type, column) && !NEVER.has(column))
      const json = new Set(texts.filter(({ type }) => type === 'jsonb').map(({ column }) => column))
      const has = (key: string) => columns.some(({ column }) => column === key)
      const known = keys.filter(has)
      return [{ table, name, keys: known, columns: texts.map((t) => t.column), json, isRaw: has('raw') }]
    }),
  )
}

function isText(type: string, column: string): boolean {
  return type === 'text' || type === 'text[]' || type === 'jsonb' || column === 'raw'
}
