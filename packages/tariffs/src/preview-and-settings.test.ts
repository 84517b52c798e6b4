// What a page shows before an import, and what of a deck may still be changed.

import { transaction } from '@tollbook/db'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { changeDeckSettings, type DeckSettings, deckDetail } from './deck-detail.ts'
import { previewSheet } from './preview-sheet.ts'
import { drafted, imported, insertTenant, NOW } from './testing/decks.ts'

const db = testDatabase()
beforeAll(() => insertTenant(db()))

it('previews a sheet with rows, problems and reasons, and stores nothing', async () => {
  const file = 'My rates\nPrefix;Destination;Rate\n44;UK;0,02\n\n44;UK;0,02\nx;Y;1'
  const preview = await previewSheet(db(), { tenantId: 1, file })
  expect(preview).toMatchObject({
    ok: true,
    value: {
      layout: { delimiter: ';', headerLine: 2, columns: ['prefix', 'destination', 'price'], decimalComma: true },
      header: ['Prefix', 'Destination', 'Rate'],
      reasons: ['The header says "Prefix".', 'The header says "Destination".', 'The header says "Rate".'],
      sample: [
        { line: 3, cells: ['44', 'UK', '0,02'], problem: '' },
        { line: 4, cells: [''], problem: '' },
        { line: 5, problem: '' },
        { line: 6, problem: 'Prefix "x" is not a number.' },
      ],
      ...{ missing: [], rows: 3, rates: 1, blankRows: 1, duplicateRows: 1, problemCount: 1 },
    },
  })
  const unclear = await previewSheet(db(), { tenantId: 1, file: 'a;b\nUK;x\nDK;y' })
  expect(unclear).toMatchObject({ ok: true, value: { missing: ['prefix', 'rate'], rates: 0 } })
  const { rows } = await db().pool.query('select count(*)::int as n from rate_deck')
  expect(rows[0].n).toBe(0)
})

it('changes zone and rounding of a deck only while it never was in force, its name always', async () => {
  const { deckId } = await drafted(db(), 'prefix,destination,rate\n44,UK,1', { name: 'New' })
  const change = async (settings: DeckSettings, id = deckId) => {
    const done = await transaction(db(), (tx) => changeDeckSettings(tx, id, settings, NOW))
    return done.ok ? 'done' : done.error.kind
  }
  expect(await change({ zone: 'Europe/Dublin', rounding: 'up', places: 2, windowChoice: 'split' })).toBe('done')
  expect(await deckDetail(db(), 1, deckId, NOW)).toMatchObject({
    zone: 'Europe/Dublin',
    places: 2,
    windowChoice: 'split',
    liveVersion: 0,
  })
  expect(await change({ zone: 'Europe/Nowhere' })).toBe('bad-settings')
  expect(await change({ places: 7 })).toBe('bad-settings')
  await imported(db(), 'prefix,destination,rate\n44,UK,1', { name: 'New' })
  expect(await change({ places: 3 })).toBe('in-force')
  expect(await change({ name: 'Newer', places: 2 })).toBe('done')
  await imported(db(), 'prefix,destination,rate\n44,UK,1', { name: 'Other' })
  expect(await change({ name: 'Other' })).toBe('name-taken')
  expect(await change({}, 99)).toBe('no-such-deck')
  await db().pool.query('update tenant set sell_deck_id = $1', [deckId])
  const detail = await deckDetail(db(), 1, deckId, NOW)
  expect(detail).toMatchObject({ name: 'Newer', usedBy: [{ kind: 'default', name: 'Main' }] })
  expect(await deckDetail(db(), 2, deckId, NOW)).toBeUndefined()
})
