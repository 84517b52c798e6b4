// CDRs that a program sends by itself: read within bounds, one answer each. Who may: an operator, or a token of the source.

import { createRoute, z } from '@hono/zod-openapi'
import { type PushOutcome, pushCdrs } from '@tollbook/charging/push'
import { transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ApiDeps, ApiEnv } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { pushedItems } from '../pushed-items.ts'
import { access, json, newRouter } from '../router.ts'
import { PushAnswer, PushedCdr } from '../schemas/push.ts'
import { Name } from '../schemas/values.ts'
import type * as wire from '../wire-push.ts'

/** A thousand records of Asterisk have half of that. */
const MAX_BYTES = 2 * 1024 * 1024
/** The source every real tenant has from the start. */
const DEFAULT_SOURCE = 'asterisk'

const operator = access('operator')

const push = createRoute({
  ...operator,
  middleware: [...operator.middleware, bounded()],
  method: 'post',
  path: '/cdrs',
  tags: ['Push'],
  summary: 'Push CDRs of one source; sending them again changes nothing',
  description:
    'A JSON array, or one JSON object a line (application/x-ndjson); at most 1,000 records and 2 MiB. Each is answered for by ' +
    'itself; what is rejected is kept and can be tried again. With a push token the source is that of the token.',
  request: {
    query: z.object({
      source: Name.max(100)
        .optional()
        .openapi({ description: `Default: that of the token, else ${DEFAULT_SOURCE}` }),
      zone: z
        .string()
        .max(64)
        .default('auto')
        .openapi({ description: 'Of local times: auto, UTC, +03:00 or an IANA name' }),
    }),
  },
  responses: { 200: json(PushAnswer, 'What became of each') },
})

/** Described by hand: a validator would refuse the whole for one wrong record. */
const BODY = {
  required: true,
  content: {
    'application/json': {
      schema: { type: 'array' as const, items: { $ref: '#/components/schemas/PushedCdr' }, maxItems: 1000 },
    },
    'application/x-ndjson': { schema: { type: 'string' as const } },
  },
}

export function cdrRoutes({ db, clock }: ApiDeps) {
  const router = newRouter()
  router.openAPIRegistry.register('PushedCdr', PushedCdr)
  return router.openapi({ ...push, requestBody: BODY } as typeof push, async (c) => {
    const { source: asked, zone } = c.req.valid('query')
    const { tenantId } = c.get('tenant')
    const name = sourceOf(c, asked)
    const records = pushedItems(await c.req.text(), c.req.header('content-type') ?? '')
    const nowMs = clock.now()
    const source = await transaction(db, (tx) => ensureSource(tx, tenantId, name, nowMs))
    const done = await pushCdrs(db, { source, zone, records, nowMs })
    if (!done.ok) throw new Refusal('bad-request', undefined, [{ field: 'zone', message: 'is not a time zone' }])
    return c.json(answerOf(done.value), 200)
  })
}

function bounded() {
  return bodyLimit({
    maxSize: MAX_BYTES,
    onError: () => {
      throw new Refusal('too-large', `At most ${MAX_BYTES} bytes.`)
    },
  })
}

/** A token opens the door of its own source only. */
function sourceOf(c: Context<ApiEnv>, asked: string | undefined): string {
  const own = c.get('push')?.source
  if (own !== undefined && asked !== undefined && asked !== own) {
    throw new Refusal('role-too-low', `This token is for the source ${own}.`)
  }
  return own ?? asked ?? DEFAULT_SOURCE
}

function answerOf(outcomes: readonly PushOutcome[]): wire.PushAnswer {
  const count = (status: PushOutcome['status']) => outcomes.filter((o) => o.status === status).length
  return {
    inserted: count('inserted'),
    duplicates: count('duplicate'),
    rejected: count('rejected'),
    items: outcomes,
  }
}
