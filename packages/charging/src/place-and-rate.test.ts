// The order in which people really do it: calls first, the deck afterwards. Nothing may differ from the other order.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { asTenantId, fixedClock, type TenantId } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { importCdrs, importRateDeck, placeAndRate } from './index.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-place-'))
afterAll(() => rmSync(dir, { recursive: true }))

const DECK = `prefix,destination,rate
81,Japan,0.06
44,United Kingdom,0.02
86,China,0.03
`

async function tenant(slug: string): Promise<TenantId> {
  const made = await transaction(db(), (tx) => ensureTenant(tx, { slug, name: slug, currency: 'EUR' }, NOW))
  return asTenantId(made.tenantId)
}

async function importCalls(tenantId: TenantId): Promise<void> {
  const path = join(dir, 'Master.csv')
  writeFileSync(path, recorded('asterisk-22/Master.csv'))
  const file = { tenantId, source: 'pbx', zone: 'auto', filename: 'Master.csv', path, clock: fixedClock(NOW) }
  expect(await importCdrs(db(), file)).toMatchObject({ ok: true })
}

async function importDeck(tenantId: TenantId): Promise<number> {
  const deck = {
    tenantId,
    name: 'Retail',
    side: 'sell',
    currency: 'EUR',
    filename: 'r.csv',
    text: DECK,
    nowMs: NOW,
  } as const
  const done = await importRateDeck(db(), deck)
  if (!done.ok) throw new Error(JSON.stringify(done.error))
  return done.value.rated
}

/** What the calls of a tenant say and cost, by names: ids differ between tenants. */
async function told(tenantId: TenantId): Promise<unknown[]> {
  const { rows } = await db().pool.query(
    `select c.linkedid, a.code as account, d.name as destination, c.country_id, c.direction, c.revision, c.final,
       (select sum(amount) from charge g where g.call_key = c.call_key and g.opened_at = c.opened_at) as charged,
       (select reason from call_unrated u where u.call_key = c.call_key and u.opened_at = c.opened_at) as unrated
     from call c left join account a using (account_id) left join destination d using (destination_id)
     where c.tenant_id = $1 order by c.linkedid`,
    [tenantId],
  )
  return rows
}

describe('a deck that comes after the calls', () => {
  it('gives them destination, country and price as if it had been there before', async () => {
    const before = await tenant('deck-first')
    await importDeck(before)
    await importCalls(before)
    const after = await tenant('calls-first')
    await importCalls(after)
    const rated = await importDeck(after)
    expect(rated).toBeGreaterThan(0)
    const expected = await told(before)
    expect(expected.filter((c) => (c as { destination: string }).destination === 'Japan').length).toBeGreaterThan(0)
    expect(await told(after)).toEqual(expected)
    expect(await placeAndRate(db(), after, NOW)).toMatchObject({ rated: 0 })
    expect(await told(after)).toEqual(expected)
    expect(await verifyLedger(db())).toMatchObject({ differences: [] })
  })
})
