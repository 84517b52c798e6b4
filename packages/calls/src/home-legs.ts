// Legs that tell no linkedid find the call they belong to, where another way knows it: from a leg that is the same one, else
// from the events of their channel. Comes such a record later, the stored leg moves to its call. So where a leg is in the
// end depends on what is known, not on what came first.

import type { Tx } from '@tollbook/db'
import type { CallKey, SourceId } from '@tollbook/kernel'
import { type Aliases, aliasesOf, holdAliases, insertAliases } from './channel-aliases.ts'
import { type KnownLeg, NO_ORIGINS } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { type LegBatch, openedRange } from './leg-batch.ts'
import { callKeyOf, rowIdentity } from './leg-key.ts'
import { knownLegsOf } from './stored-legs.ts'
import { epochOf } from './uniqueid.ts'

/** A stored leg that belongs to another call: as it is there, and as it is to be. */
export type Move = { readonly before: Leg; readonly after: KnownLeg }

export type HomedLegs = {
  /** The legs of the batch, those without a linkedid under the call they belong to. */
  readonly legs: readonly Leg[]
  /** Of legs that were given their call: the legs as they came. */
  readonly asTheyCame: ReadonlyMap<Leg, Leg>
  readonly moves: readonly Move[]
}

/** Finds the calls of a batch's legs. Nearly always every way tells linkedids, and there is nothing to do. */
export async function homeLegs(tx: Tx, batch: LegBatch): Promise<HomedLegs> {
  const asItIs = { legs: batch.legs, asTheyCame: NOTHING, moves: [] }
  const lack = batch.legs.some(lacksLinkedid)
  if (!(await holdAliases(tx, batch.sourceId, lack, !lack && tellsAliases(batch)))) return asItIs
  const asked = await insertAliases(tx, batch.sourceId, aliasesTold(batch))
  for (const leg of batch.legs) if (leg.uniqueid !== '') asked.add(leg.uniqueid)
  const aliases = await aliasesOf(tx, batch.sourceId, asked)
  return aliases.size === 0 ? asItIs : await placeLegs(tx, batch, aliases)
}

const NOTHING: ReadonlyMap<Leg, Leg> = new Map()

type Ids = { readonly uniqueid: string; readonly linkedid: string }

function lacksLinkedid({ linkedid, uniqueid }: Ids): boolean {
  return linkedid === '' && uniqueid !== ''
}

function isAlias({ linkedid, uniqueid }: Ids): boolean {
  return linkedid !== uniqueid && linkedid !== '' && uniqueid !== ''
}

function tellsAliases({ legs, cel }: LegBatch): boolean {
  return legs.some(isAlias) || cel.some(isAlias)
}

function aliasesTold({ legs, cel }: LegBatch): Aliases {
  const told = new Map<string, Set<string>>()
  const note = (ids: Ids) => {
    if (!isAlias(ids) || told.get(ids.uniqueid)?.has(ids.linkedid)) return
    const same = told.get(ids.uniqueid)
    if (same) same.add(ids.linkedid)
    else told.set(ids.uniqueid, new Set([ids.linkedid]))
  }
  legs.forEach(note)
  cel.forEach(note)
  return told
}

async function placeLegs(tx: Tx, batch: LegBatch, aliases: Aliases): Promise<HomedLegs> {
  const stored = await storedLegs(tx, batch.sourceId, aliases)
  const own = ownCalls([...stored.map(({ leg, from }) => ({ leg, isOwn: !isHomed(leg, from) })), ...asOwn(batch.legs)])
  const homeOf = (leg: Leg) => own(leg) ?? oldest(aliases.get(leg.uniqueid)!)
  const moves: Move[] = []
  for (const known of stored) {
    if (!isHomed(known.leg, known.from)) continue
    const after = placed(known.leg, homeOf(known.leg), batch.sourceId)
    if (after.callKey === known.leg.callKey) continue
    const origins = { ...known.from.origins, linkedid: 0 }
    moves.push({ before: known.leg, after: { leg: after, from: { ...known.from, origins } } })
  }
  const asTheyCame = new Map<Leg, Leg>()
  const legs = batch.legs.map((leg) => {
    if (!lacksLinkedid(leg) || !aliases.has(leg.uniqueid)) return leg
    const home = homeOf(leg)
    if (home === leg.uniqueid) return leg
    const after = placed(leg, home, batch.sourceId)
    asTheyCame.set(after, leg)
    return after
  })
  return { legs, asTheyCame, moves }
}

/** True for a leg that has its linkedid from elsewhere, or none. */
function isHomed(leg: Leg, { origins }: KnownLeg['from']): boolean {
  return leg.linkedid === '' || origins.linkedid === 0
}

function asOwn(legs: readonly Leg[]): { leg: Leg; isOwn: boolean }[] {
  return legs.map((leg) => ({ leg, isOwn: leg.linkedid !== '' }))
}

/** The stored legs of these channels, in every call they may be in. */
async function storedLegs(tx: Tx, sourceId: SourceId, aliases: Aliases): Promise<KnownLeg[]> {
  const calls = new Map<CallKey, { openedAtMs: number }>()
  for (const [uniqueid, linkedids] of aliases) {
    for (const id of [uniqueid, ...linkedids]) {
      const openedAtMs = epochOf(id)! * 1000
      calls.set(callKeyOf(openedAtMs, sourceId, id), { openedAtMs })
    }
  }
  const found = await knownLegsOf(tx, calls.keys(), openedRange([...calls.values()]))
  return [...found.values()].flat().filter(({ leg }) => aliases.has(leg.uniqueid))
}

/** The call that another telling of the same leg names itself; of several the oldest. */
function ownCalls(legs: readonly { leg: Leg; isOwn: boolean }[]): (leg: Leg) => string | undefined {
  const named = new Map<string, Set<string>>()
  for (const { leg, isOwn } of legs) {
    if (!isOwn) continue
    for (const name of namesOf(leg)) {
      const same = named.get(name)
      if (same) same.add(leg.linkedid)
      else named.set(name, new Set([leg.linkedid]))
    }
  }
  return (leg) => {
    for (const name of namesOf(leg)) {
      const linkedids = named.get(name)
      if (linkedids) return oldest(linkedids)
    }
    return undefined
  }
}

function namesOf(leg: Leg): string[] {
  const alike = rowIdentity(leg)
  return leg.sequence === undefined ? [alike] : [`${leg.uniqueid}#${leg.sequence}`, alike]
}

/** When calls are joined, Asterisk keeps the id of the channel that was first. */
export function oldest(ids: ReadonlySet<string>): string {
  return [...ids].sort((a, b) => epochOf(a)! - epochOf(b)! || counterOf(a) - counterOf(b) || (a < b ? -1 : 1))[0]!
}

function counterOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('.') + 1))
}

function placed(leg: Leg, home: string, sourceId: SourceId): Leg {
  const openedAtMs = epochOf(home)! * 1000
  const linkedid = home === leg.uniqueid ? '' : home
  return { ...leg, linkedid, openedAtMs, callKey: callKeyOf(openedAtMs, sourceId, home) }
}

/** Where a leg with a call from elsewhere is known from. */
export function fromElsewhere(from: KnownLeg['from']): KnownLeg['from'] {
  return { ...from, origins: { ...NO_ORIGINS, linkedid: 0 } }
}
