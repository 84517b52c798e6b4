// What came in from a source, hour by hour of the records' own end. Owns table source_hour; its one use is Data health.

import type { Queryable, Tx } from '@tollbook/db'
import { asSourceId, type SourceId, type TenantId, type Way } from '@tollbook/kernel'
import { sql } from 'kysely'

export type HourCounts = {
  /** Milliseconds, a whole UTC hour. */
  readonly hourMs: number
  readonly received: number
  readonly inserted: number
  /** Known from another way: the same call, counted once. */
  readonly matched: number
  /** Known from this way already. */
  readonly duplicates: number
  /** Stored more than an hour after they ended. */
  readonly late: number
}

/** Adds to the counts. Rows are taken in the order of the hours, so that two writers never wait for each other crosswise. */
export async function countHours(tx: Tx, sourceId: SourceId, way: Way, hours: readonly HourCounts[]): Promise<void> {
  if (hours.length === 0) return
  const sorted = [...hours].sort((a, b) => a.hourMs - b.hourMs)
  const column = (of: (h: HourCounts) => number) => sorted.map(of)
  await sql`insert into source_hour as s (source_id, hour, way, received, inserted, matched, duplicates, late)
    select ${sourceId}::smallint, to_timestamp(h.hour / 1000), ${way}::smallint, h.received, h.inserted, h.matched, h.duplicates, h.late
    from unnest(${column((h) => h.hourMs)}::float8[], ${column((h) => h.received)}::int[],
      ${column((h) => h.inserted)}::int[], ${column((h) => h.matched)}::int[],
      ${column((h) => h.duplicates)}::int[], ${column((h) => h.late)}::int[])
      as h (hour, received, inserted, matched, duplicates, late) order by 1, 2, 3
    on conflict (source_id, hour, way) do update set
      received = s.received + excluded.received, inserted = s.inserted + excluded.inserted,
      matched = s.matched + excluded.matched, duplicates = s.duplicates + excluded.duplicates,
      late = s.late + excluded.late`.execute(tx.q)
}

export type SourceHour = HourCounts & { readonly sourceId: SourceId; readonly way: Way }

/** The counts of a tenant's sources from `fromMs` on, in order. */
export async function sourceHours(db: Queryable, tenantId: TenantId, fromMs: number): Promise<SourceHour[]> {
  const rows = await db.q
    .selectFrom('source_hour as h')
    .innerJoin('source as s', 's.source_id', 'h.source_id')
    .selectAll('h')
    .where('s.tenant_id', '=', tenantId)
    .where('h.hour', '>=', new Date(fromMs))
    .orderBy('h.source_id')
    .orderBy('h.hour')
    .orderBy('h.way')
    .execute()
  return rows.map((row) => ({
    sourceId: asSourceId(row.source_id),
    way: row.way as Way,
    hourMs: row.hour.getTime(),
    received: row.received,
    inserted: row.inserted,
    matched: row.matched,
    duplicates: row.duplicates,
    late: row.late,
  }))
}
