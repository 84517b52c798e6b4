// Invoices as others read them: a list by cursor, one in full, and how a call and an invoice find each other.

import type { Queryable } from '@tollbook/db'
import { currencyLetters, err, ok, type Result } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'
import type { InvoiceDocument } from './document.ts'
import type { Month } from './month.ts'

export type InvoiceRow = {
  readonly id: string
  readonly number: string
  readonly account: { readonly id: number; readonly code: string; readonly name: string }
  /** ISO 8601 in UTC; `periodTo` exclusive. */
  readonly periodFrom: string
  readonly periodTo: string
  readonly currency: string
  /** Decimal strings of six places; net is exact, tax and total are whole cents. */
  readonly net: string
  readonly tax: string
  readonly total: string
  readonly calls: number
  readonly issuedAt: string
  readonly dueOn: string
}

export type InvoiceDetail = {
  readonly invoice: InvoiceRow
  readonly zone: string
  readonly locale: string
  readonly from: InvoiceDocument['from']
  readonly to: InvoiceDocument['to']
  readonly taxRate: string
  readonly lines: InvoiceDocument['lines']
  /** The frozen paper, for `renderInvoicePdf`. */
  readonly document: InvoiceDocument
}

export type InvoiceListing = {
  readonly tenantId: number
  readonly cursor?: string | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly accountId?: number | undefined
}

export type InvoicePage = { readonly items: readonly InvoiceRow[]; readonly next: string | null }

const MAX_PAGE = 200
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const CURSOR = /^(\d{1,15})_([0-9a-f-]{36})$/

/** Newest first. `next` of a page is the cursor of the following one; a cursor not of this making is refused. */
export async function listInvoices(
  q: Queryable,
  { tenantId, cursor, limit = 50, accountId }: InvoiceListing,
): Promise<Result<InvoicePage, { readonly kind: 'bad-cursor' }>> {
  const at = cursor === undefined ? undefined : CURSOR.exec(cursor)
  if (at === null || (at && !UUID.test(at[2]!))) return err({ kind: 'bad-cursor' })
  const size = Math.min(Math.max(1, limit), MAX_PAGE)
  const after = at
    ? sql`and (i.issued_at, i.invoice_id) < (${new Date(Number(at[1])).toISOString()}::timestamptz, ${at[2]}::uuid)`
    : sql``
  const ofAccount = accountId === undefined ? sql`` : sql`and i.account_id = ${accountId}`
  const rows = await selectRows(q, sql`i.tenant_id = ${tenantId} ${ofAccount} ${after}`, size + 1)
  const items = rows.slice(0, size)
  const last = items.at(-1)
  const next = rows.length > size && last ? `${Date.parse(last.issuedAt)}_${last.id}` : null
  return ok({ items, next })
}

/** One invoice of the tenant; undefined when it has none of that id. */
export async function getInvoice(
  q: Queryable,
  tenantId: number,
  invoiceId: string,
): Promise<InvoiceDetail | undefined> {
  if (!UUID.test(invoiceId)) return undefined
  const [invoice] = await selectRows(q, sql`i.tenant_id = ${tenantId} and i.invoice_id = ${invoiceId}::uuid`, 1)
  if (!invoice) return undefined
  const { document: json } = await q.q
    .selectFrom('invoice')
    .select('document')
    .where('account_id', '=', invoice.account.id)
    .where('invoice_id', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const document = json as unknown as InvoiceDocument
  const { zone, locale, from, to, taxRate, lines } = document
  return { invoice, zone, locale, from, to, taxRate, lines, document }
}

/** All invoices whose period is this month, newest first. */
export async function invoicesOfPeriod(q: Queryable, tenantId: number, month: Month): Promise<readonly InvoiceRow[]> {
  const from = new Date(month.fromMs).toISOString()
  const to = new Date(month.toMs).toISOString()
  return selectRows(q, sql`i.tenant_id = ${tenantId} and i.period_from = ${from} and i.period_to = ${to}`)
}

/**
 * The invoice a call stands on, the first one if a correction stands on another; undefined while it is on none.
 * `openedAtMs` is the call's own, within two days.
 */
export async function invoiceOfCall(
  q: Queryable,
  call: { readonly accountId: number; readonly callKey: string; readonly openedAtMs: number },
): Promise<{ readonly id: string; readonly number: string } | undefined> {
  const around = (days: number) => new Date(call.openedAtMs + days * 86_400_000).toISOString()
  const { rows } = await sql<{ id: string; number: string }>`
    select v.invoice_id as id, v.number from ledger_entry e
    join invoiced_entry i using (account_id, entry_key, effective_at)
    join invoice v on v.account_id = i.account_id and v.invoice_id = i.invoice_id
    where e.account_id = ${call.accountId} and e.ref_key = ${call.callKey}::uuid
      and e.effective_at between ${around(-2)}::timestamptz and ${around(2)}::timestamptz
    order by v.issued_at limit 1`.execute(q.q)
  return rows[0]
}

/**
 * Keys of the calls behind an invoice or one of its lines, newest first; `before` is the last key of the page before.
 * The same join serves a search: invoiced_entry → ledger_entry by their full key → call by `ref_key`.
 */
export async function callKeysOfInvoice(
  q: Queryable,
  ask: { invoiceId: string; line?: number | undefined; before?: string | undefined; limit: number },
): Promise<readonly string[]> {
  const line = ask.line === undefined ? sql`` : sql`and i.line = ${ask.line}`
  const before = ask.before === undefined ? sql`` : sql`and e.ref_key < ${ask.before}::uuid`
  const { rows } = await sql<{ key: string }>`
    select distinct e.ref_key as key from invoice v
    join invoiced_entry i on i.account_id = v.account_id and i.invoice_id = v.invoice_id
    join ledger_entry e
      on e.account_id = i.account_id and e.entry_key = i.entry_key and e.effective_at = i.effective_at
    where v.invoice_id = ${ask.invoiceId}::uuid ${line} ${before}
    order by 1 desc limit ${ask.limit}`.execute(q.q)
  return rows.map((r) => r.key)
}

type Row = {
  invoice_id: string
  number: string
  account_id: number
  code: string
  name: string
  period_from: Date
  period_to: Date
  currency: number
  net: string
  tax: string
  total: string
  calls: string
  issued_at: Date
  due_on: string
}

async function selectRows(q: Queryable, where: RawBuilder<unknown>, limit = 100_000): Promise<readonly InvoiceRow[]> {
  const { rows } = await sql<Row>`
    select i.invoice_id, i.number, i.account_id, a.code, a.name, i.period_from, i.period_to, i.currency, i.net, i.tax,
      i.total, i.issued_at, i.due_on,
      (select coalesce(sum(l.calls), 0) from invoice_line l
        where l.account_id = i.account_id and l.invoice_id = i.invoice_id) as calls
    from invoice i join account a on a.account_id = i.account_id
    where ${where} order by i.issued_at desc, i.invoice_id desc limit ${limit}`.execute(q.q)
  return rows.map((r) => ({
    id: r.invoice_id,
    number: r.number,
    account: { id: r.account_id, code: r.code, name: r.name },
    periodFrom: r.period_from.toISOString(),
    periodTo: r.period_to.toISOString(),
    currency: currencyLetters(r.currency) ?? '',
    net: r.net,
    tax: r.tax,
    total: r.total,
    calls: Number(r.calls),
    issuedAt: r.issued_at.toISOString(),
    dueOn: r.due_on,
  }))
}
