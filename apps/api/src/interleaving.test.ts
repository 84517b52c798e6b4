// Money against chance: pieces of recorded files (overlapping, repeated, legs of one call apart), growing decks, runs of
// invoices and late rating, in random order and several at a time. Whatever happened on the way, the end is the same as
// if everything had been there from the start. Stands here because no room below knows both charging and invoices.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DIRECTION } from '@tollbook/calls'
import { importCdrs, importRateDeck, placeAndRate } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { runInvoices } from '@tollbook/invoices'
import {
  asTenantId,
  fixedClock,
  formatMoney,
  PLAIN_PLAN,
  parseMoney,
  type TenantId,
  toPhoneDigits,
} from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { recorded, testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'

const db = testDatabase()
const NOW = Date.parse('2026-12-02T12:00:00Z')
const clock = fixedClock(NOW)
const dir = mkdtempSync(join(tmpdir(), 'tollbook-chance-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** Rates are only ever added, and no prefix begins with another: what an earlier version charged, the last one would. */
const RATES = [
  ['44', '0.0201'],
  ['1', '0.0137'],
  ['81', '0.0613'],
  ['49', '0.0333'],
  ['86', '0.0299'],
  ['33', '0.0500'],
] as const
const sheet = (count: number) =>
  ['prefix,destination,rate', ...RATES.slice(0, count).map(([prefix, rate]) => `${prefix},To ${prefix},${rate}`)].join(
    '\n',
  )

/** Rows as they stand in the files, without those that hold line ends. */
const rowsOf = (file: Buffer) =>
  String(file)
    .split('\n')
    .filter((row) => row.startsWith('"') && row.split('"').length % 2 === 1 && row.split(',').length >= 20)
const ROWS = [
  ...rowsOf(recorded('asterisk-22/Master.csv')),
  ...rowsOf(gunzipSync(recorded('bulk-22/Master.csv.gz'))).slice(0, 500),
]

let serial = 0

async function newTenant(): Promise<TenantId> {
  const slug = `t${serial++}`
  const made = await transaction(db(), (tx) => ensureTenant(tx, { slug, name: slug, currency: 'EUR' }, NOW))
  return asTenantId(made.tenantId)
}

async function importRows(tenantId: TenantId, rows: readonly string[]) {
  const path = join(dir, `piece-${serial++}.csv`)
  writeFileSync(path, `${rows.join('\n')}\n`)
  const done = await importCdrs(db(), { tenantId, source: 'pbx', zone: 'UTC', filename: 'piece.csv', path, clock })
  if (!done.ok) throw new Error(done.error.reason)
  return done.value
}

async function importRates(tenantId: TenantId, count: number): Promise<void> {
  const deck = {
    tenantId,
    name: 'Retail',
    side: 'sell',
    currency: 'EUR',
    filename: '',
    text: sheet(count),
    // A later version counts from now unless it is said otherwise, and these calls are older.
    effective: 'always',
    nowMs: NOW,
  } as const
  const done = await importRateDeck(db(), deck)
  if (!done.ok) throw new Error(done.error.message)
}

type CallNow = {
  linkedid: string
  to_number: string
  account: string | null
  bill_s: number
  direction: number
  legs: number
  destination: string | null
  unrated: number | null
  standing: string | null
  charged: string | null
  posted: string | null
}

/** Every call with what stands charged and posted for it. */
async function callsOf(tenantId: TenantId): Promise<CallNow[]> {
  const { rows } = await db().pool.query<CallNow>(
    `select c.linkedid, c.to_number, a.code as account, c.bill_s, c.direction, c.legs, d.name as destination, u.reason as unrated,
       (select sum(1 - 2 * (g.revision % 2)) from charge g
        where g.call_key = c.call_key and g.opened_at = c.opened_at and g.side = 1) as standing,
       (select sum(g.amount) from charge g
        where g.call_key = c.call_key and g.opened_at = c.opened_at and g.side = 1) as charged,
       (select sum(case when e.kind = 1 then e.amount else -e.amount end) from ledger_entry e where e.ref_key = c.call_key) as posted
     from call c left join account a using (account_id) left join destination d using (destination_id)
     left join call_unrated u using (call_key, opened_at)
     where c.tenant_id = $1 order by c.linkedid, c.to_number`,
    [tenantId],
  )
  return rows
}

/** What was talked on its way out; where no trunk tells, what carries an account code. */
function isBillable({ bill_s, direction, account }: CallNow): boolean {
  if (direction === DIRECTION.unknown) return bill_s > 0 && account !== null
  return bill_s > 0 && direction !== DIRECTION.inbound && direction !== DIRECTION.internal
}

/** What a call costs, worked out apart: whole minutes at the rate of its prefix. Undefined when it has no price. */
function priceOf(call: CallNow): string | undefined {
  const digits = toPhoneDigits(call.to_number, PLAIN_PLAN)
  const rate = RATES.find(([prefix]) => digits?.startsWith(prefix))
  if (call.account === null || rate === undefined || !isBillable(call)) return undefined
  const rounded = (BigInt(Math.ceil(call.bill_s / 60)) * parseMoney(rate[1]) + 50n) / 100n
  return formatMoney((rounded * 100n) as never)
}

async function expectRightMoney(tenantId: TenantId): Promise<void> {
  for (const call of await callsOf(tenantId)) {
    const price = priceOf(call)
    expect(call, call.linkedid).toMatchObject({
      standing: price === undefined ? null : '1',
      charged: price ?? null,
      posted: price ?? null,
    })
    const billable = isBillable(call)
    expect(call.unrated !== null, `${call.linkedid} is billable and has neither price nor reason`).toBe(
      billable && price === undefined,
    )
  }
  expect((await verifyLedger(db())).differences).toEqual([])
  const { rows } = await db().pool.query(
    `select coalesce((select sum(amount) from charge where tenant_id = $1 and side = 1), 0)::numeric(18,6) as charges,
       coalesce((select sum(amount) from balance where tenant_id = $1), 0)::numeric(18,6) as balances,
       coalesce((select sum(net) from invoice where tenant_id = $1), 0)::numeric(18,6) as invoices,
       coalesce((select sum(amount) from invoice_line l join invoice i using (account_id, invoice_id)
         where i.tenant_id = $1), 0)::numeric(18,6) as lines`,
    [tenantId],
  )
  const { charges } = rows[0]
  expect(rows[0]).toEqual({ charges, balances: charges, invoices: charges, lines: charges })
}

const piece = fc.record({
  kind: fc.constant('piece' as const),
  picks: fc.array(fc.nat(ROWS.length - 1), { minLength: 1, maxLength: 250 }),
})
const step = fc.oneof(
  { weight: 5, arbitrary: piece },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rates' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('invoices' as const), month: fc.constantFrom('2026-11', '2026-12') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rate' as const) }) },
)
/** Steps of one wave run at once. */
const waves = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 8 })

it('any interleaving ends with the money of the whole', { timeout: 180_000 }, async () => {
  const whole = await newTenant()
  await importRates(whole, RATES.length)
  await importRows(whole, ROWS)
  await runInvoices(db(), { tenantId: whole, month: '2026-12', clock })
  await expectRightMoney(whole)
  const reference = await callsOf(whole)
  expect(reference.filter((call) => call.standing === '1').length).toBeGreaterThan(50)

  await fc.assert(
    fc.asyncProperty(waves, async (plan) => {
      const tenantId = await newTenant()
      let rates = 0
      // Versions follow each other, as they do when one person imports them.
      let decks = Promise.resolve()
      for (const wave of plan) {
        await Promise.all(
          wave.map((one) => {
            if (one.kind === 'piece')
              return importRows(
                tenantId,
                one.picks.map((i) => ROWS[i]!),
              )
            if (one.kind === 'invoices') return runInvoices(db(), { tenantId, month: one.month, clock })
            if (one.kind === 'rate') return placeAndRate(db(), tenantId, NOW)
            rates = Math.min(rates + 1, RATES.length)
            const count = rates
            decks = decks.then(() => importRates(tenantId, count))
            return decks
          }),
        )
      }
      await Promise.all([importRows(tenantId, ROWS), importRates(tenantId, RATES.length)])
      await runInvoices(db(), { tenantId, month: '2026-12', clock })
      await expectRightMoney(tenantId)
      expect(await callsOf(tenantId)).toEqual(reference)
      const again = await importRows(tenantId, ROWS)
      expect(again).toMatchObject({ inserted: 0, duplicates: ROWS.length, calls: 0, rated: 0, unrated: 0 })
      expect(await runInvoices(db(), { tenantId, month: '2026-12', clock })).toMatchObject({ created: 0 })
      await expectRightMoney(tenantId)
    }),
    { numRuns: 8 },
  )
})
