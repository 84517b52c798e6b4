// Proves for accounts, decks, trunks and invoices: 200 201 400 403 404 409 413 415 422.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { AccountRow, DeckRow, InvoiceRow, RateRow } from './schemas/money.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS, uuid } from './testing/world.ts'
import type * as wire from './wire.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const page = async <T>(path: string) => (await (await api.as('viewer', 'GET', path)).json()) as wire.Page<T>

describe('accounts', () => {
  it('200: by code, with what they owe and when they last called', async () => {
    const { items } = await page<wire.AccountRow>('/accounts')
    for (const item of items) AccountRow.parse(item)
    expect(items.map((a) => [a.code, a.deck, a.balance, a.lastCallAt])).toEqual([
      ['acme', 'Retail', '12.500000', new Date(NOW_MS - 60_000).toISOString()],
      ['bolt', '', '0.000000', null],
    ])
    const first = await page<wire.AccountRow>('/accounts?limit=1')
    expect((await page<wire.AccountRow>(`/accounts?limit=1&cursor=${first.next}`)).items[0]?.code).toBe('bolt')
    expect((await page<wire.AccountRow>('/accounts?q=bol')).items).toHaveLength(1)
    expect((await page<wire.AccountRow>('/accounts?q=%25')).items).toHaveLength(0)
  })

  it('201: adds one in the currency of the tenant', async () => {
    const response = await api.as('admin', 'POST', '/accounts', { code: 'bolt2', name: 'Bolt', deckId: 1 })
    expect(response.status).toBe(201)
    expect(api.asked.at(-1)).toEqual(['createAccount', 1, { code: 'bolt2', name: 'Bolt', deckId: 1, currency: 978 }])
  })

  it('409: when the code is taken', async () => {
    const response = await api.as('admin', 'POST', '/accounts', { code: 'acme', name: 'Again' })
    expect([response.status, ((await response.json()) as wire.Problem).kind]).toEqual([409, 'already-exists'])
  })

  it("422: for another tenant's deck, a buy deck, an unknown currency, a bad email", async () => {
    const bad = [
      { deckId: 3 },
      { deckId: 2 },
      { currency: 'XYZ' },
      { email: 'x' },
      { name: 'two\nlines' },
      { code: '' },
    ]
    for (const fields of bad) {
      const response = await api.as('admin', 'POST', '/accounts', { code: 'new', name: 'New', ...fields })
      expect(response.status, JSON.stringify(fields)).toBe(422)
      expect(((await response.json()) as wire.Problem).fields?.[0]?.field).toBe(Object.keys(fields)[0])
    }
  })

  it("200: changes one; 404 for another tenant's", async () => {
    const changed = await api.as('admin', 'PATCH', '/accounts/7', { name: 'Acme Ltd', deckId: 0 })
    expect(changed.status).toBe(200)
    expect(api.asked.at(-1)).toEqual(['changeAccount', 1, 7, { name: 'Acme Ltd', deckId: 0 }])
    expect((await api.as('admin', 'PATCH', '/accounts/9', { name: 'Mine' })).status).toBe(404)
    expect((await api.as('admin', 'PATCH', '/accounts/x', {})).status).toBe(400)
  })
})

describe('decks', () => {
  it('200: each with its live version', async () => {
    const { items } = await page<wire.DeckRow>('/decks')
    for (const item of items) DeckRow.parse(item)
    expect(items.map((d) => [d.name, d.side, d.version, d.rates, d.isDefault])).toEqual([
      ['Northlink', 'buy', 0, 0, false],
      ['Retail', 'sell', 2, 2, true],
    ])
  })

  it('200: rates by prefix, found by prefix or destination', async () => {
    const { items } = await page<wire.RateRow>('/decks/1/rates')
    for (const item of items) RateRow.parse(item)
    expect(items.map((r) => [r.prefix, r.pricePerMinute, r.connectFee])).toEqual([
      ['35386', '0.25', '0.010000'],
      ['44', '2', '0.010000'],
    ])
    const first = await page<wire.RateRow>('/decks/1/rates?limit=1')
    expect((await page<wire.RateRow>(`/decks/1/rates?limit=1&cursor=${first.next}`)).items[0]?.prefix).toBe('44')
    expect((await page<wire.RateRow>('/decks/1/rates?q=%2B353')).items).toHaveLength(1)
    expect((await page<wire.RateRow>('/decks/1/rates?q=mobile')).items).toHaveLength(2)
    expect((await api.as('viewer', 'GET', '/decks/3/rates')).status).toBe(404)
  })

  const form = (fields: Record<string, string>, csv: string | undefined) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) data.set(name, value)
    if (csv !== undefined) data.set('file', new File([csv], 'retail.csv'))
    return data
  }
  const FIELDS = { name: 'Retail', side: 'sell', currency: 'EUR' }

  it('200: imports one', async () => {
    const response = await api.as(
      'admin',
      'POST',
      '/decks/import',
      form({ ...FIELDS, makeDefault: 'true' }, 'prefix\n1'),
    )
    expect(await response.json()).toEqual({ deckId: 1, name: 'Retail', version: 3, rates: 2, problems: [] })
    const deck = { ...FIELDS, makeDefault: true, filename: 'retail.csv', text: 'prefix\n1' }
    expect(api.asked.at(-1)).toEqual(['importDeck', 1, deck])
  })

  it('409 for a name of the other side, 415 for no form, 422 for missing parts and a bad file', async () => {
    const send = (body: unknown) => api.as('admin', 'POST', '/decks/import', body)
    expect((await send(form({ ...FIELDS, name: 'Northlink' }, 'x'))).status).toBe(409)
    expect((await send({ name: 'x' })).status).toBe(415)
    const missing = await send(form({ name: 'Retail' }, undefined))
    expect(missing.status).toBe(422)
    const { fields } = (await missing.json()) as wire.Problem
    expect(fields?.map((f) => f.field)).toEqual(['side', 'currency', 'file'])
    const empty = await send(form(FIELDS, ''))
    expect([empty.status, ((await empty.json()) as wire.Problem).kind]).toEqual([422, 'bad-deck'])
  })

  it('200: makes a sell deck the default; 404 for a buy deck and for none of ours', async () => {
    expect((await api.as('admin', 'POST', '/decks/1/default')).status).toBe(200)
    expect((await api.as('admin', 'POST', '/decks/2/default')).status).toBe(404)
    expect((await api.as('admin', 'POST', '/decks/3/default')).status).toBe(404)
  })
})

describe('invoices', () => {
  it('200: newest first, by account, in pages', async () => {
    const { items } = await page<wire.InvoiceRow>('/invoices')
    for (const item of items) InvoiceRow.parse(item)
    expect(items.map((n) => [n.number, n.total, n.calls, n.dueOn])).toEqual([
      ['2026/2', '2.000000', 0, '2026-12-02'],
      ['2026/1', '1.230000', 4, '2026-12-02'],
    ])
    const first = await page<wire.InvoiceRow>('/invoices?limit=1&account=7')
    expect((await page<wire.InvoiceRow>(`/invoices?limit=1&cursor=${first.next}`)).items[0]?.number).toBe('2026/1')
    expect((await page<wire.InvoiceRow>('/invoices?account=8')).items).toEqual([])
  })

  it('200: as a PDF to look at, named by its number', async () => {
    const invoice = (await page<wire.InvoiceRow>('/invoices')).items[0]!
    const detail = {
      invoice,
      zone: 'UTC',
      locale: 'en',
      from: { name: '', address: [], taxId: '' },
      to: { name: '', address: [] },
      taxRate: '0',
      lines: [],
    }
    const rooms = { getInvoice: async () => detail, invoicePdf: async () => new TextEncoder().encode('%PDF-') }
    const withPdf = testApi(db(), {}, rooms)
    const pdf = await withPdf.as('viewer', 'GET', `/invoices/${uuid(51)}/pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('content-disposition')).toBe('inline; filename="invoice-2026-2.pdf"')
    expect(await pdf.text()).toBe('%PDF-')
    expect(await (await withPdf.as('viewer', 'GET', `/invoices/${uuid(51)}`)).json()).toEqual(detail)
  })

  it('404 for none, 422 for what is no month, 200 for a run', async () => {
    expect((await api.as('viewer', 'GET', `/invoices/${uuid(99)}`)).status).toBe(404)
    expect((await api.as('viewer', 'GET', `/invoices/${uuid(99)}/pdf`)).status).toBe(404)
    expect((await api.as('admin', 'POST', '/invoices/run', { month: '2026-13' })).status).toBe(422)
    expect((await api.as('admin', 'POST', '/invoices/run', { month: '2026-10' })).status).toBe(200)
    expect(api.asked.at(-1)).toEqual(['runInvoices', 1, '2026-10'])
  })
})

describe('trunks and carriers', () => {
  it('200: lists both', async () => {
    expect((await page('/trunks')).items).toEqual([
      { id: 5, name: 'North', peer: 'PJSIP/north', carrier: { id: 2, name: 'Northlink' }, capacity: 30 },
      { id: 6, name: 'West', peer: 'PJSIP/west', carrier: null, capacity: null },
    ])
    expect((await page('/carriers')).items).toEqual([
      { id: 2, name: 'Northlink', currency: 'EUR', deckId: 2, deck: 'Northlink' },
    ])
  })
})
