// Calls of the copy handed over lot by lot, each with the number of its group: what JavaScript counts of them (passage.ts,
// second-peaks.ts) it counts in arrays.

import { setImmediate } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { isTimeDimension } from './dimensions.ts'
import type { Engine, Portion, Stretch } from './engine.ts'
import type { Asked } from './parse.ts'
import { callGrouping, callsOf } from './select.ts'

/** A group; its number is its place. */
export type Numbered = { readonly d: string | number; readonly s: string | number }

/** Others may have the processor after so many: some milliseconds. */
const PORTIONS_AT_A_TIME = 64

/** The next lot is read while this one is gone through. */
export async function* inLots<Part>(
  parts: readonly Part[],
  ask: (part: Part) => Promise<Iterable<Portion>>,
): AsyncGenerator<{ readonly part: Part; readonly portions: Iterable<Portion> }> {
  const askFor = async (place: number) => (place < parts.length ? await ask(parts[place]!) : [])
  let asked = askFor(0)
  for (const [i, part] of parts.entries()) {
    const portions = await asked
    asked = askFor(i + 1)
    // Told when its turn comes.
    asked.catch(() => undefined)
    yield { part, portions }
  }
}

export async function takeAll(portions: Iterable<Portion>, take: (portion: Portion) => void): Promise<void> {
  let taken = 0
  for (const portion of portions) {
    take(portion)
    if (++taken % PORTIONS_AT_A_TIME === 0) await setImmediate()
  }
}

/** `over`: all calls that can be asked about. What is asked by time is of one group, or of those it is split by. */
export async function numberGroups(over: Stretch, query: Asked, buckets: Buckets): Promise<readonly Numbered[]> {
  if (isOneGroup(query)) return [{ d: 0, s: 0 }]
  const { rows, dialect } = over.engine
  const { of } = numberedGroup(query, buckets, over)
  await rows(sql`create or replace temp table numbered as
    select row_number() over () - 1 as id, d, s from (select distinct ${of} from ${callsOf(query, [over.of], dialect)}) each`)
  return await rows<Numbered>(sql`select d, s from numbered order by id`)
}

/** The group of a call in a list of what is selected, and those columns of such a list as doubles with its number after them. */
export function numberedGroup(query: Asked, buckets: Buckets, { engine }: { readonly engine: Engine }) {
  const { d, s } = callGrouping(query, buckets, engine.dialect)
  const numbered = (selected: RawBuilder<unknown>, columns: readonly string[]) => {
    const list = sql.join(columns.map((name) => sql.ref(name)))
    if (isOneGroup(query)) return sql`select ${list} from (select ${selected}) call`
    return sql`select ${list}, id::double from (select ${selected}) call
      join numbered on numbered.d = call.d and numbered.s = call.s`
  }
  return { of: sql`${isTimeDimension(query.by) ? sql`0` : d} as d, ${s} as s`, numbered }
}

function isOneGroup({ by, split }: Asked): boolean {
  return split === 'none' && (by === 'none' || isTimeDimension(by))
}
