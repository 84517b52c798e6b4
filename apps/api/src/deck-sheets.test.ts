// Rate sheets on their way in: workbooks, packed files, layouts, and when an import counts. Proves 200 403 404 409 413 415 422.

import { gzipSync } from 'node:zlib'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { DraftReport, SheetPreview, VersionDetail } from './schemas/sheets.ts'
import { sheetForm, smallWorkbook, told } from './testing/rate-sheets.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS, type Person } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const SHEET = 'prefix,destination,rate\n1,US,2\n44,UK,1\n'
const DECK = { name: 'Sheets', side: 'sell', currency: 'EUR' }
const send = (path: string, form: unknown, person: Person = 'admin') => api.as(person, 'POST', path, form)
const stored = async () => {
  const { rows } = await db().pool.query<{ n: string }>(
    'select (select count(*) from rate_deck) + (select count(*) from deck_version) + (select count(*) from rate) as n',
  )
  return rows[0]!.n
}

describe('a preview', () => {
  it('200: reads a workbook, the sheet that is asked for, and what is packed', async () => {
    const before = await stored()
    const layout = JSON.stringify({ sheet: 'Rates' })
    const book = sheetForm(smallWorkbook(), { layout }, 'carrier.xlsx')
    const seen = SheetPreview.strict().parse(await told(await send('/decks/preview', book, 'operator')))
    expect(seen).toMatchObject({ filename: 'carrier.xlsx', sheets: ['Info', 'Rates'], rates: 2, missing: [] })
    expect(seen.sample[0]?.cells).toEqual(['35386', 'Ireland mobile', '0.3'])
    const packed = sheetForm(new Uint8Array(gzipSync(SHEET)), {}, 'sheet.csv.gz')
    expect(await told(await send('/decks/preview', packed, 'operator'))).toMatchObject({ rates: 2, problemCount: 0 })
    expect(await stored()).toBe(before)
  })

  it('200: tells the row that is none, line by line', async () => {
    const bad = sheetForm(`${SHEET}45,Denmark,free\n\n`, {})
    const seen = await told(await send('/decks/preview', bad, 'operator'))
    expect(seen).toMatchObject({ rates: 2, problemCount: 1, problems: [{ line: 4 }] })
  })

  it('403 for a viewer, 415 for no form, 422 for what is no sheet, no side, no zone', async () => {
    await told(await send('/decks/preview', sheetForm(SHEET, {}), 'viewer'), 403)
    await told(await send('/decks/preview', { file: 'x' }, 'operator'), 415)
    const ask = async (form: FormData) => told(await send('/decks/preview', form, 'operator'), 422)
    expect((await ask(sheetForm(new Uint8Array([0x1f, 0x8b, 9, 9]), {}))).kind).toBe('bad-deck')
    expect((await ask(sheetForm(smallWorkbook().slice(0, 400), {}, 'cut.xlsx'))).kind).toBe('bad-deck')
    expect((await ask(sheetForm(SHEET, { side: 'both' }))).fields[0].field).toBe('side')
    expect((await ask(sheetForm(SHEET, { zone: 'Mars/Base' }))).fields[0].field).toBe('zone')
    const wide = JSON.stringify({ columns: Array.from({ length: 501 }, () => 'ignore') })
    expect((await ask(sheetForm(SHEET, { layout: wide }))).fields[0].field).toBe('layout.columns')
  })

  it('413 for a small .gz that holds too much', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(65 * 1024 * 1024, '1')))
    expect((await told(await send('/decks/preview', sheetForm(bomb, {}), 'operator'), 413)).kind).toBe('too-large')
  })
})

describe('a draft', () => {
  it('200: of the good rows when they are asked for, and opens again with what was left out', async () => {
    const bad = `${SHEET}45,Denmark,free\n`
    const refused = await told(await send('/decks/draft', sheetForm(bad, DECK)), 422)
    expect(refused).toMatchObject({ kind: 'bad-deck', fields: [{ field: 'line 4' }] })
    const form = sheetForm(bad, { ...DECK, allowProblems: 'true', note: 'of Monday', zone: 'Asia/Tokyo' })
    const made = DraftReport.strict().parse(await told(await send('/decks/draft', form)))
    expect(made).toMatchObject({ name: 'Sheets', version: 1, rates: 2, problemCount: 1, problems: [{ line: 4 }] })
    const opened = await told(await api.as('viewer', 'GET', `/decks/${made.deckId}/versions/1`))
    expect(VersionDetail.strict().parse(opened)).toMatchObject({
      ...{ state: 'draft', note: 'of Monday', problemCount: 1, problems: [{ line: 4 }] },
      layout: { columns: ['prefix', 'destination', 'price'] },
    })
    const deck = await told(await api.as('viewer', 'GET', `/decks/${made.deckId}`))
    expect(deck).toMatchObject({ zone: 'Asia/Tokyo', deck: { version: 0, rates: 0 } })
    expect((await told(await api.as('viewer', 'GET', `/decks/${made.deckId}/rates`))).items).toEqual([])
    const own = await told(await api.as('viewer', 'GET', `/decks/${made.deckId}/rates?version=1`))
    expect(own.items).toHaveLength(2)
  })

  it('goes to the tenant who sends it, also under a name that another tenant has', async () => {
    const form = () => sheetForm(SHEET, { ...DECK, name: 'Theirs' })
    const made = await told(await send('/decks/draft', form()))
    expect(made.deckId).not.toBe(3)
    await told(await send('/decks/draft?tenant=other', form()), 403)
    await told(await send('/decks/draft', form(), 'operator'), 403)
    await told(await api.as('stranger', 'GET', `/decks/${made.deckId}/versions/1?tenant=other`), 404)
  })
})

describe('an import', () => {
  it('200: counts from the moment it is given', async () => {
    const state = async (more: Record<string, string>) => {
      const form = sheetForm(SHEET, { ...DECK, name: 'Moments', ...more })
      const { deckId } = await told(await send('/decks/import', form))
      const { versions } = await told(await api.as('viewer', 'GET', `/decks/${deckId}`))
      return [versions[0].version, versions[0].state, versions[0].effectiveFrom]
    }
    const now = new Date(NOW_MS).toISOString()
    const later = new Date(NOW_MS + 3_600_000).toISOString()
    expect(await state({})).toEqual([1, 'in-force', '1970-01-01T00:00:00.000Z'])
    expect(await state({})).toEqual([2, 'in-force', now])
    expect(await state({ effectiveFrom: 'always' })).toEqual([3, 'in-force', '1970-01-01T00:00:00.000Z'])
    expect(await state({ effectiveFrom: later })).toEqual([4, 'scheduled', later])
  })

  it('422 for a moment that is none', async () => {
    for (const effectiveFrom of ['soon', '', '2026-12-01', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z']) {
      const refused = await told(await send('/decks/import', sheetForm(SHEET, { ...DECK, effectiveFrom })), 422)
      expect(refused.fields[0].field, effectiveFrom).toBe('effectiveFrom')
    }
  })
})
