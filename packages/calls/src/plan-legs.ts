// What a batch means for the legs that are stored: which are new, which are known, whose values it adds to. Pure.

import type { CallKey } from '@tollbook/kernel'
import type { KnownLeg } from './known-leg.ts'
import type { Leg } from './leg.ts'
import type { LegsOfCall } from './legs-by-call.ts'
import { sameValues } from './merge-legs.ts'
import { reconcileLegs, tellingOf } from './reconcile-legs.ts'

/** Of a leg that is not new: known from another way and new to this one, or known from this way already. */
export type Outcome = 'matched' | 'duplicate'

export type LegKeyRef = { readonly callKey: CallKey; readonly openedAtMs: number; readonly legKey: bigint }

export type LegPlan = {
  readonly fresh: Leg[]
  /** Of new legs: where they are known from, when that is not this batch alone. */
  readonly elsewhere: Map<Leg, KnownLeg['from']>
  readonly outcomes: Map<Leg, Outcome>
  /** Calls of which nothing is stored, with their new legs. */
  readonly newCalls: LegsOfCall[]
  /** Stored calls that get a leg, lose one, or know one better: to be looked at again once they are locked. */
  readonly reopened: Set<CallKey>
  /** Legs of which only the way is new. */
  readonly seen: LegKeyRef[]
}

/** What comes: legs by call, where each is known from, and stored legs of other calls that turned out to be of these. */
export type Incoming = {
  readonly calls: readonly LegsOfCall[]
  readonly from: KnownLeg['from']
  /** Of legs for which `from` is not all. */
  readonly elsewhere: ReadonlyMap<Leg, KnownLeg['from']>
  readonly moved: ReadonlyMap<CallKey, readonly KnownLeg[]>
}

/** Plans what comes against the legs stored. */
export function planLegs(incoming: Incoming, stored: ReadonlyMap<CallKey, readonly KnownLeg[]>): LegPlan {
  const plan: LegPlan = {
    ...{ fresh: [], elsewhere: new Map(), outcomes: new Map(), newCalls: [], reopened: new Set(), seen: [] },
  }
  const { elsewhere, moved } = incoming
  for (const call of incoming.calls) {
    const there = stored.size === 0 ? undefined : stored.get(call.callKey)
    if (there === undefined && elsewhere.size === 0 && moved.size === 0 && !hasBoth(call.legs)) {
      for (const leg of call.legs) plan.fresh.push(leg)
      plan.newCalls.push(call)
    } else planCall(plan, call, there ?? [], incoming)
  }
  return plan
}

/** As `isMixed`, of legs not known yet: the question asked of every call there is. */
function hasBoth(legs: readonly Leg[]): boolean {
  const first = legs[0]!.sequence === undefined
  for (let i = 1; i < legs.length; i++) if ((legs[i]!.sequence === undefined) !== first) return true
  return false
}

function planCall(plan: LegPlan, call: LegsOfCall, there: readonly KnownLeg[], coming: Incoming): void {
  const incoming = comingTo(call, coming)
  const moved = coming.moved.get(call.callKey) ?? []
  if (moved.length === 0 && incoming.every((known) => tellsNothingNew(known, there))) {
    for (const { leg } of incoming) plan.outcomes.set(leg, 'duplicate')
    return
  }
  const reconciled = reconcileLegs([...there, ...moved, ...incoming])
  const storedByKey = new Map(there.map((known) => [known.leg.legKey, known]))
  // A new leg with a number may take over one stored without: that one was known. So is one that was another call's.
  const superseded = new Map<KnownLeg, KnownLeg>()
  for (const known of [...there, ...moved]) {
    if (storedByKey.has(known.leg.legKey) && reconciled.has(known.leg.legKey)) continue
    plan.reopened.add(call.callKey)
    const by = tellingOf(known.leg, reconciled)
    if (by !== undefined) superseded.set(by, known)
  }
  const fresh = planRows(plan, call, reconciled, storedByKey)
  for (const known of incoming) {
    const kept = tellingOf(known.leg, reconciled)!
    const before = storedByKey.get(kept.leg.legKey) ?? superseded.get(kept)
    if (before !== undefined) {
      plan.outcomes.set(known.leg, (before.from.seenIn & known.from.seenIn) === 0 ? 'matched' : 'duplicate')
    } else if (kept.leg.legKey !== known.leg.legKey) plan.outcomes.set(known.leg, 'duplicate')
  }
  if (fresh.length === 0) return
  if (there.length > 0) plan.reopened.add(call.callKey)
  else {
    plan.newCalls.push({ ...call, legs: fresh })
    plan.reopened.delete(call.callKey)
  }
}

/** True for a leg this way told before, and no better: what most of a file is that is imported again. */
function tellsNothingNew({ leg, from }: KnownLeg, there: readonly KnownLeg[]): boolean {
  const known = there.find((one) => one.leg.legKey === leg.legKey)
  return known !== undefined && (known.from.seenIn & from.seenIn) !== 0 && sameValues(known.leg, leg)
}

/** The legs of the batch for one call, with where they are known from. */
export function comingTo(call: LegsOfCall, { from, elsewhere }: Incoming): KnownLeg[] {
  return call.legs.map((leg) => ({ leg, from: elsewhere.get(leg) ?? from }))
}

/** Sorts what is left of a call into rows to insert, rows to make richer, rows to mark as seen, and those left alone. */
function planRows(
  plan: LegPlan,
  call: LegsOfCall,
  reconciled: ReadonlyMap<bigint, KnownLeg>,
  storedByKey: ReadonlyMap<bigint, KnownLeg>,
): Leg[] {
  const fresh: Leg[] = []
  for (const [legKey, known] of [...reconciled].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = storedByKey.get(legKey)
    if (before === undefined) {
      fresh.push(known.leg)
      plan.fresh.push(known.leg)
      plan.elsewhere.set(known.leg, known.from)
    } else if (!isSameRow(before, known)) plan.reopened.add(call.callKey)
    else if (before.from.seenIn !== known.from.seenIn) {
      plan.seen.push({ callKey: call.callKey, openedAtMs: call.openedAtMs, legKey })
    }
  }
  return fresh
}

/** True when nothing but the ways in which it was seen may differ. */
export function isSameRow(a: KnownLeg, b: KnownLeg): boolean {
  const origins = (known: KnownLeg) => JSON.stringify(Object.entries(known.from.origins).sort())
  return sameValues(a.leg, b.leg) && (a.from.origins === b.from.origins || origins(a) === origins(b))
}
