// Statistics for the planner on months that have none yet. A large import fills a month within seconds, long before
// autovacuum looks at it; joined blindly, calls and charges of three months took 47 s to roll up instead of 0.7 s.

import type { Db } from '@tollbook/db'

/** Analyses the partitions of calls and charges of these months ("2026-11") that never were. Cheap when there are none. */
export async function analyzeNewMonths(db: Db, months: Iterable<string>): Promise<void> {
  const partitions = [...months].flatMap((m) => ['call', 'charge'].map((t) => `${t}_${m.replace('-', '_')}`))
  const { rows } = await db.pool.query<{ name: string }>(
    // reltuples is -1 until the first analyze; relpages is 0 until then too, so the size is asked of the file.
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema() and c.relname = any($1) and c.reltuples < 0 and pg_relation_size(c.oid) > 0`,
    [[...partitions, 'call_unrated']],
  )
  for (const { name } of rows) await db.pool.query(`analyze ${name}`)
}
