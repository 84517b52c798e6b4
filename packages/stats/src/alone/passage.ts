// How many calls went on at once, at most, by going through all of the copy's once (sweep.ts): DuckDB reads and chooses them,
// and orders nothing. PostgreSQL does the same in one statement (concurrency.ts).

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from '../buckets.ts'
import { isTimeDimension } from '../dimensions.ts'
import type { Passage, Stretch } from '../engine.ts'
import type { Asked } from '../parse.ts'
import { callsOf } from '../select.ts'
import { CARRIED_MS, type Most } from './concurrency.ts'
import type { Peaks, SweepBorder } from './levels.ts'
import {
  groupOf,
  inLots,
  isBySplits,
  type Numbered,
  numbered,
  numberedBySplits,
  numberGroups,
  numberSplits,
  takeAll,
  unnumbered,
} from './lots.ts'
import { type SweepOf, sweepOf } from './sweep.ts'

/** `over`: all calls that can be asked about. */
export async function mostOnPassage(
  over: Stretch,
  passage: Passage,
  query: Asked,
  buckets: Buckets,
): Promise<readonly Most[]> {
  const groups = await groupsOf(over, query, buckets)
  const borders = bordersOf(query, buckets)
  const sweep = sweepOf({ groups: groups.length, borders, toMs: query.toMs, ...pace(passage) })
  const ask = (part: Stretch) => passage.numbers(livesIn(part, query, buckets))
  for await (const { part, portions } of inLots(passage.parts, ask)) {
    await takeAll(portions, ({ count, columns }) => sweep.add(count, columns[0]!, columns[1]!, columns[2]))
    await sweep.complete(part.of.toMs)
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

/** When each began and ended, µs, and the number of its group. */
function livesIn(part: Stretch, query: Asked, buckets: Buckets): RawBuilder<unknown> {
  const { dialect } = part.engine
  const group = groupIn(part, query, buckets)
  const began = sql`greatest(${dialect.micros(sql`c.started_at`)}, ${dialect.micros(sql`c.opened_at`)})`
  const gone = sql`${dialect.micros(sql`c.opened_at`)} + ${sql.lit(CARRIED_MS * 1000)}`
  const ended = sql`least(${dialect.micros(sql`c.ended_at`)}, ${gone})`
  const calls = callsOf(query, [part.of], dialect)
  const selected = sql`${group}, ${began}::double as began, ${ended}::double as ended from ${calls}`
  const columns = ['began', 'ended']
  if (isOneGroup(query)) return unnumbered(selected, columns)
  return isBySplits(query) ? numberedBySplits(selected, columns, query) : numbered(selected, columns)
}

async function groupsOf(over: Stretch, query: Asked, buckets: Buckets): Promise<readonly Numbered[]> {
  if (isOneGroup(query)) return ONE_GROUP
  return isBySplits(query)
    ? await numberSplits(over.engine, query)
    : await numberGroups(over, query, groupIn(over, query, buckets))
}

const ONE_GROUP: readonly Numbered[] = [{ d: 0, s: 0 }]

/** What is asked by time is of one group, or of those it is split by: a call is there in every hour it lasts into. */
function isOneGroup({ by, split }: Asked): boolean {
  return split === 'none' && (by === 'none' || isTimeDimension(by))
}

function groupIn({ engine }: Stretch, query: Asked, buckets: Buckets): RawBuilder<unknown> {
  if (!isTimeDimension(query.by)) return groupOf(query, buckets, engine)
  return groupOf({ ...query, by: 'none', splits: undefined }, buckets, engine)
}

function rowsOf({ byBucket, all }: Peaks, groups: readonly Numbered[], query: Asked): readonly Most[] {
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
