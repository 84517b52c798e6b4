// How many calls went on at once, at most: a sweep over when they began and ended, for each group and for all. A call belongs to
// every hour or day it lasts into, not only to that in which it began.

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { isTimeDimension } from './dimensions.ts'
import type { Stretch } from './engine.ts'
import { clip } from './grain.ts'
import type { Asked } from './parse.ts'
import { callGrouping, callsOf } from './select.ts'

/** Calls that began so long before are carried in; who is told to have talked for longer is taken to have gone then. */
export const CARRIED_MS = 24 * 3_600_000
const CARRIED = sql`interval '24 hours'`

/** A group and the most of its calls at once; `d` and `s` are null of all together. */
export type Most = {
  readonly d: string | number | null
  readonly s: string | number | null
  readonly n: number | null
}

/** Of one part of the time asked about; the peak of the whole is the highest of its parts'. */
export async function mostAtOnce(
  { of, engine: { dialect, rows } }: Stretch,
  query: Asked,
  buckets: Buckets,
): Promise<readonly Most[]> {
  const [part] = clip(of, query)
  if (part === undefined) return []
  const timed = isTimeDimension(query.by)
  const { d, s } = callGrouping(query, buckets, dialect)
  const [from, to] = [dialect.instant(part.fromMs), dialect.instant(part.toMs)]
  const began = sql`greatest(c.started_at, c.opened_at)`
  const ended = sql`least(c.ended_at, c.opened_at + ${CARRIED})`
  const calls = callsOf(query, [{ fromMs: part.fromMs - CARRIED_MS, toMs: part.toMs }], dialect)
  const places = (at: RawBuilder<unknown>) =>
    dialect.pick(
      at,
      buckets.borders.map((b) => new Date(b.startMs).toISOString()),
      'timestamptz',
      buckets.borders.map((_, place) => place),
    )
  const lasts = () => sql`, ${places(sql`greatest(${began}, ${from})`)} as first,
    ${places(sql`least(${ended}, ${to}) - interval '1 microsecond'`)} as last`
  // Nothing is cut off at a border: whoever lasts over it began before all that begins after it, and is there with the others.
  const found = await rows<Most>(sql`
    with live as materialized (
      select ${timed ? sql`0` : d} as d, ${s} as s, ${began} as f, ${ended} as t
        ${timed ? lasts() : sql``}
      from ${calls} and ${began} < ${to} and ${ended} > ${from} and ${began} < ${ended}
    ), placed as (
      select ${timed ? dialect.series(sql`first`, sql`last`) : sql`d`} as d, s, f, t from live
    ), step as (
      select d, s, f as moment, 1 as step from placed union all select d, s, t, -1 from placed
    ), level as (
      select d, s, sum(step) over (partition by d, s order by moment, step rows unbounded preceding) as n from step
    ), every as (
      select sum(step) over (order by moment, step rows unbounded preceding) as n
      from (select f as moment, 1 as step from live union all select t, -1 from live) step
    )
    select d, s, max(n)::int as n from level group by d, s
    ${query.by === 'none' && query.split === 'none' ? sql`` : sql`union all select null, null, max(n)::int from every`}`)
  if (!timed) return found
  return found.map((row) => (row.d === null ? row : { ...row, d: buckets.borders[Number(row.d)]!.bucket }))
}
