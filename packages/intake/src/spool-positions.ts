// How far the spool of a live source was stored. Owns table spool_position; what a position means is known to ingest.

import type { Queryable, Tx } from '@tollbook/db'
import type { SourceId } from '@tollbook/kernel'

/** Undefined when nothing of it was ever stored. */
export async function spoolPositionOf(db: Queryable, sourceId: SourceId): Promise<unknown> {
  const row = await db.q
    .selectFrom('spool_position')
    .select('position')
    .where('source_id', '=', sourceId)
    .executeTakeFirst()
  return row?.position
}

/** Moves in the transaction that stores the records before it. A source that was deleted meanwhile has none. */
export async function moveSpoolPosition(tx: Tx, sourceId: SourceId, position: unknown, nowMs: number): Promise<void> {
  await tx.client.query(
    `insert into spool_position (source_id, position, changed_at)
     select source_id, $2::jsonb, $3::timestamptz from source where source_id = $1
     on conflict (source_id) do update set position = excluded.position, changed_at = excluded.changed_at`,
    [sourceId, JSON.stringify(position), new Date(nowMs)],
  )
}
