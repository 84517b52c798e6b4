// Decks and plans as files: rates that import again to the same, and what customers are told, as CSV and on paper.

import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '@tollbook/db'
import { PdfUnavailableError, renderPriceListPdf } from '@tollbook/invoices'
import { currencyLetters } from '@tollbook/kernel'
import { exportVersion, type PriceList, priceList, priceListCsv } from '@tollbook/tariffs'
import { stream } from 'hono/streaming'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { idField, instantField, versionField } from '../query-fields.ts'
import { ownDeck, ownVersion } from '../read-decks.ts'
import { access, newRouter } from '../router.ts'
import { Locale } from '../schemas/people.ts'

const tags = ['Rates']
const CSV = { description: 'CSV', content: { 'text/csv': { schema: z.string() } } }
const PDF = { description: 'PDF', content: { 'application/pdf': { schema: z.string() } } }
const params = z.object({ id: idField })
const at = instantField.optional()

const ratesCsv = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/decks/{id}/rates.csv',
  tags,
  summary: 'All rates of a version, in the form that imports again to the same',
  request: { params, query: z.object({ version: versionField.optional() }) },
  responses: { 200: CSV },
})

const listing = (format: 'CSV' | 'PDF', of: 'deck' | 'plan') => ({
  ...access('viewer'),
  method: 'get' as const,
  tags: [of === 'deck' ? 'Rates' : 'Plans'],
  summary: `What customers of a ${of} pay, as ${format}`,
  request: { params, query: z.object({ at, locale: Locale.optional() }) },
})
const deckCsv = createRoute({ ...listing('CSV', 'deck'), path: '/decks/{id}/price-list.csv', responses: { 200: CSV } })
const deckPdf = createRoute({ ...listing('PDF', 'deck'), path: '/decks/{id}/price-list.pdf', responses: { 200: PDF } })
const planCsv = createRoute({ ...listing('CSV', 'plan'), path: '/plans/{id}/price-list.csv', responses: { 200: CSV } })
const planPdf = createRoute({ ...listing('PDF', 'plan'), path: '/plans/{id}/price-list.pdf', responses: { 200: PDF } })

export function priceListRoutes({ db, clock }: ApiDeps) {
  type Asked = { tenant: Seller; atMs: number | undefined; locale: string | undefined }
  const read = (asked: Asked, of: { deckId: number } | { planId: number }) =>
    readList(db, asked.tenant, asked.atMs ?? clock.now(), of)
  return newRouter()
    .openapi(ratesCsv, async (c) => {
      const { tenantId } = c.get('tenant')
      const { id: deckId } = c.req.valid('param')
      const deck = await ownDeck(db, tenantId, deckId)
      const version = c.req.valid('query').version ?? deck.version
      if (version !== 0) await ownVersion(db, { tenantId, deckId, version, nowMs: clock.now() })
      c.header('content-type', 'text/csv; charset=utf-8')
      c.header('content-disposition', attached(`${deck.name}-${version}`, 'csv'))
      return stream(c, async (out) => {
        for await (const piece of exportVersion(db, deckId, version)) {
          if (out.aborted) return
          await out.write(piece)
        }
      })
    })
    .openapi(deckCsv, async (c) => {
      const { at: atMs, locale } = c.req.valid('query')
      const list = await read({ tenant: c.get('tenant'), atMs, locale }, { deckId: c.req.valid('param').id })
      return c.body(priceListCsv(list), 200, csvHeaders(list))
    })
    .openapi(deckPdf, async (c) => {
      const { at: atMs = clock.now(), locale } = c.req.valid('query')
      const tenant = c.get('tenant')
      const list = await read({ tenant, atMs, locale }, { deckId: c.req.valid('param').id })
      return c.body(await paper(list, tenant, atMs, locale ?? c.get('user').locale), 200, pdfHeaders(list))
    })
    .openapi(planCsv, async (c) => {
      const { at: atMs, locale } = c.req.valid('query')
      const list = await read({ tenant: c.get('tenant'), atMs, locale }, { planId: c.req.valid('param').id })
      return c.body(priceListCsv(list), 200, csvHeaders(list))
    })
    .openapi(planPdf, async (c) => {
      const { at: atMs = clock.now(), locale } = c.req.valid('query')
      const tenant = c.get('tenant')
      const list = await read({ tenant, atMs, locale }, { planId: c.req.valid('param').id })
      return c.body(await paper(list, tenant, atMs, locale ?? c.get('user').locale), 200, pdfHeaders(list))
    })
}

type Seller = { readonly tenantId: number; readonly name: string; readonly zone: string }

async function readList(
  db: Db,
  { tenantId, zone }: Seller,
  atMs: number,
  of: { readonly deckId: number } | { readonly planId: number },
): Promise<PriceList> {
  const list = await priceList(db, 'deckId' in of ? { tenantId, atMs, ...of } : { tenantId, atMs, zone, ...of })
  if (!list) throw new Refusal('not-found', `There is no such ${'deckId' in of ? 'deck' : 'plan'}.`)
  return list
}

async function paper({ name, currency, lines }: PriceList, seller: Seller, atMs: number, locale: string) {
  // en-CA writes a day as YYYY-MM-DD.
  const asOf = new Intl.DateTimeFormat('en-CA', { timeZone: seller.zone }).format(atMs)
  const head = { from: seller.name, name, currency: currencyLetters(currency) ?? '', asOf, locale }
  const pdf = await renderPriceListPdf({ ...head, lines }).catch((error: unknown) => {
    if (error instanceof PdfUnavailableError) throw new Refusal('no-pdf', error.message)
    throw error
  })
  return new Uint8Array(pdf)
}

function csvHeaders({ name }: PriceList) {
  return { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': attached(`${name}-prices`, 'csv') }
}

function pdfHeaders({ name }: PriceList) {
  const disposition = attached(`${name}-prices`, 'pdf').replace('attachment', 'inline')
  return { 'content-type': 'application/pdf', 'content-disposition': disposition }
}

/** A name as part of a file's name: letters, digits, dots and dashes. */
function attached(name: string, ending: string): string {
  const plain = name.replace(/[^A-Za-z0-9.-]+/g, '-').replace(/^-+/, '')
  return `attachment; filename="${plain}.${ending}"`
}
