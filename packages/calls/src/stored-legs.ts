// Legs as they stand in the database, read back by call: as legs, and with where they are known from.

import { type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import { type KnownLeg, NO_ORIGINS, type Origins } from './known-leg.ts'
import type { Disposition, Leg } from './leg.ts'

/** All stored legs of the calls, by call. */
export async function legsOf(
  tx: Tx,
  keys: ReadonlySet<CallKey>,
  range: readonly [string, string],
): Promise<Map<string, Leg[]>> {
  const known = await knownLegsOf(tx, keys, range)
  return new Map([...known].map(([key, legs]) => [key, legs.map(({ leg }) => leg)]))
}

/** As `legsOf`, with where each leg is known from. */
export async function knownLegsOf(
  tx: Tx,
  keys: Iterable<CallKey>,
  range: readonly [string, string],
): Promise<Map<CallKey, KnownLeg[]>> {
  const { rows } = await tx.client.query<LegRow>({
    name: 'legs of calls',
    text: `select call_key, opened_at, leg_key, started_at, answered_at, ended_at, received_at, batch_id, duration_s,
       billsec, sequence, batch_line, disposition, amaflags, uniqueid, linkedid, channel, dstchannel, src, dst, clid,
       dcontext, lastapp, lastdata, accountcode, peeraccount, userfield, did, recording, extras, seen_in, origins
     from leg where call_key = any($1::uuid[]) and opened_at between $2 and $3`,
    values: [uuidArray([...keys]), ...range],
  })
  const legs = new Map<CallKey, KnownLeg[]>()
  for (const row of rows) {
    const key = asCallKey(row.call_key)
    const same = legs.get(key)
    if (same) same.push(knownLeg(row))
    else legs.set(key, [knownLeg(row)])
  }
  return legs
}

type LegRow = {
  call_key: string
  opened_at: Date
  leg_key: string
  started_at: Date
  answered_at: Date | null
  ended_at: Date
  received_at: Date
  batch_id: string
  duration_s: number
  billsec: number
  sequence: number | null
  batch_line: number | null
  disposition: number
  amaflags: number | null
  uniqueid: string
  linkedid: string
  channel: string
  extras: Record<string, string> | null
  seen_in: number
  origins: Origins | null
} & Record<TextColumn, string | null>

type TextColumn =
  | 'dstchannel'
  | 'src'
  | 'dst'
  | 'clid'
  | 'dcontext'
  | 'lastapp'
  | 'lastdata'
  | 'accountcode'
  | 'peeraccount'
  | 'userfield'
  | 'did'
  | 'recording'

function knownLeg(row: LegRow): KnownLeg {
  const leg: Leg = {
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    legKey: BigInt(row.leg_key),
    startedAtMs: row.started_at.getTime(),
    answeredAtMs: row.answered_at?.getTime(),
    endedAtMs: row.ended_at.getTime(),
    durationS: row.duration_s,
    billsec: row.billsec,
    sequence: row.sequence ?? undefined,
    line: row.batch_line ?? undefined,
    disposition: row.disposition as Disposition,
    amaflags: row.amaflags ?? 0,
    uniqueid: row.uniqueid,
    linkedid: row.linkedid,
    channel: row.channel,
    dstchannel: row.dstchannel ?? '',
    src: row.src ?? '',
    dst: row.dst ?? '',
    clid: row.clid ?? '',
    dcontext: row.dcontext ?? '',
    lastapp: row.lastapp ?? '',
    lastdata: row.lastdata ?? '',
    accountcode: row.accountcode ?? '',
    peeraccount: row.peeraccount ?? '',
    userfield: row.userfield ?? '',
    did: row.did ?? '',
    recording: row.recording ?? '',
    extras: row.extras ?? undefined,
  }
  const { batch_id: batchId, origins } = row
  const seenIn = row.seen_in
  return { leg, from: { batchId, receivedAtMs: row.received_at.getTime(), seenIn, origins: origins ?? NO_ORIGINS } }
}
