// A call that is far too long waits for a person, through everything that would charge it; released, it stays charged.

import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { expect, it } from 'vitest'
import { applyRevaluation, placeAndRate, runRevaluation, startRevaluation } from '../index.ts'
import { calledWorld, NOW } from '../testing/called-world.ts'
import { releaseCall } from './index.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 2, 5)
const SHEET = 'prefix,destination,rate,connect_fee,first_block,increment\n44,UK,0.06,0,60,60'
const UK = '+442071838750'
const HOURS = 3600

async function money(tenantId: number) {
  const { rows } = await db().pool.query(
    `select (select sum(amount)::text from charge where tenant_id = $1 and side = 1) as charged,
       (select array_agg(reason) from call_unrated where tenant_id = $1) as waits`,
    [tenantId],
  )
  return rows[0]
}

async function rerateAll(tenantId: number) {
  const scope = { fromMs: AT, toMs: AT + 1 }
  const id = await startRevaluation(db(), { tenantId, kind: 'rerate', scope, nowMs: NOW })
  await runRevaluation(db(), fixedClock(NOW))
  await applyRevaluation(db(), tenantId, id)
  await runRevaluation(db(), fixedClock(NOW))
}

it('a call over four hours is held until it is released, then charged whatever comes', async () => {
  const world = await calledWorld(db(), 'long')
  await world.deck('Retail', SHEET)
  const parts = [{ to: UK, seconds: 60 }]
  const [long] = await world.capture([{ atMs: AT, to: UK, seconds: 4 * HOURS + 1, parts }])
  await world.capture([{ atMs: AT, to: UK, seconds: 4 * HOURS }])
  const held = { charged: '14.400000', waits: [8] }
  expect(await money(world.tenantId)).toEqual(held)
  await placeAndRate(db(), world.tenantId, NOW)
  await rerateAll(world.tenantId)
  expect(await money(world.tenantId)).toEqual(held)

  expect(await releaseCall(db(), world.tenantId, long!.callKey, NOW)).toEqual({ rated: 1, unrated: 0 })
  const released = { charged: '28.920000', waits: null }
  expect(await money(world.tenantId)).toEqual(released)
  await releaseCall(db(), world.tenantId, long!.callKey, NOW)
  await world.restitch(long!, 4 * HOURS + 1, parts)
  await rerateAll(world.tenantId)
  expect(await money(world.tenantId)).toEqual(released)
})

it('a call of another tenant is not there to be released', async () => {
  const [mine, other] = [await calledWorld(db(), 'mine'), await calledWorld(db(), 'other')]
  const [call] = await mine.capture([{ atMs: AT, to: UK, seconds: 5 * HOURS }])
  expect(await releaseCall(db(), other.tenantId, call!.callKey, NOW)).toBeUndefined()
  expect(await money(mine.tenantId)).toEqual({ charged: null, waits: [8] })
})
