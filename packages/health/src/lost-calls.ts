// Calls that Asterisk took with it when it died: their channel events began, and neither an end nor a call record came.
// Reads only. A record store can bring them back no more, since the PBX never wrote them.

import type { Queryable } from '@tollbook/db'
import { asCallKey, asSourceId, type CallKey, type SourceId, timeFirstUuid } from '@tollbook/kernel'
import { sql } from 'kysely'

export type LostCall = {
  readonly callKey: CallKey
  readonly sourceId: SourceId
  readonly linkedid: string
  readonly startedAtMs: number
  /** The last event that came of it. */
  readonly lastEventAtMs: number
  readonly caller: string
  readonly callee: string
  /** Whether a person or program had answered by then. */
  readonly answered: boolean
  /** `restarted`: the PBX booted since. `never-ended`: a day has passed. */
  readonly why: 'restarted' | 'never-ended'
}

/** A call that long is not going on: even conferences end within a day. */
const NEVER_ENDS_MS = 24 * 3_600_000
/** Events of one call looked at to name it; the first ones have what is asked for. */
const MAX_EVENTS = 500

type LostRow = {
  call_key: string
  source_id: number
  linkedid: string
  started: Date
  last_event: Date
  caller: string | null
  callee: string | null
  answered: boolean
  restarted: boolean
}

/**
 * At most `limit` lost calls of a tenant that began since `sinceMs`, newest first. Reads the events of that time in key
 * order, so its cost grows with the time asked for: bound both.
 */
export async function lostCalls(
  db: Queryable,
  asked: { readonly tenantId: number; readonly sinceMs: number; readonly nowMs: number; readonly limit: number },
): Promise<LostCall[]> {
  const { tenantId, sinceMs, nowMs, limit } = asked
  const since = new Date(sinceMs)
  const never = new Date(nowMs - NEVER_ENDS_MS)
  const { rows } = await sql<LostRow>`
    with lost as (
      select b.call_key, b.opened_at, b.source_id, b.linkedid, b.uniqueid, b.happened_at, b.exten,
        coalesce(b.happened_at < t.booted_at, false) as restarted
      from cel b left join source_state t on t.source_id = b.source_id
      where b.tenant_id = ${tenantId} and b.event = 'CHAN_START' and b.uniqueid = b.linkedid
        and b.opened_at >= ${since} and b.call_key >= ${timeFirstUuid(sinceMs, new Uint8Array(10))}::uuid
        and (b.happened_at < t.booted_at or b.happened_at < ${never})
        and not exists (select from cel e where e.call_key = b.call_key and e.opened_at = b.opened_at
          and (e.event = 'LINKEDID_END' or (e.event = 'CHAN_END' and e.uniqueid = b.uniqueid)))
        and not exists (select from leg l where l.call_key = b.call_key and l.opened_at = b.opened_at)
      order by b.call_key desc limit ${limit})
    select lost.call_key, lost.source_id, lost.linkedid, lost.happened_at as started, lost.restarted,
      e.last_event, e.caller, coalesce(nullif(lost.exten, ''), e.callee) as callee, e.answered
    from lost cross join lateral (
      select max(happened_at) as last_event, bool_or(event = 'ANSWER') as answered,
        (array_agg(cid_num order by happened_at, event_key) filter (where cid_num <> '' and uniqueid = lost.uniqueid))[1] as caller,
        (array_agg(exten order by happened_at, event_key) filter (where exten <> ''))[1] as callee
      from (select * from cel where call_key = lost.call_key and opened_at = lost.opened_at limit ${MAX_EVENTS}) own) e
    order by lost.call_key desc`.execute(db.q)
  return rows.map((row) => ({
    callKey: asCallKey(row.call_key),
    sourceId: asSourceId(row.source_id),
    linkedid: row.linkedid,
    startedAtMs: new Date(row.started).getTime(),
    lastEventAtMs: new Date(row.last_event).getTime(),
    caller: row.caller ?? '',
    callee: row.callee ?? '',
    answered: row.answered,
    why: row.restarted ? 'restarted' : 'never-ended',
  }))
}
