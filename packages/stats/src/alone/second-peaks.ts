// The peak of calls begun in one second of each group, counted in JavaScript as the copy hands them over: by group and second
// there are nearly as many rows as calls, and DuckDB takes twice as long to group them.

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from '../buckets.ts'
import { isTimeDimension } from '../dimensions.ts'
import type { Engine, WholeCalls } from '../engine.ts'
import type { Asked } from '../parse.ts'
import { callsOf } from '../select.ts'
import {
  type BySplits,
  groupOf,
  inLots,
  isBySplits,
  type Numbered,
  numbered,
  numberedBySplits,
  numberGroups,
  numberSplits,
  takeAll,
} from './lots.ts'
import { SecondCounts } from './second-counts.ts'

/** By time alone DuckDB groups sooner: few rows of a group lie apart. */
export function isCountedByGroup({ by, split }: Asked): boolean {
  return split !== 'none' || (by !== 'none' && !isTimeDimension(by))
}

export type SecondPeak = { readonly d: string | number | null; readonly s: string | number | null; readonly n: number }

export async function secondPeaks(
  whole: WholeCalls,
  numbers: NonNullable<WholeCalls['numbers']>,
  query: Asked,
  buckets: Buckets,
): Promise<readonly SecondPeak[]> {
  const { groups, ask } = isBySplits(query)
    ? await bySplits(whole.engine, query, buckets)
    : await byGroups(whole.engine, query, buckets)
  const counts = new SecondCounts(groups.length)
  for await (const { portions } of inLots(await whole.began(), (part) => numbers(ask(part)))) {
    await takeAll(portions, ({ count, columns }) => counts.add(count, columns[0]!, columns[1]!))
    await counts.closeLot()
  }
  const each = groups.map(({ d, s }, g) => ({ d, s, n: counts.most[g]! }))
  return [...each, { d: null, s: null, n: counts.mostOfAll }]
}

/** `ask`: the second of each call, and the number of its group. */
type Counted = { readonly groups: readonly Numbered[]; readonly ask: (part: Engine) => RawBuilder<unknown> }

async function byGroups(engine: Engine, query: Asked, buckets: Buckets): Promise<Counted> {
  const groups = await numberGroups({ of: query, engine }, query, groupOf(query, buckets, engine))
  const ask = (part: Engine) => numbered(secondsOf(query, groupOf(query, buckets, part), part), ['second'])
  return { groups, ask }
}

/** Each bucket of each row of the split is a group. */
async function bySplits(engine: Engine, query: BySplits, buckets: Buckets): Promise<Counted> {
  const splits = await numberSplits(engine, query)
  const places = buckets.list.length
  const groups = splits.flatMap(({ s }) => buckets.list.map((_, d) => ({ d, s })))
  const plain = { ...query, splits: undefined }
  const ask = (part: Engine) => sql`select second, split * ${sql.lit(places)} + d from (
    ${numberedBySplits(secondsOf(query, groupOf(plain, buckets, part), part), ['second', 'd'], query)}) each`
  return { groups, ask }
}

function secondsOf(query: Asked, group: RawBuilder<unknown>, { dialect }: Engine): RawBuilder<unknown> {
  const calls = callsOf(query, [query], dialect)
  return sql`${group}, (${dialect.second(sql`c.started_at`)})::double as second from ${calls}`
}
