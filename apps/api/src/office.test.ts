// Departments, tags and kept views over HTTP: who may, what is refused, and what it does to figures and calls.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, type Person } from './testing/world.ts'
import type * as wire from './wire.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

async function ask<T = Record<string, unknown>>(person: Person, method: string, path: string, body?: object) {
  const answer = await api.as(person, method, path, body)
  return { status: answer.status, body: (answer.status === 204 ? {} : await answer.json()) as T }
}

describe('departments', () => {
  const sales = { name: 'Sales', extensions: '201-203, 0301', accounts: ['acme'] }
  let id = 0

  it('are made by an administrator, with ranges written out', async () => {
    expect((await ask('operator', 'POST', '/departments', sales)).status).toBe(403)
    const made = await ask<wire.DepartmentRow>('admin', 'POST', '/departments', sales)
    id = made.body.id
    expect(made).toMatchObject({ status: 201, body: { name: 'Sales', extensions: ['201', '202', '203', '0301'] } })
    const listed = await ask<{ items: wire.DepartmentRow[] }>('viewer', 'GET', '/departments')
    expect(listed.body.items).toEqual([
      { id, name: 'Sales', extensions: ['0301', '201', '202', '203'], accounts: ['acme'] },
    ])
    expect((await ask<{ items: unknown[] }>('stranger', 'GET', '/departments?tenant=other')).body.items).toEqual([])
  })

  it('do not share members, nor names', async () => {
    const clash = await ask('admin', 'POST', '/departments', { name: 'Help', extensions: '203-204', accounts: [] })
    expect(clash).toMatchObject({ status: 409, body: { kind: 'in-the-way' } })
    expect(clash.body.detail).toBe('203 belongs to Sales. Take them out there first.')
    expect((await ask('admin', 'POST', '/departments', { ...sales, extensions: '', accounts: [] })).status).toBe(409)
  })

  it.each(['204-203', '1-9999999', "20'1", '1-99999', '01-100'])('refuse %s as extensions', async (extensions) => {
    const answer = await ask('admin', 'POST', '/departments', { name: 'X', extensions, accounts: [] })
    expect(answer).toMatchObject({ status: 422, body: { fields: [{ field: 'extensions' }] } })
  })

  it('group figures, and open their calls by id and name', async () => {
    const rows = async (query: string) =>
      (await ask<wire.StatsAnswer>('viewer', 'GET', `/stats?from=2026-10-01&to=2026-12-01&metrics=calls&${query}`)).body
        .rows
    const row = (await rows('by=department')).find(({ key }) => key === String(id))
    expect(row).toMatchObject({ label: 'Sales' })
    expect(row!.calls).toBeGreaterThan(0)
    for (const name of [String(id), 'Sales']) {
      const { body } = await ask<wire.PageOfCalls>('viewer', 'GET', `/calls?department=${name}&count=true`)
      expect(body.count).toEqual({ calls: row!.calls, capped: false })
    }
  })

  it('are changed whole, and dissolved', async () => {
    const change = { name: 'Selling', extensions: '204', accounts: [] }
    expect(await ask('admin', 'PUT', `/departments/${id}`, change)).toMatchObject({
      body: { id, name: 'Selling', extensions: ['204'], accounts: [] },
    })
    expect((await ask('admin', 'PUT', '/departments/99', change)).status).toBe(404)
    expect((await ask('admin', 'DELETE', `/departments/${id}`)).status).toBe(204)
    expect((await ask('admin', 'DELETE', `/departments/${id}`)).status).toBe(404)
  })
})

describe('tags', () => {
  const order = (add: string[], remove: string[] = [], keys = [callKey(1), callKey(2)]) => ({ keys, add, remove })

  it('are put on calls by an operator, once each', async () => {
    expect((await ask('viewer', 'POST', '/calls/tags', order(['vip']))).status).toBe(403)
    expect((await ask('operator', 'POST', '/calls/tags', order([' follow  up ', 'vip']))).body).toEqual({ changed: 2 })
    expect((await ask('operator', 'POST', '/calls/tags', order(['vip']))).body).toEqual({ changed: 0 })
    expect((await ask<{ items: unknown }>('viewer', 'GET', '/tags')).body.items).toEqual([
      { tag: 'follow up', calls: 2 },
      { tag: 'vip', calls: 2 },
    ])
    const { items } = (await ask<wire.PageOfCalls>('viewer', 'GET', '/calls?tag=vip')).body
    expect(items.map(({ key, tags }) => [key, tags])).toEqual([
      [callKey(1), ['follow up', 'vip']],
      [callKey(2), ['follow up', 'vip']],
    ])
  })

  it('are taken off again, which is how a mistake is undone', async () => {
    expect((await ask('operator', 'POST', '/calls/tags', order([], ['vip'], [callKey(2)]))).body).toEqual({
      changed: 1,
    })
    const { items } = (await ask<wire.PageOfCalls>('viewer', 'GET', '/calls?tag=vip')).body
    expect(items.map(({ key }) => key)).toEqual([callKey(1)])
  })

  it('are one whatever their case, as it was spelled first', async () => {
    expect((await ask('operator', 'POST', '/calls/tags', order(['VIP', 'Vip'], [], [callKey(2)]))).body).toEqual({
      changed: 1,
    })
    const tagged = async (query: string) =>
      (await ask<wire.PageOfCalls>('viewer', 'GET', `/calls?${query}`)).body.items.map(({ key, tags }) => [key, tags])
    const both = [
      [callKey(1), ['follow up', 'vip']],
      [callKey(2), ['follow up', 'vip']],
    ]
    expect(await tagged('tag=ViP')).toEqual(both)
    expect(await tagged('tag=nobody')).toEqual([])
    const rows = (await ask<wire.StatsAnswer>('viewer', 'GET', '/stats?from=2026-11-01&to=2026-11-04&by=tag')).body.rows
    expect(rows.map(({ key }) => key).sort()).toEqual(['follow up', 'none', 'vip'])
    // What is put on and taken off at once stays on.
    await ask('operator', 'POST', '/calls/tags', order(['VIP'], ['vip']))
    expect(await tagged('tag=vip')).toEqual(both)
    expect((await ask('operator', 'POST', '/calls/tags', order([], ['VIP'], [callKey(2)]))).body).toEqual({
      changed: 1,
    })
  })

  it('are not put on calls of another tenant, or none', async () => {
    const others = (await ask<wire.PageOfCalls>('stranger', 'GET', '/calls?tenant=other')).body.items.map((c) => c.key)
    const { body } = await ask('operator', 'POST', '/calls/tags', order(['x'], [], [...others, callKey(250)]))
    expect(body).toEqual({ changed: 0 })
  })

  it.each(['a,b', '', '!vip', 'None', 'x'.repeat(41), 'a\u0007b'])('refuse %j', async (tag) => {
    const answer = await ask('operator', 'POST', '/calls/tags', order([tag]))
    expect(answer).toMatchObject({ status: 422, body: { fields: [{ field: 'add' }] } })
  })
})

describe('views', () => {
  const view = { name: 'Abroad', path: '/calls', query: 'range=30d&direction=outbound' }

  it('are kept by each person for himself, and replaced by name', async () => {
    const first = await ask<wire.SavedView>('viewer', 'POST', '/views', view)
    expect(first).toMatchObject({ status: 201, body: view })
    const again = await ask<wire.SavedView>('viewer', 'POST', '/views', { ...view, query: 'range=7d' })
    expect(again.body).toEqual({ ...view, id: first.body.id, query: 'range=7d' })
    const names = async (person: Person) =>
      (await ask<{ items: wire.SavedView[] }>(person, 'GET', '/views')).body.items.map(({ name }) => name)
    expect([await names('viewer'), await names('admin')]).toEqual([['Abroad'], []])
    expect((await ask('admin', 'DELETE', `/views/${first.body.id}`)).status).toBe(404)
    expect((await ask('viewer', 'DELETE', `/views/${first.body.id}`)).status).toBe(204)
    expect(await names('viewer')).toEqual([])
  })

  it.each(['//evil.example', 'https://evil.example', 'calls', '/calls?x'])(
    'lead nowhere but here: %s',
    async (path) => {
      expect((await ask('viewer', 'POST', '/views', { ...view, path })).status).toBe(422)
    },
  )
})
