// What is known of each PBX just now: its connection, its feeds, what was seen of it. Reads only.

import { type Advice, CDR_FORMATS, type CdrFormatName, type CdrObservations, cdrConfAdvice } from '@tollbook/asterisk'
import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'

/** How one PBX is heard live. */
export type LiveFacts = {
  readonly state: 'connecting' | 'live' | 'refused' | 'reconnecting' | 'stopped'
  readonly detail: string
  readonly enabled: boolean
  readonly version: string
  readonly changedAtMs: number | undefined
  /** When the state was confirmed last; older than a few seconds means that nobody listens. */
  readonly seenAtMs: number | undefined
  readonly lastEventAtMs: number | undefined
  readonly waitingBytes: number
  readonly waitingSinceMs: number | undefined
}

export type FeedFacts = {
  readonly feedId: number
  readonly kind: 'file' | 'table'
  readonly name: string
  readonly enabled: boolean
  readonly state: 'starting' | 'live' | 'waiting' | 'refused' | 'stopped'
  readonly detail: string
  readonly behindBytes: number
  readonly caughtUpAtMs: number | undefined
  readonly seenAtMs: number | undefined
}

export type SourceFacts = {
  readonly sourceId: number
  readonly name: string
  readonly zone: string
  readonly zoneDetected: string
  readonly createdAtMs: number
  readonly bootedAtMs: number | undefined
  /** The PBX's clock less ours; undefined = not known. */
  readonly clockOffsetMs: number | undefined
  readonly live: LiveFacts | undefined
  readonly feeds: readonly FeedFacts[]
  readonly advice: readonly Advice[]
}

type Row = {
  source_id: number
  name: string
  zone: string
  zone_detected: string
  created_at: Date
  host: string | null
  enabled: boolean | null
  state: LiveFacts['state'] | null
  detail: string | null
  asterisk_version: string | null
  changed_at: Date | null
  seen_at: Date | null
  last_event_at: Date | null
  booted_at: Date | null
  clock_offset_ms: number | null
  waiting_bytes: string | null
  waiting_since: Date | null
  observed: unknown
  format: string | null
}

/** The sources of a tenant in the order of their names. */
export async function readSources(db: Queryable, tenantId: number): Promise<SourceFacts[]> {
  const { rows } = await sql<Row>`
    select s.source_id, s.name, s.zone, s.zone_detected, s.created_at, a.host, a.enabled, t.state, t.detail,
      t.asterisk_version, t.changed_at, t.seen_at, t.last_event_at, t.booted_at, t.clock_offset_ms, t.waiting_bytes,
      t.waiting_since, t.observed, i.format
    from source s
    left join ami_connection a on a.source_id = s.source_id
    left join source_state t on t.source_id = s.source_id
    left join lateral (select format from import where source_id = s.source_id and state = 'done' and format like 'cdr%'
      order by created_at desc limit 1) i on true
    where s.tenant_id = ${tenantId} order by s.name`.execute(db.q)
  const feeds = await readFeeds(db, tenantId)
  return rows.map((row) => ({
    sourceId: row.source_id,
    name: row.name,
    zone: row.zone,
    zoneDetected: row.zone_detected,
    createdAtMs: row.created_at.getTime(),
    bootedAtMs: row.booted_at?.getTime(),
    clockOffsetMs: row.clock_offset_ms ?? undefined,
    live: row.host === null ? undefined : liveOf(row),
    feeds: feeds.filter((feed) => feed.sourceId === row.source_id),
    advice: cdrConfAdvice(observationsOf(row)),
  }))
}

function liveOf(row: Row): LiveFacts {
  return {
    state: row.state ?? 'connecting',
    detail: row.detail ?? '',
    enabled: row.enabled ?? false,
    version: row.asterisk_version ?? '',
    changedAtMs: row.changed_at?.getTime(),
    seenAtMs: row.seen_at?.getTime(),
    lastEventAtMs: row.last_event_at?.getTime(),
    waitingBytes: Number(row.waiting_bytes ?? 0),
    waitingSinceMs: row.waiting_since?.getTime(),
  }
}

/** What the listener wrote down is read with care: an older or newer one may have written other things. */
function observationsOf(row: Row): CdrObservations {
  const seen = (row.observed ?? {}) as { ami?: Record<string, unknown>; cdrEnabled?: unknown }
  const n = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0)
  const ami = seen.ami && {
    cdrs: n(seen.ami.cdrs),
    withSequence: n(seen.ami.withSequence),
    withLinkedId: n(seen.ami.withLinkedId),
    cel: n(seen.ami.cel),
  }
  const format = CDR_FORMATS.find((one) => one.name === row.format)?.name as CdrFormatName | undefined
  return {
    ...(format === undefined ? {} : { format }),
    ...(ami === undefined ? {} : { ami }),
    ...(typeof seen.cdrEnabled === 'boolean' ? { cdrEnabled: seen.cdrEnabled } : {}),
  }
}

async function readFeeds(db: Queryable, tenantId: number): Promise<(FeedFacts & { sourceId: number })[]> {
  const rows = await db.q
    .selectFrom('feed as f')
    .leftJoin('feed_state as t', 't.feed_id', 'f.feed_id')
    .select(['f.feed_id', 'f.source_id', 'f.kind', 'f.name', 'f.enabled'])
    .select(['t.state', 't.detail', 't.behind_bytes', 't.caught_up_at', 't.seen_at'])
    .where('f.tenant_id', '=', tenantId)
    .orderBy('f.feed_id')
    .execute()
  return rows.map((row) => ({
    feedId: row.feed_id,
    sourceId: row.source_id,
    kind: row.kind as FeedFacts['kind'],
    name: row.name,
    enabled: row.enabled,
    state: (row.state as FeedFacts['state'] | null) ?? 'starting',
    detail: row.detail ?? '',
    behindBytes: Number(row.behind_bytes ?? 0),
    caughtUpAtMs: row.caught_up_at?.getTime(),
    seenAtMs: row.seen_at?.getTime(),
  }))
}
