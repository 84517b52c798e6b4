// A call as what is charged of it: itself as the first line, then each of its segments as a line of its own. Pure, but for
// asking whether a call that is far too long was released.

import { type Call, type ChargedSegment, DIRECTION } from '@tollbook/calls'
import { type Tx, uuidArray } from '@tollbook/db'
import { asAccountId, type CallKey } from '@tollbook/kernel'
import { type ChargingBook, rulesOf } from './book.ts'
import { partKey, type Standing } from './charge-lines.ts'
import type { ChargeableCall } from './price-call.ts'
import { openedRange } from './store-charges.ts'

/** The parts of stitched calls, in their order. */
export async function chargeableParts(
  tx: Tx,
  book: ChargingBook,
  calls: readonly Call[],
): Promise<readonly ChargeableCall[]> {
  const long = calls.filter((call) => isTooLong(book, call.sourceId, call.durationS))
  const released = long.length === 0 ? NONE_RELEASED : await releasedOf(tx, long)
  const held = new Set(long.filter((call) => !released.has(call.callKey)))
  return calls.flatMap((call) => partsOf(chargeable(call, held.has(call)), call.segments))
}

/** Field by field: a call has many more than pricing looks at, and there are a million of them. */
function chargeable(call: Call, held: boolean): ChargeableCall {
  return {
    callKey: call.callKey,
    openedAtMs: call.openedAtMs,
    line: 1,
    startedAtMs: call.startedAtMs,
    answeredAtMs: call.answeredAtMs,
    billS: call.billS,
    toNumber: call.toNumber,
    accountcode: call.accountcode,
    accountId: call.accountId,
    carrierId: call.carrierId,
    direction: call.direction,
    held,
  }
}

/** A call and its segments as parts. */
export function partsOf(call: ChargeableCall, segments: readonly ChargedSegment[] = []): readonly ChargeableCall[] {
  if (segments.length === 0) return [call]
  const { callKey, openedAtMs, held } = call
  const further = segments.map(
    (part): ChargeableCall => ({
      ...{ callKey, openedAtMs, held, line: part.segment, startedAtMs: part.answeredAtMs },
      ...{ answeredAtMs: part.answeredAtMs, billS: part.billS, toNumber: part.toNumber },
      accountcode: part.accountcode === '' ? call.accountcode : part.accountcode,
      ...{ accountId: asAccountId(part.accountId), carrierId: part.carrierId, direction: DIRECTION.outbound },
    }),
  )
  return [call, ...further]
}

/** Longer than the rules of its source believe of a call. */
export function isTooLong(book: ChargingBook, sourceId: number, durationS: number): boolean {
  const { reviewAfterHours } = rulesOf(book, sourceId).rules
  return reviewAfterHours > 0 && durationS > reviewAfterHours * 3600
}

const NONE_RELEASED: ReadonlySet<string> = new Set()

async function releasedOf(tx: Tx, calls: readonly Call[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.client.query<{ call_key: string }>(
    'select call_key from call where call_key = any($1::uuid[]) and opened_at between $2 and $3 and released',
    [uuidArray(calls.map((call) => call.callKey)), ...openedRange(calls)],
  )
  return new Set(rows.map((row) => row.call_key))
}

/**
 * The parts, and for each line that stands of a part the call no longer has, that part with nothing to charge: what
 * stands of it is taken back. In the order of calls and lines.
 */
export function withGoneParts(parts: readonly ChargeableCall[], standing: Standing): readonly ChargeableCall[] {
  const firsts = new Map<CallKey, ChargeableCall>()
  const there = new Set<string>()
  for (const part of parts) {
    there.add(partKey(part))
    if (part.line === 1) firsts.set(part.callKey, part)
  }
  const gone: ChargeableCall[] = []
  for (const [key, { sell, buy }] of standing) {
    const last = sell ?? buy
    const first = last && firsts.get(last.callKey)
    if (last !== undefined && first !== undefined && !there.has(key)) gone.push({ ...first, line: last.line, billS: 0 })
  }
  if (gone.length === 0) return parts
  return [...parts, ...gone].sort((a, b) =>
    a.callKey === b.callKey ? a.line - b.line : a.callKey < b.callKey ? -1 : 1,
  )
}
