// Finding calls: filters, and pages by keyset on the call key (newest first). Reads only; a page costs the same
// however deep it lies. What the filters cost on 30 M calls is told beside each.

import type { Queryable } from '@tollbook/db'
import type { CallKey } from '@tollbook/kernel'
import { type CallSearch, lowestKey, searchCondition } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import type { Direction, Ending, Outcome } from './call.ts'
import { type CallSummary, type SummaryRow, selectSummaries, toSummary } from './call-summary.ts'

/** What calls are wanted. Absent = any. */
export type CallFilter = {
  readonly tenantId: number
  /** On `opened_at`, milliseconds; `toMs` is exclusive. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  readonly search?: CallSearch | undefined
  readonly accountId?: number | undefined
  readonly destinationId?: number | undefined
  readonly trunkId?: number | undefined
  /** ISO 3166-1 number. For each of these ids 0 means "none". */
  readonly countryId?: number | undefined
  readonly direction?: Direction | undefined
  readonly outcome?: Outcome | undefined
  readonly ending?: Ending | undefined
  /** `unrated`: should have a charge and has none. `rated`: has one. */
  readonly rated?: 'rated' | 'unrated' | undefined
  /** Calls that stand on an invoice, or on one of its lines. */
  readonly invoice?: { readonly invoiceId: string; readonly line?: number | undefined } | undefined
}

/** A page of calls; `next` is the key to hand back as `after`, undefined at the end. */
export type CallPage = { readonly calls: readonly CallSummary[]; readonly next: CallKey | undefined }

/**
 * At most `limit` calls before `after` (exclusive), newest first. Filters without an index (trunk, name, number
 * prefix) read the span they are given: bound it in time, and bound the statement.
 */
export async function searchCalls(
  db: Queryable,
  filter: CallFilter,
  page: { readonly after?: CallKey | undefined; readonly limit: number },
): Promise<CallPage> {
  const where = sql.join([...bounds(filter, page.after), ...conditions(filter)], sql` and `)
  const newest = sql`order by c.call_key desc limit ${page.limit + 1}`
  // Numbers: find first, sort after. Otherwise the planner walks the whole key in the hope of a hit (20 s and more).
  const findFirst = filter.search !== undefined && filter.search.kind !== 'name'
  const hit = findFirst
    ? sql`with hit as materialized (select c.* from call c where ${where}), page as (select * from hit c ${newest})`
    : sql`with page as (select c.* from call c where ${where} ${newest})`
  const { rows } = await sql<SummaryRow>`${hit} ${selectSummaries} order by c.call_key desc`.execute(db.q)
  const calls = rows.slice(0, page.limit).map(toSummary)
  return { calls, next: rows.length > page.limit ? calls.at(-1)?.callKey : undefined }
}

type Condition = RawBuilder<unknown>

/** The span, said twice: opened_at prunes partitions, call_key (which begins with the same time) bounds the index. */
function bounds(filter: CallFilter, after: CallKey | undefined): Condition[] {
  const all: Condition[] = [sql`c.tenant_id = ${filter.tenantId}`]
  if (filter.fromMs !== undefined) {
    all.push(sql`c.opened_at >= ${new Date(filter.fromMs)}`)
    all.push(sql`c.call_key >= ${lowestKey(filter.fromMs)}::uuid`)
  }
  if (filter.toMs !== undefined) {
    all.push(sql`c.opened_at < ${new Date(filter.toMs)}`)
    all.push(sql`c.call_key < ${lowestKey(filter.toMs)}::uuid`)
  }
  if (after !== undefined) {
    all.push(sql`c.call_key < ${after}::uuid`)
    all.push(sql`c.opened_at <= ${new Date(Number.parseInt(after.slice(0, 8) + after.slice(9, 13), 16))}`)
  }
  return all
}

function conditions(filter: CallFilter): Condition[] {
  const all: Condition[] = []
  if (filter.accountId !== undefined) all.push(sql`c.account_id = ${filter.accountId}`)
  if (filter.destinationId !== undefined) all.push(sql`c.destination_id = ${filter.destinationId}`)
  if (filter.trunkId !== undefined) all.push(sql`c.trunk_id = ${filter.trunkId}`)
  if (filter.countryId !== undefined) all.push(sql`c.country_id = ${filter.countryId}`)
  if (filter.direction !== undefined) all.push(sql`c.direction = ${filter.direction}`)
  if (filter.outcome !== undefined) all.push(sql`c.outcome = ${filter.outcome}`)
  if (filter.ending !== undefined) all.push(sql`c.ending = ${filter.ending}`)
  if (filter.rated === 'unrated') all.push(sql`exists ${unratedRow}`)
  if (filter.rated === 'rated') all.push(sql`exists ${chargeRow} and not exists ${unratedRow}`)
  if (filter.invoice !== undefined) all.push(onInvoice(filter.tenantId, filter.invoice))
  if (filter.search !== undefined) all.push(searchCondition(filter.search))
  return all
}

const unratedRow = sql`(select 1 from call_unrated u where u.call_key = c.call_key and u.opened_at = c.opened_at)`
const chargeRow = sql`(select 1 from charge h where h.call_key = c.call_key and h.opened_at = c.opened_at)`

/** From the invoice to its entries to the calls they were posted for. An entry's time is its call's. */
function onInvoice(tenantId: number, { invoiceId, line }: { invoiceId: string; line?: number | undefined }): Condition {
  const ofLine = line === undefined ? sql`` : sql`and i.line = ${line}`
  return sql`c.call_key in (
    select e.ref_key from invoice n
    join invoiced_entry i on i.account_id = n.account_id and i.invoice_id = n.invoice_id ${ofLine}
    join ledger_entry e
      on e.account_id = i.account_id and e.entry_key = i.entry_key and e.effective_at = i.effective_at
    where n.tenant_id = ${tenantId} and n.invoice_id = ${invoiceId}::uuid)`
}
