// Temporary tables for rows that are not simply appended: no keys, no WAL, emptied by the commit, made once a connection.

import type { Tx } from '@tollbook/db'

/** The empty staging table of these columns of a table, by its name. */
export async function emptyStaging(
  tx: Tx,
  table: 'call' | 'cel' | 'leg' | 'queue_event',
  columns: readonly string[],
): Promise<string> {
  const name = `stg_${table}`
  await tx.client.query(
    `set local client_min_messages = warning;
     create temp table if not exists ${name} on commit delete rows as
       select ${columns.join(', ')} from ${table} with no data;
     truncate ${name}`,
  )
  return name
}
