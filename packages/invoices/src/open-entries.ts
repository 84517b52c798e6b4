// Ledger entries that stand on no invoice yet, with what the paper needs to know of each. They are written to a
// temporary table first: what is summed and what is marked as invoiced must be the same rows, whatever is committed
// in between.

import type { Queryable, Tx } from '@tollbook/db'
import { assert, type Micros, parseMoney } from '@tollbook/kernel'
import { receivableOf } from '@tollbook/ledger'
import { sql } from 'kysely'
import type { InvoiceSection } from './document.ts'
import type { Month } from './month.ts'

export type OpenAccount = { readonly accountId: number; readonly currency: number; readonly sinceMs: number }

/** Accounts that have entries before `endMs` on no invoice, and when the earliest of them happened. */
export async function accountsWithOpenEntries(
  q: Queryable,
  tenantId: number,
  endMs: number,
): Promise<readonly OpenAccount[]> {
  const { rows } = await sql<{ account_id: number; currency: number; since: Date }>`
    select e.account_id, e.currency, min(e.effective_at) as since
    from ledger_entry e join account a on a.account_id = e.account_id
    where e.tenant_id = ${tenantId} and e.effective_at < ${iso(endMs)}
      and not exists (select from invoiced_entry i
        where i.account_id = e.account_id and i.entry_key = e.entry_key and i.effective_at = e.effective_at)
    group by e.account_id, e.currency, a.code order by a.code, e.currency`.execute(q.q)
  return rows.map((r) => ({ accountId: r.account_id, currency: r.currency, sinceMs: r.since.getTime() }))
}

/** Entries that become one line. */
export type EntryGroup = {
  readonly section: InvoiceSection
  /** Place in the months handed to `collectOpenEntries`. */
  readonly month: number
  readonly destinationId: number
  readonly destination: string
  readonly calls: number
  readonly seconds: number
  readonly billedSeconds: number
  readonly amount: Micros
}

/**
 * Gathers the open entries of an account up to the end of the last of `months` (consecutive, ascending, the first
 * holding the earliest open entry) and answers them grouped. A call counts once, with the seconds of all its charges;
 * a call whose open entries cancel each other out stays off the paper, and its entries open.
 */
export async function collectOpenEntries(
  tx: Tx,
  account: OpenAccount,
  months: readonly Month[],
): Promise<readonly EntryGroup[]> {
  await tx.client.query(`create temp table if not exists open_entry (entry_key uuid, effective_at timestamptz,
    ref_key uuid, amount numeric(18,6), section text, month int, destination_id int, seconds int, billed_s int)
    on commit delete rows`)
  await tx.client.query('truncate open_entry')
  await insertOpenEntries(tx, account, months)
  const { rows } = await sql<GroupRow>`
    with per_call as (
      select section, month, destination_id, ref_key, sum(amount) as amount,
        case section when 'correction' then 0 else max(seconds) end as seconds,
        case section when 'correction' then 0 else max(billed_s) end as billed_s
      from open_entry group by section, month, destination_id, ref_key)
    select c.section, c.month, c.destination_id, coalesce(d.name, '') as destination, count(*)::int as calls,
      sum(c.seconds) as seconds, sum(c.billed_s) as billed_s, sum(c.amount) as amount
    from per_call c left join destination d on d.destination_id = c.destination_id
    group by 1, 2, 3, 4`.execute(tx.q)
  const groups = rows.map(readGroup)
  const { rows: sums } = await sql<{ amount: string }>`
    select coalesce(sum(amount), 0) as amount from open_entry`.execute(tx.q)
  const total = groups.reduce((sum, g) => sum + g.amount, 0n)
  assert(total === parseMoney(sums[0]!.amount), 'lines and ledger entries differ')
  return groups
}

type GroupRow = {
  section: InvoiceSection
  month: number
  destination_id: number
  destination: string
  calls: number
  seconds: string
  billed_s: string
  amount: string
}

function readGroup(row: GroupRow): EntryGroup {
  return {
    section: row.section,
    month: row.month,
    destinationId: row.destination_id,
    destination: row.destination,
    calls: row.calls,
    seconds: Number(row.seconds),
    billedSeconds: Number(row.billed_s),
    amount: parseMoney(row.amount),
  }
}

/** A call may be charged at a slightly other instant than it is keyed by; its charges are sought this far around. */
const AROUND_MS = 2 * 86_400_000

async function insertOpenEntries(tx: Tx, account: OpenAccount, months: readonly Month[]): Promise<void> {
  const { accountId, currency, sinceMs } = account
  const receivable = String(receivableOf(accountId))
  const endMs = months.at(-1)!.toMs
  const borders = sql`${months.map((m) => new Date(m.fromMs).toISOString())}::timestamptz[]`
  const current = months.length - 1
  await sql`insert into open_entry
    with entry as (
      select e.entry_key, e.effective_at, e.ref_key, i.entry_key is not null as invoiced,
        case when e.debit_id = ${receivable}::bigint then e.amount else -e.amount end as amount
      from ledger_entry e left join invoiced_entry i
        on i.account_id = e.account_id and i.entry_key = e.entry_key and i.effective_at = e.effective_at
      where e.account_id = ${accountId} and e.currency = ${currency}
        and e.effective_at >= ${iso(sinceMs)} and e.effective_at < ${iso(endMs)}
        and (e.debit_id = ${receivable}::bigint or e.credit_id = ${receivable}::bigint)
    ), per_call as (
      select ref_key, bool_or(invoiced) as corrects, width_bucket(min(effective_at), ${borders}) - 1 as month
      from entry group by ref_key having sum(amount) filter (where not invoiced) <> 0
    ), described as (
      select p.ref_key, p.month, coalesce(g.destination_id, 0) as destination_id,
        case when p.corrects then 'correction' when p.month < ${current} then 'late' else 'calls' end as section,
        coalesce(g.seconds, 0) as seconds, coalesce(g.billed_s, 0) as billed_s
      from per_call p left join lateral (
        select (array_agg(destination_id order by revision desc, line))[1] as destination_id,
          sum(seconds) as seconds, sum(billed_s) as billed_s
        from charge where call_key = p.ref_key and side = 1
          and opened_at >= ${iso(sinceMs - AROUND_MS)} and opened_at < ${iso(endMs + AROUND_MS)}) g on true)
    select e.entry_key, e.effective_at, e.ref_key, e.amount, d.section, d.month,
      case d.section when 'calls' then d.destination_id else 0 end, d.seconds, d.billed_s
    from entry e join described d on d.ref_key = e.ref_key where not e.invoiced`.execute(tx.q)
}

function iso(ms: number) {
  return sql`${new Date(ms).toISOString()}::timestamptz`
}
