// Every route there is, asked by everybody who may not: 401 without a session, 403 for another tenant or a lower role.
// A route that forgot its guard fails here, because the list is the router's own.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument } from './openapi-document.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld, type Person, uuid } from './testing/world.ts'

/** All that answers anybody. Pages and health carry no data; whoever signs in has no session yet; metrics have a token. */
const PUBLIC = [
  'GET /livez',
  'GET /readyz',
  'GET /metrics',
  'GET /signin',
  'GET /api/openapi.json',
  'POST /api/v1/session',
]

/** What takes more than looking, spelled out: whoever loosens a route has to say so here too. */
const LEVELS = {
  'signed-in': ['GET /session', 'DELETE /session', 'PATCH /me'],
  operator: [
    'POST /decks/preview',
    'POST /imports',
    'POST /cdrs',
    'POST /rejects/retry',
    'POST /rejects/dismiss',
    'POST /data-health/check',
    'POST /rules/preview',
    'POST /rules/trial',
    'POST /calls/tags',
  ],
  admin: [
    'POST /calls/{key}/release',
    'PATCH /tenants/{slug}',
    'DELETE /tenants/{slug}',
    'POST /accounts',
    'PATCH /accounts/{id}',
    'POST /decks/import',
    'POST /decks/draft',
    'PATCH /decks/{id}',
    'POST /decks/{id}/rates',
    'POST /decks/{id}/versions/{version}/activate',
    'POST /decks/{id}/versions/{version}/withdraw',
    'POST /decks/{id}/versions/{version}/rollback',
    'DELETE /decks/{id}/versions/{version}',
    'POST /decks/{id}/default',
    'POST /plans',
    'POST /trunks',
    'PATCH /trunks/{id}',
    'POST /carriers',
    'PATCH /carriers/{id}',
    'PUT /plans/{id}',
    'DELETE /plans/{id}',
    'POST /revaluations',
    'POST /revaluations/{id}/apply',
    'POST /revaluations/{id}/cancel',
    'POST /credit-proposals/dismiss',
    'POST /invoices/run',
    'PUT /sources/{name}/ami',
    'PUT /sources/{name}/zone',
    'DELETE /sources/{name}/ami',
    'POST /sources/{name}/check',
    'POST /feeds',
    'POST /feeds/check',
    'PATCH /feeds/{id}',
    'DELETE /feeds/{id}',
    'PUT /rules',
    'DELETE /rules',
    'POST /restitches',
    'GET /erasures',
    'POST /erasures',
    'GET /push-tokens',
    'POST /push-tokens',
    'DELETE /push-tokens/{id}',
    'POST /departments',
    'PUT /departments/{id}',
    'DELETE /departments/{id}',
  ],
} as const

const db = testDatabase()
let api: ReturnType<typeof testApi>
let routes: { method: string; path: string }[]
let document: OpenApiDocument

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
  const all = api.app.routes.filter((r) => r.method !== 'ALL').map(({ method, path }) => ({ method, path }))
  routes = [...new Map(all.map((r) => [`${r.method} ${r.path}`, r])).values()]
  document = (await (await api.request('/api/openapi.json')).json()) as OpenApiDocument
})

const guarded = () => routes.filter((r) => !PUBLIC.includes(`${r.method} ${r.path}`))
const filled = (path: string) =>
  path
    .replace(':slug', 'main')
    .replace(':name', 'pbx')
    .replace(/:(key|id)/, uuid(60))
const accessOf = ({ method, path }: { method: string; path: string }) =>
  document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.['x-access']

async function statusAs(person: Person, route: { method: string; path: string }): Promise<number> {
  return (await api.as(person, route.method, filled(route.path).replace('/api/v1', ''))).status
}

describe('every route', () => {
  it('is under the guard or on the short public list', () => {
    expect(routes.length).toBeGreaterThan(30)
    for (const route of guarded()) {
      expect(route.path.startsWith('/api/v1/'), route.path).toBe(true)
      expect(['signed-in', 'viewer', 'operator', 'admin'], `${route.method} ${route.path}`).toContain(accessOf(route))
    }
  })

  it('takes the role it is meant to take; viewers only look', () => {
    const found: Record<string, string[]> = {}
    for (const route of guarded()) {
      const name = `${route.method} ${route.path.replace('/api/v1', '').replace(/:(\w+)/g, '{$1}')}`
      const level = accessOf(route) ?? 'none'
      found[level] = [...(found[level] ?? []), name]
    }
    const { viewer = [], ...more } = found
    for (const level of Object.values(more)) level.sort()
    expect(more).toEqual(Object.fromEntries(Object.entries(LEVELS).map(([level, names]) => [level, [...names].sort()])))
    // What a viewer keeps for himself alone is all he writes.
    expect(viewer.filter((name) => !name.startsWith('GET '))).toEqual(['POST /views', 'DELETE /views/{id}'])
  })

  it('is in the OpenAPI document', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const registered = routes
      .filter((r) => r.path.startsWith('/api/v1/'))
      .map((r) => `${r.method} ${r.path.replace(/:(\w+)/g, '{$1}')}`)
    expect(documented.sort()).toEqual(registered.sort())
  })

  it('answers 401 without a session, with an invented token and with an expired one', async () => {
    for (const route of guarded()) {
      const bare = await api.request(filled(route.path), { method: route.method })
      expect(bare.status, `${route.method} ${route.path}`).toBe(401)
      expect(bare.headers.get('content-type')).toBe('application/problem+json')
      const headers = { authorization: `Bearer ${'x'.repeat(43)}` }
      expect((await api.request(filled(route.path), { method: route.method, headers })).status).toBe(401)
    }
    expect((await api.request('/api/v1/no-such-address')).status).toBe(401)
  })

  it('answers 403 to somebody of another tenant', async () => {
    for (const route of guarded().filter((r) => accessOf(r) !== 'signed-in')) {
      expect(await statusAs('stranger', route), `${route.method} ${route.path}`).toBe(403)
    }
  })

  it('answers 403 to a role that is too low, and tells who does not see a tenant nothing of it', async () => {
    for (const route of guarded()) {
      const level = accessOf(route)
      if (level === 'operator' || level === 'admin') expect(await statusAs('viewer', route), route.path).toBe(403)
      if (level === 'admin') expect(await statusAs('operator', route), route.path).toBe(403)
    }
    const hidden = await api.as('viewer', 'GET', '/calls?tenant=other')
    const missing = await api.as('viewer', 'GET', '/calls?tenant=nowhere')
    expect([hidden.status, missing.status]).toEqual([403, 403])
    expect(await hidden.text()).toBe(await missing.text())
  })

  it('lets the administrator of all everywhere, and says 404 for a tenant that is not there', async () => {
    expect((await api.as('root', 'GET', '/calls?tenant=other')).status).toBe(200)
    expect((await api.as('root', 'GET', '/calls?tenant=nowhere')).status).toBe(404)
  })
})
