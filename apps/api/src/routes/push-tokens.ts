// Tokens for programs that push CDRs: made, listed and revoked. A token is told once and is kept by nobody but its holder.

import { createRoute, z } from '@hono/zod-openapi'
import { transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import { createPushToken, listPushTokens, revokePushToken } from '@tollbook/directory/people'
import { asTenantId } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { isoOf } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { NewPushToken, PushTokenRow, PushTokenWish } from '../schemas/push.ts'

const tags = ['Push']

const list = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/push-tokens',
  tags,
  summary: 'Tokens that may push CDRs, without the tokens themselves',
  responses: { 200: json(pageOf(PushTokenRow, 'PageOfPushTokens'), 'All tokens') },
})

const create = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/push-tokens',
  tags,
  summary: 'Make a token for one source; it is told this once',
  request: { body: jsonBody(PushTokenWish) },
  responses: { 201: json(NewPushToken, 'The token') },
})

const revoke = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/push-tokens/{id}',
  tags,
  summary: 'Revoke a token: who holds it is refused from now on',
  request: { params: z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) }) },
  responses: { 204: { description: 'Revoked' } },
})

export function pushTokenRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(list, async (c) => {
      const tokens = await listPushTokens(db, asTenantId(c.get('tenant').tenantId))
      const items = tokens.map(({ tokenId, source, name, createdAtMs, usedAtMs }) => ({
        ...{ id: tokenId, source, name, createdAt: isoOf(new Date(createdAtMs)) },
        usedAt: usedAtMs === undefined ? null : isoOf(new Date(usedAtMs)),
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(create, async (c) => {
      const tenantId = asTenantId(c.get('tenant').tenantId)
      const { source, name } = c.req.valid('json')
      const made = await transaction(db, async (tx) => {
        const { sourceId } = await ensureSource(tx, tenantId, source, clock.now())
        return await createPushToken(tx, { tenantId, sourceId, name }, clock.now())
      })
      return c.json({ id: made.tokenId, token: made.token }, 201)
    })
    .openapi(revoke, async (c) => {
      const gone = await revokePushToken(db, asTenantId(c.get('tenant').tenantId), c.req.valid('param').id)
      if (!gone) throw new Refusal('not-found')
      return c.body(null, 204)
    })
}
