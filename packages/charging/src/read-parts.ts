// Stored calls read back as what is charged of them, with their segments.

import type { Direction } from '@tollbook/calls'
import { readSegments } from '@tollbook/calls/restitching'
import { type Tx, uuidArray } from '@tollbook/db'
import { asAccountId, asCallKey, type CallKey, millisOfUuid } from '@tollbook/kernel'
import type { ChargingBook } from './book.ts'
import { isTooLong, partsOf } from './call-parts.ts'
import type { ChargeableCall } from './price-call.ts'
import { openedRange } from './store-charges.ts'

/** What is selected of table call, named `c`; rows are read as arrays, because a rerate reads them by the million. */
export const CHARGEABLE_COLUMNS = `c.call_key, round(date_part('epoch', c.started_at) * 1000),
  round(date_part('epoch', c.answered_at) * 1000), c.bill_s, c.to_number, c.accountcode, c.account_id,
  c.carrier_id, c.direction, c.duration_s, c.source_id, c.released`

export type ChargeableRow = [
  callKey: string,
  startedAtMs: number,
  answeredAtMs: number | null,
  billS: number,
  toNumber: string,
  accountcode: string | null,
  accountId: number,
  carrierId: number,
  direction: Direction,
  durationS: number,
  sourceId: number,
  released: boolean,
]

/** The parts of the stored calls of these keys, in key order. */
export async function partsOfCalls(
  tx: Tx,
  book: ChargingBook,
  keys: readonly CallKey[],
): Promise<readonly ChargeableCall[]> {
  const { rows } = await tx.client.query<ChargeableRow>({
    text: `select ${CHARGEABLE_COLUMNS} from call c
           where c.call_key = any($1::uuid[]) and c.opened_at between $2 and $3 order by c.call_key`,
    values: [uuidArray(keys), ...openedRange(keys.map((key) => ({ openedAtMs: millisOfUuid(key) })))],
    rowMode: 'array',
  })
  return readParts(tx, book, rows)
}

/** The parts of these calls, in the order of the rows and then of their lines. */
export async function readParts(
  tx: Tx,
  book: ChargingBook,
  rows: readonly ChargeableRow[],
): Promise<readonly ChargeableCall[]> {
  if (rows.length === 0) return []
  const calls = rows.map((row) => toCall(book, row))
  const segments = await readSegments(
    tx,
    calls.map((call) => call.callKey),
    openedRange(calls),
  )
  return segments.size === 0 ? calls : calls.flatMap((call) => partsOf(call, segments.get(call.callKey)))
}

function toCall(book: ChargingBook, row: ChargeableRow): ChargeableCall {
  const callKey = asCallKey(row[0])
  return {
    callKey,
    openedAtMs: millisOfUuid(callKey),
    line: 1,
    startedAtMs: row[1],
    answeredAtMs: row[2] ?? undefined,
    billS: row[3],
    toNumber: row[4],
    accountcode: row[5] ?? '',
    accountId: asAccountId(row[6]),
    carrierId: row[7],
    direction: row[8],
    held: !row[11] && isTooLong(book, row[10], row[9]),
  }
}
