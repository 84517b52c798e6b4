// Channel events known by whole seconds, as AMI tells them, take over the exact time when a file tells it.

import type { Tx } from '@tollbook/db'

/** Moves the stored events that staged ones know better; an exact time is never given up for a whole second. */
export async function keepExactTimes(tx: Tx, staged: string): Promise<void> {
  await tx.client.query(
    `update cel c set happened_at = s.happened_at from ${staged} s
     where c.call_key = s.call_key and c.event_key = s.event_key and c.opened_at = s.opened_at
       and s.happened_at <> date_trunc('second', s.happened_at)
       and c.happened_at = date_trunc('second', c.happened_at)`,
  )
}
