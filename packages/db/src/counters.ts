// Small whole-number ids from one counter row each: no sequence, so that the same scheme holds on several nodes.

import type { Tx } from './connect.ts'

/** The next id of `name` ("account", "trunk", …), starting at 1. The row stays locked until the transaction ends. */
export async function nextId(tx: Tx, name: string, count = 1): Promise<number> {
  const { rows } = await tx.client.query<{ value: number }>(
    `insert into counter (name, value) values ($1, $2)
     on conflict (name) do update set value = counter.value + excluded.value returning value`,
    [name, count],
  )
  return rows[0]!.value - count + 1
}
