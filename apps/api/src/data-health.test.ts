// Proves for the health of data: 200 400 403, what viewers may see and operators may ask for.

import { listen } from '@tollbook/db'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { DataHealth } from './schemas/health.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS } from './testing/world.ts'
import type * as wire from './wire-health.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  const hour = { way: 2, received: 5, inserted: 3, matched: 2, duplicates: 0, late: 1 }
  await insertRows(db(), 'source_hour', [{ source_id: 1, hour: new Date(NOW_MS - 3_600_000), ...hour }])
  api = testApi(db())
})

const read = async (path: string) => (await (await api.as('viewer', 'GET', path)).json()) as wire.DataHealth

it('200: three days unless another time is asked for, one letter an hour', async () => {
  const health = await read('/data-health')
  expect(DataHealth.safeParse(health).error).toBeUndefined()
  expect([health.hours, health.now]).toEqual([72, new Date(NOW_MS).toISOString()])
  const [pbx, ...more] = health.sources
  expect(more).toEqual([])
  expect(pbx).toMatchObject({ name: 'pbx', live: null, rejects: 1 })
  expect(pbx!.ways).toHaveLength(1)
  expect(pbx!.ways[0]).toMatchObject({ way: 'file', received: 5, matched: 2, late: 1 })
  expect(pbx!.ways[0]!.hours).toHaveLength(72)
  expect(pbx!.ways[0]!.hours.slice(-3)).toBe('-c-')
  expect((await read('/data-health?hours=2')).sources[0]!.ways[0]!.hours).toBe('c-')
})

it('200: says how many things need somebody', async () => {
  const health = await read('/data-health')
  expect(health.findings.map((one) => [one.kind, one.severity, one.count])).toEqual([
    ['rows-set-aside', 'act', 1],
    ['late-rows', 'note', 1],
  ])
  expect(health.needs).toBe(1)
})

it('400: hours are a number of them, at most a month', async () => {
  for (const hours of ['0', '745', 'all', '-1']) {
    expect((await api.as('viewer', 'GET', `/data-health?hours=${hours}`)).status, hours).toBe(400)
  }
})

it('200 and 403: operators have the listeners look at once, viewers do not', async () => {
  const heard = Promise.withResolvers<string>()
  const connected = Promise.withResolvers<void>()
  const listener = listen(db(), heard.resolve, connected.resolve)
  await connected.promise
  expect((await api.as('viewer', 'POST', '/data-health/check')).status).toBe(403)
  const answer = await api.as('operator', 'POST', '/data-health/check?hours=24')
  expect([answer.status, ((await answer.json()) as wire.DataHealth).hours]).toEqual([200, 24])
  expect(await heard.promise).toBe('sources')
  await listener.close()
})
