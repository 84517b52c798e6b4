// Calls that look too long to be true: a channel that hung, a conference nobody left. Reads only.

import { UNRATED } from '@tollbook/calls'
import type { Queryable } from '@tollbook/db'
import { asCallKey, type CallKey, timeFirstUuid } from '@tollbook/kernel'
import { sql } from 'kysely'

export type LongCall = {
  readonly callKey: CallKey
  readonly sourceId: number
  readonly startedAtMs: number
  readonly durationS: number
  readonly fromNumber: string
  readonly toNumber: string
  /** Held for review: charged once somebody has released it. */
  readonly held: boolean
}

/** Beyond this a call is looked at by somebody, seconds. */
export const LONG_S = 4 * 3_600

type Row = {
  call_key: string
  source_id: number
  started_at: Date
  duration_s: number
  from_number: string
  to_number: string
  held: boolean
}

/** At most `limit` of them that began since `sinceMs`, newest first; reads the calls of that time in key order. */
export async function longCalls(
  db: Queryable,
  asked: { readonly tenantId: number; readonly sinceMs: number; readonly limit: number },
): Promise<LongCall[]> {
  const { tenantId, sinceMs, limit } = asked
  const { rows } = await sql<Row>`
    select c.call_key, c.source_id, c.started_at, c.duration_s, c.from_number, c.to_number, coalesce(u.reason = ${UNRATED.held}, false) as held
    from call c left join call_unrated u on u.call_key = c.call_key and u.opened_at = c.opened_at
    where c.tenant_id = ${tenantId} and c.opened_at >= ${new Date(sinceMs)}
      and c.call_key >= ${timeFirstUuid(sinceMs, new Uint8Array(10))}::uuid and c.duration_s > ${LONG_S}
    order by c.call_key desc limit ${limit}`.execute(db.q)
  return rows.map((row) => ({
    callKey: asCallKey(row.call_key),
    sourceId: row.source_id,
    startedAtMs: row.started_at.getTime(),
    durationS: row.duration_s,
    fromNumber: row.from_number,
    toNumber: row.to_number,
    held: row.held,
  }))
}
