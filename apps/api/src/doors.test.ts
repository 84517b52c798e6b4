// What every request passes: host names, headers, health, pages, and what is told of errors. Proves 200 304 403 404 500 503.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { connect } from '@tollbook/db'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld, uuid } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db(), { webDir: builtPages() })
})

function builtPages(): string {
  const outside = mkdtempSync(join(tmpdir(), 'tollbook-web-'))
  writeFileSync(join(outside, 'secret.txt'), 'not for you')
  const dir = join(outside, 'dist')
  mkdirSync(join(dir, 'assets'), { recursive: true })
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Tollbook</title>')
  writeFileSync(join(dir, 'assets', 'app-1a2b.js'), 'export {}')
  writeFileSync(join(dir, 'assets', 'app-1a2b.js.br'), brotliCompressSync('export {}'))
  return dir
}

describe('host names', () => {
  it('403: a local server answers to local names only', async () => {
    for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080']) {
      expect((await api.request(`http://${host}/livez`)).status, host).toBe(200)
    }
    for (const host of ['evil.example', '127.0.0.1.evil.example', '10.0.0.5:8080']) {
      expect((await api.request(`http://${host}/livez`)).status, host).toBe(403)
    }
  })

  it('200: also to the names it was given; without any, a network server answers to all', async () => {
    const named = testApi(db(), { hostNames: ['pbx.lan', 'calls.example.net'] })
    expect((await named.request('http://pbx.lan:8080/livez')).status).toBe(200)
    expect((await named.request('https://calls.example.net/livez')).status).toBe(200)
    const open = testApi(db(), { loopbackOnly: false })
    expect((await open.request('http://10.0.0.5:8080/livez')).status).toBe(200)
  })
})

describe('headers', () => {
  it('are strict on pages, answers and refusals alike', async () => {
    for (const path of ['/', '/api/openapi.json', '/api/v1/session', '/nothing.txt']) {
      const { headers } = await api.request(path)
      expect(headers.get('content-security-policy'), path).toContain("default-src 'self'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      if (path.startsWith('/api')) expect(headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('health', () => {
  it('200 when alive and ready', async () => {
    expect((await api.request('/livez')).status).toBe(200)
    expect((await testApi(db(), { latestMigration: '0001-core.sql' }).request('/readyz')).status).toBe(200)
  })

  it('503 before the last migration and without a database, and alive all the same', async () => {
    expect((await testApi(db(), { latestMigration: '9999-later.sql' }).request('/readyz')).status).toBe(503)
    const away = connect('postgres://nobody@127.0.0.1:1/none')
    const lost = testApi(away)
    const ready = await lost.request('/readyz')
    expect([ready.status, ((await ready.json()) as { kind: string }).kind]).toEqual([503, 'database-away'])
    expect((await lost.request('/livez')).status).toBe(200)
    await away.close()
  })
})

describe('pages', () => {
  it('200: files as they are, hashed ones for ever, addresses of the application as its page', async () => {
    const script = await api.request('/assets/app-1a2b.js')
    expect(script.headers.get('content-type')).toContain('javascript')
    expect(script.headers.get('cache-control')).toContain('immutable')
    for (const path of ['/', '/calls', '/invoices/12']) {
      const response = await api.request(path)
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache'])
      expect(await response.text()).toContain('<title>Tollbook')
    }
  })

  it('uses what the build compressed, and 304 for what is known', async () => {
    const br = await api.request('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(br.headers.get('content-encoding')).toBe('br')
    const none = await api.request('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'br;q=0' } })
    expect(none.headers.get('content-encoding')).toBeNull()
    const etag = none.headers.get('etag')!
    expect((await api.request('/assets/app-1a2b.js', { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  it('404: for files that are not there and for ways out of the folder', async () => {
    for (const path of [
      '/assets/gone.js',
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%00.txt',
      '/%E0%A4%A',
    ]) {
      const response = await api.request(path)
      expect(await response.text(), path).not.toContain('not for you')
      if (path.endsWith('.txt') || path.endsWith('.js')) expect(response.status, path).toBe(404)
    }
    expect((await api.request('/calls', { method: 'POST' })).status).toBe(404)
  })
})

describe('errors', () => {
  it('500: tells the log what broke and the client nothing', async () => {
    // An invoice without its paper, which cannot be.
    const response = await api.as('viewer', 'GET', `/invoices/${uuid(50)}/pdf`)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({
      type: 'urn:tollbook:problem:internal',
      title: 'Something broke here',
      status: 500,
      kind: 'internal',
    })
    expect(JSON.stringify(api.logged)).toContain(`/invoices/${uuid(50)}/pdf`)
  })

  it('404: for an address nobody serves', async () => {
    const response = await api.as('viewer', 'GET', '/nothing')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })
})
