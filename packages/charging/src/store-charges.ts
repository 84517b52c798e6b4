// Table charge: reading what stands, appending lines. Lines are never updated.

import { copyRows, lookAndInsert, type RowWriter, type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey, failPoint, parseMoney } from '@tollbook/kernel'
import {
  CHARGE_SIDE,
  type ChargeLine,
  type ChargeSide,
  type LastLines,
  partKey,
  type Standing,
} from './charge-lines.ts'
import type { ChargeableCall } from './price-call.ts'

/** The last lines of both sides of these calls, of every part that ever had one. */
export async function lastLines(
  tx: Tx,
  calls: readonly Pick<ChargeableCall, 'callKey' | 'openedAtMs'>[],
): Promise<Standing> {
  if (calls.length === 0) return new Map()
  const { rows } = await tx.client.query<ChargeRow>({
    name: 'last lines',
    text: `select distinct on (call_key, side, line) call_key, side, line, revision, party_id, deck_id, deck_version,
             destination_id, seconds, billed_s, currency, amount, prefix, plan_id, free_s, package_id, package_from
           from charge where call_key = any($1::uuid[]) and opened_at between $2 and $3
           order by call_key, side, line, revision desc`,
    values: [uuidArray(keysOf(calls)), ...openedRange(calls)],
    rowMode: 'array',
  })
  const openedAt = new Map(calls.map((call) => [call.callKey, call.openedAtMs]))
  const last = new Map<string, LastLines>()
  for (const row of rows) {
    const line = toLine(row, openedAt)
    const side = line.side === CHARGE_SIDE.sell ? 'sell' : 'buy'
    const key = partKey(line)
    last.set(key, { ...last.get(key), [side]: line })
  }
  return last
}

/** Each call once: the parts of one follow each other. */
export function keysOf(parts: readonly Pick<ChargeableCall, 'callKey'>[]): CallKey[] {
  const keys: CallKey[] = []
  for (const { callKey } of parts) if (keys.at(-1) !== callKey) keys.push(callKey)
  return keys
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

/** In the order of the SELECT; arrays, because a rerate reads them by the million. */
type ChargeRow = [
  callKey: string,
  side: number,
  line: number,
  revision: number,
  partyId: number,
  deckId: number,
  deckVersion: number,
  destinationId: number,
  seconds: number,
  billedS: number,
  currency: number,
  amount: string,
  prefix: string,
  planId: number,
  freeS: number,
  packageId: number,
  packageFrom: string | null,
]

function toLine(row: ChargeRow, openedAt: ReadonlyMap<CallKey, number>): ChargeLine {
  const callKey = asCallKey(row[0])
  return {
    callKey,
    openedAtMs: openedAt.get(callKey)!,
    side: row[1] as ChargeSide,
    line: row[2],
    revision: row[3],
    partyId: row[4],
    deckId: row[5],
    deckVersion: row[6],
    destinationId: row[7],
    seconds: row[8],
    billedS: row[9],
    currency: row[10],
    amount: parseMoney(row[11]),
    prefix: row[12],
    planId: row[13],
    freeS: row[14],
    packageId: row[15],
    packageFrom: row[16] ?? '',
  }
}

const COLUMNS = [
  ...['call_key', 'opened_at', 'side', 'line', 'revision', 'tenant_id', 'party_id', 'deck_id', 'deck_version'],
  ...['destination_id', 'seconds', 'billed_s', 'currency', 'amount', 'prefix', 'booked_at'],
  ...['plan_id', 'free_s', 'package_id', 'package_from'],
]

/**
 * Appends lines, in the order of their calls' keys, and answers those that were new. Known ones are left as they are.
 * `held`: the lines follow from what `lastLines` read while the calls were held, so none can be known.
 */
export async function insertCharges(
  tx: Tx,
  lines: readonly ChargeLine[],
  context: { readonly tenantId: number; readonly nowMs: number; readonly held?: boolean },
): Promise<readonly ChargeLine[]> {
  if (lines.length === 0) return []
  if (context.held) {
    await copyRows(tx, 'charge', COLUMNS, lines, (to, line) => writeCharge(to, line, context))
    return lines
  }
  return await lookAndInsert(tx, async () => {
    const known = await knownLines(tx, lines)
    const fresh = known.size === 0 ? lines : lines.filter((line) => !known.has(keyOf(line)))
    await copyRows(tx, 'charge', COLUMNS, fresh, (to, line) => writeCharge(to, line, context))
    failPoint('settle.charges-copied')
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
  to.int4(line.planId)
  to.int4(line.freeS)
  to.int4(line.packageId)
  // A date travels as its days since 2000-01-01.
  to.int4(line.packageFrom === '' ? undefined : Date.parse(line.packageFrom) / DAY_MS - DAYS_TO_2000)
}

const DAY_MS = 86_400_000
const DAYS_TO_2000 = 10_957
