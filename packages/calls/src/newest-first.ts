// A span looked through in parts from its newest end, so that who wants the newest of many need not find them all.
// Knows no filter: what is found in a part is the caller's.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { callSpan } from './call-span.ts'

/** Of `opened_at`, milliseconds, `toMs` exclusive; absent = without end. */
export type Part = { readonly fromMs?: number | undefined; readonly toMs?: number | undefined }

/** Of so many calls those of a number are found by its index in some milliseconds, though they be fifty. */
const FIRST_CALLS = 30_000
/** A part where nothing was found says that there is little. */
const MOST_WIDER = 16
/** More than would be needed if calls were as frequent further back, so that most pages are full with the second part. */
const SPARE = 1.5

type Looking = {
  readonly firstCalls?: number | undefined
  /** Looks through a part in one go, unless it holds more than a few. */
  readonly restIsFew?: ((part: Part) => Promise<boolean>) | undefined
}

/**
 * Calls `look` for one part after another until what it found adds up to `need`, or the span is through. The parts are
 * disjoint, cover the span, and come newest first: one that holds about `firstCalls` calls of all tenants, and then each
 * as wide as what was found lets expect. Where the first held nothing, `restIsFew` is asked of all the rest: true ends it.
 */
export async function newestFirst(
  db: Queryable,
  { tenantId, fromMs, toMs }: Part & { readonly tenantId: number },
  need: number,
  look: (part: Part, missing: number) => Promise<number>,
  { firstCalls = FIRST_CALLS, restIsFew }: Looking = {},
): Promise<void> {
  const known = await callSpan(db, tenantId)
  // Known by what is rolled up, so a hint only: the newest and the oldest part reach as far as the span does.
  const first = Math.max(fromMs ?? 0, known?.firstMs ?? 0)
  let high = toMs
  let at = Math.min(toMs ?? Number.MAX_SAFE_INTEGER, known === undefined ? first : known.lastMs + 1)
  let missing = need
  for (let width = await widthOf(db, at, firstCalls); ; ) {
    const low = Math.floor(at - width)
    const isLast = low <= first
    const found = await look({ fromMs: isLast ? fromMs : low, toMs: high }, missing)
    missing -= found
    if (isLast || missing <= 0) return
    const isFirst = high === toMs
    high = low
    at = low
    if (isFirst && found === 0 && (await restIsFew?.({ fromMs, toMs: high }))) return
    width *= found === 0 ? MOST_WIDER : Math.min(MOST_WIDER, Math.max(1, (SPARE * missing) / found))
  }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Where nothing is known of how many calls there are. */
const UNKNOWN_MS = 6 * HOUR_MS

/** How long before `atMs` about so many calls began, as the planner knows of the months: the fuller of the last two counts. */
async function widthOf(db: Queryable, atMs: number, calls: number): Promise<number> {
  const at = new Date(atMs)
  const starts = [0, 1].map((ago) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - ago, 1))
  const names = starts.map((ms) => `call_${new Date(ms).toISOString().slice(0, 7).replace('-', '_')}`)
  const { rows } = await sql<{ calls: number | null }>`
    select (select c.reltuples::float8 from pg_class c where c.oid = to_regclass(name)) as calls
    from unnest(${names}::text[]) with ordinality n (name, place) order by place`.execute(db.q)
  const perMs = rows.map(
    (row, ago) => (row.calls ?? 0) / Math.max(DAY_MS, (ago === 0 ? atMs : starts[0]!) - starts[ago]!),
  )
  const most = Math.max(...perMs)
  return most > 0 ? Math.min(31 * DAY_MS, Math.max(HOUR_MS / 4, calls / most)) : UNKNOWN_MS
}
