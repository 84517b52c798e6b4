// Table call_change: the audit of calls that became another after they were stored. One line a revision, with the fields
// that changed as they were and as they are.

import type { Queryable, Tx } from '@tollbook/db'
import type { CallKey } from '@tollbook/kernel'
import type { Call } from './call.ts'

export type ChangeCause = 'late-rows' | 'events' | 'rules' | 'zone' | 'merged'

/** What of a stored call is watched, as it was. Fields that are not known are not compared. */
export type CallBefore = { readonly callKey: CallKey } & Partial<Pick<Call, Watched>>

/** The call as it was and as it is now, its revision raised. */
export type ChangedCall = { readonly before: CallBefore; readonly after: Call }

export type Watched = (typeof WATCHED)[number]

const WATCHED = [
  ...(['startedAtMs', 'answeredAtMs', 'endedAtMs', 'talkS', 'ringS', 'waitS', 'durationS', 'billS'] as const),
  ...(['outcome', 'hangupCause', 'legs', 'attempts', 'fromNumber', 'toNumber', 'fromName'] as const),
  ...(['answeredBy', 'accountcode', 'direction', 'accountId', 'trunkId', 'carrierId', 'destinationId'] as const),
  ...(['countryId', 'segments', 'ending', 'path'] as const),
] as const

/** Writes a line for each call of which something watched is another now. */
export async function recordChanges(
  tx: Tx,
  change: { readonly tenantId: number; readonly batchId: string; readonly cause: ChangeCause; readonly nowMs: number },
  calls: readonly ChangedCall[],
): Promise<void> {
  const lines = calls.flatMap((call) => {
    const change = changeOf(call)
    return change === undefined ? [] : [{ after: call.after, was: change.before, is: change.after }]
  })
  if (lines.length === 0) return
  await tx.client.query(
    `insert into call_change (call_key, opened_at, revision, tenant_id, changed_at, batch_id, cause, before, after)
     select call_key, opened_at, revision, $1, $2, $3, $4, before, after
     from unnest($5::uuid[], $6::timestamptz[], $7::smallint[], $8::jsonb[], $9::jsonb[])
       as n (call_key, opened_at, revision, before, after)
     on conflict do nothing`,
    [
      change.tenantId,
      new Date(change.nowMs),
      change.batchId,
      change.cause,
      lines.map(({ after }) => after.callKey),
      lines.map(({ after }) => new Date(after.openedAtMs)),
      lines.map(({ after }) => Math.min(after.revision, 32_767)),
      lines.map(({ was }) => JSON.stringify(was)),
      lines.map(({ is }) => JSON.stringify(is)),
    ],
  )
}

/** The fields that are others now, as they were and as they are; undefined when there is none. Nothing is null. */
export function changeOf({ before, after }: ChangedCall): Pick<CallChange, 'before' | 'after'> | undefined {
  const changed = WATCHED.filter((field) => field in before && differs(before[field], after[field]))
  return changed.length === 0 ? undefined : { before: picked(before, changed), after: picked(after, changed) }
}

/** One line of a call's audit. Instants in `before` and `after` are milliseconds; null = there was none. */
export type CallChange = {
  readonly revision: number
  readonly changedAtMs: number
  readonly cause: ChangeCause
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

/** The audit of a call, oldest first. */
export async function callChanges(
  { q }: Queryable,
  call: { readonly callKey: string; readonly openedAt: Date },
): Promise<readonly CallChange[]> {
  const rows = await q
    .selectFrom('call_change')
    .select(['revision', 'changed_at', 'cause', 'before', 'after'])
    .where('call_key', '=', call.callKey)
    .where('opened_at', '=', call.openedAt)
    .orderBy('revision')
    .execute()
  return rows.map((row) => ({
    revision: row.revision,
    changedAtMs: row.changed_at.getTime(),
    cause: row.cause as ChangeCause,
    before: row.before as Record<string, unknown>,
    after: row.after as Record<string, unknown>,
  }))
}

function differs(a: unknown, b: unknown): boolean {
  return typeof a === 'object' || typeof b === 'object' ? JSON.stringify(a) !== JSON.stringify(b) : a !== b
}

/** JSON leaves out what is undefined; here that is a value: there is none. */
function picked(from: Partial<Pick<Call, Watched>>, fields: readonly Watched[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, from[field] ?? null]))
}
