// From when to when the calls that opened in an hour take channels. A call that opened in one hour occupies others, and when it
// is told anew it may be shorter: the old reach says which stretches it must be taken out of.

import type { Queryable, Tx } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import { instant } from '../priced-calls.ts'
import { runsOf } from '../runs.ts'
import { QUARTER_US } from './load-row.ts'
import type { Window } from './sweep.ts'

/** An hour (start in ms) of `opened_at`, and from when to when its calls took channels. Both ends belong to it. */
export type Reach = { readonly hourMs: number; readonly fromUs: number; readonly untilUs: number }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
// A gap of a day costs less to scan than a statement of its own.
const GAP_MS = DAY_MS

/** A record that says a channel was taken for longer is wrong (a clock, an end of 2099): it is cut off here. */
export const LONGEST_MS = 31 * DAY_MS
/** A call's first channel may have begun before the one it is named after, by so much at most. */
export const EARLIEST_MS = DAY_MS

/** Begin and end of a channel as they count. */
export const SEIZED = sql`greatest(seized_at, opened_at - interval '1 day')`
export const RELEASED = sql`greatest(least(released_at, opened_at + interval '31 days'), ${SEIZED})`

/** The condition that a call opened in one of these hours (ms, ascending), for each run of them. */
export function openedIn(hours: readonly number[]): readonly RawBuilder<boolean>[] {
  return runsOf(hours, GAP_MS).map((run) => {
    const [first, last] = [run[0]!, run.at(-1)!]
    const between = sql<boolean>`opened_at >= ${instant(first)} and opened_at < ${instant(last + HOUR_MS)}`
    if (last - first === (run.length - 1) * HOUR_MS) return between
    const list = sql`${run.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
    return sql<boolean>`${between}
      and date_bin('1 hour', opened_at, 'epoch') = any(${list})`
  })
}

/** The reach of these hours as the calls have it now. Hours without a channel are not told. */
export async function reachOf(q: Queryable, tenantId: number, hours: readonly number[]): Promise<readonly Reach[]> {
  const found: Reach[] = []
  for (const opened of openedIn(hours)) {
    const { rows } = await sql<Row>`
      select hour, ${micros(sql`min(seized)`)} as "from", ${micros(sql`max(released)`)} as until from (
        select date_bin('1 hour', opened_at, 'epoch') as hour, ${SEIZED} as seized, ${RELEASED} as released
        from trunk_seizure where tenant_id = ${tenantId} and ${opened}) s group by hour`.execute(q.q)
    found.push(...rows.map(reachFrom))
  }
  return found
}

/** Hours known to reach into a window or to touch it. */
export async function reachInto(q: Queryable, tenantId: number, window: Window): Promise<readonly Reach[]> {
  const from = instant(Math.floor(window.fromUs / 1000))
  const to = instant(Math.ceil(window.toUs / 1000))
  const { rows } = await sql<Row>`
    select hour, ${micros(sql`from_at`)} as "from", ${micros(sql`until_at`)} as until from trunk_reach
    where tenant_id = ${tenantId} and until_at >= ${from} and from_at < ${to} order by hour`.execute(q.q)
  return rows.map(reachFrom)
}

/** What was noted for these hours. */
export async function notedReach(q: Queryable, tenantId: number, hours: readonly number[]): Promise<readonly Reach[]> {
  const list = sql`${hours.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
  const { rows } = await sql<Row>`
    select hour, ${micros(sql`from_at`)} as "from", ${micros(sql`until_at`)} as until from trunk_reach
    where tenant_id = ${tenantId} and hour = any(${list})`.execute(q.q)
  return rows.map(reachFrom)
}

/** Notes the reach of these hours: what `now` does not tell has none any more. */
export async function noteReach(
  tx: Tx,
  tenantId: number,
  hours: readonly number[],
  now: readonly Reach[],
): Promise<void> {
  const list = sql`${hours.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
  await sql`delete from trunk_reach where tenant_id = ${tenantId} and hour = any(${list})`.execute(tx.q)
  await sql`insert into trunk_reach (tenant_id, hour, from_at, until_at)
    select ${tenantId}::int, h, ${atMicros(sql`f`)}, ${atMicros(sql`u`)}
    from unnest(${now.map((r) => new Date(r.hourMs).toISOString())}::timestamptz[],
      ${now.map((r) => r.fromUs)}::bigint[], ${now.map((r) => r.untilUs)}::bigint[]) as x (h, f, u)`.execute(tx.q)
}

/** Whole quarters of an hour that hold these reaches, ascending and apart. */
export function spansOf(reaches: readonly Reach[]): readonly Window[] {
  const spans = reaches.map(({ fromUs, untilUs }) => ({
    fromUs: fromUs - (fromUs % QUARTER_US),
    toUs: untilUs - (untilUs % QUARTER_US) + QUARTER_US,
  }))
  return joined(spans)
}

/** Windows that meet or overlap made one; ascending. */
export function joined(windows: readonly Window[]): readonly Window[] {
  const all: { fromUs: number; toUs: number }[] = []
  for (const { fromUs, toUs } of [...windows].sort((a, b) => a.fromUs - b.fromUs)) {
    const last = all.at(-1)
    if (last && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs)
    else all.push({ fromUs, toUs })
  }
  return all
}

/** Microseconds since the epoch of an SQL instant, exactly. */
export function micros(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(extract(epoch from ${at}) * 1000000)::bigint`
}

/** The instant of microseconds: through an interval, since a double of seconds is not exact. */
export function atMicros(us: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`timestamptz 'epoch' + ${us} * interval '1 microsecond'`
}

type Row = { hour: Date; from: string; until: string }

function reachFrom(row: Row): Reach {
  return { hourMs: row.hour.getTime(), fromUs: Number(row.from), untilUs: Number(row.until) }
}
