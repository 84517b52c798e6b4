// Erasure against a real PostgreSQL: the number is nowhere, all figures are what they were, and nothing brings it back: no row
// sent again, no restitch, no rerate.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listErasures } from '@tollbook/calls/erasing'
import { transaction } from '@tollbook/db'
import { ensureCarrier, ensureTenant, saveTrunk } from '@tollbook/directory'
import { fixedClock, type TenantId } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { importCdrs } from '../import-cdrs.ts'
import { importRateDeck } from '../import-rate-deck.ts'
import { orderAgain, runRestitch } from '../restitch/index.ts'
import { applyRevaluation, startRevaluation } from '../revaluation/revaluations.ts'
import { runRevaluation } from '../revaluation/run-revaluation.ts'
import { eraseSubscriber } from './erase-number.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const clock = fixedClock(NOW)
const dir = mkdtempSync(join(tmpdir(), 'tollbook-erase-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** The one that goes, and others: in the same area, and with the same end in another country. */
const FORMS = ['+442071838750', '00442071838750', '442071838750', '02071838750']
/** What is in all of them and in none of the others. */
const DIGITS = ['442071838750', '02071838750']
const OTHERS = ['442071838751', '0012071838750', '201']
const DECK = 'prefix,destination,rate\n44,UK,0.02\n4420,London,0.03\n1,USA,0.01'

let serial = 0
type Row = { readonly from: string; readonly to: string; readonly seconds: number; readonly numbered: boolean }

function line(row: Row, n: number): string {
  const epoch = 1_795_440_000 + n * 60
  const id = `${epoch}.${n}`
  const at = (s: number) => new Date((epoch + s) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const channels = `"PJSIP/a-0000000${n % 10}","PJSIP/north-1000000${n % 10}"`
  const who = `"acme","${row.from}","${row.to}","out","""Ada"" <${row.from}>",${channels}`
  const when = `"${at(0)}","${at(5)}","${at(5 + row.seconds)}",${row.seconds + 5},${row.seconds}`
  const end = `"ANSWERED","DOCUMENTATION","${id}","of ${row.from}","","${id}",${row.numbered ? n : ''}`
  return `${who},"Dial","PJSIP/${row.to}@north,30",${when},${end}\n`
}

async function tenantWith(
  rows: readonly Row[],
): Promise<{ tenantId: TenantId; again: () => ReturnType<typeof imported> }> {
  const slug = `t${serial++}`
  const plan = { countryCode: '44', internationalPrefixes: ['00'], nationalPrefix: '0' }
  const tenantId = await transaction(db(), async (tx) => {
    const tenant = await ensureTenant(tx, { slug, name: slug, currency: 'EUR', plan }, NOW)
    const carrierId = await ensureCarrier(tx, tenant.tenantId, { name: 'North' }, NOW)
    await saveTrunk(tx, tenant.tenantId, { peer: 'PJSIP/north', carrierId }, NOW)
    return tenant.tenantId
  })
  const deck = { tenantId, name: 'Retail', side: 'sell' as const, currency: 'EUR', filename: '', text: DECK }
  await importRateDeck(db(), { ...deck, nowMs: NOW, effective: 'always' })
  const path = join(dir, `${slug}.csv`)
  writeFileSync(path, `${rows.map(line).join('')}${rows.map((row) => `broken,${row.to},"\n`).join('')}`)
  const again = () => imported(tenantId, path)
  await again()
  return { tenantId, again }
}

async function imported(tenantId: TenantId, path: string) {
  const done = await importCdrs(db(), { tenantId, source: 'pbx', zone: 'UTC', filename: 'Master.csv', path, clock })
  if (!done.ok) throw new Error(done.error.reason)
  return done.value
}

const one = async (sql: string, tenantId: TenantId) => (await db().pool.query(sql, [tenantId])).rows

/** All that is counted and paid, and how often each number stands on either side, without the numbers. */
async function figures(tenantId: TenantId) {
  return {
    calls: await one(
      `select call_key, started_at, answered_at, ended_at, talk_s, ring_s, wait_s, duration_s, bill_s, account_id, trunk_id,
         destination_id, country_id, direction, outcome, revision, accountcode from call where tenant_id = $1 order by 1`,
      tenantId,
    ),
    charges: await one('select * from charge where tenant_id = $1 order by call_key, side, line, revision', tenantId),
    unrated: await one('select call_key, reason from call_unrated where tenant_id = $1 order by 1', tenantId),
    balances: await one(
      'select account_id, ledger_id, amount, entries from balance where tenant_id = $1 order by 2',
      tenantId,
    ),
    legs: await one('select call_key, leg_key, billsec from leg where tenant_id = $1 order by 1, 2', tenantId),
    rejects: await one('select reject_key, state from ingest_reject where tenant_id = $1 order by 1', tenantId),
  }
}

/** Whatever table of the database, whatever column. */
async function whereIs(text: string, tenantId: TenantId): Promise<string[]> {
  const { rows } = await db().pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
  )
  const found = []
  for (const { name } of rows) {
    const raw = name === 'ingest_reject' ? `|| encode(raw, 'escape')` : ''
    const hit = await db().pool.query(
      `select from ${name} t where tenant_id = $1 and (t::text ${raw}) like $2 limit 1`,
      [tenantId, `%${text}%`],
    )
    if (hit.rowCount === 1) found.push(name.replace(/_\d{4}_\d{2}$/, ''))
  }
  return found.sort()
}

const erase = async (tenantId: TenantId, number: string, dryRun = false) => {
  const done = await eraseSubscriber(db(), { tenantId, number, by: 'dpo@example.net', dryRun, clock })
  if (!done.ok) throw new Error(done.error.kind)
  return done.value
}

describe('eraseSubscriber', () => {
  const number = fc.constantFrom(...FORMS, ...OTHERS)
  const row = fc.record({ from: number, to: number, seconds: fc.integer({ min: 1, max: 200 }), numbered: fc.boolean() })

  it('takes the number away and leaves every figure as it was, for good', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), fc.constantFrom(...FORMS), async (rows, form) => {
        const { tenantId, again } = await tenantWith(rows)
        const before = await figures(tenantId)
        const held = rows.some((r) => [r.from, r.to].some((n) => FORMS.includes(n)))
        const first = (await Promise.all(DIGITS.map((digits) => whereIs(digits, tenantId)))).flat()

        expect(first.includes('leg')).toBe(held)
        const dry = await erase(tenantId, form, true)
        const { pseudonym, rows: changed } = await erase(tenantId, form)
        expect(dry).toEqual({ pseudonym: dry.pseudonym, rows: changed })
        expect(await figures(tenantId)).toEqual(before)
        const times = rows.filter((r) => FORMS.includes(r.to)).length
        const found = await one(
          `select count(*)::int as n from call where tenant_id = $1 and to_number = '${pseudonym}'`,
          tenantId,
        )
        expect(found).toEqual([{ n: times }])
        for (const digits of DIGITS) expect(await whereIs(digits, tenantId)).toEqual([])
        // Sent again, made anew, priced anew.
        expect(await again()).toMatchObject({ inserted: 0, calls: 0, rated: 0 })
        await orderAgain(db(), { tenantId, sourceId: 0, fromMs: undefined, toMs: undefined, by: 'test', nowMs: NOW })
        while ((await runRestitch(db(), clock, new AbortController().signal)) !== undefined) {}
        expect(await figures(tenantId)).toEqual(before)
        for (const digits of DIGITS) expect(await whereIs(digits, tenantId)).toEqual([])
      }),
      { numRuns: 6 },
    )
  }, 120_000)

  it('leaves its price to a call whose price anew could not be told', async () => {
    const { tenantId } = await tenantWith([{ from: '201', to: FORMS[0]!, seconds: 60, numbered: true }])
    await erase(tenantId, FORMS[0]!)
    const before = await figures(tenantId)
    const text = `${DECK}\n442071838750,Her,9.99`
    const deck = { tenantId, name: 'Retail', side: 'sell' as const, currency: 'EUR', filename: '', text }
    await importRateDeck(db(), { ...deck, nowMs: NOW, effective: 'always' })
    const scope = { fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) }
    const id = await startRevaluation(db(), { tenantId, kind: 'rerate', scope, nowMs: NOW })
    while ((await runRevaluation(db(), clock, new AbortController().signal)) !== undefined) {}
    await applyRevaluation(db(), tenantId, id)
    while ((await runRevaluation(db(), clock, new AbortController().signal)) !== undefined) {}
    expect((await figures(tenantId)).charges).toEqual(before.charges)
  })

  it('knows the number in rows that come later, and prices them by the digits that are left', async () => {
    const { tenantId } = await tenantWith([{ from: '201', to: '442071838751', seconds: 60, numbered: true }])
    expect((await erase(tenantId, '020 7183 8750')).rows).toEqual({})
    const path = join(dir, 'later.csv')
    writeFileSync(path, line({ from: '201', to: '0044 20 7183 8750', seconds: 60, numbered: true }, 77))
    expect(await imported(tenantId, path)).toMatchObject({ inserted: 1, rated: 1, unrated: 0 })
    const [last] = await one('select to_number from call where tenant_id = $1 order by call_key desc limit 1', tenantId)
    expect(last.to_number).toMatch(/^erased-[a-p]{12}-4420718$/)
    const charges = await one('select prefix, amount from charge where tenant_id = $1 order by call_key', tenantId)
    expect(charges.map((c) => c.prefix)).toEqual(['4420', '4420'])
    expect((await verifyLedger(db())).differences).toEqual([])
  })

  it('is noted with who asked and without the number; what is no number is refused', async () => {
    const { tenantId } = await tenantWith([{ from: FORMS[0]!, to: '201', seconds: 9, numbered: true }])
    const { pseudonym, rows } = await erase(tenantId, FORMS[0]!)
    const [note] = await listErasures(db(), tenantId)
    expect(note).toMatchObject({ pseudonym, rows, askedBy: 'dpo@example.net', erasedAtMs: NOW })
    const [call] = await one('select from_number, from_name from call where tenant_id = $1', tenantId)
    expect(call).toEqual({ from_number: pseudonym, from_name: null })
    const asked = { tenantId, by: '', dryRun: false, clock }
    for (const number of ['201', 'anonymous', '']) {
      expect(await eraseSubscriber(db(), { ...asked, number })).toEqual({
        ok: false,
        error: { kind: 'not-a-subscriber' },
      })
    }
  })
})
