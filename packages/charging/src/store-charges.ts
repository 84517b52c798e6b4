// Table charge: reading what stands, appending lines. Lines are never updated.

import { copyLines, type Tx } from '@tollbook/db'
import { asCallKey, assert, type CallKey, formatMoney, parseMoney } from '@tollbook/kernel'
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
  ...['call_key', 'opened_at', 'side', 'line', 'revision', 'party_id', 'deck_id', 'deck_version', 'destination_id'],
  ...['seconds', 'billed_s', 'currency', 'amount', 'prefix'],
].join(', ')

/**
 * Appends lines and answers those that were new. Lines whose key is known are left as they are; that every line is
 * either new or known is asserted, because a key that is too short would swallow charges without a word.
 */
export async function insertCharges(
  tx: Tx,
  lines: readonly ChargeLine[],
  context: { readonly tenantId: number; readonly nowMs: number },
): Promise<readonly ChargeLine[]> {
  if (lines.length === 0) return []
  await tx.client.query(
    `create temp table if not exists staged_charge on commit delete rows as select ${COLUMNS} from charge with no data`,
  )
  await copyLines(tx, 'staged_charge', COLUMNS.split(', '), lines.map(copyText))
  const { rows } = await tx.client.query<[string, number, number, number]>({
    text: INSERT,
    values: [context.tenantId, new Date(context.nowMs)],
    rowMode: 'array',
  })
  if (rows.length > 0) await assertAllStand(tx, lines.length)
  await tx.client.query('truncate staged_charge')
  if (rows.length === 0) return lines
  const known = new Set(rows.map((row) => row.join(' ')))
  return lines.filter((line) => !known.has(`${line.callKey} ${line.side} ${line.line} ${line.revision}`))
}

// Calls come in the order of their keys, and so do their lines: nothing is sorted here. Answers the lines not inserted.
const INSERT = `
with inserted as (
  insert into charge (${COLUMNS}, tenant_id, booked_at) select ${COLUMNS}, $1::int, $2::timestamptz from staged_charge
  on conflict (call_key, side, line, revision, opened_at) do nothing returning call_key, side, line, revision)
select call_key, side, line, revision from staged_charge s
where not exists (select from inserted i
  where (i.call_key, i.side, i.line, i.revision) = (s.call_key, s.side, s.line, s.revision))`

function copyText(line: ChargeLine): string {
  const key = `${line.callKey}\t${new Date(line.openedAtMs).toISOString()}\t${line.side}\t${line.line}\t${line.revision}`
  const deck = `${line.partyId}\t${line.deckId}\t${line.deckVersion}\t${line.destinationId}`
  return `${key}\t${deck}\t${line.seconds}\t${line.billedS}\t${line.currency}\t${formatMoney(line.amount)}\t${line.prefix}`
}

async function assertAllStand(tx: Tx, staged: number): Promise<void> {
  const { rows } = await tx.client.query<{ standing: number }>(
    `select count(*)::int as standing from staged_charge s
     join charge c using (call_key, side, line, revision, opened_at)`,
  )
  assert(rows[0]!.standing === staged, 'charges inserted and known are not all that were staged')
}
