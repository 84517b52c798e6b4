// Channel events as they were stored, by call: for stitching, and for telling a call's story.

import type { Tx } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import type { Cel } from './cel.ts'

type CelRow = {
  call_key: string
  opened_at: Date
  event_key: string
  at_ms: number
  arrival: string
  event: string
  uniqueid: string
  linkedid: string
  channel: string
} & Record<(typeof TEXTS)[number], string | null>

const TEXTS = [
  ...(['exten', 'context', 'app', 'appdata', 'cid_num', 'cid_name', 'peer', 'accountcode'] as const),
  ...(['userfield', 'extra'] as const),
] as const

/** A call has some dozen events; one with more is a loop, and is told from its first ones. */
const MOST_EVENTS = 20_000

/** All stored events of these calls, which opened between the two instants; calls without any are absent. */
export async function celOf(
  tx: Pick<Tx, 'client'>,
  keys: Iterable<CallKey>,
  range: readonly [string, string],
): Promise<Map<string, Cel[]>> {
  const { rows } = await tx.client.query<CelRow>({
    name: 'events of calls',
    // Microseconds of the time: a Date would cut them off.
    text: `select call_key, opened_at, event_key, extract(epoch from happened_at)::float8 * 1000 as at_ms, arrival, event,
        uniqueid, linkedid, channel, ${TEXTS.join(', ')}
      from cel where call_key = any($1::uuid[]) and opened_at between $2 and $3`,
    values: [[...keys], ...range],
  })
  const events = new Map<string, Cel[]>()
  for (const row of rows) {
    const event = celFromStored(row)
    const same = events.get(row.call_key)
    if (same === undefined) events.set(row.call_key, [event])
    else if (same.length < MOST_EVENTS) same.push(event)
  }
  return events
}

function celFromStored(row: CelRow): Cel {
  return {
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    eventKey: BigInt(row.event_key),
    happenedAtMs: Math.round(row.at_ms * 1000) / 1000,
    arrival: Number(row.arrival),
    event: row.event,
    uniqueid: row.uniqueid,
    linkedid: row.linkedid,
    channel: row.channel,
    exten: row.exten ?? '',
    context: row.context ?? '',
    app: row.app ?? '',
    appdata: row.appdata ?? '',
    cidNum: row.cid_num ?? '',
    cidName: row.cid_name ?? '',
    peer: row.peer ?? '',
    accountcode: row.accountcode ?? '',
    userfield: row.userfield ?? '',
    extra: row.extra ?? '',
  }
}
