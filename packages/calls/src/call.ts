// A call: what one conversation was, made from its legs. Stitching gives the draft; attribution says whose it is.

import type { CallKey, SourceId, TenantId } from '@tollbook/kernel'
import type { Disposition } from './leg.ts'

/** Direction as kept in the database. Decided from trunks and contexts, never from the length of a number. */
export const DIRECTION = { unknown: 0, inbound: 1, outbound: 2, internal: 3, transit: 4 } as const
export type Direction = (typeof DIRECTION)[keyof typeof DIRECTION]

/** How a call ended, as kept in the database; `program`: only an IVR, queue or voicemail answered, no person. */
export const OUTCOME = { answered: 1, noAnswer: 2, busy: 3, failed: 4, program: 5 } as const
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME]

/**
 * A part of a call that left the PBX beside its first: what a transfer, a forward or a second party of a click to call
 * added. Charged by itself, with its own number, trunk, account and time.
 */
export type CallSegment = {
  /** 2 and on, in the order in which they were answered; the call itself stands for 1. */
  readonly segment: number
  readonly answeredAtMs: number
  readonly billS: number
  readonly toNumber: string
  /** Channel name without suffix of the party reached: "PJSIP/northlink". */
  readonly exitPeer: string
  readonly accountcode: string
}

/** A channel on a trunk, from seizure to release, whether anybody answered or not. */
export type Seizure = {
  readonly peer: string
  /** From us to the carrier. */
  readonly outward: boolean
  readonly seizedAtMs: number
  readonly answeredAtMs: number | undefined
  readonly releasedAtMs: number
  /** Q.850; 0 = not known. */
  readonly cause: number
}

/** How a call ended, finer than `outcome`; the numbers are what the database keeps. */
export const ENDING = {
  unknown: 0,
  answered_by_person: 1,
  ivr_only: 2,
  queue_abandoned: 3,
  queue_timeout: 4,
  busy: 5,
  no_answer: 6,
  congestion: 7,
  cancelled: 8,
  failed: 9,
  voicemail: 10,
  closed_hours: 11,
} as const
export type EndingName = keyof typeof ENDING
export type Ending = (typeof ENDING)[EndingName]

/** What the legs alone say. */
export type CallDraft = {
  readonly callKey: CallKey
  readonly openedAtMs: number
  readonly startedAtMs: number
  /** First moment two parties talked; undefined when nobody answered. */
  readonly answeredAtMs: number | undefined
  readonly endedAtMs: number
  /** Union of the intervals in which two parties talked, seconds. */
  readonly talkS: number
  readonly ringS: number
  readonly waitS: number
  readonly durationS: number
  /** Seconds that may be charged: billsec of a plain call, the union of talk otherwise; 0 = nothing to charge. */
  readonly billS: number
  readonly outcome: Outcome
  readonly hangupCause: number
  readonly legs: number
  readonly attempts: number
  readonly final: boolean
  readonly fromNumber: string
  readonly toNumber: string
  readonly fromName: string
  readonly answeredBy: string
  readonly accountcode: string
  readonly linkedid: string
  /** Channel names without suffix of the party that came in and the one reached last: "PJSIP/201", "PJSIP/northlink". */
  readonly entryPeer: string
  readonly exitPeer: string
  /** Dialplan context of the first leg. */
  readonly context: string
  /** Charged parts after the first, which is the call itself; only those that were answered. Most calls have none. */
  readonly segments: readonly CallSegment[]
  /** How it ended, finer than `outcome`: a number of ENDING. */
  readonly ending: Ending
  /** Steps on the way: "ivr", "queue:support", "voicemail", "transfer:blind", "park", …; known from channel events only. */
  readonly path: readonly string[]
  /** The number of ours by which it came in from outside; '' = it did not, or nobody said. */
  readonly did: string
  /** Our telephone that called, else the one that answered: "204"; '' = none. */
  readonly extension: string
  /** Of the leg that decides. */
  readonly disposition: Disposition
  /** Our telephones that rang and did not take it, sorted. */
  readonly rung: readonly string[]
  /** In the order in which they were seized. */
  readonly seizures: readonly Seizure[]
  /** Linkedids of other calls that events show to be parts of this one. */
  readonly joins?: readonly string[]
}

export const NO_SEGMENTS: readonly never[] = []

export const NO_PATH: readonly string[] = []
export const NO_JOINS: readonly string[] = []
export const NO_SEIZURES: readonly never[] = []
export const NOBODY: readonly string[] = []

/** Whose call it is and where it went; 0 = none. Decided above this room and handed in. */
export type Attribution = {
  readonly direction: Direction
  readonly accountId: number
  readonly trunkId: number
  readonly carrierId: number
  readonly destinationId: number
  readonly countryId: number
  /** Of each of the draft's segments, in their order. */
  readonly ofSegments: readonly SegmentAttribution[]
  /** Of each of the draft's seizures, in their order. */
  readonly ofSeizures: readonly SeizureAttribution[]
}

export type SeizureAttribution = Pick<Attribution, 'trunkId' | 'carrierId'>

/** A seizure and whose line it is. */
export type TrunkSeizure = Seizure & SeizureAttribution

export type SegmentAttribution = Pick<
  Attribution,
  'accountId' | 'trunkId' | 'carrierId' | 'destinationId' | 'countryId'
>

/** A segment and whose it is. */
export type ChargedSegment = CallSegment & SegmentAttribution

export type Call = Omit<CallDraft, 'segments' | 'seizures'> &
  Omit<Attribution, 'ofSegments' | 'ofSeizures'> & {
    readonly segments: readonly ChargedSegment[]
    readonly seizures: readonly TrunkSeizure[]
    readonly tenantId: TenantId
    readonly sourceId: SourceId
    /** 0 when first stitched; one more each time late legs changed it. */
    readonly revision: number
  }

/** What stitching of a batch found: the linkedid of a call, and those of its parts. */
export type FoundJoins = Map<string, readonly string[]>
