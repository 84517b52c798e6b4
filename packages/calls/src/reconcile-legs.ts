// The legs of one call as they are stored, and the same or others as they come: what is one leg, what is another. Pure.
//
// A leg told with its sequence number has a key of its own, (uniqueid, sequence). A leg told without has only what every
// way tells of it (`rowIdentity`) and the how-manieth such row it is. Both may come of the same leg, in either order. So
// among the legs of a call that look alike, the i-th without a number is the i-th by number as soon as there are so many
// numbered ones: it then gives its values away and is gone. What is left depends on the legs alone, not on their order.

import type { KnownLeg } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { occurrenceOf, rowIdentity } from './leg-key.ts'
import { mergeLegs } from './merge-legs.ts'

/** One leg each, by key: equal keys merged, legs without a number given to those that have one. */
export function reconcileLegs(legs: readonly KnownLeg[]): Map<bigint, KnownLeg> {
  const byKey = new Map<bigint, KnownLeg>()
  for (const known of legs) {
    const same = byKey.get(known.leg.legKey)
    byKey.set(known.leg.legKey, same ? mergeLegs(same, known) : known)
  }
  if (!isMixed(byKey.values())) return byKey
  for (const alike of alikeOf(byKey.values())) {
    const numbered = alike.numbered.sort((a, b) => a.leg.sequence! - b.leg.sequence!)
    for (const [place, without] of placed(alike.identity, alike.without)) {
      const target = numbered[place]
      if (target === undefined) continue
      byKey.set(target.leg.legKey, mergeLegs(byKey.get(target.leg.legKey)!, without))
      byKey.delete(without.leg.legKey)
    }
  }
  return byKey
}

/** Of which leg in `reconciled` this one is a telling: its own key's, else that of the numbered one it was given to. */
export function tellingOf(leg: Leg, reconciled: ReadonlyMap<bigint, KnownLeg>): KnownLeg | undefined {
  const own = reconciled.get(leg.legKey)
  if (own !== undefined || leg.sequence !== undefined) return own
  const identity = rowIdentity(leg)
  const numbered = [...reconciled.values()]
    .filter((known) => known.leg.sequence !== undefined && rowIdentity(known.leg) === identity)
    .sort((a, b) => a.leg.sequence! - b.leg.sequence!)
  return numbered[occurrenceOf(leg.legKey, identity) ?? 0]
}

/** True when some legs have a number and others none. Nearly never: a PBX is set up one way. */
function isMixed(legs: Iterable<KnownLeg>): boolean {
  let numbered = false
  let without = false
  for (const { leg } of legs) {
    if (leg.sequence === undefined) without = true
    else numbered = true
  }
  return numbered && without
}

type Alike = { readonly identity: string; readonly numbered: KnownLeg[]; readonly without: KnownLeg[] }

function alikeOf(legs: Iterable<KnownLeg>): Iterable<Alike> {
  const groups = new Map<string, Alike>()
  for (const known of legs) {
    const identity = rowIdentity(known.leg)
    const alike = groups.get(identity) ?? { identity, numbered: [], without: [] }
    groups.set(identity, alike)
    if (known.leg.sequence === undefined) alike.without.push(known)
    else alike.numbered.push(known)
  }
  return groups.values()
}

/** Legs without a number with their place among equals, as their key tells it. */
function placed(identity: string, legs: readonly KnownLeg[]): [number, KnownLeg][] {
  return legs
    .map((known, i): [number, KnownLeg] => [occurrenceOf(known.leg.legKey, identity) ?? i, known])
    .sort((a, b) => a[0] - b[0])
}
