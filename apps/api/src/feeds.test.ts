// Feeds over HTTP: who may see and name them, what is refused, that a secret never comes out.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { insertRows, recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'
import type { FeedRow } from './wire.ts'

const db = testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'tollbook-feeds-'))
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FILE = { source: 'pbx', kind: 'file', settings: { path: '/var/log/asterisk/cdr-csv/Master.csv' } }
const TABLE = {
  source: 'pbx',
  kind: 'table',
  settings: { engine: 'mysql', host: '10.0.0.5', database: 'asteriskcdrdb', table: 'cdr', user: 'tollbook' },
  secret: 'sesame',
}

describe('feeds', () => {
  it('are named by administrators, files of the server only by those of the installation', async () => {
    expect((await api.as('operator', 'POST', '/feeds', FILE)).status).toBe(403)
    expect((await api.as('admin', 'POST', '/feeds', FILE)).status).toBe(403)
    const sqlite = { ...TABLE, settings: { engine: 'sqlite', database: '/etc/shadow', table: 'cdr' } }
    expect((await api.as('admin', 'POST', '/feeds', sqlite)).status).toBe(403)
    const socket = { ...TABLE, settings: { ...TABLE.settings, engine: 'postgresql', host: '/run/postgresql' } }
    expect((await api.as('admin', 'POST', '/feeds', socket)).status).toBe(403)
    expect((await api.as('admin', 'POST', '/feeds/check', socket)).status).toBe(403)
    const added = await api.as('root', 'POST', '/feeds', FILE)
    expect(added.status).toBe(201)
    expect(await added.json()).toMatchObject({ name: FILE.settings.path, state: 'none', zone: 'auto', read: 0 })
    expect((await api.as('root', 'POST', '/feeds', FILE)).status).toBe(409)
    expect((await api.as('stranger', 'GET', '/feeds')).status).toBe(403)
  })

  it('keep a secret sealed', async () => {
    const added = (await (await api.as('admin', 'POST', '/feeds', TABLE)).json()) as FeedRow
    expect(added).toMatchObject({ kind: 'table', name: 'asteriskcdrdb.cdr', hasSecret: true })
    const listed = await (await api.as('viewer', 'GET', '/feeds')).text()
    expect(listed).toContain('asteriskcdrdb.cdr')
    expect(listed).not.toContain('sesame')
    const row = await db().q.selectFrom('feed').select('secret_sealed').where('kind', '=', 'table').executeTakeFirst()
    expect(row?.secret_sealed?.includes('sesame')).toBe(false)
  })

  it('are refused when they say wrong things', async () => {
    const bad = [
      { ...FILE, settings: { path: 'Master.csv' } },
      { ...FILE, settings: { path: '/var/log/Master.csv', content: 'mail' } },
      { ...FILE, zone: 'Mars/Base' },
      { ...TABLE, settings: { ...TABLE.settings, engine: 'oracle' } },
      { ...TABLE, settings: { ...TABLE.settings, host: undefined } },
      { ...TABLE, settings: { ...TABLE.settings, lookBackS: 1 } },
      { ...FILE, kind: 'pipe' },
    ]
    for (const body of bad) expect((await api.as('root', 'POST', '/feeds', body)).status).toBe(422)
  })

  it('of a table can be tried', async () => {
    const away = { ...TABLE, settings: { ...TABLE.settings, host: '127.0.0.1', port: 1 } }
    const tried = await api.as('admin', 'POST', '/feeds/check', away)
    expect(await tried.json()).toEqual({ ok: false, kind: 'unreachable', detail: 'nothing listens on 127.0.0.1:1' })
  })

  it('are changed and removed by those of their tenant', async () => {
    const { items } = (await (await api.as('viewer', 'GET', '/feeds')).json()) as { items: FeedRow[] }
    const { id } = items.find((f) => f.kind === 'table')!
    expect((await api.as('operator', 'PATCH', `/feeds/${id}`, { enabled: false })).status).toBe(403)
    const changed = await api.as('admin', 'PATCH', `/feeds/${id}`, { enabled: false, zone: '+03:00' })
    expect(await changed.json()).toMatchObject({ enabled: false, zone: '+03:00', hasSecret: true })
    expect((await api.as('root', 'DELETE', `/feeds/${id}?tenant=other`)).status).toBe(404)
    expect((await api.as('admin', 'DELETE', `/feeds/${id}`)).status).toBe(204)
    expect((await api.as('admin', 'PATCH', `/feeds/${id}`, {})).status).toBe(404)
    expect((await api.as('admin', 'DELETE', '/feeds/none')).status).toBe(400)
  })

  it('can be tried without being stored', async () => {
    const path = join(folder, 'Master.csv')
    const ask = { ...FILE, settings: { path } }
    expect(await (await api.as('root', 'POST', '/feeds/check', ask)).json()).toMatchObject({ ok: false })
    writeFileSync(path, recorded('asterisk-22/Master.csv'))
    expect(await (await api.as('root', 'POST', '/feeds/check', ask)).json()).toMatchObject({
      ok: true,
      kind: 'cdr_csv-21',
    })
    writeFileSync(path, 'root:x:0:0:root:/root:/bin/bash\n')
    const wrong = await (await api.as('root', 'POST', '/feeds/check', ask)).text()
    expect(wrong).toContain('"ok":false')
    expect(wrong).not.toContain('root:x')
    expect((await api.as('admin', 'POST', '/feeds/check', ask)).status).toBe(403)
  })
})
