// The calls of a revaluation, read by key batch after batch: keys begin with the time, so a span of time is a span of
// keys, and every batch goes on where the last one ended.

import { DIRECTION, type Direction } from '@tollbook/calls'
import type { Db, Tx } from '@tollbook/db'
import { asAccountId, asCallKey, type CallKey, millisOfUuid } from '@tollbook/kernel'
import type { ChargeableCall } from '../price-call.ts'
import type { RevaluationScope } from './revaluations.ts'

/** Two accounts never share a lane: lanes do not wait for each other over packages and balances. */
export type Lane = 0 | 1
export const LANES: readonly Lane[] = [0, 1]

export type ReadCalls = {
  readonly tenantId: number
  readonly scope: RevaluationScope
  /** The last call that was read before, '' = none. */
  readonly after: string
  readonly limit: number
  readonly lane?: Lane
  /** Holds the calls until the transaction ends, so that nobody stitches and charges them anew meanwhile. */
  readonly hold?: boolean
  /** Only calls that a package gave something to. */
  readonly packagedOnly?: boolean
}

/** The next calls that can have a charge, in key order. */
export async function readCalls(tx: Tx, asked: ReadCalls): Promise<readonly ChargeableCall[]> {
  const { text, values } = callsInScope(asked)
  const { rows } = await tx.client.query<CallRow>({
    text: `select c.call_key, round(date_part('epoch', c.started_at) * 1000),
             round(date_part('epoch', c.answered_at) * 1000), c.bill_s, c.to_number, c.accountcode, c.account_id,
             c.carrier_id, c.direction
           ${text} and c.call_key > $5::uuid order by c.call_key limit $6 ${asked.hold ? 'for no key update' : ''}`,
    values: [...values, asked.after === '' ? BEFORE_ALL : asked.after, asked.limit],
    rowMode: 'array',
  })
  return rows.map(toCall)
}

export async function countCalls(db: Db, asked: Pick<ReadCalls, 'tenantId' | 'scope'>): Promise<number> {
  const { text, values } = callsInScope(asked)
  const { rows } = await db.pool.query<{ n: number }>(`select count(*)::int as n ${text}`, values)
  return rows[0]!.n
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** FROM and WHERE; parameters $1 to $4. What stands in the text is ours: whole numbers and nothing else. */
function callsInScope({
  tenantId,
  scope,
  lane,
  packagedOnly,
}: Pick<ReadCalls, 'tenantId' | 'scope' | 'lane' | 'packagedOnly'>) {
  const billable = `(c.direction in (${DIRECTION.outbound}, ${DIRECTION.transit})
    or (c.direction = ${DIRECTION.unknown} and c.accountcode <> ''))`
  const conditions = [
    'c.tenant_id = $1',
    'c.opened_at >= $2 and c.opened_at < $3 and c.call_key >= $4::uuid',
    `c.bill_s > 0 and ${billable}`,
    scope.accountId !== undefined && `c.account_id = ${whole(scope.accountId)}`,
    lane !== undefined && `c.account_id % 2 = ${lane}`,
    scope.reasons !== undefined &&
      `exists (select from call_unrated u where u.call_key = c.call_key and u.opened_at = c.opened_at
         and u.reason in (${scope.reasons.map(whole).join(', ') || 'null'}))`,
    packagedOnly === true &&
      `exists (select from charge h where h.call_key = c.call_key and h.opened_at = c.opened_at and h.package_id <> 0)`,
  ].filter((condition) => condition !== false)
  const { fromMs, toMs } = scope
  return {
    text: `from call c where ${conditions.join(' and ')}`,
    values: [tenantId, new Date(fromMs), new Date(toMs), firstKeyAt(fromMs)],
  }
}

function whole(n: number): string {
  return String(Math.trunc(n))
}

/** The least key of a call that opened at `ms`. */
function firstKeyAt(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}${BEFORE_ALL.slice(13)}`
}

type CallRow = [
  callKey: string,
  startedAtMs: number,
  answeredAtMs: number | null,
  billS: number,
  toNumber: string,
  accountcode: string | null,
  accountId: number,
  carrierId: number,
  direction: Direction,
]

function toCall(row: CallRow): ChargeableCall {
  const callKey: CallKey = asCallKey(row[0])
  return {
    callKey,
    openedAtMs: millisOfUuid(callKey),
    startedAtMs: row[1],
    answeredAtMs: row[2] ?? undefined,
    billS: row[3],
    toNumber: row[4],
    accountcode: row[5] ?? '',
    accountId: asAccountId(row[6]),
    carrierId: row[7],
    direction: row[8],
  }
}
