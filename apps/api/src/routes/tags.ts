// Tags: words that people put on calls.

import { createRoute, z } from '@hono/zod-openapi'
import { listTags, parseTag, tagCalls } from '@tollbook/calls/search'
import { transaction } from '@tollbook/db'
import { asCallKey } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { TagOrder, TagRow } from '../schemas/office.ts'

const tags = ['Tags']

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/tags',
  tags,
  summary: 'Tags, by how many calls have them',
  responses: { 200: json(pageOf(TagRow, 'PageOfTags'), 'All of them') },
})

const change = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/calls/tags',
  tags,
  summary: 'Put tags on calls, or take them off; who did it is kept',
  request: { body: jsonBody(TagOrder) },
  responses: {
    200: json(
      z.object({ changed: z.int() }).openapi('TagsChanged', { example: { changed: 12 } }),
      'Calls in which anything changed; calls that are not there are passed by',
    ),
  },
})

export function tagRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(list, async (c) => c.json({ items: await listTags(db, c.get('tenant').tenantId), next: null }, 200))
    .openapi(change, async (c) => {
      const { keys, add, remove } = c.req.valid('json')
      const order = {
        tenantId: c.get('tenant').tenantId,
        keys: keys.map(asCallKey),
        add: add.map((text) => read('add', text)),
        remove: remove.map((text) => text.trim()),
        by: c.get('user').email,
        nowMs: clock.now(),
      }
      return c.json({ changed: await transaction(db, (tx) => tagCalls(tx, order)) }, 200)
    })
}

function read(field: string, text: string): string {
  const tag = parseTag(text)
  if (tag.ok) return tag.value
  throw new Refusal('invalid', undefined, [{ field, message: tag.error.message }])
}
