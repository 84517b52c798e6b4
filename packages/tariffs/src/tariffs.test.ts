// Decks in a real PostgreSQL: versions are whole, immutable and live at once, or nothing has changed.

import { transaction } from '@tollbook/db'
import type { PhoneDigits } from '@tollbook/kernel'
import { rateCall } from '@tollbook/rating'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { type DeckImport, type DeckImportHooks, importDeck, listDecks, listRates, loadDeck } from './index.ts'
import { deckImport, ensureDestinations, imported as importedInto, insertTenant, NOW } from './testing/decks.ts'

const db = testDatabase()
const HEADER = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from'
const hooks: DeckImportHooks = { ensureDestinations }
const imported = (text: string, more: Partial<DeckImport> = {}) => importedInto(db(), text, more)

async function counts() {
  const { rows } = await db().pool.query(
    `select (select count(*)::int from rate_deck) as decks, (select count(*)::int from deck_version) as versions,
            (select count(*)::int from rate) as rates, (select count(*)::int from destination) as destinations`,
  )
  return rows[0]
}

beforeAll(() => insertTenant(db()))

describe('importDeck', () => {
  it('makes a version live and keeps the old one', async () => {
    const first = await imported(`${HEADER}\n44,UK,0.02,0,60,60,\n447,UK Mobile,0.0575,0.01,30,6,2026-01-01`)
    expect(first).toEqual({
      deckId: 1,
      name: 'Retail',
      version: 1,
      rates: 2,
      problems: [],
      problemCount: 0,
      blankRows: 0,
      duplicateRows: 0,
    })
    const second = await imported('prefix,destination,rate\n44,UK,0.03')
    expect(second).toMatchObject({ deckId: 1, version: 2, rates: 1 })
    const live = await loadDeck(db(), 1)
    expect(live).toMatchObject({ version: 2, name: 'Retail', currency: 978, rounding: 'half-up', places: 4, size: 1 })
    const old = (await loadDeck(db(), 1, 1))!
    const cost = rateCall(old, { digits: '447700900123' as PhoneDigits, atMs: NOW, seconds: 32 })
    expect(cost).toMatchObject({ ok: true, value: { prefix: '447', billedSeconds: 36, amount: 44_500n } })
    expect(await loadDeck(db(), 1)).toBe(live)
    expect(await loadDeck(db(), 1, 9)).toBeUndefined()
    expect(await loadDeck(db(), 99)).toBeUndefined()
  })

  it('changes nothing when the file, any row or the deck does not fit', async () => {
    const before = await counts()
    const refused = async (text: string, more: Partial<DeckImport> = {}) => {
      const report = await importDeck(db(), deckImport(text, more), hooks)
      return report.ok ? undefined : [report.error.kind, report.error.message]
    }
    const good = 'prefix,destination,rate\n1,New place,1'
    expect(await refused('a,b\n1,2')).toEqual(['missing-columns', 'Columns missing: prefix, rate.'])
    expect(await refused(`${good}\nx,y,z`)).toEqual(['bad-rows', '1 row has a problem. Nothing was imported.'])
    expect(await refused(good, { side: 'buy' })).toEqual(['other-deck', 'Deck "Retail" exists as a sell deck.'])
    expect(await refused(good, { currency: 'USD' })).toEqual(['other-deck', 'Deck "Retail" is kept in EUR.'])
    expect(await refused(good, { name: 'Elsewhere', zone: 'Mars/Base' })).toEqual(['bad-settings', expect.any(String)])
    expect(await refused(good, { name: 'n'.repeat(201) })).toMatchObject(['bad-settings', {}])
    expect(await refused(good, { currency: 'EURO' })).toEqual(['unknown-currency', 'Currency EURO is not known.'])
    expect(await refused('prefix,destination,rate\nx,y,z', { allowProblems: true })).toMatchObject(['bad-rows', {}])
    const broken: DeckImportHooks = { ...hooks, imported: () => Promise.reject(new Error('later step')) }
    await expect(importDeck(db(), deckImport(good), broken)).rejects.toThrow('later step')
    expect(await counts()).toEqual(before)
    expect((await loadDeck(db(), 1))?.version).toBe(2)
  })

  it('imports the good rows when that is asked for, and tells the others', async () => {
    const text = 'prefix,destination,rate\n1,US,1\nx,y,z'
    const report = await imported(text, { name: 'Some', allowProblems: true, places: 2, rounding: 'up' })
    expect(report).toMatchObject({ version: 1, rates: 1, problems: [{ line: 3, raw: 'x,y,z' }] })
    expect(await loadDeck(db(), report.deckId)).toMatchObject({ rounding: 'up', places: 2 })
  })

  it('reads the dates of a new version in the zone of the deck', async () => {
    const text = 'prefix,destination,rate,effective_from\n1,US,1,2026-07-01'
    const { deckId } = await imported(text, { name: 'Zoned', zone: 'Europe/Dublin' })
    await imported(text, { name: 'Zoned' })
    for (const version of [1, 2]) {
      const { items } = await listRates(db(), deckId, { version })
      expect(items[0]?.effectiveFromMs).toBe(Date.UTC(2026, 5, 30, 23))
    }
  })

  it('gives two imports at once a version each', async () => {
    const text = 'prefix,destination,rate\n1,US,1'
    const made = await Promise.all([1, 2, 3].map(() => imported(text, { name: 'Busy' })))
    expect(made.map((m) => m.version).sort()).toEqual([1, 2, 3])
    expect(new Set(made.map((m) => m.deckId)).size).toBe(1)
    expect((await loadDeck(db(), made[0]!.deckId))?.version).toBe(3)
  })

  it('takes a large sheet whole', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${100_000 + i},Place ${i % 900},0.${1000 + (i % 8999)}`)
    const report = await imported(`prefix,destination,rate\n${rows.join('\n')}`, { name: 'Large', side: 'buy' })
    expect(report.rates).toBe(20_000)
    expect((await loadDeck(db(), report.deckId))?.size).toBe(20_000)
  })
})

describe('listDecks', () => {
  it('tells side, live version and which one is the default', async () => {
    await transaction(db(), (tx) => tx.client.query('update tenant set sell_deck_id = 1'))
    const decks = await listDecks(db(), 1)
    expect(decks.map((d) => d.name)).toEqual([...decks.map((d) => d.name)].sort())
    expect(decks.find((d) => d.id === 1)).toEqual({
      id: 1,
      name: 'Retail',
      side: 'sell',
      currency: 'EUR',
      version: 2,
      rates: 1,
      importedAtMs: NOW,
      filename: 'r.csv',
      isDefault: true,
      scheduled: null,
      draft: null,
    })
    expect(await listDecks(db(), 2)).toEqual([])
  })
})

describe('listRates', () => {
  it('pages through everything once, and searches numbers and names', async () => {
    const text = `${HEADER}\n*,Elsewhere,1,,,,\n44,UK,0.02,,,,\n44,UK,0.03,,,,2026-01-01\n447,UK_Mobile,0.05,0.01,30,6,\n33,France,0.01,,,,`
    const { deckId } = await imported(text, { name: 'Listed' })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listRates(db(), deckId, { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map((r) => `${r.prefix}:${r.pricePerMinute}`))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual([':1', '33:0.01', '44:0.02', '44:0.03', '447:0.05'])
    const found = async (search: string) => (await listRates(db(), deckId, { search })).items.map((r) => r.prefix)
    expect(await found('+44')).toEqual(['44', '44', '447'])
    expect(await found('447700900123')).toEqual(['44', '44', '447'])
    expect(await found('k_m')).toEqual(['447'])
    expect(await found('%')).toEqual([])
    expect((await listRates(db(), deckId, { search: '447' })).items.at(-1)).toEqual({
      prefix: '447',
      match: 'prefix',
      destination: 'UK_Mobile',
      pricePerMinute: '0.05',
      connectFee: '0.01',
      firstBlockSeconds: 30,
      incrementSeconds: 6,
      effectiveFromMs: 0,
      validToMs: undefined,
      window: '',
      windowId: 0,
      disconnectFee: '0',
      disconnectAfterSeconds: 0,
      anchor: 'first-block',
      minimumCharge: '0',
      maximumCharge: null,
      afterMaximum: 'free',
      graceSeconds: 0,
      tiers: [],
    })
  })
})
