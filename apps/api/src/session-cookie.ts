// The cookie that carries a session: unreadable for scripts, not sent along by other sites' forms.

import { SESSION_MS } from '@tollbook/directory/people'
import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import type { ApiConfig } from './api-deps.ts'
import { SESSION_COOKIE } from './session-guard.ts'

export function setSessionCookie(c: Context, token: string, config: ApiConfig): void {
  // Plain http on loopback is how everybody starts; a Secure cookie would not be stored there.
  const secure = c.req.url.startsWith('https:') || config.httpsProxy
  setCookie(c, SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure,
    maxAge: SESSION_MS / 1000,
  })
}
