// What travels between api and browser about what happened on a call. Types only. All times are seconds after the start of
// the call, with fractions where the PBX told them; see wire.ts for how instants are written.

import type { Instant } from './wire-values.ts'

export type Ending =
  | 'unknown'
  | 'answered_by_person'
  | 'ivr_only'
  | 'queue_abandoned'
  | 'queue_timeout'
  | 'busy'
  | 'no_answer'
  | 'congestion'
  | 'cancelled'
  | 'failed'
  | 'voicemail'
  | 'closed_hours'

/** Somebody other than the caller. `id` is the channel without its suffix: one who is tried twice is one party. */
export type StoryParty = {
  readonly id: string
  readonly number: string
  /** Name in the queue; '' = none. */
  readonly member: string
}

export type StoryAttempt = {
  readonly party: string
  readonly result:
    | 'answered'
    | 'answered_elsewhere'
    | 'busy'
    | 'no_answer'
    | 'cancelled'
    | 'congestion'
    | 'unavailable'
    | 'unallocated'
    | 'forwarded'
  /** Whether it rang. */
  readonly alerted: boolean
  readonly from: number
  /** When it was answered, else given up. */
  readonly until: number
  /** Q.850; null = not told. */
  readonly cause: number | null
}

export type StoryPhase = {
  /** 'caller', or the id of a party. */
  readonly party: string
  readonly kind: 'system' | 'ringing' | 'waiting' | 'talking' | 'parked'
  readonly from: number
  readonly until: number
}

/** Part of GET /api/v1/calls/{key}. */
export type StoryInfo = {
  readonly startedAt: Instant
  readonly seconds: number
  readonly caller: { readonly number: string; readonly name: string; readonly endpoint: string }
  readonly dialled: string
  /** The number of the PBX by which the call came in from outside; '' = none. */
  readonly did: string
  readonly ending: Ending
  /** Id of a party. */
  readonly answeredBy: string | null
  readonly parties: readonly StoryParty[]
  readonly attempts: readonly StoryAttempt[]
  readonly transfer: {
    readonly kind: 'blind' | 'attended' | 'redirect'
    readonly by: 'callee' | 'caller' | 'system'
    /** Id of a party, 'caller' or ''. */
    readonly transferer: string
    readonly target: string
    readonly targetAnswered: boolean
    readonly at: number
  } | null
  readonly queue: {
    readonly name: string
    readonly result: 'connected' | 'abandoned' | 'timeout' | 'left'
    readonly from: number
    readonly until: number
  } | null
  readonly talk: readonly { readonly with: string; readonly from: number; readonly until: number }[]
  readonly phases: readonly StoryPhase[]
  /** Steps on the way: "ivr", "queue:support", "voicemail", "transfer:blind", "park", … */
  readonly path: readonly string[]
  /** Told by channel events; else from call records alone, which cannot tell everything. */
  readonly fromEvents: boolean
  /** Nothing more is to come. */
  readonly complete: boolean
}
