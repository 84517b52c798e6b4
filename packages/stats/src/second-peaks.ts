// The peak of calls begun in one second of each group, counted in JavaScript as the copy hands them over: by group and second
// there are nearly as many rows as calls, and DuckDB takes twice as long to group them.

import { sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { isTimeDimension } from './dimensions.ts'
import type { Engine, WholeCalls } from './engine.ts'
import { groupOf, inLots, numbered, numberGroups, takeAll } from './lots.ts'
import type { Asked } from './parse.ts'
import { SecondCounts } from './second-counts.ts'
import { callsOf } from './select.ts'

/** By time alone DuckDB groups sooner: few rows of a group lie apart. */
export function isCountedByGroup({ by, split }: Asked): boolean {
  return split !== 'none' || (by !== 'none' && !isTimeDimension(by))
}

export type SecondPeak = { readonly d: string | number | null; readonly s: string | number | null; readonly n: number }

export async function secondPeaks(
  { engine, began }: WholeCalls,
  numbers: NonNullable<WholeCalls['numbers']>,
  query: Asked,
  buckets: Buckets,
): Promise<readonly SecondPeak[]> {
  const groups = await numberGroups({ of: query, engine }, query, groupOf(query, buckets, engine))
  const counts = new SecondCounts(groups.length)
  const ask = (part: Engine) => {
    const of = groupOf(query, buckets, part)
    const second = part.dialect.second(sql`c.started_at`)
    const calls = callsOf(query, [query], part.dialect)
    return numbers(numbered(sql`${of}, (${second})::double as second from ${calls}`, ['second']))
  }
  for await (const { portions } of inLots(await began(), ask)) {
    await takeAll(portions, ({ count, columns }) => counts.add(count, columns[0]!, columns[1]!))
    await counts.closeLot()
  }
  const each = groups.map(({ d, s }, g) => ({ d, s, n: counts.most[g]! }))
  return [...each, { d: null, s: null, n: counts.mostOfAll }]
}
