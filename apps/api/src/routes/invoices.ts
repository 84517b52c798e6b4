// Invoices: the list, one as figures, one as a PDF, and the run of a month.

import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '@tollbook/db'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { cursorField, decodeCursor, idField, isoOf, limitField, toPage } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { InvoiceDetail, InvoiceRow, InvoiceRunReport, Month } from '../schemas/money.ts'
import { lettersOf } from '../session-info.ts'
import type * as wire from '../wire.ts'

const tags = ['Invoices']
const Place = z.tuple([z.iso.datetime(), z.uuid()])
const Id = z.object({ id: z.uuid() })
const Run = z.object({ month: Month }).openapi('InvoiceRun', { example: { month: '2026-10' } })

export function invoiceRoutes({ db, rooms }: ApiDeps) {
  return newRouter()
    .openapi(
      createRoute({
        ...access('viewer'),
        method: 'get',
        path: '/invoices',
        tags,
        summary: 'Invoices, newest first',
        request: {
          query: z.object({ account: idField.optional(), cursor: cursorField, limit: limitField(200, 50) }),
        },
        responses: { 200: json(pageOf(InvoiceRow, 'PageOfInvoices'), 'A page of invoices') },
      }),
      async (c) => {
        const { account, cursor, limit } = c.req.valid('query')
        const after = decodeCursor(cursor, Place)
        const rows = await readInvoices(db, c.get('tenant').tenantId, { account, after, limit: limit + 1 })
        return c.json(
          toPage(rows, limit, invoiceRow, (r) => [isoOf(r.issued_at), r.invoice_id]),
          200,
        )
      },
    )
    .openapi(
      createRoute({
        ...access('admin'),
        method: 'post',
        path: '/invoices/run',
        tags,
        summary: 'Invoice a month: every account that has something to pay; run twice, nothing is doubled',
        request: { body: jsonBody(Run) },
        responses: { 200: json(InvoiceRunReport, 'What was made') },
      }),
      async (c) => c.json(await rooms.runInvoices(c.get('tenant').tenantId, c.req.valid('json').month), 200),
    )
    .openapi(
      createRoute({
        ...access('viewer'),
        method: 'get',
        path: '/invoices/{id}',
        tags,
        summary: 'One invoice; the calls of a line: /calls?invoice={id}&line={n}',
        request: { params: Id },
        responses: { 200: json(InvoiceDetail, 'The invoice') },
      }),
      async (c) => {
        const invoice = await rooms.getInvoice(c.get('tenant').tenantId, c.req.valid('param').id)
        if (!invoice) throw new Refusal('not-found')
        return c.json(invoice, 200)
      },
    )
    .openapi(
      createRoute({
        ...access('viewer'),
        method: 'get',
        path: '/invoices/{id}/pdf',
        tags,
        summary: 'One invoice as PDF',
        request: { params: Id },
        responses: { 200: { description: 'PDF', content: { 'application/pdf': { schema: z.string() } } } },
      }),
      async (c) => {
        const { tenantId } = c.get('tenant')
        const { id } = c.req.valid('param')
        const invoice = await rooms.getInvoice(tenantId, id)
        const pdf = invoice && (await rooms.invoicePdf(tenantId, id))
        if (!invoice || !pdf) throw new Refusal('not-found')
        return c.body(new Uint8Array(pdf), 200, {
          'content-type': 'application/pdf',
          'content-disposition': `inline; filename="${fileName(invoice.invoice.number)}.pdf"`,
        })
      },
    )
}

/** A number as part of a file's name: letters, digits, dots and dashes. */
function fileName(number: string): string {
  return `invoice-${number.replace(/[^A-Za-z0-9.-]+/g, '-')}`
}

type Asked = {
  readonly account: number | undefined
  readonly after: z.output<typeof Place> | undefined
  readonly limit: number
}
type Row = Awaited<ReturnType<typeof readInvoices>>[number]

async function readInvoices(db: Db, tenantId: number, { account, after, limit }: Asked) {
  return await db.q
    .selectFrom('invoice as n')
    .innerJoin('account as a', 'a.account_id', 'n.account_id')
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('invoice_line as l')
          .select((f) => f.fn.sum<string | null>('l.calls').as('calls'))
          .whereRef('l.account_id', '=', 'n.account_id')
          .whereRef('l.invoice_id', '=', 'n.invoice_id')
          .as('l'),
      (j) => j.onTrue(),
    )
    .select(['n.invoice_id', 'n.number', 'n.period_from', 'n.period_to', 'n.currency', 'n.net', 'n.tax', 'n.total'])
    .select(['n.issued_at', 'n.due_on', 'a.account_id', 'a.code', 'a.name', 'l.calls'])
    .where('n.tenant_id', '=', tenantId)
    .$if(account !== undefined, (s) => s.where('n.account_id', '=', account!))
    .$if(after !== undefined, (s) =>
      s.where((e) => e(e.refTuple('n.issued_at', 'n.invoice_id'), '<', e.tuple(new Date(after![0]), after![1]))),
    )
    .orderBy('n.issued_at', 'desc')
    .orderBy('n.invoice_id', 'desc')
    .limit(limit)
    .execute()
}

function invoiceRow(row: Row): wire.InvoiceRow {
  return {
    id: row.invoice_id,
    number: row.number,
    account: { id: row.account_id, code: row.code, name: row.name },
    periodFrom: isoOf(row.period_from),
    periodTo: isoOf(row.period_to),
    currency: lettersOf(row.currency),
    net: row.net,
    tax: row.tax,
    total: row.total,
    calls: Number(row.calls ?? 0),
    issuedAt: isoOf(row.issued_at),
    // The driver leaves dates as text (see db: a Date would be given a zone).
    dueOn: String(row.due_on),
  }
}
