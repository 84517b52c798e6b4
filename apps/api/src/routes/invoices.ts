// Invoices: the list, one as figures, one as a PDF, and the run of a month.

import { createRoute, z } from '@hono/zod-openapi'
import {
  getInvoice,
  hasMonthBegun,
  listInvoices,
  PdfUnavailableError,
  renderInvoicePdf,
  runInvoices,
} from '@tollbook/invoices'
import { accountFilter } from '../account-filter.ts'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { cursorField, limitField } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { InvoiceDetail, InvoiceRow, InvoiceRunReport, Month } from '../schemas/money.ts'

const tags = ['Invoices']
const Id = z.object({ id: z.uuid() })
const Run = z.object({ month: Month }).openapi('InvoiceRun', { example: { month: '2026-10' } })

const allInvoices = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/invoices',
  tags,
  summary: 'Invoices, newest first',
  request: {
    query: z.object({
      account: z.string().max(200).optional().openapi({ description: 'Code (else id)' }),
      cursor: cursorField,
      limit: limitField(200, 50),
    }),
  },
  responses: { 200: json(pageOf(InvoiceRow, 'PageOfInvoices'), 'A page of invoices') },
})

const runMonth = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/invoices/run',
  tags,
  summary: 'Invoice a month: every account that has something to pay; run twice, nothing is doubled',
  request: { body: jsonBody(Run) },
  responses: { 200: json(InvoiceRunReport, 'What was made') },
})

const readInvoice = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/invoices/{id}',
  tags,
  summary: 'One invoice; the calls of a line: /calls?invoice={id}&line={n}',
  request: { params: Id },
  responses: { 200: json(InvoiceDetail, 'The invoice') },
})

const readPdf = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/invoices/{id}/pdf',
  tags,
  summary: 'One invoice as PDF',
  request: { params: Id },
  responses: { 200: { description: 'PDF', content: { 'application/pdf': { schema: z.string() } } } },
})

export function invoiceRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(allInvoices, async (c) => {
      const { account, cursor, limit } = c.req.valid('query')
      const accountId =
        account === undefined ? undefined : (await accountFilter(db, c.get('tenant').tenantId, account)).id
      const page = await listInvoices(db, { tenantId: c.get('tenant').tenantId, accountId, cursor, limit })
      if (!page.ok) throw new Refusal('bad-cursor')
      return c.json(page.value, 200)
    })
    .openapi(runMonth, async (c) => {
      const { month } = c.req.valid('json')
      const { tenantId, zone } = c.get('tenant')
      if (!hasMonthBegun(month, zone, clock.now())) {
        throw new Refusal('invalid', undefined, [{ field: 'month', message: 'has not begun' }])
      }
      return c.json(await runInvoices(db, { tenantId, month, clock }), 200)
    })
    .openapi(readInvoice, async (c) => {
      const detail = await getInvoice(db, c.get('tenant').tenantId, c.req.valid('param').id)
      if (!detail) throw new Refusal('not-found')
      // The frozen document holds the texts of the paper too; pages have their own.
      const { document: _, ...told } = detail
      return c.json(told, 200)
    })
    .openapi(readPdf, async (c) => {
      const detail = await getInvoice(db, c.get('tenant').tenantId, c.req.valid('param').id)
      if (!detail) throw new Refusal('not-found')
      const pdf = await renderInvoicePdf(detail.document).catch((error: unknown) => {
        if (error instanceof PdfUnavailableError) throw new Refusal('no-pdf', error.message)
        throw error
      })
      return c.body(new Uint8Array(pdf), 200, {
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="${fileName(detail.invoice.number)}.pdf"`,
      })
    })
}

/** A number as part of a file's name: letters, digits, dots and dashes. */
function fileName(number: string): string {
  return `invoice-${number.replace(/[^A-Za-z0-9.-]+/g, '-')}`
}
