// The files and tables that are followed, as the command line shows them.

import type { Db } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'
import { grouped, table } from './text.ts'

export type FeedLine = {
  readonly id: number
  readonly source: string
  readonly kind: string
  readonly name: string
  readonly zone: string
  readonly zoneDetected: string
  readonly enabled: boolean
  readonly state: string
  readonly detail: string
  readonly read: number
  readonly behindBytes: number
}

export async function feedsOf(db: Db, tenantId: TenantId): Promise<FeedLine[]> {
  const rows = await db.q
    .selectFrom('feed as f')
    .innerJoin('source as s', 's.source_id', 'f.source_id')
    .leftJoin('feed_state as t', 't.feed_id', 'f.feed_id')
    .select(['f.feed_id', 's.name as source', 'f.kind', 'f.name', 'f.zone', 'f.enabled'])
    .select(['t.zone_detected', 't.state', 't.detail', 't.read', 't.behind_bytes'])
    .where('f.tenant_id', '=', tenantId)
    .orderBy('s.name')
    .orderBy('f.feed_id')
    .execute()
  return rows.map((row) => ({
    id: row.feed_id,
    source: row.source,
    kind: row.kind,
    name: row.name,
    zone: row.zone,
    zoneDetected: row.zone_detected ?? '',
    enabled: row.enabled,
    state: row.state ?? 'none',
    detail: row.detail ?? '',
    read: Number(row.read ?? 0),
    behindBytes: Number(row.behind_bytes ?? 0),
  }))
}

export function feedTable(feeds: readonly FeedLine[]): string {
  const columns = [
    ...[{ title: 'source' }, { title: 'follows' }, { title: 'zone' }, { title: 'read' }, { title: 'state' }],
    { title: '' },
  ]
  const lines = feeds.map((f) => {
    const zone = f.zone === 'auto' ? `auto${f.zoneDetected === '' ? '' : ` (${f.zoneDetected})`}` : f.zone
    const behind = f.behindBytes > 0 ? `${grouped(f.behindBytes)} bytes behind` : ''
    const words = [f.detail, behind].filter((w) => w !== '').join('; ')
    return [f.source, f.name, zone, grouped(f.read), f.enabled ? f.state : 'off', words]
  })
  return table(columns, lines)
}
