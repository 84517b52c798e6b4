// Table call_unrated: billable calls that have no charge yet. Each row goes when its call gets one.

import { UNRATED } from '@tollbook/calls'
import { type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import type { ChargeableCall, UnratedReason } from './price-call.ts'

/** A part of a call that could not be priced. */
export type UnratedCall = { readonly call: ChargeableCall; readonly reason: UnratedReason }

/**
 * Notes calls as unrated, each for the first of its parts that is; one that is noted gets its new reason. Answers with
 * those parts.
 */
export async function insertUnrated(
  tx: Tx,
  tenantId: number,
  unrated: readonly UnratedCall[],
): Promise<readonly UnratedCall[]> {
  const notes = firstOfEach(unrated)
  if (notes.length === 0) return notes
  await tx.client.query(
    `insert into call_unrated (call_key, opened_at, tenant_id, account_id, reason, line)
     select call_key, opened_at, $1, account_id, reason, line
     from unnest($2::uuid[], $3::timestamptz[], $4::int[], $5::smallint[], $6::smallint[])
       as u (call_key, opened_at, account_id, reason, line)
     on conflict (call_key, opened_at) do update set reason = excluded.reason, account_id = excluded.account_id,
       line = excluded.line`,
    [
      tenantId,
      notes.map(({ call }) => call.callKey),
      notes.map(({ call }) => new Date(call.openedAtMs)),
      notes.map(({ call }) => call.accountId),
      notes.map(({ reason }) => reason),
      notes.map(({ call }) => call.line),
    ],
  )
  return notes
}

/** Parts of one call follow each other, in the order of their lines. */
function firstOfEach(unrated: readonly UnratedCall[]): readonly UnratedCall[] {
  return unrated.filter(({ call }, i) => unrated[i - 1]?.call.callKey !== call.callKey)
}

/**
 * Takes the notes of these calls away, before they are priced anew, and answers what they said. Whoever else prices one
 * of them (see `claimUnrated`) holds its note, so this waits for him and afterwards his charges are seen.
 */
export async function deleteUnrated(tx: Tx, calls: readonly ChargeableCall[]): Promise<UnratedReasons> {
  if (calls.length === 0) return new Map()
  const { rows } = await tx.client.query<[string, UnratedReason]>({
    text: `delete from call_unrated u using unnest($1::uuid[], $2::timestamptz[]) as k (call_key, opened_at)
     where (u.call_key, u.opened_at) = (k.call_key, k.opened_at) returning u.call_key, u.reason`,
    values: [calls.map((call) => call.callKey), calls.map((call) => new Date(call.openedAtMs))],
    rowMode: 'array',
  })
  return new Map(rows.map(([callKey, reason]) => [asCallKey(callKey), reason]))
}

/** Why calls have no charge. */
export type UnratedReasons = ReadonlyMap<CallKey, UnratedReason>

/** What the notes of these calls say; those without one are absent. */
export async function unratedReasons(tx: Tx, calls: readonly ChargeableCall[]): Promise<UnratedReasons> {
  if (calls.length === 0) return new Map()
  const { rows } = await tx.client.query<[string, UnratedReason]>({
    text: 'select call_key, reason from call_unrated where call_key = any($1::uuid[])',
    values: [uuidArray(calls.map((call) => call.callKey))],
    rowMode: 'array',
  })
  return new Map(rows.map(([callKey, reason]) => [asCallKey(callKey), reason]))
}

/** A note that is held until the transaction ends. */
export type ClaimedNote = {
  readonly callKey: CallKey
  readonly openedAtMs: number
  readonly reason: UnratedReason
}

/**
 * The next `limit` unrated calls of a tenant after a key, held until the transaction ends; skips what others hold. Calls
 * without an account code are not among them: no deck and no account will ever price those.
 */
export async function claimUnrated(
  tx: Tx,
  tenantId: number,
  after: CallKey,
  limit: number,
): Promise<readonly ClaimedNote[]> {
  const { rows } = await tx.client.query<{ call_key: string; opened_at: Date; reason: number }>(
    `select call_key, opened_at, reason from call_unrated where tenant_id = $1 and call_key > $2 and reason <> $3
     order by call_key limit $4 for update skip locked`,
    [tenantId, after, UNRATED.noAccount, limit],
  )
  return rows.map((row) => ({
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    reason: row.reason as UnratedReason,
  }))
}
