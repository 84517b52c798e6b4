// Where calls stand in the files of some days, in an order. What calls are sorted by is read of all of them at most; their
// keys, which are much longer, only in the files where the first of that order are.

import { formatMoney, type Micros, millisOfUuid } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'
import type { Engine } from '../engine.ts'
import type { Greatest } from './greatest.ts'
import { type CopiedDay, dayOf } from './state.ts'

/** A call, and what it is sorted by: seconds of talk, or money; '' for newest. */
export type FoundPlace = { readonly key: string; readonly value: string }
export type ValueOrder = 'longest' | 'dearest'

export type CallFiles = {
  /** Ascending. */
  readonly days: readonly CopiedDay[]
  readonly engine: Engine
  /** `from … where …` over the wanted calls `c` of some of these days; `c.file` is the file's name. */
  readonly calls: (days: readonly CopiedDay[]) => RawBuilder<unknown>
  /** True for days of whose file every call is wanted. */
  readonly isAll: (day: CopiedDay) => boolean
  readonly greatest: (days: readonly CopiedDay[]) => Promise<(day: CopiedDay) => Greatest>
}

type Sql = RawBuilder<unknown>
type Order = { readonly by: Sql; readonly column: keyof Greatest; readonly type: Sql; readonly only: Sql }
/** What calls are sorted by, and which take part: a call that brought nothing is in no list of the dearest. */
const ORDERS: Readonly<Record<ValueOrder, Order>> = {
  longest: { by: sql`c.talk_s`, column: 'talk_s', type: sql`int`, only: sql`` },
  dearest: { by: sql`c.revenue`, column: 'revenue', type: sql`decimal(18,6)`, only: sql`and c.revenue <> 0` },
}

/** The first by value, those alike newest first, beyond `after`. */
export async function byValue(
  files: CallFiles,
  order: ValueOrder,
  after: FoundPlace | undefined,
  limit: number,
): Promise<readonly FoundPlace[]> {
  if (after === undefined) {
    return (await byGreatest(files, ORDERS[order], limit)) ?? (await valuesFirst(files, ORDERS[order], limit))
  }
  const found = await alikes(files, ORDERS[order], after.value, limit, after.key)
  if (found.length === limit) return found
  return [...found, ...(await valuesFirst(files, ORDERS[order], limit - found.length, after.value))]
}

/** Days looked through first, and how many times as many after each. */
const FIRST_DAYS = 8
const MORE_DAYS = 4

/** The newest of those that hold to `only`, older than the key: the last days first, since they may be enough. */
export async function newest(
  { days, engine, calls }: CallFiles,
  olderThan: string | undefined,
  limit: number,
  only: Sql = sql``,
): Promise<readonly FoundPlace[]> {
  const older = olderThan === undefined ? sql`` : sql`and c.call_key < ${olderThan}::uuid`
  const left = days.filter((day) => olderThan === undefined || dayOf(day).fromMs <= millisOfUuid(olderThan))
  const found: FoundPlace[] = []
  for (let many = FIRST_DAYS; left.length > 0 && found.length < limit; many *= MORE_DAYS) {
    const rows = await engine.rows<{ key: string }>(sql`
      select c.call_key::varchar as key ${calls(left.splice(-many))} ${only} ${older}
      order by c.call_key desc limit ${sql.lit(limit - found.length)}`)
    found.push(...rows.map(({ key }) => ({ key, value: '' })))
  }
  return found
}

async function alikes(files: CallFiles, { by, type }: Order, value: string, limit: number, olderThan?: string) {
  const found = await newest(files, olderThan, limit, sql`and ${by} = ${value}::${type}`)
  return found.map(({ key }) => ({ key, value }))
}

/** By what files say of their parts, where so many parts say it that a page is full; else undefined. */
async function byGreatest(files: CallFiles, order: Order, limit: number): Promise<readonly FoundPlace[] | undefined> {
  const { days } = files
  if (!days.some(files.isAll)) return undefined
  const greatest = await files.greatest(days)
  const least = days
    .filter(files.isAll)
    .flatMap((day) => greatest(day)[order.column])
    .filter((value) => order.column !== 'revenue' || value !== 0n)
    .sort((a, b) => (a > b ? -1 : a < b ? 1 : 0))[limit - 1]
  if (least === undefined) return undefined
  const having = (isSuch: (value: Micros) => boolean) => days.filter((day) => greatest(day)[order.column].some(isSuch))
  const value = order.column === 'revenue' ? formatMoney(least) : String(least / 1_000_000n)
  const more = having((one) => one > least)
  const found = await placesIn(files, more, order, sql`and ${order.by} > ${value}::${order.type}`, limit)
  if (found.length === limit) return found
  const as = { ...files, days: having((one) => one >= least) }
  return [...found, ...(await alikes(as, order, value, limit - found.length))]
}

/** Values looked at beyond a page: those like its last call are seen as well then, if they are few. */
const SPARE = 50

/** Looks at the values alone, below one if it is given, and then at the files of those that were the first. */
async function valuesFirst(
  files: CallFiles,
  order: Order,
  limit: number,
  value?: string,
): Promise<readonly FoundPlace[]> {
  if (files.days.length === 0) return []
  const { by, only, type } = order
  const less = value === undefined ? sql`` : sql`and ${by} < ${value}::${type}`
  const first = await files.engine.rows<{ value: string | number; file: string }>(sql`
    select ${by} as value, c.file ${files.calls(files.days)} ${only} ${less}
    order by ${by} desc limit ${sql.lit(limit + SPARE)}`)
  const last = first[Math.min(limit, first.length) - 1]?.value
  if (last === undefined) return []
  const areSeen = first.length < limit + SPARE || first.at(-1)?.value !== last
  // Else very many are like the last one, and the newest of them are soon found.
  const wanted = first.slice(0, areSeen ? undefined : first.findIndex((one) => one.value === last))
  const from = sql`and ${by} ${areSeen ? sql`>=` : sql`>`} ${String(last)}::${type}`
  const found = await placesIn(files, daysOf(files, wanted), order, sql`${from} ${less}`, limit)
  if (areSeen) return found
  return [...found, ...(await alikes(files, order, String(last), limit - found.length))]
}

/** Of a few days, those that hold to `only`. */
async function placesIn(
  { engine, calls }: CallFiles,
  days: readonly CopiedDay[],
  order: Order,
  only: Sql,
  limit: number,
): Promise<readonly FoundPlace[]> {
  if (days.length === 0) return []
  const rows = await engine.rows<{ key: string; value: string | number }>(sql`
    select c.call_key::varchar as key, ${order.by} as value ${calls(days)} ${order.only} ${only}
    order by ${order.by} desc, c.call_key desc limit ${sql.lit(limit)}`)
  return rows.map(({ key, value }) => ({ key, value: String(value) }))
}

/** The days in whose files these are. */
function daysOf({ days }: CallFiles, found: readonly { readonly file: string }[]): readonly CopiedDay[] {
  const files = [...new Set(found.map(({ file }) => file))]
  return days.filter(({ day, generation }) => files.some((file) => file.includes(`${day}.${generation}.`)))
}
