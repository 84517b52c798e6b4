// Sign-in against a real PostgreSQL: passwords, sessions, one-time links, who may enter which tenant.

import { transaction } from '@tollbook/db'
import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { createLoginLink, LOGIN_LINK_MS, useLoginLink } from './login-link.ts'
import { hashPassword, isAcceptablePassword, verifyPassword } from './passwords.ts'
import { endOtherSessions, endSession, findSession, SESSION_MS, startSession } from './sessions.ts'
import { ensureAdmin, saveProfile, tenantsOf, userByPassword } from './users.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 2, 9)
let userId = ''

beforeAll(async () => {
  userId = await transaction(db(), (tx) => ensureAdmin(tx, { email: ' Ada@Example.net ', name: 'Ada' }, NOW))
})

describe('passwords', () => {
  it('knows the right one from a wrong one, and salts', async () => {
    const [a, b] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(a).not.toBe(b)
    expect(await verifyPassword('correct horse', a)).toBe(true)
    expect(await verifyPassword('correct horsE', a)).toBe(false)
  })

  it('lets nothing in for an empty or broken hash', async () => {
    expect(await verifyPassword('', '')).toBe(false)
    expect(await verifyPassword('x', '$argon2id$v=19$m=1,t=1,p=1$AA$AA')).toBe(false)
  })

  it('accepts 10 to 200 characters', () => {
    expect([9, 10, 200, 201].map((n) => isAcceptablePassword('x'.repeat(n)))).toEqual([false, true, true, false])
  })

  it('is set through the profile and then signs in', async () => {
    expect(await userByPassword(db(), 'ada@example.net', 'ten letters!')).toBeUndefined()
    await saveProfile(db(), userId, { password: 'ten letters!' })
    expect(await userByPassword(db(), 'ADA@example.net', 'ten letters!')).toBe(userId)
    expect(await userByPassword(db(), 'bob@example.net', 'ten letters!')).toBeUndefined()
  })
})

describe('sessions', () => {
  it('open with the token, not with its hash, until they end', async () => {
    const token = await startSession(db(), userId, NOW)
    expect(await findSession(db(), token, NOW + SESSION_MS - 1)).toMatchObject({ userId, isAdmin: true })
    expect(await findSession(db(), token, NOW + SESSION_MS)).toBeUndefined()
    expect(await findSession(db(), `${token}x`, NOW)).toBeUndefined()
    await endSession(db(), token)
    expect(await findSession(db(), token, NOW)).toBeUndefined()
  })

  it('end everywhere else after a new password', async () => {
    const [here, there] = [await startSession(db(), userId, NOW), await startSession(db(), userId, NOW)]
    await endOtherSessions(db(), userId, here)
    expect(await findSession(db(), here, NOW)).toBeDefined()
    expect(await findSession(db(), there, NOW)).toBeUndefined()
  })
})

describe('one-time links', () => {
  it('work once, also when two come at the same moment', async () => {
    const token = await createLoginLink(db(), userId, fixedClock(NOW))
    const both = await Promise.all([useLoginLink(db(), token, NOW), useLoginLink(db(), token, NOW)])
    expect(both.filter((r) => r.ok)).toEqual([{ ok: true, value: userId }])
    expect(both.filter((r) => !r.ok)).toEqual([{ ok: false, error: { kind: 'used-link' } }])
  })

  it('end after the hour, and an invented one is unknown', async () => {
    const token = await createLoginLink(db(), userId, fixedClock(NOW))
    const late = await useLoginLink(db(), token, NOW + LOGIN_LINK_MS)
    expect(late).toEqual({ ok: false, error: { kind: 'expired-link' } })
    expect(await useLoginLink(db(), 'nothing', NOW)).toEqual({ ok: false, error: { kind: 'unknown-link' } })
  })
})

describe('tenantsOf', () => {
  it('gives an administrator all and a member only theirs', async () => {
    await db().pool.query(
      `insert into tenant (tenant_id, slug, name, currency, is_sample, created_at)
       values (1, 'main', 'Main', 978, false, now()), (2, 'sample', 'Sample', 978, true, now())`,
    )
    const { rows } = await db().pool.query<{ user_id: string }>(
      `insert into app_user (user_id, email, name, created_at) values (gen_random_uuid(), 'v@example.net', 'V', now())
       returning user_id`,
    )
    const viewer = rows[0]!.user_id
    await db().pool.query(`insert into membership values ($1, 2, 'viewer')`, [viewer])
    const all = await tenantsOf(db(), { userId, isAdmin: true })
    expect(all.map((t) => [t.slug, t.role])).toEqual([
      ['main', 'admin'],
      ['sample', 'admin'],
    ])
    const one = await tenantsOf(db(), { userId: viewer, isAdmin: false })
    expect(one.map((t) => [t.slug, t.role])).toEqual([['sample', 'viewer']])
  })
})
