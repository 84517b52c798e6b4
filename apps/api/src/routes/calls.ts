// Calls: the list with its filters, the same as CSV, and one call whole.

import { createRoute, z } from '@hono/zod-openapi'
import { type CallFilter, callDetail, type CallDetail as StoredDetail } from '@tollbook/calls/search'
import { type ExplainableCall, explainCharge } from '@tollbook/charging'
import { releaseCall } from '@tollbook/charging/restitch'
import { callStory } from '@tollbook/charging/stories'
import type { Db } from '@tollbook/db'
import { countFound, findCalls } from '@tollbook/exports/find-calls'
import { asCallKey, asTenantId } from '@tollbook/kernel'
import { clockFault, FILTER_NAMES, parseFilters, resolveFilters } from '@tollbook/selection'
import { isZone } from '@tollbook/selection/local-time'
import { stream } from 'hono/streaming'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead, quickRead } from '../bounded-read.ts'
import { callsCsv } from '../calls-csv.ts'
import { Refusal } from '../problem.ts'
import { cursorField, decodeCursor, encodeCursor, idField, instantField, limitField } from '../query-fields.ts'
import { access, json, newRouter } from '../router.ts'
import { CallDetail, PageOfCalls } from '../schemas/calls.ts'
import { callDetailOf, callRow } from '../wire-call.ts'

const tags = ['Calls']

const PATTERNS =
  'Numbers or patterns as in a dialplan (_2XXN, _0044.), several separated by commas, "!" in front: all but these'
const RANGE = '10-60, 60-, -10: seconds, or money in the currency of the tenant'
const LIST = 'A key or name, several separated by commas, "!" in front: all but these; "none" = those without'

/** What a filter takes, in the words of the API's description. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  q: 'A number or its last 8 digits or more; a shorter one whole; a beginning with * at its end; linkedid or uniqueid; the beginning of a caller name',
  account: `${LIST}. Codes, else ids`,
  country: `${LIST}. ISO 3166-1 numbers`,
  cause: `${LIST}. Q.850`,
  rated: 'rated or unrated',
  ending: 'Finer than outcome',
  hour_of_day: '0 to 23 by the clocks of the zone: 9, 9-17, !0-6',
  weekday: '1 (Monday) to 7: 1, 1-5, !6,7',
  ...Object.fromEntries(['number', 'from_number', 'to_number'].map((name) => [name, PATTERNS])),
  ...Object.fromEntries(['talk', 'duration', 'ring', 'wait', 'cost', 'revenue'].map((name) => [name, RANGE])),
}

/** The filters of figures and of calls alike. */
export const SELECTION = Object.fromEntries(
  FILTER_NAMES.map((name) => [
    name,
    z
      .string()
      .max(2_000)
      .optional()
      .openapi({ description: DESCRIPTIONS[name] ?? LIST }),
  ]),
)

export const CallFilters = z.object({
  from: instantField.optional(),
  to: instantField.optional().openapi({ description: 'Exclusive' }),
  zone: z.string().max(64).optional().openapi({
    description: "Of hour_of_day and weekday (default: the tenant's), and of the times in a file (default: UTC)",
  }),
  ...SELECTION,
  invoice: z.uuid().optional(),
  line: idField.optional().openapi({ description: 'Line of the invoice' }),
})

const ORDERS = ['newest', 'longest', 'dearest'] as const
/** What was sorted by, and the call. */
const Place = z.tuple([z.string().regex(/^-?\d{0,14}(\.\d{1,6})?$/), z.uuid()])

/** More calls than this are not counted. */
const MOST_COUNTED = 10_000

const listCalls = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/calls',
  tags,
  summary: 'Find calls',
  request: {
    query: CallFilters.extend({
      sort: z.enum(ORDERS).default('newest').openapi({ description: 'longest by talk, dearest by revenue' }),
      count: z.enum(['true', 'false']).default('false').openapi({ description: 'true: tell how many there are' }),
      cursor: cursorField,
      limit: limitField(200, 50),
    }),
  },
  responses: { 200: json(PageOfCalls, 'A page of calls') },
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

export function callRoutes(deps: ApiDeps) {
  const { db, clock, columns } = deps
  return newRouter()
    .openapi(listCalls, async (c) => {
      const { cursor, limit, sort, count, ...filters } = c.req.valid('query')
      const place = decodeCursor(cursor, Place)
      const after = place && { value: place[0], key: asCallKey(place[1]) }
      const filter = await filterOf(db, c.get('tenant'), filters)
      const page = await boundedRead(db, (tx) => findCalls(tx, columns, filter, { after, limit, order: sort }))
      const next = page.next === undefined ? null : encodeCursor([page.next.value, page.next.key])
      const counted =
        count === 'true' ? await quickRead(db, (tx) => countFound(tx, columns, filter, MOST_COUNTED)) : null
      return c.json({ items: page.calls.map(callRow), next, count: counted }, 200)
    })
    .openapi(exportCalls, async (c) => {
      const { slug } = c.get('tenant')
      const filter = await filterOf(db, c.get('tenant'), c.req.valid('query'))
      c.header('content-type', 'text/csv; charset=utf-8')
      c.header('content-disposition', `attachment; filename="calls-${slug}.csv"`)
      return stream(c, async (out) => {
        for await (const chunk of callsCsv(deps, filter)) {
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

/** The calls that an address asks for, or a refusal that names its faults. */
export async function filterOf(
  db: Db,
  { tenantId, currency, zone: own }: { readonly tenantId: number; readonly currency: number; readonly zone: string },
  { from, to, zone = own, invoice, line, ...raw }: z.output<typeof CallFilters>,
): Promise<CallFilter> {
  const faults: { field: string; message: string }[] = []
  const filters = parseFilters(raw, (field, message) => void faults.push({ field, message }))
  if (!isZone(zone)) faults.push({ field: 'zone', message: `there is no time zone "${zone}"` })
  const span = from === undefined || to === undefined ? undefined : { fromMs: from, toMs: to, zone }
  const fault = clockFault(filters.clock, { fromMs: from, toMs: to })
  if (fault) faults.push(fault)
  if (line !== undefined && invoice === undefined) faults.push({ field: 'line', message: 'needs invoice' })
  if (faults.length > 0) throw new Refusal('bad-request', undefined, faults)
  return {
    tenantId,
    currency,
    fromMs: from,
    toMs: to,
    selection: await resolveFilters(db, tenantId, filters, span),
    invoice: invoice === undefined ? undefined : { invoiceId: invoice, line },
  }
}
