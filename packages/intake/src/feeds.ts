// Record stores of a source that are followed: files it writes, tables of its database. Owns feed, feed_checkpoint and
// feed_state. Reads no file and no table itself.

import { nextId, type Queryable, type Tx } from '@tollbook/db'
import { asSourceId, asTenantId, type SourceId, type TenantId } from '@tollbook/kernel'
import { sql } from 'kysely'

export type FeedKind = 'file' | 'table'

/** What `settings` holds is known to whoever follows that kind; it is kept as given. */
export type Feed = {
  readonly feedId: number
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  readonly sourceName: string
  readonly kind: FeedKind
  /** The path, or "asteriskcdrdb.cdr": unique per source and kind. */
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secretSealed: Buffer | undefined
  /** 'auto', 'UTC', '+03:00' or an IANA name: what this feed's local times are in. */
  readonly zone: string
  readonly enabled: boolean
  readonly changedAtMs: number
}

export type NewFeed = Pick<Feed, 'tenantId' | 'sourceId' | 'kind' | 'name' | 'settings' | 'zone'> & {
  readonly secretSealed?: Buffer | undefined
  readonly enabled?: boolean
}

/** Adds a feed, or changes the one of that name; answers with its id and tells listeners on topic 'sources'. */
export async function saveFeed(tx: Tx, feed: NewFeed, nowMs: number): Promise<number> {
  const values = {
    settings: JSON.stringify(feed.settings),
    secret_sealed: feed.secretSealed ?? null,
    zone: feed.zone,
    enabled: feed.enabled ?? true,
    changed_at: new Date(nowMs),
  }
  const existing = await tx.q
    .selectFrom('feed')
    .select('feed_id')
    .where('source_id', '=', feed.sourceId)
    .where('kind', '=', feed.kind)
    .where('name', '=', feed.name)
    .forUpdate()
    .executeTakeFirst()
  const feedId = existing?.feed_id ?? (await nextId(tx, 'feed'))
  if (existing) await tx.q.updateTable('feed').set(values).where('feed_id', '=', feedId).execute()
  else {
    const { tenantId: tenant_id, sourceId: source_id, kind, name } = feed
    const row = { feed_id: feedId, tenant_id, source_id, kind, name, created_at: new Date(nowMs), ...values }
    await tx.q.insertInto('feed').values(row).execute()
  }
  await tx.client.query(`select pg_notify('tollbook', 'sources')`)
  return feedId
}

/** Stops following; what it brought stays. True when there was one. */
export async function removeFeed(tx: Tx, tenantId: TenantId, feedId: number): Promise<boolean> {
  const gone = await tx.q
    .deleteFrom('feed')
    .where('tenant_id', '=', tenantId)
    .where('feed_id', '=', feedId)
    .executeTakeFirst()
  await tx.client.query(`select pg_notify('tollbook', 'sources')`)
  return gone.numDeletedRows > 0n
}

/** All feeds, or those of one tenant; disabled ones too. */
export async function listFeeds(db: Queryable, tenantId?: TenantId): Promise<Feed[]> {
  let query = db.q.selectFrom('feed').innerJoin('source', 'source.source_id', 'feed.source_id')
  if (tenantId !== undefined) query = query.where('feed.tenant_id', '=', tenantId)
  const rows = await query.selectAll('feed').select('source.name as source_name').orderBy('feed_id').execute()
  return rows.map((row) => ({
    feedId: row.feed_id,
    tenantId: asTenantId(row.tenant_id),
    sourceId: asSourceId(row.source_id),
    sourceName: row.source_name,
    kind: row.kind as FeedKind,
    name: row.name,
    settings: row.settings as Record<string, unknown>,
    secretSealed: row.secret_sealed ?? undefined,
    zone: row.zone,
    enabled: row.enabled,
    changedAtMs: row.changed_at.getTime(),
  }))
}

/** Where a feed was left; undefined when it was never read. */
export async function checkpointOf(db: Queryable, feedId: number): Promise<unknown> {
  const row = await db.q
    .selectFrom('feed_checkpoint')
    .select('position')
    .where('feed_id', '=', feedId)
    .executeTakeFirst()
  return row?.position
}

/** Moves the checkpoint in the transaction that stores the rows before it. */
export async function moveCheckpoint(tx: Tx, feedId: number, position: unknown, nowMs: number): Promise<void> {
  const values = { position: JSON.stringify(position), changed_at: new Date(nowMs) }
  await tx.q
    .insertInto('feed_checkpoint')
    .values({ feed_id: feedId, ...values })
    .onConflict((c) => c.column('feed_id').doUpdateSet(values))
    .execute()
}

export type FeedState = {
  readonly state: 'starting' | 'live' | 'waiting' | 'refused' | 'stopped'
  /** For people; never holds a secret. */
  readonly detail: string
  readonly zoneDetected: string
  /** Rows read by this run so far. */
  readonly read: number
  readonly behindBytes: number
  readonly caughtUpAtMs: number | undefined
}

/** Writes what a feed is doing and tells listeners on topic 'sources'; `readBefore` is what was already counted. */
export async function setFeedState(
  db: Queryable,
  feedId: number,
  now: FeedState,
  readBefore: number,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs)
  const values = {
    state: now.state,
    detail: now.detail,
    zone_detected: now.zoneDetected,
    behind_bytes: now.behindBytes,
    seen_at: at,
    ...(now.caughtUpAtMs === undefined ? {} : { caught_up_at: new Date(now.caughtUpAtMs) }),
  }
  await db.q
    .insertInto('feed_state')
    .values({ feed_id: feedId, ...values, read: now.read - readBefore, changed_at: at })
    .onConflict((c) =>
      c.column('feed_id').doUpdateSet((e) => ({
        ...values,
        read: e('feed_state.read', '+', e.val(String(now.read - readBefore))),
        changed_at: e
          .case()
          .when(e.and([e('feed_state.state', '=', now.state), e('feed_state.detail', '=', now.detail)]))
          .then(e.ref('feed_state.changed_at'))
          .else(e.val(at))
          .end(),
      })),
    )
    .execute()
  await sql`select pg_notify('tollbook', 'sources')`.execute(db.q)
}
