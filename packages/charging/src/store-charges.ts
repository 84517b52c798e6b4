// Table charge: reading what stands, appending lines. Lines are never updated.

import { copyRows, lookAndInsert, type RowWriter, type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey, parseMoney } from '@tollbook/kernel'
import { CHARGE_SIDE, type ChargeLine, type ChargeSide, type LastLines } from './charge-lines.ts'
import type { ChargeableCall } from './price-call.ts'

/** The last line of each side of these calls; calls without any are absent. */
export async function lastLines(tx: Tx, calls: readonly ChargeableCall[]): Promise<ReadonlyMap<CallKey, LastLines>> {
  if (calls.length === 0) return new Map()
  const { rows } = await tx.client.query<ChargeRow>(
    `select distinct on (call_key, side, line) call_key, opened_at, side, line, revision, party_id, deck_id,
       deck_version, destination_id, seconds, billed_s, currency, amount, prefix
     from charge where call_key = any($1::uuid[]) and opened_at between $2 and $3
     order by call_key, side, line, revision desc`,
    [calls.map((call) => call.callKey), ...openedRange(calls)],
  )
  const last = new Map<CallKey, LastLines>()
  for (const row of rows) {
    const line = toLine(row)
    const side = line.side === CHARGE_SIDE.sell ? 'sell' : 'buy'
    last.set(line.callKey, { ...last.get(line.callKey), [side]: line })
  }
  return last
}

/** The instants between which all of the calls opened, so that only those months are looked into. */
export function openedRange(calls: readonly Pick<ChargeableCall, 'openedAtMs'>[]): readonly [Date, Date] {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { openedAtMs } of calls) {
    if (openedAtMs < first) first = openedAtMs
    if (openedAtMs > last) last = openedAtMs
  }
  return [new Date(first), new Date(last)]
}

type ChargeRow = {
  readonly call_key: string
  readonly opened_at: Date
  readonly side: number
  readonly line: number
  readonly revision: number
  readonly party_id: number
  readonly deck_id: number
  readonly deck_version: number
  readonly destination_id: number
  readonly seconds: number
  readonly billed_s: number
  readonly currency: number
  readonly amount: string
  readonly prefix: string
}

function toLine(row: ChargeRow): ChargeLine {
  return {
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    side: row.side as ChargeSide,
    line: row.line,
    revision: row.revision,
    partyId: row.party_id,
    deckId: row.deck_id,
    deckVersion: row.deck_version,
    destinationId: row.destination_id,
    seconds: row.seconds,
    billedS: row.billed_s,
    currency: row.currency,
    amount: parseMoney(row.amount),
    prefix: row.prefix,
  }
}

const COLUMNS = [
  ...['call_key', 'opened_at', 'side', 'line', 'revision', 'tenant_id', 'party_id', 'deck_id', 'deck_version'],
  ...['destination_id', 'seconds', 'billed_s', 'currency', 'amount', 'prefix', 'booked_at'],
]

/** Appends lines, in the order of their calls' keys, and answers those that were new. Known ones are left as they are. */
export async function insertCharges(
  tx: Tx,
  lines: readonly ChargeLine[],
  context: { readonly tenantId: number; readonly nowMs: number },
): Promise<readonly ChargeLine[]> {
  if (lines.length === 0) return []
  return await lookAndInsert(tx, async () => {
    const known = await knownLines(tx, lines)
    const fresh = known.size === 0 ? lines : lines.filter((line) => !known.has(keyOf(line)))
    await copyRows(tx, 'charge', COLUMNS, fresh, (to, line) => writeCharge(to, line, context))
    return fresh
  })
}

async function knownLines(tx: Tx, lines: readonly ChargeLine[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.client.query<[string, number, number, number]>({
    name: 'known charges',
    text: `select call_key, side, line, revision from charge
           where call_key = any($1::uuid[]) and opened_at between $2 and $3`,
    values: [uuidArray(lines.map((line) => line.callKey)), ...openedRange(lines)],
    rowMode: 'array',
  })
  return new Set(rows.map(([callKey, side, line, revision]) => keyOf({ callKey, side, line, revision })))
}

function keyOf(line: { callKey: string; side: number; line: number; revision: number }): string {
  return `${line.callKey} ${line.side} ${line.line} ${line.revision}`
}

function writeCharge(to: RowWriter, line: ChargeLine, { tenantId, nowMs }: { tenantId: number; nowMs: number }): void {
  to.uuid(line.callKey)
  to.instant(line.openedAtMs)
  to.int2(line.side)
  to.int2(line.line)
  to.int2(line.revision)
  to.int4(tenantId)
  to.int4(line.partyId)
  to.int4(line.deckId)
  to.int4(line.deckVersion)
  to.int4(line.destinationId)
  to.int4(line.seconds)
  to.int4(line.billedS)
  to.int2(line.currency)
  to.money(line.amount)
  to.text(line.prefix)
  to.instant(nowMs)
}
