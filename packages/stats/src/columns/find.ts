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
import { byValue, type CallFiles, type FoundPlace, newest } from './find-files.ts'
import { greatestOf } from './greatest.ts'
import { type OpenCopy, openCopy } from './read.ts'
import { type CopiedDay, dayOf } from './state.ts'

/** Which calls, of a span with both its ends. */
export type FindQuestion = Interval & {
  readonly tenantId: number
  readonly currency: number
  readonly selection: Selection
}

export type FindOrder = 'newest' | 'longest' | 'dearest'
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

/** The calls of so short a time the tables sort as soon as a file is opened: at twenty thousand calls an hour in 30 ms. */
const FROM_MS = 2 * 3_600_000

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

function isAnything(selection: Selection): boolean {
  return isWalked(selection) && Object.keys(selection.chosen).length === 0
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
  const chosen = callConditions(selection, columnsOfPriced(DUCKDB))
  const filesOf = (part: Interval): CallFiles => ({
    days: opened.days.filter((day) => clip(dayOf(day), part).length > 0 && gaps(dayOf(day), behind).length > 0),
    engine,
    calls: (days) => sql`from (${callsOf(opened, days, part)}) c where true ${chosen}`,
    isAll: (day) => isAnything(selection) && isWithin(day, part) && !behind.some((i) => clip(i, dayOf(day)).length > 0),
    greatest: (days) => greatestOf(days, engine, { dir: copy.dir, tenantId, known: copy.greatest }),
  })
  return {
    behind: behind.flatMap((i) => clip(i, span)),
    close,
    places: async (part, { order, after, limit }) => {
      const files = filesOf(part)
      return order === 'newest' ? newest(files, after?.key, limit) : byValue(files, order, after, limit)
    },
    count: async (most) => {
      const { days, calls } = filesOf(span)
      if (days.length === 0) return 0
      const rows = await engine.rows<{ n: number }>(
        sql`select count(*)::int as n from (select 1 ${calls(days)} limit ${sql.lit(most)}) hit`,
      )
      return rows[0]!.n
    },
  }
}

/** Of days that the part does not cover, what was opened in it; of the others the time is not even read. */
function callsOf({ filed }: OpenCopy, days: readonly CopiedDay[], part: Interval): RawBuilder<unknown> {
  const [whole, cut] = [days.filter((day) => isWithin(day, part)), days.filter((day) => !isWithin(day, part))]
  const rows: RawBuilder<unknown>[] = whole.length > 0 ? [sql.raw(filed(whole))] : []
  if (cut.length > 0) rows.push(sql`select * from (${sql.raw(filed(cut))}) x where ${anyOf([part], DUCKDB.instant)}`)
  return sql.join(rows, sql` union all `)
}

function isWithin(day: CopiedDay, part: Interval): boolean {
  return gaps(dayOf(day), [part]).length === 0
}
