// Charging calls anew against a real PostgreSQL: counted first, then reversed and charged, once, however often it breaks
// off, and never what stands on an invoice.

import { lockInTransaction, transaction } from '@tollbook/db'
import { fixedClock } from '@tollbook/kernel'
import { balancesOf, verifyLedger } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  applyRevaluation,
  cancelRevaluation,
  dismissCreditProposal,
  listCreditProposals,
  type RevaluationScope,
  revaluationById,
  revaluationLines,
  runRevaluation,
  startRevaluation,
  verifyPackageUse,
} from '../index.ts'
import { calledWorld, NOW, type World } from '../testing/called-world.ts'

const db = testDatabase()
const clock = fixedClock(NOW)
const FROM = Date.UTC(2026, 2, 1)
const TO = Date.UTC(2026, 3, 1)
const MARCH: RevaluationScope = { fromMs: FROM, toMs: TO }
const head = 'prefix,destination,rate,connect_fee,first_block,increment\n'

const order = (world: World, scope: RevaluationScope = MARCH) =>
  startRevaluation(db(), { tenantId: world.tenantId, kind: 'rerate', scope, nowMs: NOW })

const told = async (world: World, id: string) => {
  const revaluation = (await revaluationById(db(), world.tenantId, id))!
  const { state, callsTotal, callsSeen, callsChanged, callsInvoiced } = revaluation
  return { state, callsTotal, callsSeen, callsChanged, callsInvoiced }
}

async function rerate(world: World, scope: RevaluationScope = MARCH): Promise<string> {
  const id = await order(world, scope)
  expect(await runRevaluation(db(), clock)).toBe(id)
  expect(await applyRevaluation(db(), world.tenantId, id)).toBe(true)
  expect(await runRevaluation(db(), clock)).toBe(id)
  return id
}

const chargesOf = async (world: World) => {
  const { rows } = await db().pool.query(
    `select side, sum(amount) as amount, count(*)::int as lines from charge where tenant_id = $1 group by side order by 1`,
    [world.tenantId],
  )
  return rows
}
const owed = async (world: World, code = 'acme') => {
  const accountId = await world.accountId(code)
  return (await balancesOf(db(), [accountId])).get(accountId)?.amount ?? 0n
}
const booksAreRight = async () => {
  expect((await verifyLedger(db())).differences).toEqual([])
  expect(await verifyPackageUse(db())).toEqual([])
}

const lanesWaiting = async () => {
  const { rows } = await db().pool.query(
    `select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid)
     where a.datname = current_database() and not l.granted and l.locktype = 'advisory'`,
  )
  return rows[0].n as number
}

/** 40 calls over March by two accounts, every fourth to a number without a rate. */
const someCalls = () =>
  Array.from({ length: 40 }, (_, i) => ({
    atMs: FROM + i * 18 * 3_600_000,
    account: i % 2 === 0 ? 'acme' : 'beta',
    to: i % 4 === 3 ? '+81312345678' : '+442071838750',
    seconds: 60 + i,
  }))

describe('a rerate', () => {
  let world: World
  beforeAll(async () => {
    world = await calledWorld(db(), 'rerate')
    await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    await world.buyBy(await world.deck('North', `${head}44,UK,0.01,0,1,1`, 'buy'))
    await world.capture(someCalls())
  })

  it('finds nothing to do where nothing has changed', async () => {
    const id = await order(world)
    await runRevaluation(db(), clock)
    expect(await told(world, id)).toEqual({
      state: 'ready',
      callsTotal: 40,
      callsSeen: 40,
      callsChanged: 0,
      callsInvoiced: 0,
    })
    expect(await revaluationLines(db(), id, ['account', 'carrier'])).toEqual([])
    await cancelRevaluation(db(), world.tenantId, id, NOW)
    expect(await applyRevaluation(db(), world.tenantId, id)).toBe(false)
    expect(await runRevaluation(db(), clock)).toBeUndefined()
  })

  it('shows what would change, changes nothing, then charges just that', async () => {
    const before = await chargesOf(world)
    await world.deck('Retail', `${head}44,UK,0.12,0,1,1`)
    const id = await order(world)
    await runRevaluation(db(), clock)
    const lines = await revaluationLines(db(), id, ['account'])
    expect(await told(world, id)).toMatchObject({ state: 'ready', callsChanged: 30, callsInvoiced: 0 })
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(Number(line.new)).toBeCloseTo(2 * Number(line.old), 2)
    expect(await chargesOf(world)).toEqual(before)
    await applyRevaluation(db(), world.tenantId, id)
    await runRevaluation(db(), clock)
    expect(await told(world, id)).toEqual({
      state: 'done',
      callsTotal: 40,
      callsSeen: 40,
      callsChanged: 30,
      callsInvoiced: 0,
    })
    expect(await revaluationLines(db(), id, ['account'])).toEqual(lines)
    const [sell, buy] = await chargesOf(world)
    expect(sell).toEqual({ side: 1, amount: sum(lines, 'new'), lines: 90 })
    expect(buy).toEqual(before[1])
    await booksAreRight()
    expect(await owed(world)).toBe(BigInt(lines.find((l) => l.calls === 20)!.new.replace('.', '')))
  })

  it('adds nothing the second time', async () => {
    const before = await chargesOf(world)
    const id = await rerate(world)
    expect(await told(world, id)).toMatchObject({ state: 'done', callsChanged: 0 })
    expect(await chargesOf(world)).toEqual(before)
  })

  it('keeps to its account, its deck, its span', async () => {
    const other = await world.deck('Other', `${head}44,UK,1,0,1,1`)
    await db().pool.query('update account set sell_deck_id = $1 where code = $2 and tenant_id = $3', [
      other,
      'beta',
      world.tenantId,
    ])
    await world.deck('Retail', `${head}44,UK,0.24,0,1,1`)
    const beta = await world.accountId('beta')
    const count = async (scope: RevaluationScope) => {
      const id = await order(world, scope)
      await runRevaluation(db(), clock)
      const { callsChanged } = await told(world, id)
      await cancelRevaluation(db(), world.tenantId, id, NOW)
      return callsChanged
    }
    expect(await count(MARCH)).toBe(30)
    expect(await count({ ...MARCH, accountId: beta })).toBe(10)
    expect(await count({ ...MARCH, deckId: other })).toBe(10)
    expect(await count({ fromMs: FROM, toMs: FROM + 36 * 3_600_000 })).toBe(2)
    await db().pool.query('update account set sell_deck_id = 0 where code = $1 and tenant_id = $2', [
      'beta',
      world.tenantId,
    ])
  })

  it('charges calls that wait for one of the reasons, and no others', async () => {
    await world.deck('Retail', `${head}44,UK,0.48,0,1,1\n81,Japan,0.10,0,1,1`)
    // Importing a deck has rated what waited: put two back.
    expect((await db().pool.query('select from call_unrated where tenant_id = $1', [world.tenantId])).rowCount).toBe(0)
    await world.deck('Retail', `${head}44,UK,0.48,0,1,1`)
    const none = await rerate(world, { ...MARCH, reasons: [3] })
    expect(await told(world, none)).toMatchObject({ callsTotal: 0, callsChanged: 0 })
    const all = await rerate(world)
    const lines = await revaluationLines(db(), all, ['account'])
    expect(lines.reduce((n, line) => n + line.noLongerRated, 0)).toBe(10)
    const { rows } = await db().pool.query(
      'select reason, count(*)::int as n from call_unrated where tenant_id = $1 group by 1',
      [world.tenantId],
    )
    expect(rows).toEqual([{ reason: 3, n: 10 }])
    await booksAreRight()
  })
})

describe('a rerate that breaks off', () => {
  it('goes on where it stopped, and comes to the same', async () => {
    const world = await calledWorld(db(), 'broken')
    await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    await world.capture(someCalls())
    await world.deck('Retail', `${head}44,UK,0.12,0,1,1`)
    const id = await order(world)
    await runRevaluation(db(), clock)
    await applyRevaluation(db(), world.tenantId, id)
    const stopped = new AbortController()
    stopped.abort()
    await runRevaluation(db(), clock, stopped.signal)
    expect(await told(world, id)).toMatchObject({ state: 'applying', callsSeen: 0 })
    // A crash in the middle of a batch: everything of it is undone, and the beat is left behind.
    await db().pool.query(`create function crash() returns trigger language plpgsql as $$ begin raise 'crash'; end $$`)
    await db().pool.query('create trigger crash before update on balance for each row execute function crash()')
    await expect(runRevaluation(db(), clock)).rejects.toThrow('crash')
    await db().pool.query('drop trigger crash on balance')
    expect((await chargesOf(world))[0]).toMatchObject({ lines: 30 })
    expect(await runRevaluation(db(), clock)).toBe(id)
    expect(await told(world, id)).toEqual({
      state: 'done',
      callsTotal: 40,
      callsSeen: 40,
      callsChanged: 30,
      callsInvoiced: 0,
    })
    expect((await chargesOf(world))[0]).toMatchObject({ lines: 90 })
    await booksAreRight()
  })

  it('is not taken up while somebody works on it', async () => {
    const world = await calledWorld(db(), 'busy')
    await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    const id = await order(world)
    await db().pool.query('update revaluation set beat_at = $2 where revaluation_id = $1', [id, new Date(NOW - 1000)])
    expect(await runRevaluation(db(), clock)).toBeUndefined()
    expect(await runRevaluation(db(), fixedClock(NOW + 60_000))).toBe(id)
    expect(await told(world, id)).toMatchObject({ state: 'ready' })
  })

  it('stops for good when it is cancelled', async () => {
    const world = await calledWorld(db(), 'cancelled')
    await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    await world.capture(someCalls())
    await world.deck('Retail', `${head}44,UK,0.12,0,1,1`)
    const id = await order(world)
    await runRevaluation(db(), clock)
    await applyRevaluation(db(), world.tenantId, id)
    // Cancelled while its first batches wait for an invoice run.
    const { run } = await transaction(db(), async (tx) => {
      await lockInTransaction(tx, `invoices.${world.tenantId}`)
      const run = runRevaluation(db(), clock)
      while ((await lanesWaiting()) < 2) await db().pool.query('select 1')
      expect(await cancelRevaluation(db(), world.tenantId, id, NOW)).toBe(true)
      return { run }
    })
    await run
    expect(await told(world, id)).toMatchObject({ state: 'cancelled', callsChanged: 0 })
    expect((await chargesOf(world))[0]).toMatchObject({ lines: 30 })
  })
})

describe('what stands on an invoice', () => {
  it('is left alone and proposed for credit', async () => {
    const world = await calledWorld(db(), 'invoiced')
    await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    const calls = await world.capture(someCalls())
    const acme = await world.accountId('acme')
    // As an invoice run marks them.
    await db().pool.query(
      `insert into invoice (account_id, invoice_id, tenant_id, number, period_from, period_to, zone, currency, net, tax,
         total, issued_at, due_on, document)
       values ($1, '0195a5d0-1c00-8abc-9def-0123456789ab', $2, '2026-1', $3, $4, 'UTC', 978, 1, 0, 1, $4, '2026-05-01', '{}')`,
      [acme, world.tenantId, new Date(FROM), new Date(TO)],
    )
    await db().pool.query(
      `insert into invoiced_entry (account_id, effective_at, entry_key, invoice_id, line)
       select account_id, effective_at, entry_key, '0195a5d0-1c00-8abc-9def-0123456789ab', 1
       from ledger_entry where account_id = $1`,
      [acme],
    )
    await world.deck('Retail', `${head}44,UK,0.03,0,1,1`)
    const id = await rerate(world)
    expect(await told(world, id)).toMatchObject({ state: 'done', callsChanged: 30, callsInvoiced: 20 })
    expect(await revaluationLines(db(), id, ['account'])).toMatchObject([
      { key: String(await world.accountId('beta')), calls: 10 },
    ])
    const { rows } = await db().pool.query('select count(*)::int as n from ledger_entry where account_id = $1', [acme])
    expect(rows).toEqual([{ n: 20 }])
    const proposals = await listCreditProposals(db(), world.tenantId)
    expect(proposals).toHaveLength(20)
    const first = proposals.find((p) => p.callKey === calls[0]!.callKey)
    expect(first).toMatchObject({
      account: { code: 'acme' },
      charged: '0.060000',
      wouldBe: '0.030000',
      currency: 'EUR',
    })
    await rerate(world)
    expect(await listCreditProposals(db(), world.tenantId)).toEqual(proposals)
    expect(await dismissCreditProposal(db(), world.tenantId, acme, calls[0]!.callKey)).toBe(true)
    await rerate(world)
    expect(await listCreditProposals(db(), world.tenantId)).toHaveLength(19)
    await world.deck('Retail', `${head}44,UK,0.06,0,1,1`)
    await rerate(world)
    expect(await listCreditProposals(db(), world.tenantId)).toEqual([])
    await booksAreRight()
  })
})

function sum(lines: readonly { readonly new: string }[], _of: 'new'): string {
  const micros = lines.reduce((total, line) => total + BigInt(line.new.replace('.', '')), 0n)
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`
}
