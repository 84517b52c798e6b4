// Waiting without sleeping: look, and look again whenever the database says that something changed.

import type { Db } from '@tollbook/db'

/** Resolves when the condition holds; it is asked now and after every notification. The test's own time-out bounds it. */
export async function untilTold(db: Db, condition: () => Promise<boolean>): Promise<void> {
  const client = await db.pool.connect()
  let told = Promise.withResolvers<void>()
  client.on('notification', () => told.resolve())
  try {
    await client.query('listen tollbook')
    while (!(await condition())) {
      // Renewed only after the wait: what was said during the condition is not lost.
      await told.promise
      told = Promise.withResolvers<void>()
    }
  } finally {
    client.release(true)
  }
}
