// Table call_segment: the charged parts of a call after its first. A call's segments are replaced with it, never changed.

import { copyRows, type Queryable, type Tx } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { Call, CallSegment, ChargedSegment } from './call.ts'

/** Writes the segments of these calls, which have none stored. */
export async function insertSegments(tx: Tx, calls: readonly Call[]): Promise<void> {
  const rows = calls.flatMap((call) => call.segments.map((segment) => ({ call, segment })))
  if (rows.length === 0) return
  await copyRows(tx, 'call_segment', COLUMNS, rows, (to, { call, segment }) => {
    to.uuid(call.callKey)
    to.instant(call.openedAtMs)
    to.int2(segment.segment)
    to.int4(call.tenantId)
    to.instant(segment.answeredAtMs)
    for (const n of [segment.billS, segment.accountId, segment.trunkId, segment.carrierId, segment.destinationId]) {
      to.int4(n)
    }
    to.int2(segment.countryId)
    to.text(segment.toNumber)
    to.text(segment.exitPeer)
    to.textOrNull(segment.accountcode)
  })
}

/** What was stored of these calls goes; what they have now takes its place. The calls are held. */
export async function replaceSegments(tx: Tx, calls: readonly Call[], stored: StoredSegments): Promise<void> {
  const gone = calls.filter((call) => stored.has(call.callKey))
  if (gone.length > 0) {
    await tx.client.query(
      `delete from call_segment s using unnest($1::uuid[], $2::timestamptz[]) as k (call_key, opened_at)
       where s.call_key = k.call_key and s.opened_at = k.opened_at`,
      [gone.map((call) => call.callKey), gone.map((call) => new Date(call.openedAtMs))],
    )
  }
  await insertSegments(tx, calls)
}

/** Segments by call, in their order; calls without any are absent. */
export type StoredSegments = ReadonlyMap<string, readonly ChargedSegment[]>

/** The stored segments of these calls, all of which opened between the two instants. */
export async function readSegments(
  { q }: Queryable,
  keys: Iterable<CallKey>,
  range: readonly [Date | string, Date | string],
): Promise<StoredSegments> {
  const { rows } = await sql<SegmentRow>`
    select * from call_segment where call_key = any(${[...keys]}::uuid[])
      and opened_at between ${range[0]}::timestamptz and ${range[1]}::timestamptz
    order by call_key, segment`.execute(q)
  const segments = new Map<CallKey, ChargedSegment[]>()
  for (const row of rows) {
    const key = asCallKey(row.call_key)
    const same = segments.get(key)
    if (same) same.push(toSegment(row))
    else segments.set(key, [toSegment(row)])
  }
  return segments
}

/** True when both say the same of what is charged. */
export function sameSegments(stored: readonly ChargedSegment[], now: readonly CallSegment[]): boolean {
  return (
    stored.length === now.length && stored.every((one, i) => DRAFTED.every((field) => one[field] === now[i]![field]))
  )
}

const DRAFTED = ['segment', 'answeredAtMs', 'billS', 'toNumber', 'exitPeer', 'accountcode'] as const

const COLUMNS = [
  ...['call_key', 'opened_at', 'segment', 'tenant_id', 'answered_at', 'bill_s', 'account_id', 'trunk_id', 'carrier_id'],
  ...['destination_id', 'country_id', 'to_number', 'exit_peer', 'accountcode'],
]

type SegmentRow = {
  call_key: string
  segment: number
  answered_at: Date
  bill_s: number
  account_id: number
  trunk_id: number
  carrier_id: number
  destination_id: number
  country_id: number
  to_number: string
  exit_peer: string
  accountcode: string | null
}

function toSegment(row: SegmentRow): ChargedSegment {
  return {
    segment: row.segment,
    answeredAtMs: row.answered_at.getTime(),
    billS: row.bill_s,
    toNumber: row.to_number,
    exitPeer: row.exit_peer,
    accountcode: row.accountcode ?? '',
    accountId: row.account_id,
    trunkId: row.trunk_id,
    carrierId: row.carrier_id,
    destinationId: row.destination_id,
    countryId: row.country_id,
  }
}
