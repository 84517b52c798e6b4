// Decks and plans as files: an export imports again to the same, a price list runs nothing. Proves 200 400 404.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { sheetForm, told } from './testing/rate-sheets.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>
let deckId = 0
let planId = 0

const FORMULAS = ['=cmd()', '+1+1', '-1-1', '@SUM(1)', "'quoted", 'a "b", c']

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await insertRows(db(), 'counter', [{ name: 'plan', value: 100 }] as never)
  api = testApi(db())
  const rows = FORMULAS.map((name, i) => `${21 + i},"${name.replaceAll('"', '""')}",0.${i + 1},0.05`)
  const text = `prefix,destination,rate,connect_fee\n${rows.join('\n')}\n`
  const fields = { name: 'Formulas', side: 'sell', currency: 'EUR' }
  deckId = (await told(await api.as('admin', 'POST', '/decks/import', sheetForm(text, fields)))).deckId
  const entry = { deckId, markupKind: 'markup', markupPercent: '10', markupPerMinute: '0', markupPerCall: '0' }
  const plan = { id: 0, name: 'Raised', choice: 'order', expectedSeconds: 60, blocked: [], packages: [] }
  const made = await api.as('admin', 'POST', '/plans', { ...plan, decks: [{ ...entry, pricePlaces: 4 }] })
  planId = (JSON.parse(await made.text()) as { id: number }).id
})

const get = (path: string) => api.as('viewer', 'GET', path)
const text = async (path: string) => {
  const answer = await get(path)
  expect(answer.status, path).toBe(200)
  return answer.text()
}
const rates = async (id: number) => (await told(await get(`/decks/${id}/rates`))).items as Record<string, unknown>[]

describe('an export', () => {
  it('200: imports again to the very same rates', async () => {
    const answer = await get(`/decks/${deckId}/rates.csv`)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="Formulas-1.csv"')
    const fields = { name: 'Again', side: 'sell', currency: 'EUR' }
    const again = await told(await api.as('admin', 'POST', '/decks/import', sheetForm(await answer.text(), fields)))
    expect(await rates(again.deckId)).toEqual(await rates(deckId))
    expect(await text(`/decks/${again.deckId}/rates.csv`)).toBe(await text(`/decks/${deckId}/rates.csv`))
  })

  it('200: is a header alone while nothing is in force; 404 for no such version, 400 for no number', async () => {
    expect((await text('/decks/2/rates.csv')).trim().split('\r\n')).toHaveLength(1)
    await told(await get(`/decks/${deckId}/rates.csv?version=9`), 404)
    await told(await get(`/decks/${deckId}/rates.csv?version=x`), 400)
  })
})

describe('a price list', () => {
  it('200: has no cell that a spreadsheet would run', async () => {
    for (const path of [`/decks/${deckId}/price-list.csv`, `/plans/${planId}/price-list.csv`]) {
      const lines = (await text(path)).trim().split('\r\n').slice(1)
      expect(lines, path).toHaveLength(FORMULAS.length)
      for (const line of lines) expect(line).toMatch(/^"?['a]/)
    }
  })

  it('200: of a plan has the prices of the plan', async () => {
    const first = (csv: string) => csv.split('\r\n').find((line) => line.includes('=cmd()'))
    expect(first(await text(`/decks/${deckId}/price-list.csv`))).toBe("'=cmd(),21,0.1,0.05,60,60")
    expect(first(await text(`/plans/${planId}/price-list.csv`))).toBe("'=cmd(),21,0.11,0.055,60,60")
  })

  it('200: as it was and will be at a moment', async () => {
    const at = new Date(NOW_MS + 3_600_000).toISOString()
    const edit = { effectiveFrom: at, remove: [{ prefix: '21', windowId: 0 }] }
    await told(await api.as('admin', 'POST', `/decks/${deckId}/rates`, edit))
    expect(await text(`/decks/${deckId}/price-list.csv`)).toContain('=cmd()')
    expect(await text(`/decks/${deckId}/price-list.csv?at=${at}`)).not.toContain('=cmd()')
  })

  it('200: as a PDF to look at, in the languages there are', async () => {
    for (const path of [`/decks/${deckId}/price-list.pdf?locale=zh-CN`, `/plans/${planId}/price-list.pdf`]) {
      const pdf = await get(path)
      expect([pdf.status, pdf.headers.get('content-type')], path).toEqual([200, 'application/pdf'])
      expect(pdf.headers.get('content-disposition')).toMatch(/^inline; filename="[\w.-]+\.pdf"$/)
      expect((await pdf.text()).slice(0, 5)).toBe('%PDF-')
    }
  })

  it("404 for another tenant's and for none, 400 for a moment or a language that is none", async () => {
    for (const ending of ['csv', 'pdf']) {
      const body = `price-list.${ending}`
      await told(await api.as('stranger', 'GET', `/decks/${deckId}/${body}?tenant=other`), 404)
      await told(await api.as('stranger', 'GET', `/plans/${planId}/${body}?tenant=other`), 404)
      await told(await get(`/decks/999/${body}`), 404)
      await told(await get(`/plans/999/${body}`), 404)
      await told(await get(`/decks/${deckId}/${body}?at=soon`), 400)
      await told(await get(`/decks/${deckId}/${body}?locale=xx`), 400)
      await told(await get(`/decks/x/${body}`), 400)
    }
  })
})
