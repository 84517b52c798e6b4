// Calls that have no leg left, because their legs turned out to be of another: taken away, with a line in the audit.

import { type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, asSourceId, asTenantId, type CallKey, millisOfUuid } from '@tollbook/kernel'
import type { Call, Direction, Ending, Outcome } from './call.ts'
import { type ChangeCause, recordChanges } from './call-changes.ts'
import { readSegments } from './call-segments.ts'
import type { Disposition } from './leg.ts'
import { type LegBatch, openedRange } from './leg-batch.ts'

/**
 * Deletes these locked calls, with the tags that were not moved to others (tags.ts), and answers with them as calls in which nothing can be charged any more, so that settling
 * takes back what was.
 */
export async function removeCalls(
  tx: Tx,
  batch: Pick<LegBatch, 'tenantId' | 'batchId' | 'receivedAtMs'>,
  keys: ReadonlySet<CallKey>,
  cause: ChangeCause = 'merged',
): Promise<Call[]> {
  if (keys.size === 0) return []
  const range = openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) })))
  const segments = await readSegments(tx, keys, range)
  for (const table of ['call_segment', 'seizure', 'call_tag']) {
    await tx.client.query(`delete from ${table} where call_key = any($1::uuid[]) and opened_at between $2 and $3`, [
      uuidArray([...keys]),
      ...range,
    ])
  }
  const { rows } = await tx.client.query<GoneRow>(
    'delete from call where call_key = any($1::uuid[]) and opened_at between $2 and $3 returning *',
    [uuidArray([...keys]), ...range],
  )
  const changes = rows.map((row) => {
    const before = { ...callOf(row), segments: segments.get(asCallKey(row.call_key)) ?? [] }
    const nothing = { talkS: 0, billS: 0, legs: 0, attempts: 0, answeredAtMs: undefined, segments: [] }
    return { before, after: { ...before, ...nothing, revision: before.revision + 1 } }
  })
  await recordChanges(tx, { ...batch, nowMs: batch.receivedAtMs, cause }, changes)
  return changes.map(({ after }) => after)
}

type GoneRow = {
  call_key: string
  opened_at: Date
  started_at: Date
  answered_at: Date | null
  ended_at: Date
  tenant_id: number
  account_id: number
  trunk_id: number
  carrier_id: number
  destination_id: number
  talk_s: number
  ring_s: number
  wait_s: number
  duration_s: number
  bill_s: number
  source_id: number
  direction: number
  outcome: number
  hangup_cause: number
  country_id: number
  legs: number
  attempts: number
  revision: number
  final: boolean
  from_number: string
  to_number: string
  from_name: string | null
  answered_by: string | null
  accountcode: string | null
  linkedid: string
  ending: number
  path: string[] | null
  did: string
  extension: string
  disposition: number
  rung: string[] | null
}

function callOf(row: GoneRow): Omit<Call, 'segments'> {
  return {
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    startedAtMs: row.started_at.getTime(),
    answeredAtMs: row.answered_at?.getTime(),
    endedAtMs: row.ended_at.getTime(),
    tenantId: asTenantId(row.tenant_id),
    sourceId: asSourceId(row.source_id),
    accountId: row.account_id,
    trunkId: row.trunk_id,
    carrierId: row.carrier_id,
    destinationId: row.destination_id,
    countryId: row.country_id,
    did: row.did,
    extension: row.extension,
    disposition: row.disposition as Disposition,
    rung: row.rung ?? [],
    seizures: [],
    talkS: row.talk_s,
    ringS: row.ring_s,
    waitS: row.wait_s,
    durationS: row.duration_s,
    billS: row.bill_s,
    direction: row.direction as Direction,
    outcome: row.outcome as Outcome,
    hangupCause: row.hangup_cause,
    legs: row.legs,
    attempts: row.attempts,
    revision: row.revision,
    final: row.final,
    fromNumber: row.from_number,
    toNumber: row.to_number,
    fromName: row.from_name ?? '',
    answeredBy: row.answered_by ?? '',
    accountcode: row.accountcode ?? '',
    linkedid: row.linkedid,
    ending: row.ending as Ending,
    path: row.path ?? [],
    entryPeer: '',
    exitPeer: '',
    context: '',
  }
}
