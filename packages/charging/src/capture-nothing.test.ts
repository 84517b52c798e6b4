// A batch that brings no record, only what is to be kept: a checkpoint, a gap.

import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { type SourceId, type TenantId, WAY } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, test } from 'vitest'
import { type CaptureBatch, captureBatch } from './capture.ts'
import { importRateDeck } from './import-rate-deck.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const db = testDatabase()
let tenantId: TenantId
let sourceId: SourceId

beforeAll(async () => {
  await transaction(db(), async (tx) => {
    tenantId = (await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW)).tenantId
    sourceId = (await ensureSource(tx, tenantId, 'pbx', NOW)).sourceId
  })
})

async function keepSomething(book: CaptureBatch['book']): Promise<CaptureBatch['book']> {
  let kept = false
  const also = async () => {
    kept = true
  }
  const from = { way: WAY.live, toldBy: 'ami', zone: 'UTC' }
  const done = await captureBatch(db(), { tenantId, sourceId, legs: [], cel: [], ...from, also, nowMs: NOW, book })
  expect(kept).toBe(true)
  return done.book
}

async function importDeck(name: string): Promise<void> {
  const text = 'prefix,destination,rate,effective_from\n49,Germany,0.05,2026-01-01\n'
  const deck = { tenantId, name, side: 'sell' as const, currency: 'EUR', filename: `${name}.csv`, text, nowMs: NOW }
  expect(await importRateDeck(db(), deck)).toMatchObject({ ok: true })
}

test('it is kept, the first time and after the prices have changed', async () => {
  await importDeck('retail')
  const book = await keepSomething(undefined)
  await importDeck('wholesale')
  await keepSomething(book)
})
