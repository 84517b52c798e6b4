// What a person orders is begun when it is announced, with nothing but this process: no pause passes first.

import { startRevaluation } from '@tollbook/charging'
import { listen } from '@tollbook/db'
import { systemClock } from '@tollbook/kernel'
import { columnCopy } from '@tollbook/stats/columns'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { expect, it } from 'vitest'
import { startTasks } from './tasks.ts'
import { work } from './work.ts'

const db = testDatabase()
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const HOUR_MS = 3_600_000

it('revalues as soon as it is ordered, and says when that is done', async () => {
  const clock = systemClock
  const tenant = { tenant_id: 1, slug: 'main', name: 'Main', currency: 978, created_at: new Date(clock.now()) }
  await insertRows(db(), 'tenant', [tenant] as never)
  const firstLook = Promise.withResolvers<void>()
  const all = work({ db: db(), clock, log: silent, uploadDir: '', columns: columnCopy('') })
  // Only this one, and with a pause that no test outlives: what runs after the first look was called.
  const called = all
    .filter((task) => task.name === 'revalue')
    .map((task) => ({
      ...task,
      everyMs: HOUR_MS,
      run: async (stopping: AbortSignal) => {
        const more = await task.run(stopping)
        firstLook.resolve()
        return more
      },
    }))
  expect(called).toHaveLength(1)
  const tasks = startTasks(called, silent)
  await firstLook.promise
  const listening = Promise.withResolvers<void>()
  const stateNow = () => db().q.selectFrom('revaluation').select('state').executeTakeFirst()
  const ready = Promise.withResolvers<void>()
  const hear = async (topic: string) => {
    tasks.wake(topic)
    if ((await stateNow())?.state === 'ready') ready.resolve()
  }
  const listener = listen(db(), (topic) => void hear(topic), listening.resolve)
  await listening.promise
  const scope = { fromMs: clock.now() - HOUR_MS, toMs: clock.now() }
  await startRevaluation(db(), { tenantId: 1, kind: 'rerate', scope, nowMs: clock.now() })
  await ready.promise
  expect((await stateNow())?.state).toBe('ready')
  await tasks.stop()
  await listener.close()
})
