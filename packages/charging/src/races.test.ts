// Two writers at once. Each test holds one of them at a known place with a lock, lets the other run into it, and lets go.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { adoptFirstDeck, ensureAccounts, ensureTenant } from '@tollbook/directory'
import { asTenantId, fixedClock, type TenantId } from '@tollbook/kernel'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { importCdrs, importRateDeck } from './index.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-races-'))
const path = join(dir, 'Master.csv')
writeFileSync(path, recorded('asterisk-22/Master.csv'))
afterAll(() => rmSync(dir, { recursive: true }))

async function newTenant(slug: string): Promise<TenantId> {
  const made = await transaction(db(), (tx) => ensureTenant(tx, { slug, name: slug, currency: 'EUR' }, NOW))
  return asTenantId(made.tenantId)
}

const deckOf = (tenantId: TenantId, name: string, text: string) =>
  ({ tenantId, name, side: 'sell', currency: 'EUR', filename: 'r.csv', text, nowMs: NOW }) as const

const importFile = (tenantId: TenantId) =>
  importCdrs(db(), { tenantId, source: 'pbx', zone: 'auto', filename: 'Master.csv', path, clock: fixedClock(NOW) })

/** How many of our connections wait for a lock of this type ("relation": of a table). */
async function waiting(type: string): Promise<number> {
  const { rows } = await db().pool.query(
    `select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid)
     where a.datname = current_database() and not l.granted and l.locktype = $1`,
    [type],
  )
  return rows[0].n
}

/** Asks again and again; each question is a round trip to the database. The test's own time-out bounds it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await db().pool.query('select 1')
}

describe('a deck imported while calls are being captured', () => {
  it('prices those calls too, though they were read by the book of before', async () => {
    const tenantId = await newTenant('deck-meanwhile')
    const gate = await db().pool.connect()
    await gate.query('begin')
    // The last table a capture writes: it has priced everything by then and cannot commit.
    await gate.query('lock table touched_hour in access exclusive mode')
    const capturing = importFile(tenantId)
    await until(async () => (await waiting('relation')) > 0)
    let ended = false
    const deck = importRateDeck(db(), deckOf(tenantId, 'Retail', 'prefix,destination,rate\n*,World,0.01'))
    void deck.then(() => {
      ended = true
    })
    await until(async () => ended || (await waiting('advisory')) > 0)
    await gate.query('commit')
    gate.release()
    expect(await capturing).toMatchObject({ ok: true })
    expect(await deck).toMatchObject({ ok: true })
    const { rows } = await db().pool.query(
      `select (select count(*)::int from charge where tenant_id = $1) as charged,
         (select count(*)::int from call_unrated where tenant_id = $1 and reason in (2, 3)) as forgotten`,
      [tenantId],
    )
    expect(rows[0].charged).toBeGreaterThan(0)
    expect(rows[0].forgotten).toBe(0)
  })
})

describe('the first deck imported while an account is being made', () => {
  it('leaves no account in the currency of before', async () => {
    const tenantId = await newTenant('currency-meanwhile')
    let adopted: Promise<boolean> | undefined
    await transaction(db(), async (tx) => {
      await ensureAccounts(tx, tenantId, ['early'], NOW)
      let ended = false
      adopted = transaction(db(), (other) => adoptFirstDeck(other, tenantId, { deckId: 99, currency: 'USD' })).finally(
        () => {
          ended = true
        },
      )
      await until(async () => ended || (await waiting('transactionid')) > 0)
    })
    expect(await adopted).toBe(true)
    const { rows } = await db().pool.query('select currency from account where tenant_id = $1', [tenantId])
    expect(rows).toEqual([{ currency: 840 }])
  })
})
