// The calls of a revaluation, read by key batch after batch: keys begin with the time, so a span of time is a span of
// keys, and every batch goes on where the last one ended.

import { DIRECTION } from '@tollbook/calls'
import type { Db, Tx } from '@tollbook/db'
import type { ChargingBook } from '../book.ts'
import type { ChargeableCall } from '../price-call.ts'
import { CHARGEABLE_COLUMNS, type ChargeableRow, readParts } from '../read-parts.ts'
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

/** The next calls that can have a charge, in key order, with all their parts. */
export async function readCalls(tx: Tx, book: ChargingBook, asked: ReadCalls): Promise<readonly ChargeableCall[]> {
  const { text, values } = callsInScope(asked)
  const { rows } = await tx.client.query<ChargeableRow>({
    text: `select ${CHARGEABLE_COLUMNS}
           ${text} and c.call_key > $5::uuid order by c.call_key limit $6 ${asked.hold ? 'for no key update' : ''}`,
    values: [...values, asked.after === '' ? BEFORE_ALL : asked.after, asked.limit],
    rowMode: 'array',
  })
  return readParts(tx, book, rows)
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
    `(c.bill_s > 0 and ${billable} or exists ${segmentOf('')})`,
    // What an erased call was priced by is not whole any more: its price stays what it was.
    `c.to_number not like 'erased-%' and not exists ${segmentOf(`and s.to_number like 'erased-%'`)}`,
    scope.accountId !== undefined &&
      `(c.account_id = ${whole(scope.accountId)} or exists ${segmentOf(`and s.account_id = ${whole(scope.accountId)}`)})`,
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

function segmentOf(more: string): string {
  return `(select from call_segment s where s.call_key = c.call_key and s.opened_at = c.opened_at ${more})`
}

function whole(n: number): string {
  return String(Math.trunc(n))
}

/** The least key of a call that opened at `ms`. */
function firstKeyAt(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}${BEFORE_ALL.slice(13)}`
}
