// Signing in and out with a password, who is signed in, and what people may change of themselves.

import { createRoute } from '@hono/zod-openapi'
import {
  endOtherSessions,
  endSession,
  findSession,
  saveProfile,
  startSession,
  tenantsOf,
  userByPassword,
} from '@tollbook/directory/people'
import { deleteCookie } from 'hono/cookie'
import type { ApiDeps } from '../api-deps.ts'
import { attemptLimit } from '../attempt-limit.ts'
import { clientAddress } from '../client-address.ts'
import { Refusal } from '../problem.ts'
import { access, json, jsonBody, newRouter, openToAll } from '../router.ts'
import { Credentials, ProfileChange, SessionInfo, SignInAnswer } from '../schemas/people.ts'
import { setSessionCookie } from '../session-cookie.ts'
import { SESSION_COOKIE } from '../session-guard.ts'
import { sessionInfo } from '../session-info.ts'

/** In fifteen minutes: a person mistypes a few times; an office behind one address has several persons. */
const PER_EMAIL = 10
const PER_ADDRESS = 50

const tags = ['Session']

const signIn = createRoute({
  ...openToAll(),
  method: 'post',
  path: '/session',
  tags,
  summary: 'Sign in with a password',
  request: { body: jsonBody(Credentials) },
  responses: { 200: json(SignInAnswer, 'Signed in; the cookie is set too') },
})

const whoAmI = createRoute({
  ...access('signed-in'),
  method: 'get',
  path: '/session',
  tags,
  summary: 'Who is signed in, and which tenants they may see',
  responses: { 200: json(SessionInfo, 'The session') },
})

const signOut = createRoute({
  ...access('signed-in'),
  method: 'delete',
  path: '/session',
  tags,
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out' } },
})

const changeMe = createRoute({
  ...access('signed-in'),
  method: 'patch',
  path: '/me',
  tags,
  summary: 'Change name, language or password',
  description: 'A new password ends every other session. `currentPassword` is asked when there is one already.',
  request: { body: jsonBody(ProfileChange) },
  responses: { 200: json(SessionInfo, 'The session after the change') },
})

export function sessionRoutes(deps: ApiDeps) {
  const { db, clock, config } = deps
  const byEmail = attemptLimit(PER_EMAIL)
  const byAddress = attemptLimit(PER_ADDRESS)

  /** The user, or a refusal; the two limits are charged before the costly check, and given back when it was right. */
  async function userOf(email: string, password: string, address: string): Promise<string> {
    const who = email.trim().toLowerCase()
    if (!byAddress.take(address, clock.now()) || !byEmail.take(who, clock.now())) {
      throw new Refusal('too-many-attempts', 'Wait a quarter of an hour, or sign in with a link.')
    }
    const userId = await userByPassword(db, email, password)
    if (userId === undefined) throw new Refusal('wrong-password')
    byAddress.giveBack(address)
    byEmail.giveBack(who)
    return userId
  }

  return newRouter()
    .openapi(signIn, async (c) => {
      const { email, password } = c.req.valid('json')
      const userId = await userOf(email, password, clientAddress(c, config.httpsProxy))
      const token = await startSession(db, userId, clock.now())
      const user = await findSession(db, token, clock.now())
      if (!user) throw new Refusal('signed-out')
      setSessionCookie(c, token, config)
      return c.json({ token, session: await sessionInfo(deps, user, await tenantsOf(db, user)) }, 200)
    })
    .openapi(whoAmI, async (c) => c.json(await sessionInfo(deps, c.get('user'), c.get('tenants')), 200))
    .openapi(signOut, async (c) => {
      await endSession(db, c.get('token'))
      deleteCookie(c, SESSION_COOKIE, { path: '/' })
      return c.body(null, 204)
    })
    .openapi(changeMe, async (c) => {
      const { currentPassword, ...change } = c.req.valid('json')
      const user = c.get('user')
      if (change.password !== undefined && user.hasPassword) {
        await userOf(user.email, currentPassword ?? '', clientAddress(c, config.httpsProxy))
      }
      await saveProfile(db, user.userId, change)
      if (change.password !== undefined) await endOtherSessions(db, user.userId, c.get('token'))
      const after = await findSession(db, c.get('token'), clock.now())
      return c.json(await sessionInfo(deps, after ?? user, c.get('tenants')), 200)
    })
}
