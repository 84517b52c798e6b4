// In which zone the times of a feed are read: what its administrator set, what its rows told, what its tenant lives by.

import type { Db } from '@tollbook/db'
import type { Feed } from '@tollbook/intake'

/** IANA names. Set for the feed, set for its PBX, and what goes without either. */
export type FeedZones = {
  readonly ofFeed: string | undefined
  readonly ofSource: string | undefined
  readonly otherwise: string
}

export async function feedZones(db: Db, feed: Pick<Feed, 'sourceId' | 'zone'>): Promise<FeedZones> {
  const row = await db.q
    .selectFrom('source as s')
    .innerJoin('tenant as t', 't.tenant_id', 's.tenant_id')
    .select(['s.zone', 's.zone_detected', 't.zone as tenant_zone'])
    .where('s.source_id', '=', feed.sourceId)
    .executeTakeFirst()
  return {
    ofFeed: set(feed.zone),
    ofSource: set(row?.zone),
    otherwise: set(row?.zone_detected) ?? set(row?.tenant_zone) ?? 'UTC',
  }
}

function set(zone: string | undefined): string | undefined {
  return zone === undefined || zone === 'auto' || zone === '' ? undefined : zone
}
