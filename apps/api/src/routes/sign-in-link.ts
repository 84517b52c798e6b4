// GET /signin?token=…: what a one-time link printed on the terminal opens. The only page the api writes itself.

import { startSession, useLoginLink } from '@tollbook/directory/people'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { ApiDeps } from '../api-deps.ts'
import { setSessionCookie } from '../session-cookie.ts'

export function signInLink({ db, clock, config }: ApiDeps): Hono {
  return new Hono().get('/signin', async (c) => {
    // Chat programs and browsers look ahead at links; a look must not use one up.
    if (c.req.method === 'HEAD' || /prefetch|prerender/.test(purpose(c))) return c.body(null, 204)
    const token = c.req.query('token')
    // Without a token it is the page with the sign-in form that is wanted.
    if (token === undefined) return c.redirect('/', 303)
    const used = await useLoginLink(db, token, clock.now())
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    if (!used.ok) return c.html(deadLink(c, used.error.kind), 410)
    setSessionCookie(c, await startSession(db, used.value, clock.now()), config)
    return c.redirect('/', 303)
  })
}

function purpose(c: Context): string {
  return `${c.req.header('sec-purpose') ?? ''} ${c.req.header('purpose') ?? ''}`.toLowerCase()
}

const TEXTS = {
  en: {
    title: 'This link does not sign you in',
    'used-link': 'It has been used already. Each link works once.',
    'expired-link': 'It is too old. A link works for one hour.',
    'unknown-link': 'It is not known here. Part of it may have been lost in copying.',
    next: 'For a new one, run this where Tollbook runs:',
    home: 'Sign in with a password',
  },
  'zh-CN': {
    title: '此链接无法登录',
    'used-link': '链接已用过。每个链接只能使用一次。',
    'expired-link': '链接已过期。链接一小时内有效。',
    'unknown-link': '链接不存在，复制时可能丢失了一部分。',
    next: '要获取新链接，请在运行 Tollbook 的机器上执行：',
    home: '用密码登录',
  },
} as const

function deadLink(c: Context, kind: 'used-link' | 'expired-link' | 'unknown-link') {
  const lang = /^\s*zh\b/i.test(c.req.header('accept-language') ?? '') ? 'zh-CN' : 'en'
  const t = TEXTS[lang]
  return html`<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>${t.title} · Tollbook</title>
  </head>
  <body>
    <h1>${t.title}</h1>
    <p>${t[kind]}</p>
    <p>${t.next}</p>
    <pre>npm run tollbook -- signin</pre>
    <p><a href="/">${t.home}</a></p>
  </body>
</html>`
}
