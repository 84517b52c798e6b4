// Calls that got another leg after they were stored: stitched again from everything known, replaced if that changed them.

import type { Tx } from '@tollbook/db'
import { asCallKey, assert, type CallKey, failPoint, millisOfUuid } from '@tollbook/kernel'
import { type Call, type CallDraft, type ChargedSegment, type Ending, NO_SEGMENTS, type Outcome } from './call.ts'
import { type ChangeCause, recordChanges } from './call-changes.ts'
import { factsOf } from './call-facts.ts'
import { readSegments, replaceSegments, sameSegments } from './call-segments.ts'
import { CALL_COLUMNS, copyCalls } from './copied-rows.ts'
import { type Attribute, type LegBatch, openedRange, withAttribution } from './leg-batch.ts'
import { emptyStaging } from './staging.ts'
import { stitchCall } from './stitch-call.ts'

/**
 * Restitches the stored calls `keys` and answers with those that changed, revision raised. The rows are locked before
 * their legs are read: a writer that held them has committed by then, and its legs are seen. `found` gets the linkedids
 * that turned out to be parts of a call.
 */
export async function restitch(
  tx: Tx,
  batch: LegBatch,
  keys: ReadonlySet<CallKey>,
  attribute: Attribute,
  cause: ChangeCause = 'late-rows',
  found?: Map<string, readonly string[]>,
): Promise<Call[]> {
  const range = openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) })))
  const stored = await lockCalls(tx, keys, range)
  failPoint('stitch.calls-locked')
  const facts = await factsOf(tx, stored)
  failPoint('stitch.legs-read')
  const segments = await readSegments(tx, keys, range)
  const drafts: CallDraft[] = []
  const confirmed: CallKey[] = []
  const before = new Map<CallKey, StoredDraft>()
  for (const call of stored) {
    const { legs, cel } = facts.get(call.callKey)!
    const stitched = stitchCall(legs, cel, batch.rules)
    const openedAtMs = millisOfUuid(call.callKey)
    const draft = call.alsoKeys === null ? stitched : { ...stitched, callKey: call.callKey, openedAtMs }
    if (draft.joins !== undefined && draft.joins.length > 0) found?.set(draft.linkedid, draft.joins)
    const parts = segments.get(call.callKey) ?? []
    if (sameCall(call, draft) && sameSegments(parts, draft.segments)) {
      if (draft.final && !call.final) confirmed.push(call.callKey)
      continue
    }
    before.set(call.callKey, { ...call, segments: parts })
    drafts.push(draft)
  }
  await confirm(tx, confirmed, range)
  if (drafts.length === 0) return []
  const changed = withAttribution(batch, drafts, attribute(drafts, batch.sourceId)).map((call) => ({
    ...call,
    revision: before.get(call.callKey)!.revision + 1,
  }))
  failPoint('stitch.before-replace')
  await replaceCalls(tx, batch, changed)
  failPoint('stitch.replaced')
  await replaceSegments(tx, changed, segments)
  // A call that was known from its events alone is completed by its legs, not changed.
  const known = changed.filter((after) => before.get(after.callKey)!.legs > 0)
  const audited = known.map((after) => ({ before: before.get(after.callKey)!, after }))
  await recordChanges(tx, { ...batch, nowMs: batch.receivedAtMs, cause }, audited)
  return changed
}

/** Nothing more is to come of these calls, and nothing else about them is new: no revision, no line in the audit. */
async function confirm(tx: Tx, keys: readonly CallKey[], range: readonly [string, string]): Promise<void> {
  if (keys.length === 0) return
  await tx.client.query(
    'update call set final = true where call_key = any($1::uuid[]) and opened_at between $2 and $3',
    [keys, ...range],
  )
}

/** What is compared: everything stitching decides and the database keeps, but finality. Attribution alone does not reopen a call. */
type StoredDraft = Omit<
  CallDraft,
  'entryPeer' | 'exitPeer' | 'context' | 'openedAtMs' | 'linkedid' | 'segments' | 'path' | 'joins'
> & {
  readonly revision: number
  readonly segments: readonly ChargedSegment[]
  readonly steps: string
  readonly alsoKeys: readonly string[] | null
}

function sameCall(stored: StoredDraft, draft: CallDraft): boolean {
  return stored.steps === draft.path.join('\n') && COMPARED.every((field) => stored[field] === draft[field])
}

const COMPARED: readonly (keyof StoredDraft & keyof CallDraft)[] = [
  ...(['startedAtMs', 'answeredAtMs', 'endedAtMs', 'talkS', 'ringS', 'waitS', 'durationS', 'billS'] as const),
  ...(['outcome', 'hangupCause', 'legs', 'attempts', 'fromNumber', 'toNumber', 'fromName'] as const),
  ...(['answeredBy', 'accountcode', 'ending'] as const),
]

type CallRow = {
  call_key: string
  started_at: Date
  answered_at: Date | null
  ended_at: Date
  talk_s: number
  ring_s: number
  wait_s: number
  duration_s: number
  bill_s: number
  outcome: number
  hangup_cause: number
  legs: number
  attempts: number
  revision: number
  final: boolean
  from_number: string
  to_number: string
  from_name: string | null
  answered_by: string | null
  accountcode: string | null
  ending: number
  path: string[] | null
  also_keys: string[] | null
}

async function lockCalls(tx: Tx, keys: ReadonlySet<CallKey>, range: readonly [string, string]): Promise<StoredDraft[]> {
  const { rows } = await tx.client.query<CallRow>(
    `select call_key, started_at, answered_at, ended_at, talk_s, ring_s, wait_s, duration_s, bill_s, outcome,
       hangup_cause, legs, attempts, revision, final, from_number, to_number, from_name, answered_by, accountcode, ending, path, also_keys
     from call where call_key = any($1::uuid[]) and opened_at between $2 and $3 order by call_key for update`,
    [[...keys], ...range],
  )
  assert(rows.length === keys.size, 'a call that refused its insert is there')
  return rows.map((row) => ({
    callKey: asCallKey(row.call_key),
    startedAtMs: row.started_at.getTime(),
    answeredAtMs: row.answered_at?.getTime(),
    endedAtMs: row.ended_at.getTime(),
    talkS: row.talk_s,
    ringS: row.ring_s,
    waitS: row.wait_s,
    durationS: row.duration_s,
    billS: row.bill_s,
    outcome: row.outcome as Outcome,
    hangupCause: row.hangup_cause,
    legs: row.legs,
    attempts: row.attempts,
    final: row.final,
    fromNumber: row.from_number,
    toNumber: row.to_number,
    fromName: row.from_name ?? '',
    answeredBy: row.answered_by ?? '',
    accountcode: row.accountcode ?? '',
    ending: row.ending as Ending,
    steps: (row.path ?? []).join('\n'),
    alsoKeys: row.also_keys,
    revision: row.revision,
    segments: NO_SEGMENTS,
  }))
}

/** Overwrites stored calls with these; whose they are in terms of tenant and source stays. */
export async function replaceCalls(
  tx: Tx,
  batch: Pick<LegBatch, 'receivedAtMs'>,
  calls: readonly Call[],
): Promise<void> {
  const staged = await emptyStaging(tx, 'call', CALL_COLUMNS)
  await copyCalls(tx, staged, batch, calls)
  const columns = CALL_COLUMNS.filter((column) => !STAYS.has(column))
  const { rowCount } = await tx.client.query(
    `update call c set (${columns.join(', ')}) = row(${columns.map((column) => `s.${column}`).join(', ')})
     from ${staged} s where c.call_key = s.call_key and c.opened_at = s.opened_at`,
  )
  assert(rowCount === calls.length, 'every restitched call is replaced')
}

const STAYS: ReadonlySet<string> = new Set(['call_key', 'opened_at', 'tenant_id', 'source_id'])
