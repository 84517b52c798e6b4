// Calls that got another leg after they were stored: stitched again from everything known, replaced if that changed them.

import type { Tx } from '@tollbook/db'
import { asCallKey, assert, type CallKey, digitsOfErased, failPoint, millisOfUuid } from '@tollbook/kernel'
import {
  type Call,
  type CallDraft,
  type Direction,
  type Ending,
  type FoundJoins,
  NO_PATH,
  NO_SEGMENTS,
  NO_SEIZURES,
  NOBODY,
  type Outcome,
} from './call.ts'
import { type ChangeCause, type ChangedCall, recordChanges } from './call-changes.ts'
import { factsOf } from './call-facts.ts'
import { readSegments, replaceSegments, type StoredSegments, sameSegments } from './call-segments.ts'
import { CALL_COLUMNS, copyCalls } from './copied-rows.ts'
import { withFinality } from './finality.ts'
import type { Disposition } from './leg.ts'
import { type Attribute, type LegBatch, openedRange, withAttribution } from './leg-batch.ts'
import { readSeizures, replaceSeizures, type StoredSeizures, sameLines, sameSeizures, seizedOf } from './seizures.ts'
import { emptyStaging } from './staging.ts'
import { eventsAreEnough, stitchCall } from './stitch-call.ts'

/** Of which source, by which rules, and in which batch calls are stitched again. */
export type RestitchBatch = Pick<LegBatch, 'tenantId' | 'sourceId' | 'batchId' | 'receivedAtMs' | 'rules'>

/**
 * Restitches the stored calls `keys` and answers with those that changed, revision raised. The rows are locked before
 * their legs are read: a writer that held them has committed by then, and its legs are seen.
 */
export async function restitch(
  tx: Tx,
  batch: RestitchBatch,
  keys: ReadonlySet<CallKey>,
  attribute: Attribute,
  cause: ChangeCause = 'late-rows',
  joins?: FoundJoins,
): Promise<Call[]> {
  const found = await restitched(tx, batch, keys, attribute, { hold: true, joins })
  return await replaceRestitched(tx, batch, found, cause)
}

export type Restitched = {
  /** Calls that become others. */
  readonly changed: readonly ChangedCall[]
  /** Calls that stay as they are and are final now. */
  readonly confirmed: readonly CallKey[]
  /** What is stored of all that were looked at. */
  readonly segments: StoredSegments
  readonly seizures: StoredSeizures
}

/**
 * What the stored calls `keys` are by what is known now, of those that become others; writes nothing. `hold`: their rows
 * are locked first. `attributionToo`: a call of which only account, direction, trunk, … are others counts as changed.
 * Calls whose legs are gone by retention stay as they are.
 */
export async function restitched(
  tx: Tx,
  batch: RestitchBatch,
  keys: ReadonlySet<CallKey>,
  attribute: Attribute,
  how: { readonly hold: boolean; readonly attributionToo?: boolean; readonly joins?: FoundJoins | undefined },
): Promise<Restitched> {
  const range = openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) })))
  const stored = await readCalls(tx, keys, range, how.hold)
  failPoint('stitch.calls-locked')
  const facts = await factsOf(tx, stored)
  failPoint('stitch.legs-read')
  const segments = await readSegments(tx, keys, range)
  const seizures = await readSeizures(tx, keys, range)
  const drafts: CallDraft[] = []
  const confirmed: CallKey[] = []
  const before = new Map<CallKey, StoredCall>()
  for (const call of stored) {
    const { legs, cel } = facts.get(call.callKey)!
    if (legs.length === 0 && !eventsAreEnough(cel)) continue
    const stitched = withFinality(stitchCall(legs, cel, batch.rules), batch)
    if (stitched.joins !== undefined && stitched.joins.length > 0) how.joins?.set(stitched.linkedid, stitched.joins)
    // Told by the legs of other calls too, it stays the call it is.
    const own = { callKey: call.callKey, openedAtMs: millisOfUuid(call.callKey) }
    const draft = call.alsoKeys === null ? stitched : { ...stitched, ...own }
    const parts = segments.get(call.callKey) ?? []
    const lines = seizures.get(call.callKey) ?? []
    const isSame = sameCall(call, draft) && sameSegments(parts, draft.segments) && sameLines(call.seized, lines, draft)
    // What an erased call was placed and priced by is not whole any more: it stays what it was.
    const isErased = [call, ...parts].some(({ toNumber }) => digitsOfErased(toNumber) !== undefined)
    if ((isSame || isErased) && draft.final && !call.final) confirmed.push(call.callKey)
    if (isErased || (isSame && !how.attributionToo)) continue
    before.set(call.callKey, { ...call, segments: parts, seizures: lines })
    drafts.push(draft)
  }
  if (drafts.length === 0) return { changed: [], confirmed, segments, seizures }
  const calls = withAttribution(batch, drafts, attribute(drafts, batch.sourceId))
  const changed = calls.flatMap((call, i) => {
    const was = before.get(call.callKey)!
    const isSame = how.attributionToo && sameCall(was, drafts[i]!) && sameAttribution(was, call)
    // What new facts make another call may get more of them; a look at the same facts reopens nothing.
    const final = call.final || (how.attributionToo === true && was.final)
    return isSame ? [] : [{ before: was, after: { ...call, final, revision: was.revision + 1 } }]
  })
  return { changed, confirmed, segments, seizures }
}

/** Makes the stored calls those, and leaves an audit line of each. They are held. */
export async function replaceRestitched(
  tx: Tx,
  batch: RestitchBatch,
  { changed, confirmed, segments, seizures }: Restitched,
  cause: ChangeCause,
): Promise<Call[]> {
  await confirm(tx, confirmed)
  if (changed.length === 0) return []
  const calls = changed.map(({ after }) => after)
  failPoint('stitch.before-replace')
  await replaceCalls(tx, batch, calls)
  failPoint('stitch.replaced')
  await replaceSegments(tx, calls, segments)
  await replaceSeizures(tx, calls, seizures)
  await recordChanges(tx, { ...batch, nowMs: batch.receivedAtMs, cause }, changed)
  return calls
}

/** Nothing more is to come of these calls, and nothing else about them is new: no revision, no line in the audit. */
async function confirm(tx: Tx, keys: readonly CallKey[]): Promise<void> {
  if (keys.length === 0) return
  await tx.client.query(
    'update call set final = true where call_key = any($1::uuid[]) and opened_at between $2 and $3',
    [keys, ...openedRange(keys.map((key) => ({ openedAtMs: millisOfUuid(key) })))],
  )
}

/** What stitching and attribution decide and the database keeps; finality is no reason to reopen a call. */
type StoredCall = Omit<
  Call,
  'entryPeer' | 'exitPeer' | 'context' | 'openedAtMs' | 'linkedid' | 'tenantId' | 'sourceId'
> & {
  /** Column `seized`; what is in table seizure is read into `seizures`. */
  readonly seized: number
  /** Keys of calls that were joined with it; null = none. */
  readonly alsoKeys: readonly string[] | null
}

function sameAttribution(stored: StoredCall, now: Call): boolean {
  return (
    ATTRIBUTED.every((field) => stored[field] === now[field]) &&
    stored.seized === seizedOf(now) &&
    sameSeizures(stored.seizures, stored.seized === 3 ? now.seizures : []) &&
    sameSegments(stored.segments, now.segments) &&
    stored.segments.every((part, i) => OF_SEGMENT.every((field) => part[field] === now.segments[i]![field]))
  )
}

const ATTRIBUTED = [...(['direction', 'accountId', 'trunkId', 'carrierId', 'destinationId', 'countryId'] as const)]
const OF_SEGMENT = ['accountId', 'trunkId', 'carrierId', 'destinationId', 'countryId'] as const

function sameCall(stored: StoredCall, draft: CallDraft): boolean {
  const isSame = (a: readonly string[], b: readonly string[]) => a.join('\n') === b.join('\n')
  if (!isSame(stored.path, draft.path) || !isSame(stored.rung, draft.rung)) return false
  return COMPARED.every((field) => stored[field] === draft[field])
}

const COMPARED: readonly (keyof StoredCall & keyof CallDraft)[] = [
  ...(['startedAtMs', 'answeredAtMs', 'endedAtMs', 'talkS', 'ringS', 'waitS', 'durationS', 'billS'] as const),
  ...(['outcome', 'hangupCause', 'legs', 'attempts', 'fromNumber', 'toNumber', 'fromName'] as const),
  ...(['answeredBy', 'accountcode', 'ending', 'did', 'extension', 'disposition'] as const),
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
  direction: number
  account_id: number
  trunk_id: number
  carrier_id: number
  destination_id: number
  country_id: number
  did: string
  extension: string
  disposition: number
  rung: string[] | null
  seized: number
}

async function readCalls(
  tx: Tx,
  keys: ReadonlySet<CallKey>,
  range: readonly [string, string],
  hold: boolean,
): Promise<StoredCall[]> {
  const { rows } = await tx.client.query<CallRow>(
    `select call_key, started_at, answered_at, ended_at, talk_s, ring_s, wait_s, duration_s, bill_s, outcome,
       hangup_cause, legs, attempts, revision, final, from_number, to_number, from_name, answered_by, accountcode, ending,
       path, also_keys, direction, account_id, trunk_id, carrier_id, destination_id, country_id, did, extension,
       disposition, rung, seized
     from call where call_key = any($1::uuid[]) and opened_at between $2 and $3
     order by call_key ${hold ? 'for update' : ''}`,
    [[...keys], ...range],
  )
  assert(!hold || rows.length === keys.size, 'a call that refused its insert is there')
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
    path: row.path ?? NO_PATH,
    alsoKeys: row.also_keys,
    revision: row.revision,
    direction: row.direction as Direction,
    accountId: row.account_id,
    trunkId: row.trunk_id,
    carrierId: row.carrier_id,
    destinationId: row.destination_id,
    countryId: row.country_id,
    did: row.did,
    extension: row.extension,
    disposition: row.disposition as Disposition,
    rung: row.rung ?? NOBODY,
    seized: row.seized,
    segments: NO_SEGMENTS,
    seizures: NO_SEIZURES,
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
