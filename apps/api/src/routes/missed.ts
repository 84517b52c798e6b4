// Missed callers and who was called back.

import { createRoute, z } from '@hono/zod-openapi'
import { asCallKey } from '@tollbook/kernel'
import { queryMissed } from '@tollbook/stats'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { cursorField, decodeCursor, encodeCursor, limitField } from '../query-fields.ts'
import { access, json, newRouter } from '../router.ts'
import { MissedCalls } from '../schemas/office.ts'
import type * as wire from '../wire.ts'
import { SELECTION } from './calls.ts'
import { statsQuestion } from './stats.ts'

const text = z.string().max(500).optional()
/** The last call of a caller. His number would be told to who may not see it. */
const Place = z.tuple([z.uuid()])

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/missed-calls',
  tags: ['Statistics'],
  summary: 'Callers whose inbound calls nobody took, the last to call first, and when they were spoken with afterwards',
  description:
    'A row for each caller (the last nine digits of his number). Returned = a conversation with him, either way, after a missed call and within the hours asked for; with 24 it is `return_rate` of /stats.',
  request: {
    query: z.object({
      from: text.openapi({ example: '2026-11-01' }),
      to: text.openapi({ description: 'Exclusive' }),
      zone: text.openapi({ description: "Of dates; default: the tenant's" }),
      within: z
        .string()
        .regex(/^([1-9]|[1-9]\d|1[0-5]\d|16[0-8])$/, 'must be hours, 1 to 168')
        .default('24')
        .transform(Number)
        .openapi({ type: 'integer', minimum: 1, maximum: 168, default: 24 }),
      only: z.enum(['returned', 'unreturned']).optional(),
      ...SELECTION,
      cursor: cursorField,
      limit: limitField(200, 50),
    }),
  },
  responses: { 200: json(MissedCalls, 'A page of callers, and the rate over all of them') },
})

export function missedRoutes({ db, columns }: ApiDeps) {
  return newRouter().openapi(list, async (c) => {
    const { within, only, cursor, limit, ...question } = c.req.valid('query')
    const query = statsQuestion(c.get('tenant'), question)
    const place = decodeCursor(cursor, Place)
    const after = place && asCallKey(place[0])
    const { items, callers, returned, next } = await boundedRead(db, (tx) =>
      queryMissed(tx, query, { withinHours: within, only, after, limit }, columns),
    )
    return c.json(
      {
        items: items.map(callerOf),
        total: { callers, returned, rate: callers === 0 ? null : (100 * returned) / callers },
        next: next === undefined ? null : encodeCursor([next]),
      },
      200,
    )
  })
}

function callerOf(caller: Awaited<ReturnType<typeof queryMissed>>['items'][number]): wire.MissedCaller {
  const { returned } = caller
  return {
    number: caller.number,
    name: caller.name,
    calls: caller.calls,
    firstAt: iso(caller.firstMs),
    lastAt: iso(caller.lastMs),
    longestWaitSeconds: caller.longestWaitS,
    rang: caller.rang,
    did: caller.did,
    account: caller.account ?? null,
    lastCall: caller.lastCall,
    returned:
      returned === undefined
        ? null
        : {
            at: iso(returned.atMs),
            by: returned.by,
            direction: returned.outward ? 'outbound' : 'inbound',
            call: returned.call,
            afterSeconds: returned.afterS,
          },
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
