// How many calls went on at once, at most, by going through all of the copy's once (sweep.ts): DuckDB reads and chooses them,
// and orders nothing. PostgreSQL does the same in one statement (concurrency.ts).

import { setImmediate } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { CARRIED_MS, type Most } from './concurrency.ts'
import { isTimeDimension } from './dimensions.ts'
import type { Passage, Stretch } from './engine.ts'
import type { Peaks, SweepBorder } from './levels.ts'
import type { Asked } from './parse.ts'
import { callGrouping, callsOf } from './select.ts'
import { type SweepOf, sweepOf } from './sweep.ts'

/** Others may have the processor after so many: some milliseconds. */
const PORTIONS_AT_A_TIME = 64

type Group = { readonly d: string | number; readonly s: string | number }

/** `over`: all calls that can be asked about. */
export async function mostOnPassage(
  over: Stretch,
  passage: Passage,
  query: Asked,
  buckets: Buckets,
): Promise<readonly Most[]> {
  const groups = await groupsIn(over, query, buckets)
  const borders = bordersOf(query, buckets)
  const sweep = sweepOf({ groups: groups.length, borders, toMs: query.toMs, ...pace(passage) })
  const ask = async (part: Stretch | undefined) => part && passage.numbers(livesIn(part, query, buckets))
  let [first, ...rest] = passage.parts
  // The next are read while these are gone through.
  for (let asked = ask(first); first; [first, ...rest] = rest) {
    const portions = await asked
    asked = ask(rest[0])
    asked.catch(() => undefined)
    let taken = 0
    for (const { count, columns } of portions ?? []) {
      sweep.add(count, columns[0]!, columns[1]!, columns[2])
      if (++taken % PORTIONS_AT_A_TIME === 0) await setImmediate()
    }
    await sweep.complete(first.of.toMs)
  }
  return rowsOf(sweep.most(), groups, query)
}

/** So many begin in a slot on average: about as many as can be put in order at no cost, and few slots are empty. */
const CALLS_IN_SLOT = 8
const LONGEST_SLOT_MS = 60_000

function pace({ parts, calls }: Passage): Pick<SweepOf, 'sinceMs' | 'slotMs' | 'aheadMs'> {
  const [sinceMs, toMs] = [parts[0]?.of.fromMs ?? 0, parts.at(-1)?.of.toMs ?? 0]
  const slotMs = Math.floor(((toMs - sinceMs) * CALLS_IN_SLOT) / (calls + 1))
  const longestMs = parts.reduce((ms, { of }) => Math.max(ms, of.toMs - of.fromMs), 0)
  return { sinceMs, slotMs: Math.min(LONGEST_SLOT_MS, Math.max(1, slotMs)), aheadMs: longestMs + CARRIED_MS }
}

function bordersOf({ by, fromMs, toMs }: Asked, { borders }: Buckets): readonly SweepBorder[] {
  if (!isTimeDimension(by)) return [{ startMs: fromMs, bucket: 0 }]
  return borders
    .filter(({ startMs }, i) => startMs < toMs && (borders[i + 1]?.startMs ?? toMs) > fromMs)
    .map(({ startMs, bucket }) => ({ startMs: Math.max(startMs, fromMs), bucket }))
}

/** Of bucket `0` where time is not what is asked by. */
function grouping(query: Asked, buckets: Buckets, { engine }: Stretch) {
  const { d, s } = callGrouping(query, buckets, engine.dialect)
  return { d: isTimeDimension(query.by) ? sql`0` : d, s, isOne: isOneGroup(query) }
}

function isOneGroup({ by, split }: Asked): boolean {
  return split === 'none' && (by === 'none' || isTimeDimension(by))
}

/** Each group has a number from here on: its place. */
async function groupsIn(over: Stretch, query: Asked, buckets: Buckets): Promise<readonly Group[]> {
  const { d, s, isOne } = grouping(query, buckets, over)
  if (isOne) return [{ d: 0, s: 0 }]
  const { rows, dialect } = over.engine
  const calls = callsOf(query, [over.of], dialect)
  await rows(sql`create or replace temp table passed_group as
    select row_number() over () - 1 as id, d, s from (select distinct ${d} as d, ${s} as s from ${calls}) each`)
  return await rows<Group>(sql`select d, s from passed_group order by id`)
}

/** When each began and ended, µs, and the number of its group. */
function livesIn(part: Stretch, query: Asked, buckets: Buckets): RawBuilder<unknown> {
  const { dialect } = part.engine
  const { d, s, isOne } = grouping(query, buckets, part)
  const began = sql`greatest(${dialect.micros(sql`c.started_at`)}, ${dialect.micros(sql`c.opened_at`)})`
  const gone = sql`${dialect.micros(sql`c.opened_at`)} + ${sql.lit(CARRIED_MS * 1000)}`
  const ended = sql`least(${dialect.micros(sql`c.ended_at`)}, ${gone})`
  const lives = sql`select ${d} as d, ${s} as s, ${began}::double as began, ${ended}::double as ended
    from ${callsOf(query, [part.of], dialect)}`
  if (isOne) return sql`select began, ended from (${lives}) live`
  return sql`select began, ended, id::double from (${lives}) live join passed_group g on g.d = live.d and g.s = live.s`
}

function rowsOf({ byBucket, all }: Peaks, groups: readonly Group[], query: Asked): readonly Most[] {
  const timed = isTimeDimension(query.by)
  const found: Most[] = []
  for (const [bucket, most] of byBucket)
    for (const [g, n] of most.entries()) {
      const { d, s } = groups[g]!
      if (n > 0) found.push({ d: timed ? bucket : d, s, n })
    }
  const isWhole = query.by === 'none' && query.split === 'none'
  return isWhole ? found : [...found, { d: null, s: null, n: all }]
}
