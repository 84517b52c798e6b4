// A whole recorded run charged: the carrier is paid for each of its channels that was answered and talked on, once, and for
// as long as that channel was bridged; counted here from the raw events, without calls.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureCarrier, ensureTenant, saveTrunk } from '@tollbook/directory'
import { asTenantId, fixedClock } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, expect, it } from 'vitest'
import { importCdrs, importRateDeck } from './index.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-carrier-'))
afterAll(() => rmSync(dir, { recursive: true }))

const DECK = `prefix,destination,rate\n${['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((p) => `${p},Zone ${p},0.06`).join('\n')}\n`

it.each(['asterisk-22', 'asterisk-16'])(
  '%s: each answered carrier channel is one charge, none is forgotten or doubled',
  async (version) => {
    const { tenantId } = await transaction(db(), (tx) =>
      ensureTenant(tx, { slug: version, name: version, currency: 'EUR', countryCode: '44' } as never, NOW),
    )
    const deck = {
      tenantId: asTenantId(tenantId),
      name: 'Cost',
      side: 'buy',
      currency: 'EUR',
      filename: 'r.csv',
      text: DECK,
    } as const
    const bought = await importRateDeck(db(), { ...deck, effective: 'always', nowMs: NOW })
    if (!bought.ok) throw new Error(bought.error.message)
    await transaction(db(), async (tx) => {
      const carrierId = await ensureCarrier(tx, tenantId, { name: 'Carrier', buyDeckId: bought.value.deckId }, NOW)
      await saveTrunk(tx, tenantId, { peer: 'PJSIP/carrier', carrierId }, NOW)
    })
    const path = join(dir, `${version}.ami`)
    writeFileSync(path, recorded(`${version}/all-cdr-cel.ami`))
    const file = {
      tenantId: asTenantId(tenantId),
      source: 'lab',
      zone: 'auto',
      filename: 'all.ami',
      path,
      clock: fixedClock(NOW),
    }
    expect(await importCdrs(db(), file)).toMatchObject({ ok: true })

    const { rows: legs } = await db().pool.query(
      `select e.channel, round(extract(epoch from max(e.happened_at) - min(e.happened_at)))::int as seconds
     from cel e where e.tenant_id = $1 and e.channel like 'PJSIP/carrier-%' and e.event in ('BRIDGE_ENTER', 'BRIDGE_EXIT')
       and exists (select from cel a where a.call_key = e.call_key and a.uniqueid = e.uniqueid and a.event = 'ANSWER')
     group by 1`,
      [tenantId],
    )
    const { rows: charges } = await db().pool.query(
      `select call_key, line, sum(seconds)::int as seconds from charge where tenant_id = $1 and side = 2 group by 1, 2
     having sum(sign(seconds)) > 0`,
      [tenantId],
    )
    expect(legs.length).toBeGreaterThan(0)
    expect(charges.length).toBe(legs.length)
    const total = (rows: readonly { seconds: number }[]) => rows.reduce((sum, row) => sum + row.seconds, 0)
    expect(Math.abs(total(charges) - total(legs))).toBeLessThanOrEqual(legs.length)
    expect((await verifyLedger(db())).differences).toEqual([])
  },
)
