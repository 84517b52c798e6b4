// Which way a call went. Trunks decide: a call that came in by one is inbound, one that left by one is outbound. Only
// when no trunk is known do the names of well-known contexts speak; everything else stays unknown rather than guessed.

import { type Directory, type Trunk, trunkKey } from './directory.ts'

/** What a stitched call says of its way through the PBX. */
export type DirectionClues = {
  /** Channel names without suffix: "PJSIP/201", "PJSIP/northlink"; '' = none. */
  readonly entryPeer: string
  readonly exitPeer: string
  /** Dialplan context of the first leg. */
  readonly context: string
  readonly fromNumber: string
  readonly toNumber: string
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
  if (entry && exit) return { direction: 'transit', trunk: exit }
  if (exit) return { direction: 'outbound', trunk: exit }
  if (entry) return { direction: 'inbound', trunk: entry }
  return { direction: byContext(clues), trunk: undefined }
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

// The names FreePBX and its kin give to contexts that calls from outside enter by, and to those of their own phones.
const FROM_OUTSIDE =
  /^(from-(trunk|pstn|did-direct|external|sip-external|zaptel|dahdi|digital|analog)|ext-did|inbound|incoming)/i
const FROM_INSIDE = /^from-internal/i

function byContext({ context, exitPeer, toNumber }: DirectionClues): Way['direction'] {
  if (FROM_OUTSIDE.test(context)) return 'inbound'
  if (FROM_INSIDE.test(context) && exitPeer !== '' && EXTENSION.test(toNumber)) return 'internal'
  return 'unknown'
}

// Six digits are the longest extensions in common use. Length alone decides nothing: the call came from an own phone,
// was dialled through its context, and rang something that is no trunk.
const EXTENSION = /^\d{1,6}$/
