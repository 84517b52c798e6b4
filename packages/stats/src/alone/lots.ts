// Calls of the copy handed over lot by lot, each with the number of its group: what JavaScript counts of them (passage.ts,
// second-peaks.ts) it counts in arrays.

import { setImmediate } from 'node:timers/promises'
import type { ColumnDimension } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from '../buckets.ts'
import { isTimeDimension } from '../dimensions.ts'
import type { Engine, Portion, Stretch } from '../engine.ts'
import type { Asked, Splits } from '../parse.ts'
import { callGrouping, callsOf, foldedOf, isNumber } from '../select.ts'

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

/** The group of a call, `d` and `s`, in a list of what is selected. */
export function groupOf(query: Asked, buckets: Buckets, { dialect }: Engine): RawBuilder<unknown> {
  const { d, s } = callGrouping(query, buckets, dialect)
  return sql`${d} as d, ${s} as s`
}

/** `over`: all calls that can be asked about. `of`: the group of each. */
export async function numberGroups(over: Stretch, query: Asked, of: RawBuilder<unknown>): Promise<readonly Numbered[]> {
  const { rows, dialect } = over.engine
  await rows(sql`create or replace temp table numbered as
    select row_number() over () - 1 as id, d, s from (select distinct ${of} from ${callsOf(query, [over.of], dialect)}) each`)
  return await rows<Numbered>(sql`select d, s from numbered order by id`)
}

/** A question about time whose groups besides are those of its split, which are known. */
export type BySplits = Asked & { readonly split: ColumnDimension; readonly splits: Splits }

export function isBySplits(query: Asked): query is BySplits {
  return isTimeDimension(query.by) && query.split !== 'none' && query.splits !== undefined
}

/** The rows of the split, and then the one of all others: no call need be looked at. */
export async function numberSplits(
  { rows, dialect }: Engine,
  { split, splits }: BySplits,
): Promise<readonly Numbered[]> {
  const values = splits.kept.map((value) => (isNumber(split, dialect) ? Number(value) : value))
  const type = sql.raw(isNumber(split, dialect) ? 'bigint' : 'text')
  const list = values.map((value, id) => sql`(${sql.lit(id)}::bigint, ${value}::${type})`)
  const none = sql`select 0::bigint as id, null::${type} as s where false`
  const known = list.length > 0 ? sql`select * from (values ${sql.join(list)}) known (id, s)` : none
  await rows(sql`create or replace temp table numbered as ${known}`)
  return [...values, foldedOf(split, dialect)].map((s) => ({ d: 0, s }))
}

/** Those columns of a list of what is selected, its groups among it, as doubles, and after them the number of the group. */
export function numbered(selected: RawBuilder<unknown>, columns: readonly string[]): RawBuilder<unknown> {
  return sql`select ${columnsOf(columns)}, id::double from (select ${selected}) call
    join numbered on numbered.d = call.d and numbered.s = call.s`
}

/** The same where `s` alone is the group, and what is of no row of the split is of the last. */
export function numberedBySplits(
  selected: RawBuilder<unknown>,
  columns: readonly string[],
  { splits }: BySplits,
): RawBuilder<unknown> {
  const split = sql`coalesce(id, ${sql.lit(splits.kept.length)})::double as split`
  return sql`select ${columnsOf(columns)}, ${split} from (select ${selected}) call left join numbered on numbered.s = call.s`
}

/** The same where all are one group, whose number is not told. */
export function unnumbered(selected: RawBuilder<unknown>, columns: readonly string[]): RawBuilder<unknown> {
  return sql`select ${columnsOf(columns)} from (select ${selected}) call`
}

function columnsOf(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)))
}
