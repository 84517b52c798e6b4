// Erasure over HTTP: counted, done, noted, refused for what is no subscriber's number.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { told } from './testing/rate-sheets.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const erase = (body: object) => api.as('admin', 'POST', '/erasures', body)
const toNumbers = async (): Promise<string[]> =>
  (await told(await api.as('admin', 'GET', '/calls'))).items.map((call: { to: string }) => call.to)

it('counts first, erases, and notes who asked', async () => {
  const before = await toNumbers()
  expect(before).toContain('00353860001111')
  const dry = await told(await erase({ number: '+353860001111', dryRun: true }))
  expect(dry).toEqual({ pseudonym: null, rows: { call: 1 } })
  expect(await toNumbers()).toEqual(before)
  const { pseudonym, rows } = await told(await erase({ number: '+353860001111' }))
  expect(rows).toEqual({ call: 1 })
  expect(await toNumbers()).toEqual(before.map((to) => (to === '00353860001111' ? pseudonym : to)))
  const notes = await told(await api.as('admin', 'GET', '/erasures'))
  expect(notes).toMatchObject([{ pseudonym, rows: { call: 1 }, askedBy: 'admin@example.net' }])
  expect(JSON.stringify(notes)).not.toContain('0001111')
})

it('refuses extensions and names', async () => {
  for (const number of ['204', 'anonymous']) expect((await erase({ number })).status).toBe(422)
})
