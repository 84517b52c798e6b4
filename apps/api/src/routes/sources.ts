// Sources: the PBXs calls come from, and how to reach them live. The secret goes in and never comes out.

import { createRoute, z } from '@hono/zod-openapi'
import { orderZone } from '@tollbook/charging/restitch'
import { type Db, transaction } from '@tollbook/db'
import { amiConnections, ensureSource, removeAmiConnection, setAmiConnection } from '@tollbook/directory'
import { asSourceId, asTenantId } from '@tollbook/kernel'
import { openSecret, sealSecret } from '@tollbook/runtime'
import type { ApiDeps } from '../api-deps.ts'
import { checkAmi } from '../check-ami.ts'
import { Refusal } from '../problem.ts'
import { isoOf } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { AmiCheck, AmiSettings, SourceRow } from '../schemas/data.ts'
import { SourceZone } from '../schemas/feeds.ts'
import { Name } from '../schemas/values.ts'
import type * as wire from '../wire.ts'

const tags = ['Sources']
const Params = z.object({ name: Name.max(100) })

const listSources = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/sources',
  tags,
  summary: 'Sources and the state of their live connections',
  responses: { 200: json(pageOf(SourceRow, 'PageOfSources'), 'All sources') },
})

const connectAmi = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/sources/{name}/ami',
  tags,
  summary: 'Connect to an Asterisk; the source is made when it is new',
  request: { params: Params, body: jsonBody(AmiSettings) },
  responses: { 200: json(SourceRow, 'The source') },
})

const disconnectAmi = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/sources/{name}/ami',
  tags,
  summary: 'Disconnect; the calls that came stay',
  request: { params: Params },
  responses: { 204: { description: 'Disconnected' } },
})

const setZone = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/sources/{name}/zone',
  tags,
  summary: 'Set the zone of its local times; calls that came are read anew in the background (GET /restitches)',
  request: { params: Params, body: jsonBody(SourceZone) },
  responses: { 200: json(SourceRow, 'The source') },
})

const checkSource = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/sources/{name}/check',
  tags,
  summary: 'Try to reach an Asterisk and log in; with {} by the settings that are stored',
  request: { params: Params, body: jsonBody(AmiSettings.partial().openapi('AmiCheckInput', { example: {} })) },
  responses: { 200: json(AmiCheck, 'What was tried, in order') },
})

export function sourceRoutes({ db, clock, secretKey }: ApiDeps) {
  return newRouter()
    .openapi(listSources, async (c) =>
      c.json({ items: await readSources(db, c.get('tenant').tenantId), next: null }, 200),
    )
    .openapi(connectAmi, async (c) => {
      const { tenantId } = c.get('tenant')
      const { name } = c.req.valid('param')
      const { secret, ...reach } = c.req.valid('json')
      const secretSealed = sealSecret(secretKey, secret)
      await transaction(db, async (tx) => {
        const { sourceId } = await ensureSource(tx, tenantId, name, clock.now())
        await setAmiConnection(tx, { sourceId, ...told(reach), secretSealed }, clock.now())
      })
      return c.json(await readSource(db, tenantId, name), 200)
    })
    .openapi(setZone, async (c) => {
      const { tenantId } = c.get('tenant')
      const { name } = c.req.valid('param')
      const sourceId = await sourceIdOf(db, tenantId, name)
      if (sourceId === undefined) throw new Refusal('not-found')
      const { zone } = c.req.valid('json')
      const order = { tenantId: asTenantId(tenantId), sourceId: asSourceId(sourceId), zone, by: c.get('user').email }
      const done = await orderZone(db, { ...order, nowMs: clock.now() })
      if (!done.ok) throw new Refusal('invalid', undefined, [{ field: 'zone', message: done.error.reason }])
      return c.json(await readSource(db, tenantId, name), 200)
    })
    .openapi(disconnectAmi, async (c) => {
      const sourceId = await sourceIdOf(db, c.get('tenant').tenantId, c.req.valid('param').name)
      if (sourceId === undefined) throw new Refusal('not-found')
      const removed = await transaction(db, (tx) => removeAmiConnection(tx, sourceId))
      if (!removed) throw new Refusal('not-found')
      return c.body(null, 204)
    })
    .openapi(checkSource, async (c) => {
      const sourceId = await sourceIdOf(db, c.get('tenant').tenantId, c.req.valid('param').name)
      const given = c.req.valid('json')
      const settings = Object.keys(given).length === 0 ? undefined : AmiSettings.safeParse(given)
      if (settings && !settings.success) {
        const fields = settings.error.issues.map((i) => ({ field: i.path.join('.'), message: i.message }))
        throw new Refusal('invalid', undefined, fields)
      }
      const wanted = settings?.data ?? (await storedSettings(db, sourceId, secretKey))
      return c.json(await checkAmi(wanted, clock), 200)
    })
}

/** What was left out stays out: then the room's own defaults hold. */
function told(settings: Omit<wire.AmiSettings, 'secret'>) {
  const {
    host,
    port,
    username,
    transport = 'tcp',
    auth = 'auto',
    caPem = '',
    serverName = '',
    httpPath = '',
  } = settings
  return { host, port, username, transport, auth, caPem, serverName, httpPath }
}

async function storedSettings(db: Db, sourceId: number | undefined, key: Buffer): Promise<wire.AmiSettings> {
  const stored = (await amiConnections(db)).find((a) => a.sourceId === sourceId)
  if (!stored) throw new Refusal('not-found', 'No connection is stored yet.')
  const { secretSealed } = stored
  try {
    return { ...told(stored), secret: openSecret(key, secretSealed) }
  } catch {
    throw new Refusal('in-the-way', 'The secret was sealed with another key. Store it again.')
  }
}

async function sourceIdOf(db: Db, tenantId: number, name: string): Promise<number | undefined> {
  const row = await db.q
    .selectFrom('source')
    .select('source_id')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.source_id
}

async function readSource(db: Db, tenantId: number, name: string): Promise<wire.SourceRow> {
  const source = (await readSources(db, tenantId)).find((s) => s.name === name)
  if (!source) throw new Refusal('not-found')
  return source
}

async function readSources(db: Db, tenantId: number): Promise<wire.SourceRow[]> {
  const rows = await db.q
    .selectFrom('source as s')
    .leftJoin('ami_connection as a', 'a.source_id', 's.source_id')
    .leftJoin('source_state as t', 't.source_id', 's.source_id')
    .select(['s.name', 's.zone', 's.zone_detected', 'a.host', 'a.port', 'a.username', 'a.enabled'])
    .select(['a.transport', 'a.auth', 'a.ca_pem', 'a.server_name', 'a.http_path'])
    .select(['t.state', 't.detail', 't.asterisk_version', 't.changed_at', 't.seen_at', 't.last_event_at'])
    .select(['t.legs', 't.cel', 't.rejected'])
    .where('s.tenant_id', '=', tenantId)
    .orderBy('s.name')
    .execute()
  return rows.map((r) => ({
    name: r.name,
    zone: r.zone,
    zoneDetected: r.zone_detected,
    ami: r.host === null ? null : amiOf(r),
    // Without a connection there is nothing to be in a state; with a new one ingest has not looked yet.
    state: r.host === null ? 'none' : ((r.state as wire.SourceRow['state'] | null) ?? 'connecting'),
    detail: r.detail ?? '',
    asteriskVersion: r.asterisk_version ?? '',
    changedAt: isoOf(r.changed_at),
    seenAt: isoOf(r.seen_at),
    lastEventAt: isoOf(r.last_event_at),
    legs: Number(r.legs ?? 0),
    cel: Number(r.cel ?? 0),
    rejected: Number(r.rejected ?? 0),
  }))
}

type AmiColumns = {
  readonly [K in 'host' | 'username' | 'transport' | 'auth' | 'ca_pem' | 'server_name' | 'http_path']: string | null
} & { readonly port: number | null; readonly enabled: boolean | null }

function amiOf(r: AmiColumns): NonNullable<wire.SourceRow['ami']> {
  return {
    ...{ host: r.host ?? '', port: r.port ?? 0, username: r.username ?? '', enabled: r.enabled ?? false },
    transport: (r.transport ?? 'tcp') as wire.AmiTransport,
    auth: (r.auth ?? 'auto') as wire.AmiAuth,
    ...{ caPem: r.ca_pem ?? '', serverName: r.server_name ?? '', httpPath: r.http_path ?? '' },
  }
}
