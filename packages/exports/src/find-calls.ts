// A page of calls from whoever finds it sooner: PostgreSQL where it has an index, the copy by columns where calls would have
// to be read one by one. What is shown of a call is always the table's.

import {
  type CallFilter,
  type CallOrder,
  type CallPage,
  type CallPlace,
  countCalls,
  findPlaces,
  newestFirst,
  type Part,
  pageAt,
  searchCalls,
} from '@tollbook/calls/search'
import type { Queryable } from '@tollbook/db'
import { asCallKey, millisOfUuid, parseMoney } from '@tollbook/kernel'
import {
  type CallFinder,
  type ColumnCopy,
  type FindQuestion,
  isFoundInCopy,
  isNumberInCopy,
  openFinder,
} from '@tollbook/stats/columns'
import type { FindPage } from './call-table.ts'

export type AskedPage = {
  readonly after?: CallPlace | undefined
  readonly limit: number
  readonly order: CallOrder
}

/** Through so many calls the tables alone are looked first: 0.1 s where charges are asked of each. */
const FIRST_CALLS = 20_000

/** The same pages as `searchCalls` gives, and where the copy can answer, over long spans too. */
export async function findCalls(
  q: Queryable,
  copy: ColumnCopy | undefined,
  filter: CallFilter,
  page: AskedPage,
  firstCalls = FIRST_CALLS,
): Promise<CallPage> {
  const question = questionOf(filter)
  if (copy === undefined || question === undefined || !isFoundInCopy(question, page.order)) {
    return searchCalls(q, filter, page)
  }
  const asked = { ...page, limit: page.limit + 1 }
  const places = page.order === 'newest' ? newestPlaces : sortedPlaces
  return withCopy(
    { q, copy, question },
    async (open) =>
      pageAt(q, filter.tenantId, await places({ q, filter, question, open, firstCalls }, asked), page.limit),
    () => searchCalls(q, filter, page),
  )
}

/** Pages for a file, newest first; each is found within one `read`, which knows how long that may take. */
export function newestPages(
  read: (ask: (q: Queryable) => Promise<CallPage>) => Promise<CallPage>,
  copy: ColumnCopy | undefined,
): FindPage {
  return (filter, page) => read((q) => findCalls(q, copy, filter, { ...page, order: 'newest' }))
}

/** By an index these are counted in a tenth of a second; a number that has more has very many. */
const FEW = 400

/** As `countCalls`. */
export async function countFound(
  q: Queryable,
  copy: ColumnCopy | undefined,
  filter: CallFilter,
  most: number,
  few = FEW,
): Promise<{ readonly calls: number; readonly capped: boolean }> {
  const question = questionOf(filter)
  const byTables = () => countCalls(q, filter, most)
  if (copy === undefined || question === undefined) return byTables()
  if (isNumberInCopy(question) && few < most) {
    const first = await countCalls(q, filter, few)
    if (!first.capped) return first
  } else if (!isFoundInCopy(question, 'newest')) return byTables()
  return withCopy(
    { q, copy, question },
    async (open) => {
      const finder = await open(question)
      if (finder === undefined) return byTables()
      let calls = await finder.count(most + 1)
      for (const part of finder.behind) {
        if (calls <= most) calls += (await countCalls(q, { ...filter, ...part }, most + 1)).calls
      }
      return { calls: Math.min(calls, most), capped: calls > most }
    },
    byTables,
  )
}

type Span = { readonly fromMs: number; readonly toMs: number }
/** Opens the copy for a part of the span, of whose days alone it then reads the files. */
type Open = (part: Span) => Promise<CallFinder | undefined>
type Sources = {
  readonly q: Queryable
  readonly filter: CallFilter
  readonly question: FindQuestion
  readonly open: Open
  readonly firstCalls: number
}

/** The copy knows no invoices, and is asked of a span with both its ends. */
function questionOf({ tenantId, currency, fromMs, toMs, selection, invoice }: CallFilter): FindQuestion | undefined {
  if (invoice !== undefined || fromMs === undefined || toMs === undefined) return undefined
  return selection === undefined ? undefined : { tenantId, currency, fromMs, toMs, selection }
}

/** Lets the copy be opened where it is asked, and closes it. Where it fails, the tables answer: they have it all. */
async function withCopy<T>(
  { q, copy, question }: { readonly q: Queryable; readonly copy: ColumnCopy; readonly question: FindQuestion },
  ask: (open: Open) => Promise<T>,
  otherwise: () => Promise<T>,
): Promise<T> {
  const opened: CallFinder[] = []
  try {
    return await ask(async ({ fromMs, toMs }) => {
      const finder = await openFinder(copy, q, { ...question, fromMs, toMs })
      if (finder) opened.push(finder)
      return finder
    })
  } catch (fault) {
    // What PostgreSQL refused it would refuse again; so with what took too long.
    if ((fault as { code?: string }).code !== undefined) throw fault
    copy.onFault(fault, 'the copy by columns did not find calls')
    return await otherwise()
  } finally {
    for (const finder of opened) finder.close()
  }
}

/** What most filters want stands among the last calls, and there is no need to open the copy for that. */
async function newestPlaces(
  { q, filter, question, open, firstCalls }: Sources,
  { after, limit }: AskedPage,
): Promise<CallPlace[]> {
  const places: CallPlace[] = []
  const { fromMs } = question
  const toMs = after === undefined ? question.toMs : Math.min(question.toMs, millisOfUuid(after.key) + 1)
  const look = async (part: Part, missing: number) => {
    const within = { fromMs: part.fromMs ?? fromMs, toMs: part.toMs ?? toMs }
    const page = { order: 'newest', after, limit: missing } as const
    const finder = part.toMs === toMs ? undefined : await open(within)
    const more = finder
      ? await partlyBehind(finder, within, page, q, filter)
      : await findPlaces(q, { ...filter, ...within }, page)
    places.push(...more)
    return more.length
  }
  await newestFirst(q, { tenantId: filter.tenantId, fromMs, toMs }, limit, look, { firstCalls })
  return places
}

async function sortedPlaces({ q, filter, question, open }: Sources, page: AskedPage): Promise<readonly CallPlace[]> {
  const finder = await open(question)
  return finder ? partlyBehind(finder, question, page, q, filter) : findPlaces(q, filter, page)
}

/** The copy's and the tables' of the times it is behind in, as one list. */
async function partlyBehind(
  finder: CallFinder,
  part: Span,
  page: AskedPage,
  q: Queryable,
  filter: CallFilter,
): Promise<readonly CallPlace[]> {
  const { fromMs, toMs } = part
  const copied = await finder.places({ fromMs, toMs }, page)
  const places: CallPlace[] = copied.map(({ key, value }) => ({ key: asCallKey(key), value }))
  for (const i of finder.behind) {
    const within = { fromMs: Math.max(i.fromMs, fromMs), toMs: Math.min(i.toMs, toMs) }
    if (within.fromMs < within.toMs) places.push(...(await findPlaces(q, { ...filter, ...within }, page)))
  }
  return places.sort(page.order === 'newest' ? byKey : byValue).slice(0, page.limit)
}

function byKey(a: CallPlace, b: CallPlace): number {
  return a.key < b.key ? 1 : -1
}

/** Seconds and money alike, the greater first. */
function byValue(a: CallPlace, b: CallPlace): number {
  const more = parseMoney(b.value) - parseMoney(a.value)
  return more === 0n ? byKey(a, b) : more > 0n ? 1 : -1
}
