// What a tenant says of its dialplans, as data: which channels are persons, hops, programs or trunks, and what its
// contexts mean. Stitching asks these rules and decides by the structure of the call where they say nothing.

/** A telephone with somebody at it; a wire that only dials on; a dialplan that answers by itself; a line to a carrier. */
export type ChannelKind = 'person' | 'hop' | 'program' | 'trunk'

/**
 * `match`, `context` and `app` are patterns (`*`, `?`, capitals as small); those that are there must all fit. `match` is
 * held against the peer of a channel: its name without the part that is new on every call ("PJSIP/201", "Local/7@phones").
 * `context` and `app` are those the channel itself runs in, not those it was dialled from.
 */
export type ChannelRule = {
  readonly match: string
  readonly context?: string
  readonly app?: string
  readonly is: ChannelKind
}

/** What calls are that begin in a context. */
export type ContextRule = {
  readonly context: string
  readonly direction: 'inbound' | 'outbound' | 'internal'
}

/** Lists are patterns; in `channels` and `contexts` the first rule that fits decides. */
export type CallRules = {
  readonly channels: readonly ChannelRule[]
  readonly contexts: readonly ContextRule[]
  /** Contexts in which a caller hears that nobody is there. */
  readonly closedHours: readonly string[]
  /** Contexts and applications of each step of a call's path. */
  readonly voicemail: readonly string[]
  readonly conference: readonly string[]
  readonly ringGroup: readonly string[]
  readonly ivr: readonly string[]
  readonly queue: readonly string[]
  /** Numbers that callers from outside dial to reach this PBX. */
  readonly dids: readonly string[]
  /** A call that lasted longer is held for review instead of being charged; 0 = none is. */
  readonly reviewAfterHours: number
  /** Without CEL, a call is final when none of its legs came or ended for so long. */
  readonly finalAfterMinutes: number
}
