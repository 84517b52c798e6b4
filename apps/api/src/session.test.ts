// Proves for signing in and out: 200 204 303 400 401 403 410 413 415 422 429.

import { createLoginLink, findSession, LOGIN_LINK_MS, saveProfile } from '@tollbook/directory/people'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS, userId } from './testing/world.ts'
import type { Problem, SessionInfo, SignInAnswer } from './wire.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>
const PASSWORD = 'correct horse battery'

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await saveProfile(db(), userId('viewer'), { password: PASSWORD })
  api = testApi(db())
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  api.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const signIn = (password: string, email = 'viewer@example.net') => post('/api/v1/session', { email, password })
const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!

describe('POST /session', () => {
  it('200: gives a token and a cookie that scripts cannot read', async () => {
    const response = await signIn(PASSWORD)
    expect(response.status).toBe(200)
    const { token, session } = (await response.json()) as SignInAnswer
    expect(session.user).toEqual({
      name: 'viewer',
      email: 'viewer@example.net',
      locale: 'en',
      hasPassword: true,
      isAdmin: false,
    })
    expect(session.tenants).toMatchObject([{ slug: 'main', role: 'viewer', currency: 'EUR', isEmpty: false }])
    const cookie = response.headers.get('set-cookie')!
    expect(cookie).toContain(`tollbook_session=${token}`)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).not.toContain('Secure')
    for (const headers of [{ cookie: cookieOf(response) }, { authorization: `Bearer ${token}` }]) {
      expect((await api.request('/api/v1/session', { headers: headers as never })).status).toBe(200)
    }
  })

  it('marks the cookie Secure when people come by https', async () => {
    const secure = testApi(db(), { httpsProxy: true })
    const response = await secure.request('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'viewer@example.net', password: PASSWORD }),
    })
    expect(response.headers.get('set-cookie')).toContain('Secure')
  })

  it('401: does not tell a wrong password from an unknown person', async () => {
    const [wrong, nobody, unset] = await Promise.all([
      signIn('wrong'),
      signIn('wrong', 'nobody@example.net'),
      signIn('', 'admin@example.net').then(() => signIn('x', 'admin@example.net')),
    ])
    expect([wrong.status, nobody.status, unset.status]).toEqual([401, 401, 401])
    const bodies = await Promise.all([wrong.json(), nobody.json(), unset.json()])
    expect(new Set(bodies.map((b) => JSON.stringify(b))).size).toBe(1)
    expect(wrong.headers.get('set-cookie')).toBeNull()
  })

  it('400 for broken JSON, 413 for too much, 415 for another kind, 422 for a missing field', async () => {
    expect((await post('/api/v1/session', '{"email"')).status).toBe(400)
    expect((await post('/api/v1/session', { email: 'a'.repeat(300_000), password: 'x' })).status).toBe(413)
    expect((await post('/api/v1/session', 'email=x', { 'content-type': 'text/plain' })).status).toBe(415)
    const invalid = await post('/api/v1/session', { email: 'viewer@example.net' })
    expect(invalid.status).toBe(422)
    expect(await invalid.json()).toMatchObject({ kind: 'invalid', fields: [{ field: 'password' }] })
  })

  it('403: refuses a form on another site', async () => {
    const credentials = { email: 'viewer@example.net', password: PASSWORD }
    expect((await post('/api/v1/session', credentials, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('/api/v1/session', credentials, { 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await post('/api/v1/session', credentials, { origin: 'http://localhost' })).status).toBe(200)
  })

  it('429: stops guessing one email, and forgets after a quarter of an hour', async () => {
    const fresh = testApi(db())
    const guess = () =>
      fresh.request('/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'Operator@example.net', password: 'guess' }),
      })
    const first = await Promise.all(Array.from({ length: 10 }, guess))
    expect(new Set(first.map((r) => r.status))).toEqual(new Set([401]))
    const refused = await guess()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
    fresh.clock.move(15 * 60_000)
    expect((await guess()).status).toBe(401)
  })
})

describe('a session by cookie', () => {
  it('403: changes nothing for another site, nor for a client that does not say where it comes from', async () => {
    const cookie = cookieOf(await signIn(PASSWORD))
    const out = (headers: Record<string, string>) =>
      api.request('/api/v1/session', { method: 'DELETE', headers: { cookie, ...headers } })
    expect((await out({})).status).toBe(403)
    expect((await out({ origin: 'http://localhost:9999' })).status).toBe(403)
    expect((await out({ origin: 'null' })).status).toBe(403)
    expect((await out({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await out({ 'sec-fetch-site': 'same-origin' })).status).toBe(204)
    expect((await api.request('/api/v1/session', { headers: { cookie } })).status).toBe(401)
  })
})

describe('PATCH /me', () => {
  it('200: changes name and language', async () => {
    const response = await api.as('operator', 'PATCH', '/me', { name: ' 陈 Wei ', locale: 'zh-CN' })
    expect(response.status).toBe(200)
    expect(((await response.json()) as SessionInfo).user).toMatchObject({ name: '陈 Wei', locale: 'zh-CN' })
  })

  it('401: asks for the current password, and a new one ends the other sessions', async () => {
    const other = ((await (await signIn(PASSWORD)).json()) as SignInAnswer).token
    const wrong = await api.as('viewer', 'PATCH', '/me', { password: 'a longer password', currentPassword: 'no' })
    expect([wrong.status, ((await wrong.json()) as Problem).kind]).toEqual([401, 'wrong-password'])
    const short = await api.as('viewer', 'PATCH', '/me', { password: 'short', currentPassword: PASSWORD })
    expect(short.status).toBe(422)
    const right = await api.as('viewer', 'PATCH', '/me', { password: 'a longer password', currentPassword: PASSWORD })
    expect(right.status).toBe(200)
    expect(await findSession(db(), other, NOW_MS)).toBeUndefined()
    expect((await signIn('a longer password')).status).toBe(200)
  })
})

describe('GET /signin', () => {
  it('303: signs in once; a look ahead does not use the link up', async () => {
    const token = await createLoginLink(db(), userId('admin'), api.clock)
    const path = `/signin?token=${token}`
    expect((await api.request(path, { method: 'HEAD' })).status).toBe(204)
    expect((await api.request(path, { headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(204)
    const opened = await api.request(path)
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/'])
    const session = await api.request('/api/v1/session', { headers: { cookie: cookieOf(opened) } })
    expect(((await session.json()) as SessionInfo).user.name).toBe('admin')
    const again = await api.request(path)
    expect([again.status, again.headers.get('set-cookie')]).toEqual([410, null])
  })

  it('410: says what to do, in the language of the browser', async () => {
    const token = await createLoginLink(db(), userId('admin'), api.clock)
    const late = testApi(db())
    late.clock.move(LOGIN_LINK_MS)
    const page = await (await late.request(`/signin?token=${token}`)).text()
    expect(page).toContain('too old')
    expect(page).toContain('npm run tollbook -- signin')
    const chinese = await api.request('/signin?token=nothing', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } })
    expect(await chinese.text()).toContain('此链接无法登录')
    expect((await api.request('/signin')).status).toBe(303)
  })
})
