// What other billing systems are known to get wrong about charging, by the number of the report. (Prices and prefixes:
// the file of the same name in rating.)

import { fixedClock } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import { expect, it } from 'vitest'
import { applyRevaluation, placeAndRate, runRevaluation, startRevaluation } from './index.ts'
import { calledWorld, NOW } from './testing/called-world.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 2, 5)
const SHEET = 'prefix,destination,rate,connect_fee,first_block,increment\n'
const UK = '+442071838750'

/** Amounts of all sell lines of a tenant's calls, oldest first, and what its accounts owe. */
async function money(tenantId: number) {
  const { rows } = await db().pool.query(
    `select (select array_agg(amount::text order by call_key, revision) from charge where tenant_id = $1 and side = 1) as lines,
       (select sum(amount)::text from balance where tenant_id = $1) as owed,
       (select count(*)::int from call_unrated where tenant_id = $1) as unrated`,
    [tenantId],
  )
  return rows[0]
}

it('cgrates#195, #243, #1120: a call that is settled again is not charged again', async () => {
  const world = await calledWorld(db(), 'twice')
  await world.deck('Retail', `${SHEET}44,UK,0.06,0,60,60`)
  const [call] = await world.capture([{ atMs: AT, to: UK, seconds: 60 }])
  await world.restitch(call!, 60)
  await placeAndRate(db(), world.tenantId, NOW)
  expect(await money(world.tenantId)).toEqual({ lines: ['0.060000'], owed: '0.060000', unrated: 0 })
})

it('cgrates#3930, #3933, #5298: a rerate takes back the very amount that was charged, whatever it costs now', async () => {
  const world = await calledWorld(db(), 'refund')
  const deckId = await world.deck('Retail', `${SHEET}44,UK,0.07,0,7,7`)
  await world.capture([{ atMs: AT, to: UK, seconds: 61 }])
  await world.deck('Retail', `${SHEET}44,UK,0.05,0,1,1`)
  const scope = { fromMs: AT, toMs: AT + 1, deckId }
  const id = await startRevaluation(db(), { tenantId: world.tenantId, kind: 'rerate', scope, nowMs: NOW })
  await runRevaluation(db(), fixedClock(NOW))
  expect(await applyRevaluation(db(), world.tenantId, id)).toBe(true)
  await runRevaluation(db(), fixedClock(NOW))
  // 63 s at 0.07 are 0.0735; 61 s at 0.05 are 0.0508.
  const { lines, owed } = await money(world.tenantId)
  expect([lines, owed]).toEqual([['0.073500', '-0.073500', '0.050800'], '0.050800'])
  expect((await verifyLedger(db())).differences).toEqual([])
})

it('ivozprovider#686, #2984, #525: a call without a rate waits with its reason, blocks nobody, and is charged once one comes', async () => {
  const world = await calledWorld(db(), 'waits')
  await world.deck('Retail', `${SHEET}44,UK,0.06,0,60,60`)
  await world.capture([
    { atMs: AT, to: '+33123456789', seconds: 60 },
    { atMs: AT, to: UK, seconds: 60 },
  ])
  expect(await money(world.tenantId)).toEqual({ lines: ['0.060000'], owed: '0.060000', unrated: 1 })
  await world.deck('Retail', `${SHEET}44,UK,0.06,0,60,60\n33,France,0.10,0,60,60`)
  expect(await money(world.tenantId)).toMatchObject({ owed: '0.160000', unrated: 0 })
})
