// Finds calls in the copy where PostgreSQL has no index: their keys in order, and how many there are. What a list shows of
// them is read from the tables by whoever asked, and so are the times the copy is behind in.

import type { Queryable } from '@tollbook/db'
import { callConditions, isFoundByNumber, type Selection } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import { DUCKDB } from '../dialect.ts'
import { clip, gaps, type Interval } from '../grain.ts'
import { anyOf } from '../priced-calls.ts'
import { columnsOfPriced } from '../select.ts'
import type { ColumnCopy } from './copy.ts'
import { openCopy } from './read.ts'
import { FROM_MS } from './reader.ts'

/** Which calls, of a span with both its ends. */
export type FindQuestion = Interval & {
  readonly tenantId: number
  readonly currency: number
  readonly selection: Selection
}

export type FindOrder = 'newest' | 'longest' | 'dearest'

/** A call, and what it is sorted by: seconds of talk, or money; '' for newest. */
export type FoundPlace = { readonly key: string; readonly value: string }

export type FindPage = { readonly order: FindOrder; readonly after?: FoundPlace | undefined; readonly limit: number }

/** The copy, opened for one question. It knows nothing of the times in `behind`: ascending, apart, within the span. */
export type CallFinder = {
  readonly behind: readonly Interval[]
  /** At most `limit` calls beyond `after`, opened within `part` of the span; by value, those alike newest first. */
  readonly places: (part: Interval, page: FindPage) => Promise<readonly FoundPlace[]>
  /** How many there are in the span, `most` at most. */
  readonly count: (most: number) => Promise<number>
  readonly close: () => void
}

/** True where so many calls would have to be read one by one that the copy is quicker. */
export function isFoundInCopy({ fromMs, toMs, selection }: FindQuestion, order: FindOrder): boolean {
  if (toMs - fromMs <= FROM_MS) return false
  if (isFoundByNumber(selection) && selection.search?.kind !== 'prefix') return false
  return order !== 'newest' || !isWalked(selection)
}

/** True for numbers over a span so long that calls by one that has very many are sooner counted in the copy. */
export function isNumberInCopy({ fromMs, toMs, selection }: FindQuestion): boolean {
  const { search } = selection
  return toMs - fromMs > FROM_MS && isFoundByNumber(selection) && search?.kind !== 'id'
}

/** Along the keys, or along those of an account or a number of ours: all that is passed on the way is wanted. */
function isWalked({ chosen, numbers, ranges, rated, ending, search, times }: Selection): boolean {
  const single = [rated, ending, search, times, ...Object.values(numbers), ...Object.values(ranges)]
  if (single.some((one) => one !== undefined)) return false
  return Object.entries(chosen).every(([name, { not }]) => (name === 'account' || name === 'did') && !not)
}

/** Undefined where the tables must answer alone. */
export async function openFinder(
  copy: ColumnCopy,
  q: Queryable,
  question: FindQuestion,
): Promise<CallFinder | undefined> {
  const { tenantId, currency, selection, fromMs, toMs } = question
  const span = { fromMs, toMs }
  const tenant = { tenantId, currency }
  const opened = await openCopy(copy, q, { ...span, tenant, selection, by: 'none', split: 'none' }, span, ['calls'])
  if (opened === undefined) return undefined
  const { engine, behind, close } = opened
  const callsIn = (part: Interval): RawBuilder<unknown> | undefined => {
    const times = gaps(part, behind)
    if (times.length === 0) return undefined
    return sql`from (select * from calls where ${anyOf(times, DUCKDB.instant)}) c
      where true ${callConditions(selection, columnsOfPriced(DUCKDB))}`
  }
  return {
    behind: behind.flatMap((i) => clip(i, span)),
    close,
    places: async (part, { order, after, limit }) => {
      const calls = callsIn(part)
      if (calls === undefined) return []
      const { value, only } = VALUES[order]
      const beyond = after === undefined ? sql`` : sql`and ${beyondOf(order, after)}`
      const rows = await engine.rows<{ call_key: string; value: string | number }>(sql`
        select c.call_key::varchar as call_key, ${value} as value ${calls} ${only} ${beyond}
        order by ${order === 'newest' ? sql`` : sql`${value} desc,`} c.call_key desc limit ${sql.lit(limit)}`)
      return rows.map((row) => ({ key: row.call_key, value: String(row.value) }))
    },
    count: async (most) => {
      const calls = callsIn(span)
      if (calls === undefined) return 0
      const rows = await engine.rows<{ n: number }>(
        sql`select count(*)::int as n from (select 1 ${calls} limit ${sql.lit(most)}) hit`,
      )
      return rows[0]!.n
    },
  }
}

/** What calls are sorted by, and which take part: a call that brought nothing is in no list of the dearest. */
const VALUES: Readonly<Record<FindOrder, { readonly value: RawBuilder<unknown>; readonly only: RawBuilder<unknown> }>> =
  {
    newest: { value: sql`''`, only: sql`` },
    longest: { value: sql`c.talk_s`, only: sql`` },
    dearest: { value: sql`c.revenue`, only: sql`and c.revenue <> 0` },
  }

function beyondOf(order: FindOrder, { key, value }: FoundPlace): RawBuilder<unknown> {
  const older = sql`c.call_key < ${key}::uuid`
  if (order === 'newest') return older
  const last = order === 'longest' ? sql`${value}::int` : sql`${value}::decimal(18,6)`
  const by = VALUES[order].value
  return sql`(${by} < ${last} or ${by} = ${last} and ${older})`
}
