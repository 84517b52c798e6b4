// Rows put straight into a table, for tests of code that only reads. Knows no table.

import { type Db, ensureMonths, monthOf } from '@tollbook/db'

type Row = Readonly<Record<string, unknown>>

/** Columns whose month decides the partition; `insertRows` makes the partitions it needs. */
const PARTITION_COLUMNS = ['opened_at', 'effective_at', 'quarter', 'day'] as const

/**
 * Inserts plain objects, column names as keys; `defaults` are given to every row. Objects and arrays go as JSON and as
 * PostgreSQL arrays as the driver does it.
 */
export async function insertRows(db: Db, table: string, rows: readonly Row[], defaults: Row = {}): Promise<void> {
  const full = rows.map((row) => ({ ...defaults, ...row }) as Row)
  const moments = full.flatMap((row) => PARTITION_COLUMNS.map((c) => row[c]).filter((v) => v !== undefined))
  await ensureMonths(
    db,
    moments.map((v) => monthOf(new Date(v as string | Date).getTime())),
  )
  for (const row of full) {
    const columns = Object.keys(row)
    const places = columns.map((_, i) => `$${i + 1}`).join(', ')
    await db.pool.query(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(row))
  }
}
