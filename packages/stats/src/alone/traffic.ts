// What calls carried, in Erlang: the time they went on, in each hour of the clock, for each group and for all. A call counts in
// every hour it lasts into, with its seconds there, not only in that in which it began.

import { hoursOf, startOfHour } from '@tollbook/selection/local-time'
import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from '../buckets.ts'
import type { Dialect } from '../dialect.ts'
import { isTimeDimension } from '../dimensions.ts'
import type { Stretch } from '../engine.ts'
import { clip, type Interval } from '../grain.ts'
import { METRICS } from '../metrics.ts'
import type { Asked } from '../parse.ts'
import { callGrouping, callsOf } from '../select.ts'
import { CARRIED, CARRIED_MS } from './concurrency.ts'

/** A group, µs of calls in all, and in its busiest hour where that is asked for; `d` and `s` are null of all together. */
export type Carried = {
  readonly d: string | number | null
  readonly s: string | number | null
  readonly us: string | number
  readonly hour_us: string | number | null
}

const HOUR_MS = 3_600_000

/** Of one part of the time asked about: times add up, and the busiest hour is the busiest of all parts'. */
export async function trafficIn(
  { of, engine: { dialect, rows } }: Stretch,
  query: Asked,
  buckets: Buckets,
): Promise<readonly Carried[]> {
  const found: Carried[] = []
  for (const part of evenParts(wholeHours(of, query), query.zone))
    found.push(...(await rows<Carried>(carriedOf(part, query, buckets, dialect))))
  return found
}

/** So that no hour is in two parts: those that end in this one. The last ends with what is asked about. */
function wholeHours(of: Interval, { fromMs, toMs, zone }: Asked): Interval {
  const start = (ms: number) => startOfHour(ms, zone)
  return {
    fromMs: of.fromMs <= fromMs ? fromMs : Math.max(fromMs, start(of.fromMs)),
    toMs: of.toMs >= toMs ? toMs : start(of.toMs),
  }
}

/** Cut where hours of the clock do not follow each other by an hour, as where it is changed by half of one. */
function evenParts(whole: Interval, zone: string): readonly Interval[] {
  if (whole.fromMs >= whole.toMs) return []
  const starts = hoursOf(whole.fromMs, whole.toMs, zone).map((hour) => hour.startMs)
  const cuts = starts.filter((ms, i) => i > 0 && ms - starts[i - 1]! !== HOUR_MS)
  const odd = starts.filter((_, i) => i + 1 < starts.length && starts[i + 1]! - starts[i]! !== HOUR_MS)
  const borders = [...new Set([...cuts, ...odd])].filter((ms) => ms > whole.fromMs).sort((a, b) => a - b)
  return [...borders, whole.toMs].map((toMs, i) => ({ fromMs: borders[i - 1] ?? whole.fromMs, toMs }))
}

function carriedOf(part: Interval, query: Asked, buckets: Buckets, dialect: Dialect): RawBuilder<unknown> {
  const { d, s } = callGrouping(query, buckets, dialect)
  const timed = isTimeDimension(query.by)
  const shiftUs = (startOfHour(part.fromMs, query.zone) % HOUR_MS) * 1000
  const hourOf = (us: RawBuilder<unknown>) => dialect.divided(sql`${us} - ${sql.lit(shiftUs)}`, HOUR_MS * 1000)
  const startUs = (hour: RawBuilder<unknown>) => sql`((${hour}) * ${sql.lit(HOUR_MS * 1000)} + ${sql.lit(shiftUs)})`
  const began = dialect.micros(sql`greatest(c.started_at, c.opened_at, ${dialect.instant(part.fromMs)})`)
  const ended = dialect.micros(sql`least(c.ended_at, c.opened_at + ${CARRIED}, ${dialect.instant(part.toMs)})`)
  const calls = callsOf(query, [{ fromMs: part.fromMs - CARRIED_MS, toMs: part.toMs }], dialect)
  const at = dialect.fromMicros(startUs(sql`hour`))
  const bucket = timed ? groupOfInstant(at, buckets, dialect) : sql`d`
  const [hour, last] = [hourOf(sql`began`), hourOf(sql`ended - 1`)]
  const live = sql`select ${timed ? sql`0` : d} as d, ${s} as s, ${began} as began, ${ended} as ended from ${calls}
    and c.started_at < ${dialect.instant(part.toMs)} and c.ended_at > ${dialect.instant(part.fromMs)}`
  // In an hour there are nearly as many groups as calls: they are told apart only where one asks for the busiest.
  if (!timed && !query.metrics.some((m) => METRICS[m].alone === 'busy')) return inAll(live)
  return sql`with live as materialized (${live}), piece as (
      select d, s, ${hour} as hour, least(ended, ${startUs(sql`${hour} + 1`)}) - began as us from live where began < ended
      union all
      select d, s, hour, least(ended, ${startUs(sql`hour + 1`)}) - ${startUs(sql`hour`)} from (
        select d, s, ended, ${dialect.series(sql`${hour} + 1`, last)} as hour from live
        where began < ended and ${hour} < ${last}
      ) later
    ), hour as (
      select d, s, hour, ${dialect.sumOfFew(sql`us`)} as us from piece group by 1, 2, 3
    )
    select ${bucket} as d, s, sum(us)::bigint as us, max(us) as hour_us from hour group by 1, 2
    union all
    select null, null, sum(us)::bigint, max(us) from (select sum(us)::bigint as us from hour group by hour) every having count(*) > 0`
}

function inAll(live: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`with whole as (
      select d, s, sum(ended - began)::bigint as us from (${live}) live where began < ended group by 1, 2
    )
    select d, s, us, null as hour_us from whole
    union all
    select null, null, sum(us)::bigint, null from whole having count(*) > 0`
}

function groupOfInstant(at: RawBuilder<unknown>, { borders }: Buckets, dialect: Dialect) {
  const starts = borders.map((b) => new Date(b.startMs).toISOString())
  const places = borders.map((b) => b.bucket)
  return dialect.pick(at, starts, 'timestamptz', places)
}

/** How long the time is that a group is of, ms: its bucket, else all; of chosen hours and weekdays only those. */
export function lengthsOf(query: Asked, { borders }: Buckets): (d: string | number | null) => number {
  const chosenIn = chosenLength(query.selection.times ?? [query])
  const whole = chosenIn(query)
  if (!isTimeDimension(query.by)) return () => whole
  const lengths = new Map<string, number>()
  for (const [i, { startMs, bucket }] of borders.entries()) {
    const [within] = clip({ fromMs: startMs, toMs: borders[i + 1]?.startMs ?? query.toMs }, query)
    if (within) lengths.set(String(bucket), (lengths.get(String(bucket)) ?? 0) + chosenIn(within))
  }
  return (d) => (d === null ? whole : (lengths.get(String(d)) ?? 0))
}

/** How much of an interval lies in these, which ascend and are apart; asked of ascending intervals, it goes through them once. */
function chosenLength(times: readonly Interval[]): (within: Interval) => number {
  let first = 0
  return (within) => {
    if ((times[first]?.fromMs ?? 0) > within.fromMs) first = 0
    while (first + 1 < times.length && times[first]!.toMs <= within.fromMs) first++
    let ms = 0
    for (let at = first; at < times.length && times[at]!.fromMs < within.toMs; at++)
      for (const i of clip(times[at]!, within)) ms += i.toMs - i.fromMs
    return ms
  }
}
