// A call of several parts: each priced with its own number, account, trunk and time; their sum is what the call costs.

import { fixedClock } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { applyRevaluation, placeAndRate, runRevaluation, startRevaluation } from './index.ts'
import { calledWorld, type MadePart, NOW, type World } from './testing/called-world.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 2, 5)
const SHEET = 'prefix,destination,rate,connect_fee,first_block,increment\n'
const UK = '+442071838750'
const UK_MOBILE = '+447700900123'
const FRANCE = '+33123456789'
let world: World

beforeAll(async () => {
  world = await calledWorld(db(), 'segments')
  await world.deck('Retail', `${SHEET}44,UK,0.06,0,60,60\n447,UK mobile,0.12,0.05,1,1\n33,France,0.30,0,30,6`)
  await world.buyBy(await world.deck('Cost', `${SHEET}44,UK,0.01,0,1,1\n33,France,0.06,0,60,60`, 'buy'))
})

/** The same by hand, in millionths: longest prefix, first block, increments, fee, rounded half up to four places. */
function priceByHand(side: 'sell' | 'buy', to: string, seconds: number): bigint {
  const rate = RATES[side].find(([prefix]) => to.startsWith(`+${prefix}`))
  if (rate === undefined) return 0n
  const [, perMinute, fee, first, step] = rate
  let billed = first
  while (billed < seconds) billed += step
  const sixtieths = BigInt(fee) * 60n + BigInt(perMinute) * BigInt(billed)
  return ((sixtieths + 3000n) / 6000n) * 100n
}

const RATES: Readonly<Record<'sell' | 'buy', readonly (readonly [string, number, number, number, number])[]>> = {
  sell: [
    ['447', 120_000, 50_000, 1, 1],
    ['44', 60_000, 0, 60, 60],
    ['33', 300_000, 0, 30, 6],
  ],
  buy: [
    ['44', 10_000, 0, 1, 1],
    ['33', 60_000, 0, 60, 60],
  ],
}

/** What stands of a call: millionths by side and party, and the reason it waits for. */
async function standing(callKey: string) {
  const { rows } = await db().pool.query(
    `select side, line, sum(amount)::text as amount, sum(seconds)::int as seconds from charge where call_key = $1
     group by 1, 2 having sum(sign(seconds)) > 0 order by 1, 2`,
    [callKey],
  )
  return rows as { side: number; line: number; amount: string; seconds: number }[]
}

const sumOf = (rows: readonly { side: number; amount: string }[], side: number) =>
  rows.reduce((sum, row) => (row.side === side ? sum + BigInt(row.amount.replace('.', '')) : sum), 0n)

it('an inbound call that was sent on to a mobile is charged for the way out only', async () => {
  const [call] = await world.capture([
    { atMs: AT, account: '', to: '201', seconds: 0, parts: [{ account: 'acme', to: UK_MOBILE, seconds: 61 }] },
  ])
  expect(await standing(call!.callKey)).toEqual([
    { side: 1, line: 2, amount: '0.172000', seconds: 61 },
    { side: 2, line: 2, amount: '0.010200', seconds: 61 },
  ])
})

it('a part that the call no longer has is taken back, and comes again when the call has it again', async () => {
  const parts = [{ to: FRANCE, seconds: 31 }]
  const [call] = await world.capture([{ atMs: AT, to: UK, seconds: 60, parts }])
  const both = await standing(call!.callKey)
  expect(both.map(({ side, line }) => [side, line])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ])
  const without = await world.restitch(call!, 60)
  expect(await standing(call!.callKey)).toEqual(both.filter((row) => row.line === 1))
  await world.restitch(without, 60, parts)
  expect(await standing(call!.callKey)).toEqual(both)
})

it('a call waits for the first part without a price, and once that has one, for the next', async () => {
  const parts = [
    { to: '+4989123456', seconds: 30 },
    { account: 'nobody at all', to: UK, seconds: 30 },
  ]
  const [call] = await world.capture([{ atMs: AT, to: UK, seconds: 60, parts }])
  const note = async () =>
    (await db().pool.query('select reason, line from call_unrated where call_key = $1', [call!.callKey])).rows
  expect(await note()).toEqual([{ reason: 3, line: 2 }])
  await world.deck(
    'Retail',
    `${SHEET}44,UK,0.06,0,60,60\n447,UK mobile,0.12,0.05,1,1\n33,France,0.30,0,30,6\n49,Germany,0.06,0,60,60`,
  )
  await placeAndRate(db(), world.tenantId, NOW)
  expect(await note()).toEqual([{ reason: 1, line: 3 }])
  expect((await standing(call!.callKey)).filter((row) => row.side === 1).map((row) => row.line)).toEqual([1, 2])
})

const part = fc.record({
  to: fc.constantFrom(UK, UK_MOBILE, FRANCE),
  seconds: fc.integer({ min: 1, max: 200 }),
  account: fc.constantFrom('', 'acme', 'beta'),
})

it('the sum over parts is the sum of their prices, whatever the call was before, settled again or rerated', async () => {
  const call = fc.record({
    first: part,
    parts: fc.array(part, { maxLength: 3 }),
    again: fc.array(part, { maxLength: 3 }),
  })
  let minute = 0
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 3 }), async (made) => {
      const atMs = AT + 86_400_000 + 60_000 * minute++
      for (const { first, parts, again } of made) {
        const account = first.account === '' ? 'beta' : first.account
        const [stored] = await world.capture([{ ...first, account, atMs, parts }])
        await expectSum(stored!.callKey, [first, ...parts])
        const now = await world.restitch(stored!, first.seconds + 1, again)
        await world.restitch(now, first.seconds + 1, again)
        await expectSum(stored!.callKey, [{ ...first, seconds: first.seconds + 1 }, ...again])
      }
      const before = await lines()
      await rerate(atMs)
      expect(await lines()).toBe(before)
    }),
    { numRuns: 12 },
  )
  expect((await verifyLedger(db())).differences).toEqual([])
})

async function lines(): Promise<number> {
  return (await db().pool.query('select count(*)::int as n from charge')).rows[0].n
}

async function rerate(atMs: number): Promise<void> {
  const scope = { fromMs: atMs, toMs: atMs + 1 }
  const id = await startRevaluation(db(), { tenantId: world.tenantId, kind: 'rerate', scope, nowMs: NOW })
  await runRevaluation(db(), fixedClock(NOW))
  expect(await applyRevaluation(db(), world.tenantId, id)).toBe(true)
  await runRevaluation(db(), fixedClock(NOW))
}

async function expectSum(callKey: string, parts: readonly MadePart[]): Promise<void> {
  const rows = await standing(callKey)
  const byHand = (side: 'sell' | 'buy') =>
    parts.reduce((sum, { to, seconds }) => sum + priceByHand(side, to, seconds), 0n)
  expect([sumOf(rows, 1), sumOf(rows, 2)]).toEqual([byHand('sell'), byHand('buy')])
}
