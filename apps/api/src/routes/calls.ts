// Calls: the list with its filters, the same as CSV, and one call whole.

import { createRoute, z } from '@hono/zod-openapi'
import {
  type CallFilter,
  callDetail,
  ENDING,
  type CallDetail as StoredDetail,
  searchCalls,
} from '@tollbook/calls/search'
import { type ExplainableCall, explainCharge } from '@tollbook/charging'
import { releaseCall } from '@tollbook/charging/restitch'
import { callStory } from '@tollbook/charging/stories'
import type { Db } from '@tollbook/db'
import { asCallKey, asTenantId } from '@tollbook/kernel'
import { parseCallSearch } from '@tollbook/selection'
import { stream } from 'hono/streaming'
import { accountFilter } from '../account-filter.ts'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { callsCsv } from '../calls-csv.ts'
import { Refusal } from '../problem.ts'
import {
  cursorField,
  decodeCursor,
  encodeCursor,
  idField,
  idOrNoneField,
  instantField,
  limitField,
} from '../query-fields.ts'
import { access, json, newRouter, pageOf } from '../router.ts'
import { CallDetail, CallRow, Direction, Ending, Outcome } from '../schemas/calls.ts'
import { callDetailOf, callRow, DIRECTION_WORDS, OUTCOME_WORDS } from '../wire-call.ts'

const tags = ['Calls']

export const CallFilters = z.object({
  from: instantField.optional(),
  to: instantField.optional().openapi({ description: 'Exclusive' }),
  q: z.string().max(100).optional().openapi({
    description:
      'A number or its last 8 digits or more; a shorter one whole; a beginning with * at its end; linkedid or uniqueid; the beginning of a caller name',
  }),
  account: z.string().max(200).optional().openapi({ description: 'Code (else id), or none' }),
  destination: idOrNoneField.optional(),
  trunk: idOrNoneField.optional(),
  country: idOrNoneField.optional().openapi({ description: 'ISO 3166-1 number, or none' }),
  direction: Direction.optional(),
  outcome: Outcome.optional(),
  ending: Ending.optional().openapi({ description: 'Finer than outcome' }),
  rated: z.enum(['rated', 'unrated']).optional(),
  invoice: z.uuid().optional(),
  line: idField.optional().openapi({ description: 'Line of the invoice' }),
})

const Place = z.tuple([z.uuid()])

const listCalls = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/calls',
  tags,
  summary: 'Find calls, newest first',
  request: { query: CallFilters.extend({ cursor: cursorField, limit: limitField(200, 50) }) },
  responses: { 200: json(pageOf(CallRow, 'PageOfCalls'), 'A page of calls') },
})

const exportCalls = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/calls.csv',
  tags,
  summary: 'The calls of a search as CSV',
  request: { query: CallFilters },
  responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } } },
})

const readCall = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/calls/{key}',
  tags,
  summary: 'One call: legs, channel events, charges and how they came to be',
  request: { params: z.object({ key: z.uuid() }) },
  responses: { 200: json(CallDetail, 'The call') },
})

const release = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/calls/{key}/release',
  tags,
  summary: 'Charge a call that is held for review because of its length',
  request: { params: z.object({ key: z.uuid() }) },
  responses: { 204: { description: 'Released, and charged if it can be' } },
})

export function callRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(listCalls, async (c) => {
      const { cursor, limit, ...filters } = c.req.valid('query')
      const place = decodeCursor(cursor, Place)
      const after = place && asCallKey(place[0])
      const filter = await filterOf(db, c.get('tenant').tenantId, filters)
      const page = await boundedRead(db, (tx) => searchCalls(tx, filter, { after, limit }))
      const next = page.next === undefined ? null : encodeCursor([page.next])
      return c.json({ items: page.calls.map(callRow), next }, 200)
    })
    .openapi(exportCalls, async (c) => {
      const { tenantId, slug } = c.get('tenant')
      const filter = await filterOf(db, tenantId, c.req.valid('query'))
      c.header('content-type', 'text/csv; charset=utf-8')
      c.header('content-disposition', `attachment; filename="calls-${slug}.csv"`)
      return stream(c, async (out) => {
        for await (const chunk of callsCsv(db, filter)) {
          if (out.aborted) return
          await out.write(chunk)
        }
      })
    })
    .openapi(readCall, async (c) => {
      const { tenantId } = c.get('tenant')
      const detail = await callDetail(db, tenantId, asCallKey(c.req.valid('param').key))
      if (!detail) throw new Refusal('not-found')
      const traces = await Promise.all(
        detail.charges.map((charge) => explainCharge(db, { tenantId, ...charge }, chargedPart(detail, charge.line))),
      )
      const story = await callStory(db, asTenantId(tenantId), asCallKey(c.req.valid('param').key))
      return c.json(callDetailOf(detail, story, traces), 200)
    })
    .openapi(release, async (c) => {
      const key = asCallKey(c.req.valid('param').key)
      const released = await releaseCall(db, asTenantId(c.get('tenant').tenantId), key, clock.now())
      if (released === undefined) throw new Refusal('not-found')
      return c.body(null, 204)
    })
}

/** What a line of charges is for: the call, or one of its segments, which may be there no longer. */
function chargedPart({ call, segments }: StoredDetail, line: number): ExplainableCall {
  const segment = segments.find((one) => one.segment === line)
  if (segment === undefined) return call
  return { toNumber: segment.toNumber, startedAtMs: segment.answeredAtMs, answeredAtMs: segment.answeredAtMs }
}

export async function filterOf(db: Db, tenantId: number, f: z.output<typeof CallFilters>): Promise<CallFilter> {
  if (f.line !== undefined && f.invoice === undefined) {
    throw new Refusal('bad-request', undefined, [{ field: 'line', message: 'needs invoice' }])
  }
  return {
    tenantId,
    fromMs: f.from,
    toMs: f.to,
    search: f.q === undefined ? undefined : parseCallSearch(f.q),
    accountId: f.account === undefined ? undefined : (await accountFilter(db, tenantId, f.account)).id,
    destinationId: f.destination,
    trunkId: f.trunk,
    countryId: f.country,
    direction: f.direction && DIRECTION_WORDS[f.direction],
    outcome: f.outcome && OUTCOME_WORDS[f.outcome],
    ending: f.ending && ENDING[f.ending],
    rated: f.rated,
    invoice: f.invoice === undefined ? undefined : { invoiceId: f.invoice, line: f.line },
  }
}
