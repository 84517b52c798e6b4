// Monthly partitions, made before rows arrive. Which tables have them is read from the tables' own comments.

import { type Db, transaction } from './connect.ts'
import { lockInTransaction } from './locks.ts'

const known = new WeakMap<Db, Set<string>>()

/**
 * Makes sure that every partitioned table has its partition for each month ("2026-11", UTC). Cheap when they exist:
 * what this process has once seen is not asked again. A partition is built beside the table and attached, which
 * blocks neither readers nor writers.
 */
export async function ensureMonths(db: Db, months: Iterable<string>): Promise<void> {
  const seen = known.get(db) ?? new Set<string>()
  known.set(db, seen)
  const missing = [...new Set(months)].filter((m) => !seen.has(m)).sort()
  if (missing.length === 0) return
  await transaction(db, async (tx) => {
    await lockInTransaction(tx, 'partitions')
    const { rows: tables } = await tx.client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'p' and n.nspname = current_schema() order by 1`,
    )
    const { rows: existing } = await tx.client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relispartition and c.relkind = 'r' and n.nspname = current_schema()`,
    )
    const have = new Set(existing.map((r) => r.name))
    for (const month of missing) {
      const { from, to } = monthBounds(month)
      for (const { name } of tables) {
        const part = `${name}_${month.replace('-', '_')}`
        if (have.has(part)) continue
        await tx.client.query(`create table ${part} (like ${name} including all)`)
        await tx.client.query(`alter table ${name} attach partition ${part} for values from ('${from}') to ('${to}')`)
      }
    }
  })
  for (const m of missing) seen.add(m)
}

/** The UTC month of an instant, as `ensureMonths` wants it. */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7)
}

function monthBounds(month: string): { from: string; to: string } {
  const m = /^(\d{4})-(\d{2})$/.exec(month)
  if (!m) throw new Error(`not a month: ${month}`)
  const year = Number(m[1])
  const number = Number(m[2])
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
  return { from: `${month}-01 00:00:00+00`, to: `${next}-01 00:00:00+00` }
}
