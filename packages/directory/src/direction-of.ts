// Which way a call went. Trunks decide: a call that came in by one is inbound, one that left by one is outbound. Only
// when no trunk took part do the rules for contexts speak; everything else stays unknown rather than guessed.

import { type Directory, type Trunk, trunkKey } from './directory.ts'

/** What a stitched call says of its way through the PBX, and what the tenant's rules say of that. */
export type DirectionClues = {
  /** Channel names without suffix: "PJSIP/201", "PJSIP/northlink"; '' = none. */
  readonly entryPeer: string
  readonly exitPeer: string
  /** A trunk by rule, though the directory may not know it. */
  readonly entryIsTrunk: boolean
  readonly exitIsTrunk: boolean
  /** Dialplan context of the first leg, and which way calls go by rule that begin in it. */
  readonly context: string
  readonly contextSays: 'inbound' | 'outbound' | 'internal' | undefined
  readonly toNumber: string
  /** The number dialled is one of those by which the PBX is called from outside. */
  readonly toDid: boolean
}

/** A direction, the trunk it was decided by, if any: the one the call left by, else the one it came in by. */
export type Way = {
  readonly direction: 'unknown' | 'inbound' | 'outbound' | 'internal' | 'transit'
  readonly trunk: Trunk | undefined
}

/** Decides the direction of a call. Pure. */
export function directionOf(directory: Directory, clues: DirectionClues): Way {
  const entry = trunkOf(directory, clues.entryPeer)
  const exit = trunkOf(directory, clues.exitPeer)
  const cameIn = entry !== undefined || clues.entryIsTrunk
  const wentOut = exit !== undefined || clues.exitIsTrunk
  if (wentOut && (cameIn || clues.contextSays === 'inbound')) return { direction: 'transit', trunk: exit ?? entry }
  if (wentOut) return { direction: 'outbound', trunk: exit }
  if (cameIn) return { direction: 'inbound', trunk: entry }
  return { direction: clues.contextSays ?? (clues.toDid ? 'inbound' : withinTheHouse(clues)), trunk: undefined }
}

/** What each peer was found to be, by the directory it was looked up in. */
const found = new WeakMap<Directory, Map<string, Trunk | undefined>>()
/** More peers than a PBX has; then everything is found again. */
const MOST_PEERS = 10_000

/** Remembered by the peer as spelled: turning it to small letters twice a call costs more than all the rest here. */
function trunkOf(directory: Directory, peer: string): Trunk | undefined {
  if (peer === '') return undefined
  let known = found.get(directory)
  if (known === undefined || known.size > MOST_PEERS) {
    known = new Map()
    found.set(directory, known)
  }
  let trunk = known.get(peer)
  if (trunk === undefined && !known.has(peer)) {
    trunk = directory.trunksByPeer.get(trunkKey(peer))
    known.set(peer, trunk)
  }
  return trunk
}

// The name FreePBX and its kin give to the context of their own phones, whether they call each other or the world.
const FROM_INSIDE = /^from-internal/i

// Six digits are the longest extensions in common use. Length alone decides nothing: the call came from an own phone,
// was dialled through its context, and rang something that is no trunk.
const EXTENSION = /^\d{1,6}$/

/** No trunk had a part in it, and no rule names the context: the call of one phone to another, or nobody knows. */
function withinTheHouse({ context, entryPeer, exitPeer, toNumber }: DirectionClues): Way['direction'] {
  if (FROM_INSIDE.test(context) && exitPeer !== '' && EXTENSION.test(toNumber)) return 'internal'
  const isPhone = (peer: string) => peer !== '' && !peer.startsWith('Local/')
  const bySameName = toNumber !== '' && exitPeer.endsWith(`/${toNumber}`)
  return bySameName && isPhone(entryPeer) && isPhone(exitPeer) ? 'internal' : 'unknown'
}
