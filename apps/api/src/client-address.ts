// From where a request came, for counting attempts. Behind a trusted proxy its last hop says so.

import type { Context } from 'hono'

type NodeBindings = { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }

export function clientAddress(c: Context, httpsProxy: boolean): string {
  const forwarded = httpsProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  const bindings = c.env as NodeBindings | undefined
  return forwarded || bindings?.incoming?.socket?.remoteAddress || 'unknown'
}
