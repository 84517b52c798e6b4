// Calls that wait for a price get it without anybody asking: after a change by hand, and after a process that was cut
// off between the deck and the rating.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureDestinations, ensureTenant, saveAccount } from '@tollbook/directory'
import { asTenantId, fixedClock, type TenantId } from '@tollbook/kernel'
import { importDeck } from '@tollbook/tariffs'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importCdrs, keepRated } from './index.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-keep-'))
afterAll(() => rmSync(dir, { recursive: true }))
let tenantId: TenantId
let deckId: number

const unrated = async () => {
  const { rows } = await db().pool.query('select count(*)::int as n from call_unrated where reason <> 1')
  return rows[0].n as number
}

beforeAll(async () => {
  const made = await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW))
  tenantId = asTenantId(made.tenantId)
  const path = join(dir, 'Master.csv')
  writeFileSync(path, recorded('asterisk-22/Master.csv'))
  await importCdrs(db(), {
    tenantId,
    source: 'pbx',
    zone: 'auto',
    filename: 'Master.csv',
    path,
    clock: fixedClock(NOW),
  })
  // What is left when an import of a deck is killed right after its commit.
  const deck = await importDeck(
    db(),
    {
      tenantId,
      name: 'World',
      side: 'sell',
      currency: 'EUR',
      filename: '',
      text: 'prefix,destination,rate\n*,World,0.01',
      nowMs: NOW,
    },
    { ensureDestinations: (tx, destinations) => ensureDestinations(tx, tenantId, destinations) },
  )
  if (!deck.ok) throw new Error(deck.error.message)
  deckId = deck.value.deckId
})

it('waits while what has changed may still be rated by who changed it, then rates', async () => {
  const look = keepRated(db())
  expect(await look(NOW)).toEqual({ rated: 0 })
  const before = await unrated()
  expect(before).toBeGreaterThan(1)
  const { rows } = await db().pool.query(
    'select code from account join call_unrated using (account_id) where reason = 2 order by code limit 1',
  )
  await transaction(db(), (tx) => saveAccount(tx, tenantId, { code: rows[0].code, sellDeckId: deckId }, NOW))
  expect(await look(NOW)).toEqual({ rated: 0 })
  const { rated } = await look(NOW)
  expect(rated).toBeGreaterThan(0)
  expect(await unrated()).toBe(before - rated)
  expect(await look(NOW)).toEqual({ rated: 0 })
})

it('rates at the start what somebody left behind, and places it', async () => {
  const before = await unrated()
  await db().pool.query('update tenant set sell_deck_id = $1 where tenant_id = $2', [deckId, tenantId])
  expect((await keepRated(db())(NOW)).rated).toBeGreaterThanOrEqual(before - (await unrated()))
  const { rows } = await db().pool.query(
    `select count(*)::int as n from call c join charge g using (call_key, opened_at)
     where g.side = 1 and c.destination_id <> g.destination_id`,
  )
  expect(rows[0].n).toBe(0)
  expect(await unrated()).toBeLessThan(before)
})
