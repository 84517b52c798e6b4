// When the highest peak of each trunk, source, and of all was first reached.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import type { Stretches } from './changed-stretches.ts'
import { type Cells, keyOf, within } from './load-cells.ts'
import { micros } from './reach.ts'

/** By `keyOf`: µs since the epoch. What took nothing is not there. */
export async function peakInstants(
  q: Queryable,
  tenantId: number,
  stretches: Stretches,
  borders: readonly number[],
  cells: Cells,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  const peaks = new Map([...cells].map(([key, mine]) => [key, highest([...mine.values()])]))
  for (const row of stretches.swept) {
    const key = keyOf(row)
    if (row.peak > 0 && row.peak === peaks.get(key)?.peak) earlier(found, key, row.peakAtUs)
  }
  if (stretches.kept.length === 0) return found
  const asked = [...peaks].flatMap(([key, { peak, bucket }]) => (peak > 0 ? [{ key, peak, bucket }] : []))
  // The first interval that reached it holds the instant; of an interval few rows are read.
  const { rows } = await sql<{ scope: number; scopeId: number; at: string }>`
    select scope, scope_id as "scopeId", min(${micros(sql.ref('quarter'))} + peak_us) as at
    from trunk_quarter join unnest(${asked.map((a) => Number(a.key.split(' ')[0]))}::int[],
      ${asked.map((a) => Number(a.key.split(' ')[1]))}::int[], ${asked.map((a) => a.peak)}::int[],
      ${asked.map((a) => new Date(borders[a.bucket]! / 1000).toISOString())}::timestamptz[],
      ${asked.map((a) => new Date(borders[a.bucket + 1]! / 1000).toISOString())}::timestamptz[]) as a (s, i, p, f, t)
      on scope = s and scope_id = i and peak = p and quarter >= f and quarter < t
    where tenant_id = ${tenantId} and ${within(sql.ref('quarter'), stretches.kept)}
    group by 1, 2`.execute(q.q)
  for (const row of rows) earlier(found, keyOf(row), Number(row.at))
  return found
}

function highest(cells: readonly { peak: number; bucket: number }[]): { peak: number; bucket: number } {
  const peak = cells.reduce((most, c) => Math.max(most, c.peak), 0)
  const at = cells
    .filter((c) => c.peak === peak)
    .reduce((first, c) => Math.min(first, c.bucket), Number.MAX_SAFE_INTEGER)
  return { peak, bucket: at }
}

function earlier(found: Map<string, number>, key: string, us: number): void {
  found.set(key, Math.min(found.get(key) ?? us, us))
}
