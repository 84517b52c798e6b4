// What happened on a call, in full: who called whom, who rang, who talked when, and what each CDR row stands for. Times are
// milliseconds with fractions where the source has them. The call row keeps whole seconds of this; the page shows all.

import type { EndingName } from '../call.ts'
import type { Interval } from '../intervals.ts'

export type AttemptResult =
  | 'answered'
  | 'answered_elsewhere'
  | 'busy'
  | 'no_answer'
  | 'cancelled'
  | 'congestion'
  | 'unavailable'
  | 'unallocated'
  | 'forwarded'

/** One destination tried for the caller. */
export type Attempt = {
  /** Peer of the channel, or the target as dialled when no channel came of it. */
  readonly endpoint: string
  /** '' when no channel was made. */
  readonly channel: string
  /** Name of the queue member; '' = none or not told. */
  readonly member: string
  readonly result: AttemptResult
  readonly alerted: boolean
  readonly fromMs: number
  /** When it was answered, else given up. */
  readonly untilMs: number
  /** Q.850; undefined = not told. */
  readonly hangupCause: number | undefined
}

/** Behind a trunk; at the end of a wire inside the PBX; a telephone of the PBX itself. */
export type PartyKind = 'outside_party' | 'simulated_telephone' | 'telephone'

export type Party = {
  readonly kind: PartyKind
  readonly endpoint: string
  readonly number: string
  /** Name of the queue member; '' = none. */
  readonly member: string
}

export type Transfer = {
  readonly kind: 'blind' | 'attended' | 'redirect'
  readonly by: 'callee' | 'caller' | 'system'
  readonly transferer: string
  readonly targetDialled: string
  readonly targetAnsweredByPerson: boolean
  readonly atMs: number
}

export type QueueVisit = {
  readonly name: string
  readonly result: 'connected' | 'abandoned' | 'timeout' | 'left'
  readonly joinedAtMs: number
  readonly leftAtMs: number
  readonly membersTried: readonly string[]
  readonly connectedMember: string
}

/** What a carrier charges for, or a DID costs. */
export type TrunkLeg = {
  readonly channel: string
  readonly peer: string
  readonly side: 'inbound' | 'outbound'
  readonly seizedMs: number
  readonly answeredMs: number
  readonly fromMs: number
  readonly answeredAtMs: number | undefined
  readonly untilMs: number
  /** Q.850; undefined = not told. */
  readonly cause: number | undefined
  /** What the carrier was asked to reach; '' on the inbound side. */
  readonly number: string
}

export type RowRole =
  | 'billable_leg'
  | 'transfer_continuation'
  | 'system_leg'
  | 'attempt_failed'
  | 'dialplan_failed'
  | 'local_half'
  | 'forward_leg'
  | 'consultation'
  | 'fork_overlap'
  | 'after_dial_step'
  | 'park'
  | 'after_park'
  | 'transfer_target_system'

export type StoryRow = {
  readonly legKey: bigint
  readonly uniqueid: string
  readonly sequence: number | undefined
  readonly role: RowRole
  /** Its path is the caller and a person. */
  readonly talkRow: boolean
}

/** Time in which the caller talked with a person. */
export type Talk = { readonly interval: Interval; readonly with: string }

/** A stretch of a person's or the caller's time, for drawing. */
export type Phase = {
  readonly party: string
  readonly kind: 'system' | 'ringing' | 'waiting' | 'talking' | 'parked'
  readonly fromMs: number
  readonly untilMs: number
}

export type CallStory = {
  readonly linkedid: string
  readonly uniqueids: readonly string[]
  /** First channel created, last channel gone. */
  readonly startMs: number
  readonly endMs: number
  readonly direction: 'inbound' | 'outbound' | 'internal' | 'transit' | 'originated'
  readonly caller: { readonly number: string; readonly name: string; readonly endpoint: string }
  /** What was dialled at first, whatever became of it. */
  readonly dialled: string
  /** The number of the PBX by which the call came in from outside; '' = it did not, or nobody said. */
  readonly did: string
  readonly account: string
  readonly ending: EndingName
  readonly answeredBy: Party | undefined
  readonly rung: readonly Attempt[]
  readonly transfer: Transfer | undefined
  readonly queue: QueueVisit | undefined
  readonly talk: readonly Talk[]
  /** The caller's time with a program: answered, and neither dialling, bridged, queued nor parked. */
  readonly system: readonly Interval[]
  readonly trunkLegs: readonly TrunkLeg[]
  readonly rows: readonly StoryRow[]
  readonly phases: readonly Phase[]
  /** Steps on the way: "ivr", "queue:support", "ringGroup", "voicemail", "transfer:blind", "park", … */
  readonly path: readonly string[]
  /** Built from channel events; else from CDR rows alone, which cannot tell everything. */
  readonly fromEvents: boolean
  /** The events say that nothing more is to come. */
  readonly complete: boolean
}
