// Who is asking: finds the session behind a cookie or a bearer token, and refuses what another site makes a browser send.
// What somebody may do is the guard's business (router.ts).

import { findPushToken, findSession, isPushToken, tenantsOf } from '@tollbook/directory/people'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { ApiDeps, ApiEnv } from './api-deps.ts'
import { Refusal } from './problem.ts'

export const SESSION_COOKIE = 'tollbook_session'

/** Every request under /api/v1 passes here: without a live session it ends, whether or not the address exists. */
export function requireSession({ db, clock, config }: ApiDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const bearer = bearerToken(c)
    const token = bearer ?? getCookie(c, SESSION_COOKIE)
    if (bearer === undefined) refuseCrossSite(c, config.hostNames, token !== undefined)
    // Signing in is the one thing that can be done without having signed in.
    const signsIn = c.req.method === 'POST' && c.req.path === '/api/v1/session'
    if (bearer !== undefined && isPushToken(bearer)) await admitPush(c, bearer, db, clock.now())
    else if (!signsIn) {
      const user = token === undefined ? undefined : await findSession(db, token, clock.now())
      if (token === undefined || user === undefined) throw new Refusal('signed-out')
      c.set('user', user)
      c.set('token', token)
      c.set('tenants', await tenantsOf(db, user))
    }
    await next()
  }
}

/** The one door a push token opens. */
export const PUSH_PATH = '/api/v1/cdrs'

/** A program that may push CDRs of one source, and nothing else. */
async function admitPush(c: Context<ApiEnv>, token: string, db: ApiDeps['db'], nowMs: number): Promise<void> {
  const push = await findPushToken(db, token, nowMs)
  if (push === undefined) throw new Refusal('signed-out')
  if (c.req.method !== 'POST' || c.req.path !== PUSH_PATH) {
    throw new Refusal('role-too-low', `A push token is for POST ${PUSH_PATH} only.`)
  }
  c.set('push', push)
  c.set('tenants', [{ ...push.tenant, role: 'operator' }])
}

function bearerToken(c: Context): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(c.req.header('authorization') ?? '')?.[1]
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser adds the cookie to whatever any page makes it send; SameSite=Lax stops most of it, this stops the rest.
 * Browsers say where a request came from (Sec-Fetch-Site, else Origin); one that carries a cookie and says nothing is
 * refused. Programs use a bearer token and are not asked.
 */
function refuseCrossSite(c: Context, hostNames: readonly string[], withCookie: boolean): void {
  if (READS.has(c.req.method)) return
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) {
    if (site === 'same-origin') return
    throw new Refusal('cross-site')
  }
  const origin = c.req.header('origin')
  if (origin === undefined) {
    if (!withCookie) return
    throw new Refusal('cross-site', 'Send Origin with a cookie, or use a bearer token.')
  }
  const from = URL.canParse(origin) ? new URL(origin) : undefined
  // A proxy may ask under its own name; then the page's name is one of those configured.
  const own = from?.host === new URL(c.req.url).host || hostNames.includes(from?.hostname ?? '')
  if (!own) throw new Refusal('cross-site')
}
