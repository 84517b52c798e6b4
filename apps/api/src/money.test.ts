// Proves for accounts, decks, trunks and invoices: 200 201 400 403 404 409 413 415 422.

import { gzipSync } from 'node:zlib'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  AccountRow,
  DeckImportReport,
  DeckRow,
  InvoiceDetail,
  InvoiceRow,
  InvoiceRunReport,
  RateRow,
} from './schemas/money.ts'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, NOW_MS, uuid } from './testing/world.ts'
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
    const response = await api.as('admin', 'POST', '/accounts', {
      code: 'new',
      name: 'New',
      deckId: 1,
      email: 'a@b.net',
    })
    expect(response.status).toBe(201)
    const account = AccountRow.parse(await response.json())
    expect(account).toMatchObject({ code: 'new', name: 'New', currency: 'EUR', deck: 'Retail', email: 'a@b.net' })
    expect((await page<wire.AccountRow>('/accounts?q=new')).items).toEqual([account])
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
      const response = await api.as('admin', 'POST', '/accounts', { code: 'bad', name: 'Bad', ...fields })
      expect(response.status, JSON.stringify(fields)).toBe(422)
      expect(((await response.json()) as wire.Problem).fields?.[0]?.field).toBe(Object.keys(fields)[0])
    }
  })

  it("200: changes one; 404 for another tenant's", async () => {
    const changed = await api.as('admin', 'PATCH', '/accounts/8', { name: 'Bolt Ltd', deckId: 1, locale: 'zh-CN' })
    expect(await changed.json()).toMatchObject({ code: 'bolt', name: 'Bolt Ltd', deck: 'Retail', locale: 'zh-CN' })
    const back = await api.as('admin', 'PATCH', '/accounts/8', { deckId: 0 })
    expect(await back.json()).toMatchObject({ name: 'Bolt Ltd', deck: '', deckId: 0 })
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
      ['35386', '0.25', '0.01'],
      ['44', '2', '0.01'],
    ])
    const first = await page<wire.RateRow>('/decks/1/rates?limit=1')
    expect((await page<wire.RateRow>(`/decks/1/rates?limit=1&cursor=${first.next}`)).items[0]?.prefix).toBe('44')
    expect((await page<wire.RateRow>('/decks/1/rates?q=%2B353861')).items).toHaveLength(1)
    expect((await page<wire.RateRow>('/decks/1/rates?q=mobile')).items).toHaveLength(2)
    expect((await api.as('viewer', 'GET', '/decks/3/rates')).status).toBe(404)
  })

  const form = (fields: Record<string, string>, csv: string | Uint8Array<ArrayBuffer> | undefined) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) data.set(name, value)
    if (csv !== undefined) data.set('file', new File([csv], 'retail.csv'))
    return data
  }
  const FIELDS = { name: 'Retail', side: 'sell', currency: 'EUR' }

  const SHEET = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from\n'

  it('200: imports one as the next version, plain or zipped', async () => {
    const file = `${SHEET}44,UK,0.02,0,60,60,2026-01-01\n4420,London,0.01,0,1,1,2026-01-01\n`
    const response = await api.as('admin', 'POST', '/decks/import', form({ ...FIELDS, name: 'New' }, file))
    const report = DeckImportReport.parse(await response.json())
    expect(report).toMatchObject({ name: 'New', version: 1, rates: 2, problems: [] })
    const zipped = new Uint8Array(gzipSync(file))
    const again = await api.as('admin', 'POST', '/decks/import', form({ ...FIELDS, name: 'New' }, zipped))
    expect(await again.json()).toMatchObject({ deckId: report.deckId, version: 2, rates: 2 })
    const rates = await page<wire.RateRow>(`/decks/${report.deckId}/rates?q=London`)
    expect(rates.items).toMatchObject([{ prefix: '4420', pricePerMinute: '0.01', firstBlockSeconds: 1 }])
  })

  it('409 for a name of the other side, 415 for no form, 422 for missing parts and a bad file', async () => {
    const send = (body: unknown) => api.as('admin', 'POST', '/decks/import', body)
    const good = `${SHEET}44,UK,0.02,0,60,60,2026-01-01\n`
    expect((await send(form({ ...FIELDS, name: 'Northlink' }, good))).status).toBe(409)
    expect((await send({ name: 'x' })).status).toBe(415)
    const missing = await send(form({ name: 'Retail' }, undefined))
    expect(missing.status).toBe(422)
    const { fields } = (await missing.json()) as wire.Problem
    expect(fields?.map((f) => f.field)).toEqual(['side', 'currency', 'file'])
    const bad = await send(form(FIELDS, `${good}45,Denmark,free,0,60,60,2026-01-01\n`))
    expect(bad.status).toBe(422)
    expect(await bad.json()).toMatchObject({ kind: 'bad-deck', fields: [{ field: 'line 3' }] })
    expect((await send(form(FIELDS, new Uint8Array([0x1f, 0x8b, 9, 9])))).status).toBe(422)
    const some = form({ ...FIELDS, allowProblems: 'true' }, `${good}45,Denmark,free,0,60,60,2026-01-01\n`)
    expect(await (await send(some)).json()).toMatchObject({ rates: 1, problems: [{ line: 3 }] })
  })

  it('200: makes a sell deck the default; 409 for a buy deck, 404 for none of ours', async () => {
    const made = (await (await api.as('admin', 'POST', '/decks/1/default')).json()) as wire.Page<wire.DeckRow>
    expect(made.items.find((d) => d.isDefault)?.id).toBe(1)
    expect((await api.as('admin', 'POST', '/decks/2/default')).status).toBe(409)
    expect((await api.as('admin', 'POST', '/decks/3/default')).status).toBe(404)
  })
})

describe('invoices', () => {
  it('200: a run makes them, a second one nothing', async () => {
    const report = (await (await api.as('admin', 'POST', '/invoices/run', { month: '2026-11' })).json()) as unknown
    expect(InvoiceRunReport.parse(report)).toMatchObject({ created: 1, invoices: [{ account: { code: 'acme' } }] })
    const again = await api.as('admin', 'POST', '/invoices/run', { month: '2026-11' })
    expect(await again.json()).toMatchObject({ created: 0, unchanged: 1 })
  })

  it('200: newest first, by account, in pages, each with its lines and their calls', async () => {
    const { items } = await page<wire.InvoiceRow>('/invoices')
    for (const item of items) InvoiceRow.parse(item)
    expect(items.map((n) => n.calls)).toEqual([1, 4])
    const first = await page<wire.InvoiceRow>('/invoices?limit=1&account=7')
    const second = await page<wire.InvoiceRow>(`/invoices?limit=1&cursor=${first.next}`)
    expect(second.items[0]?.number).toBe('2025/1')
    expect((await page<wire.InvoiceRow>('/invoices?account=8')).items).toEqual([])
    expect((await api.as('viewer', 'GET', '/invoices?cursor=x')).status).toBe(400)
    const one = await api.as('viewer', 'GET', `/invoices/${items[0]?.id}`)
    const detail = InvoiceDetail.strict().parse(await one.json())
    expect(detail.lines).toHaveLength(1)
    const calls = await page<wire.CallRow>(`/calls?invoice=${items[0]?.id}&line=${detail.lines[0]?.line}`)
    expect(calls.items.map((c) => c.key)).toEqual([callKey(1)])
    const call = (await (await api.as('viewer', 'GET', `/calls/${callKey(1)}`)).json()) as wire.CallDetail
    expect(call.invoice).toEqual({ id: items[0]?.id, number: items[0]?.number })
  })

  it('200: as a PDF to look at, named by its number', async () => {
    const [invoice] = (await page<wire.InvoiceRow>('/invoices')).items
    const pdf = await api.as('viewer', 'GET', `/invoices/${invoice?.id}/pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('content-disposition')).toMatch(/^inline; filename="invoice-[\w.-]+\.pdf"$/)
    expect((await pdf.text()).slice(0, 5)).toBe('%PDF-')
  })

  it('404 for none, 422 for what is no month', async () => {
    expect((await api.as('viewer', 'GET', `/invoices/${uuid(99)}`)).status).toBe(404)
    expect((await api.as('viewer', 'GET', `/invoices/${uuid(99)}/pdf`)).status).toBe(404)
    for (const month of ['2026-13', '2026-12', '2199-01', '0001-01', '9999-12']) {
      expect((await api.as('admin', 'POST', '/invoices/run', { month })).status, month).toBe(422)
    }
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
