// Channel events whose wall clock was read in another zone than is set now. Events told by the instant (cel_custom as it is
// shipped) have a fraction of a second and stay as they are.

import { type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import { epochOf } from '../uniqueid.ts'
import { rezoneInstant } from './rezone-times.ts'
import { rezonedId, type ZonedBatch } from './wanted-zones.ts'

type Range = readonly [string, string]

/** The batches that brought the events of these calls. */
export async function batchesOfEvents(tx: Tx, keys: readonly CallKey[], range: Range): Promise<string[]> {
  const { rows } = await tx.client.query<{ batch_id: string }>(
    'select distinct batch_id from cel where call_key = any($1::uuid[]) and opened_at between $2 and $3',
    [uuidArray(keys), ...range],
  )
  return rows.map((row) => row.batch_id)
}

type EventRow = {
  call_key: string
  event_key: string
  opened_at: Date
  batch_id: string
  uniqueid: string
  at_ms: number
  exact: boolean
}

/** Gives the events of these calls their true times; answers with the calls that have such. */
export async function rezoneEvents(
  tx: Tx,
  keys: readonly CallKey[],
  range: Range,
  batches: ReadonlyMap<string, ZonedBatch>,
): Promise<CallKey[]> {
  const { rows } = await tx.client.query<EventRow>(
    `select call_key, event_key, opened_at, batch_id, uniqueid, extract(epoch from happened_at)::float8 * 1000 as at_ms,
       bool_or(extract(microseconds from happened_at)::int % 1000 <> 0) over (partition by call_key, batch_id) as exact
     from cel where call_key = any($1::uuid[]) and opened_at between $2 and $3 and batch_id = any($4::uuid[])
     order by call_key, event_key`,
    [uuidArray(keys), ...range, uuidArray([...batches.keys()])],
  )
  const changed = rows.flatMap((row) => {
    const batch = batches.get(row.batch_id)
    if (batch === undefined || row.exact) return []
    const epoch = epochOf(row.uniqueid)
    const bound = epoch === undefined ? undefined : epoch * 1000 - 1000
    const second = Math.floor(row.at_ms / 1000) * 1000
    const atMs = rezoneInstant(second, batch.from, batch.to, bound) + row.at_ms - second
    return [{ row, atMs, batchId: rezonedId(batch) }]
  })
  if (changed.length === 0) return []
  await tx.client.query(
    `update cel e set happened_at = to_timestamp(k.at_ms / 1000), batch_id = k.batch_id
     from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::float8[], $5::uuid[])
       as k (call_key, event_key, opened_at, at_ms, batch_id)
     where e.call_key = k.call_key and e.event_key = k.event_key and e.opened_at = k.opened_at`,
    [
      changed.map(({ row }) => row.call_key),
      changed.map(({ row }) => row.event_key),
      changed.map(({ row }) => row.opened_at),
      changed.map(({ atMs }) => atMs),
      changed.map(({ batchId }) => batchId),
    ],
  )
  return [...new Set(changed.map(({ row }) => asCallKey(row.call_key)))]
}
