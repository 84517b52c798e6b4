// Packages against a real PostgreSQL: whatever happens to calls, prices, packages and invoices, what is used is the sum
// over charges, the books balance, what is invoiced stays, and doing it again changes nothing.

import type { Call } from '@tollbook/calls'
import { transaction } from '@tollbook/db'
import { saveAccount } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { planById, savePlan } from '@tollbook/tariffs'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyRevaluation, runRevaluation, startRevaluation, verifyPackageUse } from './index.ts'
import { calledWorld, NOW, type World } from './testing/called-world.ts'

const db = testDatabase()
const FROM = Date.UTC(2026, 2, 1)
const TO = Date.UTC(2026, 3, 1)
const MINUTE = 60_000
const head = 'prefix,destination,rate,connect_fee,first_block,increment\n'

/** One plan over a deck, with a package of so many seconds and so many calls a month. */
async function setPlan(world: World, deckId: number, seconds: number, calls: number, blocked: string[] = []) {
  await transaction(db(), async (tx) => {
    const { rows } = await tx.client.query('select plan_id from tariff_plan where tenant_id = $1', [world.tenantId])
    const known = rows[0] && (await planById(tx, world.tenantId, rows[0].plan_id))
    const old = known?.packages ?? []
    const all = { prefixes: [], validFromMs: 0, period: 'month', startDay: 1 } as const
    const plan = {
      ...({ name: 'Plan', choice: 'order', expectedSeconds: 60 } as const),
      ...(known && { planId: known.planId }),
      decks: [
        {
          deckId,
          markupKind: 'none',
          markupPercent: '0',
          markupPerMinute: '0',
          markupPerCall: '0',
          pricePlaces: 6,
        } as const,
      ],
      blocked: blocked.map((prefix) => ({ prefix, note: '' })),
      packages: [
        { ...all, packageId: old[0]?.packageId ?? 0, name: 'Seconds', kind: 'seconds', amount: seconds } as const,
        {
          ...all,
          packageId: old[1]?.packageId ?? 0,
          name: 'Calls',
          kind: 'calls',
          amount: calls,
          period: 'week',
        } as const,
      ],
    }
    const saved = await savePlan(tx, world.tenantId, plan, NOW)
    if (!saved.ok) throw new Error(saved.error.message)
    for (const code of ['acme', 'beta']) await saveAccount(tx, world.tenantId, { code, planId: saved.value }, NOW)
  })
}

async function rerate(world: World): Promise<number> {
  const scope = { fromMs: FROM, toMs: TO }
  const id = await startRevaluation(db(), { tenantId: world.tenantId, kind: 'rerate', scope, nowMs: NOW })
  await runRevaluation(db(), fixedClock(NOW))
  await applyRevaluation(db(), world.tenantId, id)
  await runRevaluation(db(), fixedClock(NOW))
  const { rows } = await db().pool.query('select state, calls_changed from revaluation where revaluation_id = $1', [id])
  expect(rows[0].state).toBe('done')
  return rows[0].calls_changed
}

async function booksAreRight() {
  expect((await verifyLedger(db())).differences).toEqual([])
  expect(await verifyPackageUse(db())).toEqual([])
}

const freeOf = async (calls: readonly Call[]) => {
  const { rows } = await db().pool.query(
    `select call_key, sum(free_s)::int as free from charge where side = 1 and call_key = any($1::uuid[]) group by 1 order by 1`,
    [calls.map((call) => call.callKey)],
  )
  return rows.map((row) => row.free)
}

describe('packages', () => {
  it('give to calls in the order of time until nothing is left, then the next package does', async () => {
    const world = await calledWorld(db(), 'order')
    const deck = await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    await setPlan(world, deck, 100, 1)
    const made = [60, 60, 60, 60].map((seconds, i) => ({ atMs: FROM + i * MINUTE, to: '+442071838750', seconds }))
    const calls = await world.capture(made)
    expect(await freeOf(calls)).toEqual([60, 40, 60, 0])
    expect(await rerate(world)).toBe(0)
    // A shorter first call gives back what the second one takes, once the month is charged anew.
    await world.restitch(calls[0]!, 10)
    expect(await freeOf(calls)).toEqual([10, 40, 60, 0])
    await rerate(world)
    expect(await freeOf(calls)).toEqual([10, 60, 30, 60])
    expect(await rerate(world)).toBe(0)
    await booksAreRight()
  })

  it('are used once by two who charge at the same time', async () => {
    const world = await calledWorld(db(), 'both')
    await setPlan(world, await world.deck('Retail', `${head}44,UK,0.06,0,1,1`), 600, 0)
    const batch = (from: number) =>
      ['acme', 'beta'].flatMap((account) =>
        Array.from({ length: 20 }, (_, i) => ({
          atMs: FROM + from + i * MINUTE,
          account,
          to: '+442071838750',
          seconds: 60,
        })),
      )
    const lanes = await Promise.all([0, 1, 2, 3].map((lane) => world.capture(batch(lane * 1000))))
    const free = await freeOf(lanes.flat())
    expect(free.reduce((sum, s) => sum + s, 0)).toBe(2 * 600)
    await booksAreRight()
  })
})

describe('any sequence of captures, changes and rerates', () => {
  type Step =
    | { kind: 'capture'; calls: readonly { minute: number; account: string; to: string; seconds: number }[] }
    | { kind: 'restitch'; pick: number; seconds: number }
    | { kind: 'price'; cents: number }
    | { kind: 'packages'; seconds: number; calls: number; blocks: boolean }
    | { kind: 'rerate' }
    | { kind: 'invoice'; account: string }
  const call = fc.record({
    minute: fc.integer({ min: 0, max: 40_000 }),
    account: fc.constantFrom('acme', 'beta'),
    to: fc.constantFrom('+442071838750', '+447700900123', '+81312345678'),
    seconds: fc.integer({ min: 1, max: 200 }),
  })
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('capture' as const),
        calls: fc.array(call, { minLength: 1, maxLength: 8 }),
      }),
    },
    fc.record({ kind: fc.constant('restitch' as const), pick: fc.nat(), seconds: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ kind: fc.constant('price' as const), cents: fc.integer({ min: 0, max: 9 }) }),
    fc.record({
      kind: fc.constant('packages' as const),
      seconds: fc.integer({ min: 0, max: 400 }),
      calls: fc.nat({ max: 3 }),
      blocks: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('rerate' as const) }),
    fc.record({ kind: fc.constant('invoice' as const), account: fc.constantFrom('acme', 'beta') }),
  )

  async function invoice(world: World, account: string): Promise<void> {
    const accountId = await world.accountId(account)
    await db().pool.query(
      `with made as (
         insert into invoice (account_id, invoice_id, tenant_id, number, period_from, period_to, zone, currency, net, tax,
           total, issued_at, due_on, document)
         values ($1, gen_random_uuid(), $2, gen_random_uuid()::text, $3, $4, 'UTC', 978, 1, 0, 1, $4, '2026-05-01', '{}')
         returning invoice_id)
       insert into invoiced_entry (account_id, effective_at, entry_key, invoice_id, line)
       select e.account_id, e.effective_at, e.entry_key, made.invoice_id, 1 from ledger_entry e, made
       where e.account_id = $1 and not exists (select from invoiced_entry i where i.account_id = e.account_id
         and i.entry_key = e.entry_key and i.effective_at = e.effective_at)`,
      [accountId, world.tenantId, new Date(FROM), new Date(TO)],
    )
  }

  /** Lines of the calls whose standing charge is on an invoice: no rerate may touch these. */
  async function invoicedCalls(world: World): Promise<unknown[]> {
    const { rows } = await db().pool.query(
      `select h.call_key, max(h.revision)::int as revision, sum(h.amount) as amount from charge h where h.tenant_id = $1 and h.side = 1
         and exists (select from ledger_entry e join invoiced_entry i using (account_id, entry_key, effective_at)
           where e.ref_key = h.call_key and e.account_id = h.party_id
             and not exists (select from ledger_entry o where o.ref_key = h.call_key and o.account_id = h.party_id
               and not exists (select from invoiced_entry j where j.account_id = o.account_id and j.entry_key = o.entry_key)))
       group by 1 having sum(h.amount) <> 0 order by 1`,
      [world.tenantId],
    )
    return rows
  }

  let run = 0
  it('keeps the books balanced, packages right, invoices untouched, and a second rerate empty', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
        const world = await calledWorld(db(), `any-${run++}`)
        const price = (cents: number) =>
          world.deck('Retail', `${head}44,UK,0.0${cents},0,1,1\n447,Mobile,0.1${cents},0.05,30,6`)
        const deck = await price(6)
        await setPlan(world, deck, 100, 1)
        const calls: Call[] = []
        for (const one of steps) {
          if (one.kind === 'capture') {
            const made = one.calls.map(({ minute, ...c }) => ({ ...c, atMs: FROM + minute * MINUTE }))
            calls.push(...(await world.capture(made)))
          } else if (one.kind === 'restitch' && calls.length > 0) {
            const i = one.pick % calls.length
            calls[i] = await world.restitch(calls[i]!, one.seconds)
          } else if (one.kind === 'price') await price(one.cents)
          else if (one.kind === 'packages')
            await setPlan(world, deck, one.seconds, one.calls, one.blocks ? ['447'] : [])
          else if (one.kind === 'invoice') await invoice(world, one.account)
          else if (one.kind === 'rerate') {
            const before = await invoicedCalls(world)
            await rerate(world)
            expect(await invoicedCalls(world)).toEqual(before)
          }
          await booksAreRight()
        }
        await rerate(world)
        const charged = () =>
          db().pool.query('select count(*)::int as n from charge where tenant_id = $1', [world.tenantId])
        const lines = (await charged()).rows
        await rerate(world)
        expect((await charged()).rows).toEqual(lines)
        await booksAreRight()
      }),
      { numRuns: 12 },
    )
  })
})
