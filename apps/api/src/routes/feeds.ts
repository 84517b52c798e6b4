// Feeds: the files and tables of a PBX that are followed. Ingest does the following; here they are named and watched.

import { createRoute, z } from '@hono/zod-openapi'
import { tableSettings } from '@tollbook/asterisk/tables'
import { orderFeedZone } from '@tollbook/charging/restitch'
import { type Db, transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import { type Feed, listFeeds, removeFeed, saveFeed } from '@tollbook/intake'
import { asTenantId } from '@tollbook/kernel'
import { sealSecret } from '@tollbook/runtime'
import type { ApiDeps } from '../api-deps.ts'
import { checkFeed } from '../check-feed.ts'
import { Refusal } from '../problem.ts'
import { isoOf } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { FeedChange, FeedCheck, FeedRow, NewFeed } from '../schemas/feeds.ts'
import type * as wire from '../wire.ts'

const tags = ['Feeds']
const Params = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) })

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/feeds',
  tags,
  summary: 'Files and tables that are followed, and how far each is read',
  responses: { 200: json(pageOf(FeedRow, 'PageOfFeeds'), 'All feeds') },
})

const add = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/feeds',
  tags,
  summary: 'Follow a file or a table; the source is made when it is new',
  description: 'A file, also of SQLite, lies on the server: only an administrator of the installation may name one.',
  request: { body: jsonBody(NewFeed) },
  responses: { 201: json(FeedRow, 'The feed') },
})

const check = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/feeds/check',
  tags,
  summary: 'Look whether it can be read, and what it is; nothing is stored',
  request: { body: jsonBody(NewFeed) },
  responses: { 200: json(FeedCheck, 'What was found') },
})

const change = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/feeds/{id}',
  tags,
  summary: 'Change a feed; absent = leave',
  request: { params: Params, body: jsonBody(FeedChange) },
  responses: { 200: json(FeedRow, 'The feed') },
})

const remove = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/feeds/{id}',
  tags,
  summary: 'Stop following; the calls that came stay',
  request: { params: Params },
  responses: { 204: { description: 'Removed' } },
})

export function feedRoutes({ db, clock, secretKey }: ApiDeps) {
  return newRouter()
    .openapi(list, async (c) => c.json({ items: await readFeeds(db, c.get('tenant').tenantId), next: null }, 200))
    .openapi(add, async (c) => {
      const asked = c.req.valid('json')
      const tenantId = asTenantId(c.get('tenant').tenantId)
      refuseFiles(asked, c.get('user').isAdmin)
      refuseUnusable(asked)
      const { source, kind, settings, zone } = asked
      const nowMs = clock.now()
      const secretSealed = kind === 'table' && asked.secret ? sealSecret(secretKey, asked.secret) : undefined
      const feedId = await transaction(db, async (tx) => {
        const { sourceId } = await ensureSource(tx, tenantId, source, nowMs)
        const name = nameOf(asked)
        const known = (await listFeeds(tx, tenantId)).some(
          (f) => f.sourceId === sourceId && f.kind === kind && f.name === name,
        )
        if (known) throw new Refusal('already-exists', `${name} is followed already.`)
        return await saveFeed(tx, { tenantId, sourceId, kind, name, settings, zone, secretSealed }, nowMs)
      })
      return c.json(await readFeed(db, tenantId, feedId), 201)
    })
    .openapi(check, async (c) => {
      const asked = c.req.valid('json')
      refuseFiles(asked, c.get('user').isAdmin)
      return c.json(await checkFeed(asked), 200)
    })
    .openapi(change, async (c) => {
      const tenantId = asTenantId(c.get('tenant').tenantId)
      const { id } = c.req.valid('param')
      const { zone, enabled, secret, content } = c.req.valid('json')
      await transaction(db, async (tx) => {
        const feed = await feedOf(tx, tenantId, id)
        const secretSealed = secret === undefined ? feed.secretSealed : sealSecret(secretKey, secret)
        const settings = content === undefined ? feed.settings : { ...feed.settings, content }
        const now = { ...feed, settings, secretSealed, zone: zone ?? feed.zone, enabled: enabled ?? feed.enabled }
        await saveFeed(tx, now, clock.now())
        if (now.zone === feed.zone || now.zone === 'auto') return
        await orderFeedZone(tx, { tenantId, sourceId: feed.sourceId, by: c.get('user').email, nowMs: clock.now() })
      })
      return c.json(await readFeed(db, tenantId, id), 200)
    })
    .openapi(remove, async (c) => {
      const removed = await transaction(db, (tx) =>
        removeFeed(tx, asTenantId(c.get('tenant').tenantId), c.req.valid('param').id),
      )
      if (!removed) throw new Refusal('not-found')
      return c.body(null, 204)
    })
}

type Asked = z.output<typeof NewFeed>

/** Else an administrator of one tenant could have the files of another one's PBX read to him. */
function refuseFiles(asked: Asked, isAdmin: boolean): void {
  const isElsewhere =
    asked.kind === 'table' && asked.settings.engine !== 'sqlite' && !asked.settings.host?.startsWith('/') // a socket
  if (isAdmin || isElsewhere) return
  throw new Refusal('role-too-low', 'Only an administrator of the installation may name files of the server.')
}

/** What a follower would refuse as soon as it looks at it. */
function refuseUnusable(asked: Asked): void {
  const settings = asked.kind === 'table' ? tableSettings(asked.settings) : undefined
  if (settings?.ok === false) throw new Refusal('invalid', undefined, [{ field: 'settings', message: settings.error }])
}

function nameOf({ kind, settings }: Asked): string {
  return kind === 'file' ? settings.path : `${settings.database}.${settings.table}`
}

async function feedOf(db: Parameters<typeof listFeeds>[0], tenantId: Feed['tenantId'], id: number): Promise<Feed> {
  const feed = (await listFeeds(db, tenantId)).find((f) => f.feedId === id)
  if (!feed) throw new Refusal('not-found')
  return feed
}

async function readFeed(db: Db, tenantId: number, id: number): Promise<wire.FeedRow> {
  const feed = (await readFeeds(db, tenantId)).find((f) => f.id === id)
  if (!feed) throw new Refusal('not-found')
  return feed
}

async function readFeeds(db: Db, tenantId: number): Promise<wire.FeedRow[]> {
  const rows = await db.q
    .selectFrom('feed as f')
    .innerJoin('source as s', 's.source_id', 'f.source_id')
    .leftJoin('feed_state as t', 't.feed_id', 'f.feed_id')
    .select(['f.feed_id', 's.name as source', 'f.kind', 'f.name', 'f.settings', 'f.secret_sealed', 'f.zone'])
    .select(['f.enabled', 't.state', 't.detail', 't.zone_detected', 't.read', 't.behind_bytes'])
    .select(['t.caught_up_at', 't.changed_at', 't.seen_at'])
    .where('f.tenant_id', '=', tenantId)
    .orderBy('s.name')
    .orderBy('f.feed_id')
    .execute()
  return rows.map((r) => ({
    id: r.feed_id,
    source: r.source,
    kind: r.kind as wire.FeedRow['kind'],
    name: r.name,
    settings: r.settings as Record<string, unknown>,
    hasSecret: r.secret_sealed !== null,
    zone: r.zone,
    zoneDetected: r.zone_detected ?? '',
    enabled: r.enabled,
    state: (r.state as wire.FeedRow['state'] | null) ?? 'none',
    detail: r.detail ?? '',
    read: Number(r.read ?? 0),
    behindBytes: Number(r.behind_bytes ?? 0),
    caughtUpAt: isoOf(r.caught_up_at),
    changedAt: isoOf(r.changed_at),
    seenAt: isoOf(r.seen_at),
  }))
}
