// Table seizure: the trunk channels of calls of which the call's own row does not say all. Most calls take one channel, on
// their trunk, for as long as they last: column `seized` says so, and nothing is written here.

import { copyRows, type Queryable, type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { Call, CallDraft, Seizure, TrunkSeizure } from './call.ts'

/** Column `seized` of a call: 0 no trunk channel; one that is as the call itself: 1 inward, 2 outward; 3 = rows in seizure. */
export function seizedOf(call: Call): number {
  const [only, second] = call.seizures
  if (only === undefined) return 0
  const isAsTheCall =
    second === undefined &&
    only.trunkId === call.trunkId &&
    only.trunkId !== 0 &&
    only.carrierId === call.carrierId &&
    only.seizedAtMs === call.startedAtMs &&
    only.answeredAtMs === call.answeredAtMs &&
    only.releasedAtMs === call.endedAtMs &&
    only.cause === call.hangupCause
  return isAsTheCall ? (only.outward ? 2 : 1) : 3
}

/** Writes the seizures of these calls, which have none stored. */
export async function insertSeizures(tx: Tx, calls: readonly Call[]): Promise<void> {
  const rows = calls.flatMap((call) =>
    seizedOf(call) === 3 ? call.seizures.map((seizure, i) => ({ call, seizure, line: i + 1 })) : [],
  )
  if (rows.length === 0) return
  await copyRows(tx, 'seizure', COLUMNS, rows, (to, { call, seizure, line }) => {
    to.uuid(call.callKey)
    to.instant(call.openedAtMs)
    to.int2(Math.min(line, 32_767))
    to.int4(call.tenantId)
    to.int2(call.sourceId)
    to.int4(seizure.trunkId)
    to.int4(seizure.carrierId)
    to.bool(seizure.outward)
    to.instant(seizure.seizedAtMs)
    to.instant(seizure.answeredAtMs)
    to.instant(seizure.releasedAtMs)
    to.int2(seizure.cause)
    to.text(seizure.peer)
  })
}

/** What was stored of these calls goes; what they have now takes its place. The calls are held. */
export async function replaceSeizures(tx: Tx, calls: readonly Call[], stored: StoredSeizures): Promise<void> {
  const gone = calls.filter((call) => stored.has(call.callKey))
  if (gone.length > 0) {
    await tx.client.query(
      `delete from seizure s using unnest($1::uuid[], $2::timestamptz[]) as k (call_key, opened_at)
       where s.call_key = k.call_key and s.opened_at = k.opened_at`,
      [uuidArray(gone.map((call) => call.callKey)), gone.map((call) => new Date(call.openedAtMs))],
    )
  }
  await insertSeizures(tx, calls)
}

/** Rows of table seizure by call, in their order; calls without any are absent. */
export type StoredSeizures = ReadonlyMap<string, readonly TrunkSeizure[]>

/** What table seizure has of these calls, all of which opened between the two instants. */
export async function readSeizures(
  { q }: Queryable,
  keys: Iterable<CallKey>,
  range: readonly [Date | string, Date | string],
): Promise<StoredSeizures> {
  const { rows } = await sql<SeizureRow>`
    select * from seizure where call_key = any(${[...keys]}::uuid[])
      and opened_at between ${range[0]}::timestamptz and ${range[1]}::timestamptz
    order by call_key, line`.execute(q)
  const seizures = new Map<CallKey, TrunkSeizure[]>()
  for (const row of rows) {
    const key = asCallKey(row.call_key)
    const same = seizures.get(key)
    if (same) same.push(seizureOf(row))
    else seizures.set(key, [seizureOf(row)])
  }
  return seizures
}

/** True when a stored call took the lines that a draft of it takes, whose they may be by now. `lines`: what table seizure has. */
export function sameLines(seized: number, lines: readonly Seizure[], draft: CallDraft): boolean {
  const now = draft.seizures
  if (seized === 0) return now.length === 0
  if (seized === 3)
    return lines.length === now.length && now.every((one, i) => DRAFTED.every((f) => one[f] === lines[i]![f]))
  const [only] = now
  return (
    now.length === 1 &&
    only!.outward === (seized === 2) &&
    only!.seizedAtMs === draft.startedAtMs &&
    only!.answeredAtMs === draft.answeredAtMs &&
    only!.releasedAtMs === draft.endedAtMs &&
    only!.cause === draft.hangupCause
  )
}

/** True when both are the same lines for the same time. */
export function sameSeizures(a: readonly TrunkSeizure[], b: readonly TrunkSeizure[]): boolean {
  return a.length === b.length && a.every((one, i) => FIELDS.every((field) => one[field] === b[i]![field]))
}

const DRAFTED = ['peer', 'outward', 'seizedAtMs', 'answeredAtMs', 'releasedAtMs', 'cause'] as const
const FIELDS = [...DRAFTED, 'trunkId', 'carrierId'] as const

const COLUMNS = [
  ...['call_key', 'opened_at', 'line', 'tenant_id', 'source_id', 'trunk_id', 'carrier_id', 'outward', 'seized_at'],
  ...['answered_at', 'released_at', 'cause', 'peer'],
]

type SeizureRow = {
  call_key: string
  trunk_id: number
  carrier_id: number
  outward: boolean
  seized_at: Date
  answered_at: Date | null
  released_at: Date
  cause: number
  peer: string
}

function seizureOf(row: SeizureRow): TrunkSeizure {
  return {
    peer: row.peer,
    outward: row.outward,
    seizedAtMs: row.seized_at.getTime(),
    answeredAtMs: row.answered_at?.getTime(),
    releasedAtMs: row.released_at.getTime(),
    cause: row.cause,
    trunkId: row.trunk_id,
    carrierId: row.carrier_id,
  }
}
