// How many calls went on at once, at most: a sweep over when they began and ended, for each group and for all, in one statement of
// PostgreSQL. A call belongs to every hour or day it lasts into, not only to that in which it began. In the copy: passage.ts.

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from '../buckets.ts'
import type { Dialect } from '../dialect.ts'
import { isTimeDimension } from '../dimensions.ts'
import type { Stretch } from '../engine.ts'
import { clip, type Interval } from '../grain.ts'
import type { Asked } from '../parse.ts'
import { callGrouping, callsOf } from '../select.ts'

/** Calls that began so long before are carried in; who is told to have talked for longer is taken to have gone then. */
export const CARRIED_MS = 24 * 3_600_000
export const CARRIED = sql`interval '24 hours'`

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
  const { d, s } = callGrouping(query, buckets, dialect)
  const began = sql`greatest(c.started_at, c.opened_at)`
  const ended = sql`least(c.ended_at, c.opened_at + ${CARRIED})`
  const calls = callsOf(query, [{ fromMs: part.fromMs - CARRIED_MS, toMs: part.toMs }], dialect)
  const live = sql`
    select ${isTimeDimension(query.by) ? sql`0` : d} as d, ${s} as s, ${began} as began, ${ended} as ended from ${calls}
      and ${began} < ${dialect.instant(part.toMs)} and ${ended} > ${dialect.instant(part.fromMs)} and ${began} < ${ended}`
  const sweep = isTimeDimension(query.by) ? ofTimes(part, buckets, query, dialect) : ofGroups(query)
  return await rows<Most>(sql`with live as materialized (${live}), ${sweep}`)
}

/** Ends come before what begins at the same instant. */
const LEVEL = sql`order by moment, step rows unbounded preceding`

/**
 * One sweep over all, looked at wherever a call begins and wherever a bucket does: who goes on then had begun before. Nothing
 * is cut off at a border.
 */
function ofTimes(part: Interval, buckets: Buckets, query: Asked, dialect: Dialect): RawBuilder<unknown> {
  const borders = buckets.borders.map((b) => new Date(b.startMs).toISOString())
  const places = buckets.borders.map((b) => b.bucket)
  const looks = [part.fromMs, ...buckets.borders.map((b) => b.startMs)].filter(
    (ms) => ms >= part.fromMs && ms < part.toMs,
  )
  const bucket = dialect.pick(sql`moment`, borders, 'timestamptz', places)
  const every =
    query.split === 'none' ? sql`seen` : sql`(select sum(step) over (${LEVEL}) as n from step where step <> 0) every`
  return sql`step as (
      select s, began as moment, 1 as step from live union all select s, ended, -1 from live
      union all select s, unnest(${looks.map((ms) => new Date(ms).toISOString())}::timestamptz[]), 0 from (select distinct s from live) each
    ), level as (
      select s, moment, step, sum(step) over (partition by s ${LEVEL}) as n from step
    ), seen as (
      -- Of several who end at a border only what is left of all is there in the bucket after it.
      select * from level where step >= 0 and moment >= ${dialect.instant(part.fromMs)} and moment < ${dialect.instant(part.toMs)}
    )
    select ${bucket} as d, s, max(n)::int as n from seen group by 1, 2
    union all select null, null, max(n)::int from ${every}`
}

function ofGroups(query: Asked): RawBuilder<unknown> {
  const all = sql`union all select null, null, max(n)::int from (select sum(step) over (${LEVEL}) as n from step) every`
  return sql`step as (
      select d, s, began as moment, 1 as step from live union all select d, s, ended, -1 from live
    ), level as (
      select d, s, sum(step) over (partition by d, s ${LEVEL}) as n from step
    )
    select d, s, max(n)::int as n from level group by d, s ${query.by === 'none' && query.split === 'none' ? sql`` : all}`
}
