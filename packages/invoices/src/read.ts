// Invoices as others read them: a list by cursor, and one in full.

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
/** Instant of issue and number: invoices of one run are issued at one instant, and follow by number. */
const CURSOR = /^(\d{1,15})_([0-9A-Za-z-]{1,40})$/

/** Newest first. `next` of a page is the cursor of the following one; a cursor not of this making is refused. */
export async function listInvoices(
  q: Queryable,
  { tenantId, cursor, limit = 50, accountId }: InvoiceListing,
): Promise<Result<InvoicePage, { readonly kind: 'bad-cursor' }>> {
  const at = cursor === undefined ? undefined : CURSOR.exec(cursor)
  if (at === null) return err({ kind: 'bad-cursor' })
  const size = Math.min(Math.max(1, limit), MAX_PAGE)
  const after = at
    ? sql`and (i.issued_at, i.number) < (${new Date(Number(at[1])).toISOString()}::timestamptz, ${at[2]})`
    : sql``
  const ofAccount = accountId === undefined ? sql`` : sql`and i.account_id = ${accountId}`
  const rows = await selectRows(q, sql`i.tenant_id = ${tenantId} ${ofAccount} ${after}`, size + 1)
  const items = rows.slice(0, size)
  const last = items.at(-1)
  const next = rows.length > size && last ? `${Date.parse(last.issuedAt)}_${last.number}` : null
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
    where ${where} order by i.issued_at desc, i.number desc limit ${limit}`.execute(q.q)
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
