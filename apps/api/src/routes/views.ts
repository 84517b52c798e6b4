// Views that a person keeps under a name. Each sees his own, in the tenant asked for.

import { createRoute, z } from '@hono/zod-openapi'
import { transaction } from '@tollbook/db'
import { listSavedViews, removeView, saveView } from '@tollbook/directory/people'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { idField } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { NewView, SavedView } from '../schemas/office.ts'

const tags = ['Views']

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/views',
  tags,
  summary: 'What you keep here, by name',
  responses: { 200: json(pageOf(SavedView, 'PageOfViews'), 'All of them') },
})

const save = createRoute({
  ...access('viewer'),
  method: 'post',
  path: '/views',
  tags,
  summary: 'Keep a view under a name; one of the same name is replaced',
  request: { body: jsonBody(NewView) },
  responses: { 201: json(SavedView, 'The view') },
})

const remove = createRoute({
  ...access('viewer'),
  method: 'delete',
  path: '/views/{id}',
  tags,
  summary: 'Forget a view of yours',
  request: { params: z.object({ id: idField }) },
  responses: { 204: { description: 'It is gone' } },
})

export function viewRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(list, async (c) => {
      const owner = { tenantId: c.get('tenant').tenantId, userId: c.get('user').userId }
      return c.json({ items: await listSavedViews(db, owner), next: null }, 200)
    })
    .openapi(save, async (c) => {
      const owner = { tenantId: c.get('tenant').tenantId, userId: c.get('user').userId }
      const saved = await transaction(db, (tx) => saveView(tx, owner, c.req.valid('json'), clock.now()))
      if (saved === undefined) throw new Refusal('in-the-way', 'You keep 200 views here already. Delete one first.')
      return c.json(saved, 201)
    })
    .openapi(remove, async (c) => {
      const owner = { tenantId: c.get('tenant').tenantId, userId: c.get('user').userId }
      const gone = await transaction(db, (tx) => removeView(tx, owner, c.req.valid('param').id))
      if (!gone) throw new Refusal('not-found', 'You keep no such view.')
      return c.body(null, 204)
    })
}
