// Numbers taken out of everything that is kept, for subscribers who ask for it; and the notes of who had it done.

import { createRoute, z } from '@hono/zod-openapi'
import { listErasures } from '@tollbook/calls/erasing'
import { eraseSubscriber } from '@tollbook/charging/keep'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { access, json, jsonBody, newRouter } from '../router.ts'
import { Instant } from '../schemas/values.ts'

const tags = ['Erasure']

const Rows = z.record(z.string(), z.int()).openapi({ description: 'Rows of each table that held it' })
const Erasure = z
  .object({ id: z.string(), pseudonym: z.string(), askedBy: z.string(), rows: Rows, erasedAt: Instant })
  .openapi('Erasure')
const Erased = z
  .object({
    pseudonym: z.string().nullable().openapi({ description: 'What stands in its place; null in a dry run' }),
    rows: Rows,
  })
  .openapi('Erased', { example: { pseudonym: 'erased-kfbmadpoghle-4420718', rows: { leg: 12, call: 4 } } })

const list = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/erasures',
  tags,
  summary: 'Who had numbers erased, newest first',
  responses: { 200: json(z.array(Erasure).readonly(), 'At most 200') },
})

const erase = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/erasures',
  tags,
  summary: 'Take a number out of all calls and records, for good; figures and money stay',
  description: 'Reads all tables of calls: minutes with millions of calls. Cut off, it may be asked for again.',
  request: {
    body: jsonBody(
      z.object({ number: z.string().min(1).max(40), dryRun: z.boolean().optional() }).openapi('ErasureOrder', {
        example: { number: '+442071838750', dryRun: true },
      }),
    ),
  },
  responses: { 200: json(Erased, 'What was changed, or would be') },
})

export function erasureRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(list, async (c) => {
      const notes = await listErasures(db, c.get('tenant').tenantId)
      const told = notes.map(({ erasedAtMs, ...note }) => ({ ...note, erasedAt: new Date(erasedAtMs).toISOString() }))
      return c.json(told, 200)
    })
    .openapi(erase, async (c) => {
      const { number, dryRun = false } = c.req.valid('json')
      const order = { tenantId: c.get('tenant').tenantId, number, dryRun, by: c.get('user').email, clock }
      const done = await eraseSubscriber(db, order)
      if (!done.ok) {
        const message = 'must be the number of a subscriber: seven digits or more'
        throw new Refusal('invalid', undefined, [{ field: 'number', message }])
      }
      return c.json({ pseudonym: dryRun ? null : done.value.pseudonym, rows: done.value.rows }, 200)
    })
}
