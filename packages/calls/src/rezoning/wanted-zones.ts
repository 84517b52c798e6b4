// In which zone the local times of a stored batch were read, and in which they should be by what is set today: that of the
// import, of the feed, of the source.

import { createHash } from 'node:crypto'
import { type Tx, uuidArray } from '@tollbook/db'
import { type SourceId, timeFirstUuid, type Way } from '@tollbook/kernel'
import { type ZoneConverter, zoneConverter } from '../zone-converter.ts'

export type ZonedBatch = {
  readonly batchId: string
  readonly receivedAtMs: number
  readonly way: Way
  readonly toldBy: string
  readonly from: ZoneConverter
  readonly to: ZoneConverter
}

/**
 * Those of the batches whose times must be read anew. Not: batches without a zone, whose times are instants; imports that
 * were given a zone of their own; pushed records, which bear theirs; followed files without a zone of their own, which
 * are read as their rows tell.
 */
export async function batchesToRezone(tx: Tx, batchIds: Iterable<string>): Promise<Map<string, ZonedBatch>> {
  const { rows } = await tx.client.query<{
    batch_id: string
    received_at: Date
    way: number
    told_by: string
    zone: string
    wanted: string
  }>(
    `select b.batch_id, b.received_at, b.way, b.told_by, b.zone, case
       when f.feed_id is not null and f.zone <> 'auto' then f.zone
       when b.told_by like 'feed %' and coalesce(f.kind, 'file') = 'file' then b.zone
       when i.import_id is not null and i.zone_asked <> 'auto' then b.zone
       when b.way = 4 or s.zone = 'auto' then b.zone
       else s.zone end as wanted
     from batch b join source s using (source_id)
       left join feed f on b.told_by = 'feed ' || f.feed_id
       left join import i on b.told_by = 'import ' || i.import_id
     where b.batch_id = any($1::uuid[]) and b.zone <> ''`,
    [uuidArray([...batchIds])],
  )
  const batches = new Map<string, ZonedBatch>()
  for (const row of rows) {
    if (row.wanted === row.zone) continue
    const [from, to] = [zoneConverter(row.zone), zoneConverter(row.wanted)]
    if (!from || !to) continue
    const { batch_id: batchId, told_by: toldBy } = row
    batches.set(batchId, { batchId, receivedAtMs: row.received_at.getTime(), way: row.way as Way, toldBy, from, to })
  }
  return batches
}

/** The batch that stands for this one in the new zone; `more` tells further ones apart. */
export function rezonedId({ batchId, receivedAtMs, to }: ZonedBatch, more = ''): string {
  const digest = createHash('sha256').update(`${batchId}|${to.zone}|${more}`).digest()
  return timeFirstUuid(receivedAtMs, digest)
}

/** Writes the batches that stand for these: told by the same at the same time, read in the new zone. */
export async function noteRezoned(tx: Tx, batches: ReadonlyMap<string, ZonedBatch>, sourceId: SourceId): Promise<void> {
  const all = [...batches.values()].sort((a, b) => (a.batchId < b.batchId ? -1 : 1))
  await tx.client.query(
    `insert into batch (batch_id, source_id, received_at, legs, way, told_by, zone)
     select batch_id, $1, received_at, 0, way, told_by, zone
     from unnest($2::uuid[], $3::timestamptz[], $4::smallint[], $5::text[], $6::text[])
       as b (batch_id, received_at, way, told_by, zone)
     on conflict do nothing`,
    [
      sourceId,
      all.map((batch) => rezonedId(batch)),
      all.map((batch) => new Date(batch.receivedAtMs)),
      all.map((batch) => batch.way),
      all.map((batch) => batch.toldBy),
      all.map((batch) => batch.to.zone),
    ],
  )
}
