// Changes to legs that are stored: values another way knew better, legs that turned out to be another's telling. Only under
// the lock of their call, so that of two writers each sees what the other did.

import type { Tx } from '@tollbook/db'
import { type CallKey, millisOfUuid } from '@tollbook/kernel'
import { copyLegs, LEG_COLUMNS, type RowOrigin } from './copied-rows.ts'
import { instantText } from './instant-text.ts'
import { bitOf, type KnownLeg } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { type LegBatch, openedRange } from './leg-batch.ts'
import type { LegKeyRef } from './plan-legs.ts'
import { isSameRow } from './plan-legs.ts'
import { reconcileLegs } from './reconcile-legs.ts'
import { emptyStaging } from './staging.ts'
import { knownLegsOf } from './stored-legs.ts'

/** What is to become of stored calls: what comes to each, and which of their legs went to another call. */
export type LegChanges = {
  readonly keys: ReadonlySet<CallKey>
  readonly incoming: (key: CallKey) => readonly KnownLeg[]
  readonly leaving: ReadonlyMap<CallKey, ReadonlySet<bigint>>
}

/** Makes the legs of these locked calls what the stored ones and those that come are together; answers with calls left empty. */
export async function changeLegs(tx: Tx, batch: LegBatch, changes: LegChanges): Promise<Set<CallKey>> {
  const { keys, incoming, leaving } = changes
  const stored = await knownLegsOf(tx, keys, openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) }))))
  const changed: KnownLeg[] = []
  const gone: LegKeyRef[] = []
  const empty = new Set<CallKey>()
  for (const key of keys) {
    const before = stored.get(key) ?? []
    const left = leaving.get(key)
    const after = reconcileLegs([...before.filter(({ leg }) => !left?.has(leg.legKey)), ...incoming(key)])
    for (const known of before) {
      const { callKey, openedAtMs, legKey } = known.leg
      const now = after.get(legKey)
      if (now === undefined) gone.push({ callKey, openedAtMs, legKey })
      else if (!isSameRow(known, now) || known.from.seenIn !== now.from.seenIn) changed.push(now)
    }
    if (after.size === 0) empty.add(key)
  }
  await deleteLegs(tx, gone)
  await replaceLegs(tx, batch, changed)
  return empty
}

/** Locks the calls, in the order in which everybody does. */
export async function lockCallRows(tx: Tx, keys: Iterable<CallKey>, range: readonly [string, string]): Promise<void> {
  await tx.client.query(
    `select from call where call_key = any($1::uuid[]) and opened_at between $2 and $3 order by call_key for update`,
    [[...keys], ...range],
  )
}

export async function deleteLegs(tx: Tx, legs: readonly LegKeyRef[]): Promise<void> {
  if (legs.length === 0) return
  await tx.client.query(
    `delete from leg l using unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as k (call_key, leg_key, opened_at)
     where l.call_key = k.call_key and l.leg_key = k.leg_key and l.opened_at = k.opened_at`,
    unnested(legs),
  )
}

/** Overwrites stored legs of the same keys. */
export async function replaceLegs(tx: Tx, batch: RowOrigin, legs: readonly KnownLeg[]): Promise<void> {
  if (legs.length === 0) return
  const staged = await emptyStaging(tx, 'leg', LEG_COLUMNS)
  const from = new Map<Leg, KnownLeg['from']>(legs.map((known) => [known.leg, known.from]))
  await copyLegs(
    tx,
    staged,
    batch,
    legs.map(({ leg }) => leg),
    from,
  )
  await tx.client.query(
    `update leg l set (${LEG_COLUMNS.join(', ')}) = row(${LEG_COLUMNS.map((column) => `s.${column}`).join(', ')})
     from ${staged} s where l.call_key = s.call_key and l.leg_key = s.leg_key and l.opened_at = s.opened_at`,
  )
}

/** Legs of which nothing is new but the way: the last thing done, in the order of their keys. */
export async function markSeen(tx: Tx, batch: LegBatch, legs: readonly LegKeyRef[]): Promise<void> {
  if (legs.length === 0) return
  await tx.client.query(
    `update leg l set seen_in = l.seen_in | $4::smallint
     from (select * from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as k (call_key, leg_key, opened_at)
       order by 1, 2) k
     where l.call_key = k.call_key and l.leg_key = k.leg_key and l.opened_at = k.opened_at`,
    [...unnested(legs), bitOf(batch.way)],
  )
}

function unnested(legs: readonly LegKeyRef[]): [string[], string[], string[]] {
  return [
    legs.map((leg) => leg.callKey),
    legs.map((leg) => String(leg.legKey)),
    legs.map((leg) => instantText(leg.openedAtMs)),
  ]
}
