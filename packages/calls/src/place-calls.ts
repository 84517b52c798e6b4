// Calls that went out before anybody knew where to: attributed again when the deck or the trunk that tells has come.
// Only whose they are may change here; what happened was decided from the legs and stays.

import type { Tx } from '@tollbook/db'
import { asCallKey, asSourceId, type CallKey, type SourceId, type TenantId } from '@tollbook/kernel'
import { type Attribution, type Call, DIRECTION } from './call.ts'
import { factsOf } from './call-facts.ts'
import { readSegments, replaceSegments } from './call-segments.ts'
import { type Attribute, openedRange, withAttribution } from './leg-batch.ts'
import { replaceCalls } from './restitch.ts'
import type { CompiledRules } from './rules/index.ts'
import { readSeizures, replaceSeizures } from './seizures.ts'
import { stitchCall } from './stitch-call.ts'

export type PlacedCalls = {
  /** Calls whose attribution changed; these want settling again. */
  readonly changed: readonly Call[]
  /** The last call looked at: where to go on. */
  readonly last: CallKey
}

type Unplaced = {
  call_key: string
  opened_at: Date
  source_id: number
  revision: number
  account_id: number
  trunk_id: number
  carrier_id: number
  destination_id: number
  country_id: number
  direction: number
  final: boolean
  also_keys: string[] | null
}

/**
 * Attributes the next `limit` calls of a tenant after a key that went out and have no destination, and keeps what
 * changed. Undefined when there are no more. The rows stay locked until the transaction ends.
 */
export async function placeCalls(
  tx: Tx,
  tenantId: TenantId,
  after: CallKey,
  limit: number,
  nowMs: number,
  attribute: Attribute,
  rulesOf: (sourceId: SourceId) => CompiledRules,
): Promise<PlacedCalls | undefined> {
  const rows = await claimUnplaced(tx, tenantId, after, limit)
  if (rows.length === 0) return undefined
  const facts = await factsOf(
    tx,
    rows.map((row) => ({ callKey: asCallKey(row.call_key), alsoKeys: row.also_keys })),
  )
  // Legs may be gone by retention while their call is kept; such a call stays as it is.
  const whole = rows.filter((row) => facts.get(asCallKey(row.call_key))!.legs.length > 0)
  const drafts = whole.map((row) => {
    const { legs, cel } = facts.get(asCallKey(row.call_key))!
    const draft = stitchCall(legs, cel, rulesOf(asSourceId(row.source_id)))
    return { ...draft, callKey: asCallKey(row.call_key), openedAtMs: row.opened_at.getTime() }
  })
  const changed = whole.flatMap((row, i) => {
    const sourceId = asSourceId(row.source_id)
    const [attribution] = attribute([drafts[i]!], sourceId)
    if (sameAttribution(row, attribution!)) return []
    const [call] = withAttribution({ tenantId, sourceId }, [drafts[i]!], [attribution!])
    return [{ ...call!, final: row.final, revision: row.revision }]
  })
  if (changed.length > 0) {
    const keys = changed.map((call) => call.callKey)
    const stored = await readSegments(tx, keys, openedRange(changed))
    await replaceCalls(tx, { receivedAtMs: nowMs }, changed)
    await replaceSegments(tx, changed, stored)
    await replaceSeizures(tx, changed, await readSeizures(tx, keys, openedRange(changed)))
  }
  return { changed, last: asCallKey(rows.at(-1)!.call_key) }
}

async function claimUnplaced(tx: Tx, tenantId: TenantId, after: CallKey, limit: number): Promise<Unplaced[]> {
  const { rows } = await tx.client.query<Unplaced>(
    `select call_key, opened_at, source_id, revision, account_id, trunk_id, carrier_id, destination_id, country_id,
       direction, final, also_keys
     from call
     where tenant_id = $1 and call_key > $2 and destination_id = 0
       and (direction = any($3::smallint[]) or (direction = $4 and accountcode is not null))
     order by call_key limit $5 for update`,
    [tenantId, after, [DIRECTION.outbound, DIRECTION.transit], DIRECTION.unknown, limit],
  )
  return rows
}

function sameAttribution(row: Unplaced, now: Attribution): boolean {
  return (
    row.account_id === now.accountId &&
    row.trunk_id === now.trunkId &&
    row.carrier_id === now.carrierId &&
    row.destination_id === now.destinationId &&
    row.country_id === now.countryId &&
    row.direction === now.direction
  )
}
