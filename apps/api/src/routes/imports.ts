// Imports: files in, and how each one is getting on. The worker does the work.

import { randomBytes } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { createImport } from '@tollbook/calls'
import { type Db, transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import { asTenantId, timeFirstUuid } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { cursorField, decodeCursor, isoOf, limitField, toPage } from '../query-fields.ts'
import { access, FILE, formBody, json, newRouter, pageOf } from '../router.ts'
import { ImportRow } from '../schemas/data.ts'
import { isZone } from '../schemas/people.ts'
import { removeStored, storeUpload } from '../upload.ts'
import type * as wire from '../wire.ts'

const tags = ['Imports']
const Place = z.tuple([z.iso.datetime(), z.uuid()])
/** The source every real tenant has from the start: files and the first PBX share it, so both of one call are one. */
const DEFAULT_SOURCE = 'asterisk'

const Form = formBody(
  {
    columns: { type: 'string', description: 'A mapping of one’s own, as in cdr_custom.conf; comes before the files' },
    file: {
      type: 'array',
      items: FILE,
      description: 'Master.csv, cdr_custom, cel_custom, queue_log, recorded AMI; also .gz',
    },
    source: { type: 'string', default: DEFAULT_SOURCE },
    zone: { type: 'string', default: 'auto', description: 'auto, UTC, +03:00 or an IANA name' },
  },
  ['file'],
)

const listImports = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/imports',
  tags,
  summary: 'Imports, newest first',
  request: { query: z.object({ cursor: cursorField, limit: limitField(200, 50) }) },
  responses: { 200: json(pageOf(ImportRow, 'PageOfImports'), 'A page of imports') },
})

const startImport = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/imports',
  tags,
  summary: 'Import call records',
  description: 'Files are refused as a whole when one of them does not hold call records.',
  request: { body: Form },
  responses: { 202: json(z.array(ImportRow).readonly(), 'One queued import for each file') },
})

const readImport = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/imports/{id}',
  tags,
  summary: 'One import',
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: json(ImportRow, 'The import') },
})

export function importRoutes({ db, clock, config }: ApiDeps) {
  const router = newRouter()
  router.openapi(listImports, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const after = decodeCursor(cursor, Place)
    const rows = await readImports(db, c.get('tenant').tenantId, { after, limit: limit + 1 })
    return c.json(
      toPage(rows, limit, importRow, (r) => [isoOf(r.created_at), r.import_id]),
      200,
    )
  })
  router.openapi(startImport, async (c) => {
    const { tenantId } = c.get('tenant')
    const { fields, files } = await storeUpload(c.req.raw, config)
    try {
      const { source, zone } = importFields(fields)
      const nowMs = clock.now()
      const ids = await transaction(db, async (tx) => {
        const { sourceId } = await ensureSource(tx, tenantId, source, nowMs)
        const made: string[] = []
        for (const { filename, storedPath, bytes: bytesTotal } of files) {
          const importId = timeFirstUuid(nowMs, randomBytes(10))
          const request = { importId, tenantId: asTenantId(tenantId), sourceId, filename, storedPath, bytesTotal }
          await createImport(tx, { ...request, zoneAsked: zone, columns: fields.columns ?? '' }, 'queued', nowMs)
          made.push(importId)
        }
        return made
      })
      const rows = await readImports(db, tenantId, { ids, limit: ids.length })
      const inOrder = ids.flatMap((id) => rows.filter((r) => r.import_id === id))
      return c.json(inOrder.map(importRow), 202)
    } catch (error) {
      await removeStored(files.map((f) => f.storedPath))
      throw error
    }
  })
  router.openapi(readImport, async (c) => {
    const [row] = await readImports(db, c.get('tenant').tenantId, { ids: [c.req.valid('param').id], limit: 1 })
    if (!row) throw new Refusal('not-found')
    return c.json(importRow(row), 200)
  })
  return router
}

function importFields(fields: Readonly<Record<string, string>>): { source: string; zone: string } {
  const source = fields.source?.trim() || DEFAULT_SOURCE
  const zone = fields.zone?.trim() || 'auto'
  const faults = [
    ...(/^[^\p{Cc}]{1,100}$/u.test(source) ? [] : [{ field: 'source', message: 'must be one line of text' }]),
    ...(zone === 'auto' || /^[+-]\d{2}:\d{2}$/.test(zone) || isZone(zone)
      ? []
      : [{ field: 'zone', message: 'must be auto, UTC, an offset such as +03:00 or an IANA time zone' }]),
  ]
  if (faults.length > 0) throw new Refusal('invalid', undefined, faults)
  return { source, zone }
}

type Asked = {
  readonly after?: z.output<typeof Place> | undefined
  readonly ids?: readonly string[]
  readonly limit: number
}
type Row = Awaited<ReturnType<typeof readImports>>[number]

async function readImports(db: Db, tenantId: number, { after, ids, limit }: Asked) {
  return await db.q
    .selectFrom('import as i')
    .leftJoin('source as s', 's.source_id', 'i.source_id')
    .selectAll('i')
    .select('s.name as source')
    .where('i.tenant_id', '=', tenantId)
    .$if(ids !== undefined, (s) => s.where('i.import_id', 'in', [...ids!]))
    .$if(after !== undefined, (s) =>
      s.where((e) => e(e.refTuple('i.created_at', 'i.import_id'), '<', e.tuple(new Date(after![0]), after![1]))),
    )
    .orderBy('i.created_at', 'desc')
    .orderBy('i.import_id', 'desc')
    .limit(limit)
    .execute()
}

function importRow(row: Row): wire.ImportRow {
  return {
    id: row.import_id,
    filename: row.filename,
    source: row.source ?? '',
    state: row.state as wire.ImportRow['state'],
    format: row.format,
    zone: row.zone,
    bytesTotal: Number(row.bytes_total),
    bytesDone: Number(row.bytes_done),
    read: row.read,
    inserted: row.inserted,
    cel: row.cel,
    queueEvents: row.queue_events,
    duplicates: row.duplicates,
    rejected: row.rejected,
    calls: row.calls,
    rated: row.rated,
    unrated: row.unrated,
    error: row.error,
    createdAt: isoOf(row.created_at),
    finishedAt: isoOf(row.finished_at),
  }
}
