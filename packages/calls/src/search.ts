// Finding calls: pages by keyset, newest first, longest or dearest. What calls are meant is the selection's; here is the
// time, the order and the page. Reads only; a page costs the same however deep it lies.

import type { Queryable } from '@tollbook/db'
import { asCallKey, type CallKey, millisOfUuid } from '@tollbook/kernel'
import { callConditions, columnsOfCall, isFoundByNumber, lowestKey, type Selection } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import { type CallSummary, type SummaryRow, selectSummaries, toSummary } from './call-summary.ts'
import { newestFirst, type Part } from './newest-first.ts'

/** What calls are wanted. Absent = any. */
export type CallFilter = {
  readonly tenantId: number
  /** ISO 4217 number of the tenant: what `cost`, `revenue` and "dearest" are in. */
  readonly currency: number
  /** On `opened_at`, milliseconds; `toMs` is exclusive. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  readonly selection?: Selection | undefined
  /** Calls that stand on an invoice, or on one of its lines. */
  readonly invoice?: { readonly invoiceId: string; readonly line?: number | undefined } | undefined
}

/** `longest` by talk, `dearest` by what the customer is charged; those that are alike, newest first. */
export type CallOrder = 'newest' | 'longest' | 'dearest'

/** Where a page ended: its last call, and by what that was ordered (seconds or money; '' for newest). */
export type CallPlace = { readonly key: CallKey; readonly value: string }

/** A page of calls; `next` is the place to hand back as `after`, undefined at the end. */
export type CallPage = { readonly calls: readonly CallSummary[]; readonly next: CallPlace | undefined }

type Asked = { readonly after?: CallPlace | undefined; readonly limit: number; readonly order?: CallOrder }

/**
 * At most `limit` calls beyond `after` (exclusive). Filters without an index (trunk, name, number prefix) and orders other
 * than newest read the span they are given: bound it in time, and bound the statement.
 */
export async function searchCalls(db: Queryable, filter: CallFilter, page: Asked): Promise<CallPage> {
  const { after, limit, order = 'newest' } = page
  if (order === 'newest' && isInParts(filter)) {
    return pageAt(db, filter.tenantId, await placesInParts(db, filter, after, limit + 1), limit)
  }
  const { by } = ORDERS[order](filter)
  const { rows } = await sql<Row>`${found(filter, order, after, limit + 1, sql`c.*`)}
    ${selectSummaries(sql`c.value,`)} order by ${by}`.execute(db.q)
  const calls = rows.slice(0, limit)
  const last = rows.length > limit ? calls.at(-1) : undefined
  return {
    calls: calls.map(toSummary),
    next: last && { key: asCallKey(last.call_key), value: String(last.value) },
  }
}

/** As `searchCalls`, but only where they are in the order, as many as `limit` says. */
export async function findPlaces(db: Queryable, filter: CallFilter, page: Asked): Promise<readonly CallPlace[]> {
  const { after, limit, order = 'newest' } = page
  const one = found(filter, order, after, limit, sql`c.call_key, c.opened_at`)
  const { rows } = await sql<{ call_key: string; value: string | number }>`
    ${one} select call_key, value from page order by ${ORDERS[order](filter).by}`.execute(db.q)
  return rows.map((row) => ({ key: asCallKey(row.call_key), value: String(row.value) }))
}

/** The page of calls that were found elsewhere, in their order: `limit` of them, one more says that there are more. */
export async function pageAt(
  db: Queryable,
  tenantId: number,
  places: readonly CallPlace[],
  limit: number,
): Promise<CallPage> {
  const page = places.slice(0, limit)
  const rows = await rowsAt(
    db,
    tenantId,
    page.map(({ key }) => key),
  )
  const byKey = new Map(rows.map((row) => [row.call_key, row]))
  return {
    // A call that was told as another meanwhile is gone, and the page shorter by it.
    calls: page.flatMap(({ key }) => byKey.get(key) ?? []).map(toSummary),
    next: places.length > limit ? page.at(-1) : undefined,
  }
}

/** How many calls there are, up to `most`: `capped` = there are more. */
export async function countCalls(
  db: Queryable,
  filter: CallFilter,
  most: number,
): Promise<{ readonly calls: number; readonly capped: boolean }> {
  const which = sql`select 1 from call c where ${span(filter)} ${conditions(filter)}`
  const enough = sql.lit(most + 1)
  // A number's hits are taken one by one from a plan for all of them: no more are read than are counted.
  const counted = isFound(filter)
    ? sql`with hit as materialized (${which}) select count(*)::int as n from (select from hit limit ${enough}) counted`
    : sql`select count(*)::int as n from (${which} limit ${enough}) hit`
  const { rows } = await sql<{ n: number }>`${counted}`.execute(db.q)
  const { n } = rows[0]!
  return { calls: Math.min(n, most), capped: n > most }
}

type Row = SummaryRow & { value: string | number }

/** So many are found all over a month in as many hundredths of a second as it takes to look for them. */
const FEW = 200

/** Keys part by part; what a page shows is read once, since planning that takes longer than finding a rare number. */
async function placesInParts(
  db: Queryable,
  filter: CallFilter,
  after: CallPlace | undefined,
  most: number,
): Promise<readonly CallPlace[]> {
  const places: CallPlace[] = []
  const beforeMs = after === undefined ? filter.toMs : Math.min(filter.toMs ?? Infinity, millisOfUuid(after.key) + 1)
  const look = async (part: Part, missing: number) => {
    const more = await findPlaces(db, { ...filter, ...part }, { after, limit: missing })
    places.push(...more)
    return more.length
  }
  const restIsFew = async (part: Part) => {
    const few = await fewPlaces(db, { ...filter, ...part }, after)
    places.push(...(few ?? []))
    return few !== undefined
  }
  await newestFirst(db, { ...filter, toMs: beforeMs }, most, look, { restIsFew })
  return places.slice(0, most)
}

/** All of them, newest first, where they are few; no more than that are read. */
async function fewPlaces(
  db: Queryable,
  filter: CallFilter,
  after: CallPlace | undefined,
): Promise<readonly CallPlace[] | undefined> {
  const beyond = after === undefined ? sql`` : ORDERS.newest(filter).beyond(after)
  const { rows } = await sql<{ call_key: string }>`
    with hit as materialized (select c.call_key from call c where ${span(filter)} ${beyond} ${conditions(filter)})
    select call_key from (select * from hit limit ${sql.lit(FEW + 1)}) few order by call_key desc`.execute(db.q)
  return rows.length > FEW ? undefined : rows.map((row) => ({ key: asCallKey(row.call_key), value: '' }))
}

/** What a page shows of these calls, newest first. */
async function rowsAt(db: Queryable, tenantId: number, keys: readonly string[]): Promise<Row[]> {
  if (keys.length === 0) return []
  const opened = keys.map(millisOfUuid).sort((a, b) => a - b)
  // The time leaves only the partitions they lie in.
  const { rows } = await sql<Row>`
    with page as (select c.*, '' as value from call c where c.call_key = any(${[...keys]}::uuid[])
      and c.tenant_id = ${tenantId}
      and c.opened_at >= ${new Date(opened[0]!)} and c.opened_at < ${new Date(opened.at(-1)! + 1)})
    ${selectSummaries(sql`c.value,`)} order by call_key desc`.execute(db.q)
  return rows
}

/** `with page as (…)`: at most so many calls with what they are sorted by. */
function found(filter: CallFilter, by: CallOrder, after: CallPlace | undefined, most: number, columns: Sql): Sql {
  const order = ORDERS[by](filter)
  const beyond = after === undefined ? sql`` : order.beyond(after)
  const sorted = sql`order by ${order.by} limit ${most}`
  // Where charges are joined the time is said once: said twice, one call is expected, and all charges are gone through for each.
  const time = by === 'dearest' && !isFound(filter) ? onceSpan(filter) : span(filter)
  const from = sql`select ${columns}, ${order.value} as value from call c ${order.join}
    where ${time} ${beyond} ${conditions(filter)}`
  // Numbers: find first, sort after. Otherwise the planner walks the whole key in the hope of a hit (20 s and more).
  return isFound(filter)
    ? sql`with hit as materialized (${from}), page as (select * from hit c ${sorted})`
    : sql`with page as (${from} ${sorted})`
}

type Sql = RawBuilder<unknown>
type Order = {
  readonly join: Sql
  readonly value: Sql
  readonly by: Sql
  readonly beyond: (place: CallPlace) => Sql
}

const ORDERS: Readonly<Record<CallOrder, (filter: CallFilter) => Order>> = {
  newest: () => ({
    join: sql``,
    value: sql`''`,
    by: sql`call_key desc`,
    // Said twice: opened_at prunes partitions, call_key (which begins with the same time) bounds the index.
    beyond: ({ key }) => sql`and c.call_key < ${key}::uuid and c.opened_at <= ${new Date(millisOfUuid(key))}`,
  }),
  longest: () => ({
    join: sql``,
    value: sql`c.talk_s`,
    by: sql`value desc, call_key desc`,
    beyond: ({ key, value }) => sql`and (c.talk_s, c.call_key) < (${value}::int, ${key}::uuid)`,
  }),
  dearest: (filter) => ({
    join: isFound(filter)
      ? sql`join lateral (${revenueOf(filter)} and h.call_key = c.call_key and h.opened_at = c.opened_at
          group by 1, 2 having sum(amount) <> 0) p on true`
      : sql`join (${revenueOf(filter)} ${within(filter, 'h')} group by 1, 2 having sum(amount) <> 0) p
          on p.call_key = c.call_key and p.opened_at = c.opened_at`,
    value: sql`p.value`,
    by: sql`value desc, call_key desc`,
    beyond: ({ key, value }) => sql`and (p.value, c.call_key) < (${value}::numeric, ${key}::uuid)`,
  }),
}

function revenueOf({ tenantId, currency }: CallFilter): Sql {
  return sql`select call_key, opened_at, sum(amount) as value from charge h
    where h.tenant_id = ${tenantId} and h.side = 1 and h.currency = ${currency}`
}

function isFound({ selection }: CallFilter): boolean {
  return selection !== undefined && isFoundByNumber(selection)
}

/** Of those found first, only as many are found as are wanted. An id names its second itself. */
function isInParts(filter: CallFilter): boolean {
  return isFound(filter) && filter.selection?.search?.kind !== 'id'
}

function span(filter: CallFilter): Sql {
  const { fromMs, toMs } = filter
  const low = fromMs === undefined ? sql`` : sql`and c.call_key >= ${lowestKey(fromMs)}::uuid`
  const high = toMs === undefined ? sql`` : sql`and c.call_key < ${lowestKey(toMs)}::uuid`
  // The index of numbers is believed in only where the time is named with it (migration 0017).
  const ever =
    fromMs === undefined && toMs === undefined && isFound(filter) ? sql`and c.opened_at >= '-infinity'` : sql``
  return sql`${onceSpan(filter)} ${ever} ${low} ${high}`
}

function onceSpan(filter: CallFilter): Sql {
  return sql`c.tenant_id = ${filter.tenantId} ${within(filter, 'c')}`
}

function within({ fromMs, toMs }: CallFilter, alias: string): Sql {
  const at = sql.ref(`${alias}.opened_at`)
  return sql`${fromMs === undefined ? sql`` : sql`and ${at} >= ${new Date(fromMs)}`}
    ${toMs === undefined ? sql`` : sql`and ${at} < ${new Date(toMs)}`}`
}

function conditions({ selection, currency, invoice, tenantId }: CallFilter): Sql {
  const chosen = selection === undefined ? sql`` : callConditions(selection, columnsOfCall(currency))
  return invoice === undefined ? chosen : sql`${chosen} and ${onInvoice(tenantId, invoice)}`
}

/** From the invoice to its entries to the calls they were posted for. An entry's time is its call's. */
function onInvoice(tenantId: number, { invoiceId, line }: { invoiceId: string; line?: number | undefined }): Sql {
  const ofLine = line === undefined ? sql`` : sql`and i.line = ${line}`
  return sql`c.call_key in (
    select e.ref_key from invoice n
    join invoiced_entry i on i.account_id = n.account_id and i.invoice_id = n.invoice_id ${ofLine}
    join ledger_entry e
      on e.account_id = i.account_id and e.entry_key = i.entry_key and e.effective_at = i.effective_at
    where n.tenant_id = ${tenantId} and n.invoice_id = ${invoiceId}::uuid)`
}
