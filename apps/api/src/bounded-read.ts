// Reads that a person's filters can make long: PostgreSQL ends them after a while, so that one question cannot hold the
// server. What comes out is the problem "too-wide" (see problem.ts, code 57014).

import { type Db, type Tx, transaction } from '@tollbook/db'

/** Longer than any indexed question takes on 30 M calls, shorter than a person waits. */
const MAX_MS = 15_000

export function boundedRead<T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, async (tx) => {
    await tx.client.query(`set local statement_timeout = ${MAX_MS}`)
    return read(tx)
  })
}

/** Longer than this nobody waits for what is only good to know. */
const QUICK_MS = 2_000
/** PostgreSQL's code for a statement that took too long. */
const CANCELLED = '57014'

/** The same for what may be left out: null when it cannot be had soon. */
export async function quickRead<T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T | null> {
  try {
    return await transaction(db, async (tx) => {
      await tx.client.query(`set local statement_timeout = ${QUICK_MS}`)
      return read(tx)
    })
  } catch (fault) {
    if ((fault as { code?: string }).code === CANCELLED) return null
    throw fault
  }
}
