// Numbers masked at the door, for roles that may not see them whole. By default: every text of every answer is looked through,
// so that a route made tomorrow tells no number either; what holds no subscriber's number is listed here by name.

import type { TenantAccess } from '@tollbook/directory/people'
import { maskNumber, maskNumbersIn } from '@tollbook/kernel'
import type { Context, MiddlewareHandler } from 'hono'
import type { ApiEnv } from './api-deps.ts'
import { Refusal } from './problem.ts'

/** Whether this person sees numbers of this tenant masked. */
export function seesMasked({ role, maskNumbers }: Pick<TenantAccess, 'role' | 'maskNumbers'>): boolean {
  if (maskNumbers === 'none' || role === 'admin') return false
  return maskNumbers === 'all-but-admin' || role === 'viewer'
}

/** Own numbers, rates, people and settings: nothing of a subscriber. Prefixes and DIDs would be useless masked. */
const NO_SUBSCRIBERS =
  /^\/api\/v1\/(accounts|carriers|decks|departments|feeds|invoices|plans|price-lists|push-tokens|rules$|simulate|sources|stats|tenants|trunks|trunk-load|views)/

export const maskNumbers: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next()
  const tenant = c.get('tenant') as TenantAccess | undefined
  if (tenant === undefined || !seesMasked(tenant) || NO_SUBSCRIBERS.test(c.req.path) || c.res.body === null) return
  if (c.get('numbersMasked') === true) return
  const kind = c.res.headers.get('content-type') ?? ''
  c.res.headers.delete('content-length')
  if (kind.startsWith('text/event-stream')) return
  const byLine = LINES.find((one) => kind.startsWith(one.kind))
  if (byLine !== undefined) {
    c.res = new Response(c.res.body.pipeThrough(mapLines(byLine.mask)), c.res)
    return
  }
  if (!/^application\/(problem\+)?json/.test(kind)) {
    await c.res.body.cancel()
    throw new Refusal('numbers-masked', 'Take CSV or NDJSON: this kind of file cannot be masked.')
  }
  const body = JSON.stringify(maskedValue(await c.res.json(), ''))
  c.res = new Response(body, c.res)
}

const LINES: readonly { readonly kind: string; readonly mask: (line: string) => string }[] = [
  { kind: 'text/csv', mask: maskNumbersIn },
  {
    kind: 'application/x-ndjson',
    mask: (line) => (line === '' ? '' : JSON.stringify(maskedValue(JSON.parse(line), ''))),
  },
]

/** Names under which ids of channels and numbers of our own stand; UUIDs and decimals are known by their looks. */
const IDS = new Set([
  ...['uniqueid', 'linkedid', 'next', 'code', 'accountcode', 'did'],
  ...['revenue', 'cost', 'amount', 'margin'],
])
/** Names under which a number stands alone, perhaps with separators. */
const NUMBERS = new Set(['from', 'to', 'src', 'dst', 'number', 'cidNum', 'caller', 'dialled', 'exten', 'target'])

/** A text as whoever sees masks sees it, under this name. */
export function maskedText(value: string, name: string): string {
  if (IDS.has(name)) return value
  return maskNumbersIn(NUMBERS.has(name) ? maskNumber(value) : value)
}

function maskedValue(value: unknown, name: string): unknown {
  if (typeof value === 'string') return maskedText(value, name)
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskedValue(item, key)]))
}

/** Whole lines, however the bytes are cut; a line is never longer than what one row can be. */
function mapLines(map: (line: string) => string): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let rest = ''
  return new TransformStream({
    transform(chunk, out) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop()!
      if (lines.length > 0) out.enqueue(encoder.encode(lines.map((line) => `${map(line)}\n`).join('')))
    },
    flush(out) {
      const last = rest + decoder.decode()
      if (last !== '') out.enqueue(encoder.encode(map(last)))
    },
  })
}

/**
 * Whoever sees masks may look for a number he knows, whole, and for nothing that would let him find the hidden digits one by
 * one: beginnings and patterns.
 */
export function refuseGuessing(c: Context<ApiEnv>, tenant: TenantAccess): void {
  if (!seesMasked(tenant)) return
  const asked = ['number', 'from_number', 'to_number'].flatMap((name) => c.req.queries(name) ?? [])
  const parts = asked.flatMap((text) => text.split(',')).map((part) => part.trim().replace(/^!/, ''))
  const guesses = (c.req.queries('q') ?? []).some((text) => /\d[\s().\-/]*\*\s*$/.test(text))
  if (guesses || parts.some((part) => part !== '' && part !== 'none' && !/^\+?[\d\s().\-/]+$/.test(part))) {
    throw new Refusal('numbers-masked', 'Look for whole numbers: beginnings and patterns would tell hidden digits.')
  }
}
