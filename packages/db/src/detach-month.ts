// A month of a partitioned table taken out of it, whole, and put aside in schema detached; nothing is deleted here. Which
// months and why is decided above.

import type { Db, Tx } from './connect.ts'
import { lockInTransaction } from './locks.ts'

export type MonthPart = {
  readonly table: string
  /** "2024-01", UTC. */
  readonly month: string
  readonly bytes: number
}

export type DetachedPart = MonthPart & { readonly rows: number }

/** Detaching needs its table for a moment; who holds it longer goes first, and we come back another time. */
const LOCK_MS = 3_000

/** Months there are of tables partitioned by this column, ascending. */
export async function monthParts(db: Db, column: string): Promise<readonly MonthPart[]> {
  const { rows } = await db.pool.query<{ table: string; part: string; bytes: string }>(
    `select p.relname as table, c.relname as part, pg_total_relation_size(c.oid) as bytes
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     where p.relkind = 'p' and p.relnamespace = current_schema()::regnamespace
       and pg_get_partkeydef(p.oid) = 'RANGE (' || $1 || ')' order by right(c.relname, 7), 1`,
    [column],
  )
  return rows.flatMap(({ table, part, bytes }) => {
    const found = /_(\d{4})_(\d{2})$/.exec(part)
    return found ? [{ table, month: `${found[1]}-${found[2]}`, bytes: Number(bytes) }] : []
  })
}

/**
 * Detaches the month of these tables in one transaction: all or, when a lock is not to be had, an error and none. An empty one is
 * simply dropped: that of a detached month comes into being again when somebody sends old rows, and stays empty.
 */
export async function detachMonth(tx: Tx, month: string, tables: readonly string[]): Promise<DetachedPart[]> {
  await lockInTransaction(tx, 'partitions')
  await tx.client.query(`set local lock_timeout = ${LOCK_MS}`)
  const done: DetachedPart[] = []
  for (const table of tables) {
    const part = `${table}_${month.replace('-', '_')}`
    const { rows } = await tx.client.query<{ rows: string; bytes: string; again: boolean }>(
      `select (select count(*) from ${part}) as rows, pg_total_relation_size('${part}') as bytes,
         to_regclass('detached.${part}') is not null as again`,
    )
    const found = rows[0]!
    const isEmpty = found.rows === '0'
    if (found.again && !isEmpty) throw new Error(`${part} has rows again, though it was detached before`)
    await tx.client.query(`alter table ${table} detach partition ${part}`)
    if (isEmpty) await tx.client.query(`drop table ${part}`)
    else {
      await tx.client.query(`alter table ${part} set schema detached`)
      done.push({ table, month, rows: Number(found.rows), bytes: Number(found.bytes) })
    }
  }
  return done
}

/** Deletes what was detached, and only that. */
export async function dropDetached(tx: Tx, month: string, table: string): Promise<void> {
  await tx.client.query(`drop table if exists detached.${table}_${month.replace('-', '_')}`)
}
