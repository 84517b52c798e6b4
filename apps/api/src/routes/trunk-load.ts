// Channels in use, busy hours and channels needed; the room stats reads the question and answers it.

import { createRoute, z } from '@hono/zod-openapi'
import { parseLoadQuery, queryLoad } from '@tollbook/stats/load'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { Refusal } from '../problem.ts'
import { access, json, newRouter } from '../router.ts'
import { TrunkLoad } from '../schemas/load.ts'

/** Text as it came: what is a date or a zone is for the room to say. */
const text = z.string().max(100).optional()

const readLoad = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/trunk-load',
  tags: ['Trunks'],
  summary: 'Channels in use per trunk, busy hours, blocking, and channels needed',
  request: {
    query: z.object({
      from: text.openapi({ example: '2026-11-01' }),
      to: text.openapi({ description: 'Exclusive; within 380 days of from' }),
      zone: text.openapi({ description: "Default: the tenant's" }),
      trunk: text.openapi({
        description:
          'Whose busy hours and series are told: a trunk\'s number, "none" (trunks without a name), "all". Default: all',
      }),
      target: text.openapi({ description: 'Blocking put up with, in %. Default: 1' }),
    }),
  },
  responses: { 200: json(TrunkLoad, 'Figures of all trunks, of each, of each source; busy hours and series of one') },
})

export function trunkLoadRoutes({ db, clock }: ApiDeps) {
  return newRouter().openapi(readLoad, async (c) => {
    const query = parseLoadQuery(c.req.valid('query'), c.get('tenant'))
    if (!query.ok) throw new Refusal('bad-request', undefined, query.error.fields)
    return c.json(await boundedRead(db, (tx) => queryLoad(tx, query.value, clock.now())), 200)
  })
}
