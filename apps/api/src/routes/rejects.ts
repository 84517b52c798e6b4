// Rows that were set aside: look at them, try them again, dismiss them.

import { createRoute, z } from '@hono/zod-openapi'
import { closeRejects, type RejectRef } from '@tollbook/calls'
import { retryRejects } from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import { asSourceId, asTenantId } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { cursorField, decodeCursor, isoOf, limitField, toPage } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { RejectKeys, RejectRow, RetryReport } from '../schemas/data.ts'
import type * as wire from '../wire.ts'

const tags = ['Imports']
const Place = z.tuple([z.iso.datetime(), z.uuid()])
/** A row longer than this is no CDR; what is shown of it says enough. */
const RAW_SHOWN = 4096

const listOpen = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/rejects',
  tags,
  summary: 'Rows set aside and still open, newest first',
  request: {
    query: z.object({ import: z.uuid().optional(), cursor: cursorField, limit: limitField(200, 50) }),
  },
  responses: { 200: json(pageOf(RejectRow, 'PageOfRejects'), 'A page of rows') },
})

const retry = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/rejects/retry',
  tags,
  summary: 'Try rows again; all open ones without keys',
  request: { body: jsonBody(RejectKeys.partial().openapi('RejectKeysOrAll', { example: {} })) },
  responses: { 200: json(RetryReport, 'What came of it') },
})

const dismiss = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/rejects/dismiss',
  tags,
  summary: 'Dismiss rows: they stay stored and are no longer shown',
  request: { body: jsonBody(RejectKeys) },
  responses: { 200: json(z.object({ dismissed: z.int() }), 'How many') },
})

export function rejectRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(listOpen, async (c) => {
      const { cursor, limit, import: importId } = c.req.valid('query')
      const after = decodeCursor(cursor, Place)
      const rows = await readRejects(db, c.get('tenant').tenantId, { after, importId, limit: limit + 1 })
      return c.json(
        toPage(rows, limit, rejectRow, (r) => [isoOf(r.rejected_at), r.reject_key]),
        200,
      )
    })
    .openapi(retry, async (c) => {
      const { tenantId } = c.get('tenant')
      const { keys } = c.req.valid('json')
      const only = keys && (await knownKeys(db, tenantId, keys))
      return c.json(await retryRejects(db, { tenantId: asTenantId(tenantId), only, nowMs: clock.now() }), 200)
    })
    .openapi(dismiss, async (c) => {
      const { tenantId } = c.get('tenant')
      const keys = await knownKeys(db, tenantId, c.req.valid('json').keys)
      const dismissed = await closeRejects(db, asTenantId(tenantId), keys, 'dismissed')
      return c.json({ dismissed }, 200)
    })
}

/** Source names as ids; keys of sources that are not this tenant's are left out. */
async function knownKeys(
  db: Db,
  tenantId: number,
  keys: readonly { readonly source: string; readonly key: string }[],
): Promise<RejectRef[]> {
  const sources = await db.q
    .selectFrom('source')
    .select(['source_id', 'name'])
    .where('tenant_id', '=', tenantId)
    .execute()
  const ids = new Map(sources.map((s) => [s.name, s.source_id]))
  return keys.flatMap(({ source, key }) => {
    const sourceId = ids.get(source)
    return sourceId === undefined ? [] : [{ sourceId: asSourceId(sourceId), rejectKey: key }]
  })
}

type Asked = {
  readonly after: z.output<typeof Place> | undefined
  readonly importId: string | undefined
  readonly limit: number
}
type Row = Awaited<ReturnType<typeof readRejects>>[number]

async function readRejects(db: Db, tenantId: number, { after, importId, limit }: Asked) {
  return await db.q
    .selectFrom('ingest_reject as r')
    .leftJoin('source as s', 's.source_id', 'r.source_id')
    .leftJoin('import as i', 'i.import_id', 'r.import_id')
    .select(['r.reject_key', 'r.import_id', 'r.line', 'r.reason', 'r.raw', 'r.rejected_at'])
    .select(['s.name as source', 'i.filename'])
    .where('r.tenant_id', '=', tenantId)
    .where('r.state', '=', 'open')
    .$if(importId !== undefined, (s) => s.where('r.import_id', '=', importId!))
    .$if(after !== undefined, (s) =>
      s.where((e) => e(e.refTuple('r.rejected_at', 'r.reject_key'), '<', e.tuple(new Date(after![0]), after![1]))),
    )
    .orderBy('r.rejected_at', 'desc')
    .orderBy('r.reject_key', 'desc')
    .limit(limit)
    .execute()
}

function rejectRow(row: Row): wire.RejectRow {
  return {
    source: row.source ?? '',
    key: row.reject_key,
    importId: row.import_id,
    filename: row.filename ?? '',
    line: row.line,
    reason: row.reason,
    raw: row.raw.subarray(0, RAW_SHOWN).toString('utf8'),
    rejectedAt: isoOf(row.rejected_at),
  }
}
