// Named advisory locks, so that two processes do not do the same housekeeping at once.

import { createHash } from 'node:crypto'
import type { Tx } from './connect.ts'

/**
 * Waits for the named lock and holds it until the transaction ends: alone, or shared with all others who share it.
 */
export async function lockInTransaction(tx: Tx, name: string, mode: 'alone' | 'shared' = 'alone'): Promise<void> {
  const take = mode === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared'
  await tx.client.query(`select ${take}($1)`, [lockNumber(name)])
}

/** Takes the named lock until the transaction ends if it is free; false when somebody else holds it. */
export async function tryLockInTransaction(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await tx.client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1) as got', [
    lockNumber(name),
  ])
  return rows[0]?.got === true
}

function lockNumber(name: string): string {
  return createHash('sha256').update(`tollbook:${name}`).digest().readBigInt64BE(0).toString()
}
