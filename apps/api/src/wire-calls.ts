// What travels between api and browser about calls: a row of the list, and one call whole. Types only.

import type { Ending, StoryInfo } from './wire-story.ts'
import type { Instant, Money } from './wire-values.ts'

export type Direction = 'unknown' | 'inbound' | 'outbound' | 'internal' | 'transit'
export type Outcome = 'answered' | 'no-answer' | 'busy' | 'failed' | 'program'
export type Disposition = 'none' | 'answered' | 'no-answer' | 'busy' | 'failed' | 'congestion' | 'cancel'
export type UnratedReason =
  | 'no-account'
  | 'no-deck'
  | 'no-rate'
  | 'not-a-number'
  | 'blocked'
  | 'expired'
  | 'ambiguous'
  | 'held'

/** One row of GET /api/v1/calls */
export type CallRow = {
  readonly key: string
  readonly startedAt: Instant
  readonly answeredAt: Instant | null
  readonly endedAt: Instant
  readonly from: string
  readonly fromName: string
  readonly to: string
  readonly direction: Direction
  readonly outcome: Outcome
  /** Finer than the outcome. */
  readonly ending: Ending
  /** Steps on the way: "ivr", "queue:support", "voicemail", "transfer:blind", …; empty where only records are known. */
  readonly path: readonly string[]
  /** Nothing more of it is to come. */
  readonly final: boolean
  readonly talkSeconds: number
  readonly ringSeconds: number
  /** In queues. */
  readonly waitSeconds: number
  readonly durationSeconds: number
  readonly legs: number
  /** Number of ours that was called from outside; '' = none. */
  readonly did: string
  /** Telephone of ours that called, else the one that answered; '' = none. */
  readonly extension: string
  /** As the CDR that decides says it. */
  readonly disposition: Disposition
  /** Q.850; null = unknown. */
  readonly cause: number | null
  /** ISO 3166-1 number. */
  readonly country: number | null
  readonly tags: readonly string[]
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | null
  readonly trunk: { readonly id: number; readonly name: string } | null
  readonly carrier: { readonly id: number; readonly name: string } | null
  readonly destination: { readonly id: number; readonly name: string } | null
  readonly source: string
  readonly currency: string
  /** Sum of sell charges; null when the call has none. */
  readonly revenue: Money | null
  readonly cost: Money | null
  readonly unrated: UnratedReason | null
}

/** GET /api/v1/calls */
export type PageOfCalls = {
  readonly items: readonly CallRow[]
  readonly next: string | null
  /** Null when it was not asked for, or cannot be had soon. `capped`: there are more. */
  readonly count: { readonly calls: number; readonly capped: boolean } | null
}

export type LegRow = {
  readonly startedAt: Instant
  readonly answeredAt: Instant | null
  readonly endedAt: Instant
  readonly channel: string
  readonly dstchannel: string
  readonly src: string
  readonly dst: string
  readonly clid: string
  readonly dcontext: string
  readonly lastapp: string
  readonly lastdata: string
  readonly disposition: string
  readonly durationSeconds: number
  readonly billsec: number
  readonly accountcode: string
  readonly userfield: string
  readonly uniqueid: string
  readonly linkedid: string
  readonly sequence: number | null
  /** What the row stands for in the call: billable_leg, attempt_failed, local_half, …; '' = not told. */
  readonly role: string
  /** Its path is the caller and a person. */
  readonly talkRow: boolean
  readonly receivedAt: Instant
  /** The ways that told it. */
  readonly seenIn: readonly WayName[]
  /** Fields whose value another way than the first has told. */
  readonly origins: Readonly<Record<string, WayName>>
}

/** By which way a record came. */
export type WayName = 'live' | 'file' | 'table' | 'push'

export type CelRow = {
  readonly happenedAt: Instant
  readonly event: string
  readonly channel: string
  readonly uniqueid: string
  readonly exten: string
  readonly context: string
  readonly app: string
  readonly appdata: string
  readonly cidNum: string
  readonly cidName: string
  readonly peer: string
  readonly accountcode: string
  readonly userfield: string
  readonly extra: string
}

/** In the words of queue_log, whichever way it came. */
export type QueueEventRow = {
  readonly happenedAt: Instant
  readonly event: string
  readonly queue: string
  readonly agent: string
  readonly data: readonly string[]
}

/** One step of how a charge came to be, in order. `kind` names the sentence; `values` fill it. */
export type TraceStep = {
  readonly kind:
    | 'number'
    | 'plan'
    | 'candidates'
    | 'match'
    | 'window'
    | 'package'
    | 'seconds'
    | 'tier'
    | 'price'
    | 'connect-fee'
    | 'disconnect-fee'
    | 'entry-fee'
    | 'block-fee'
    | 'markup'
    | 'minimum'
    | 'maximum'
    | 'rounding'
    | 'total'
  readonly values: Readonly<Record<string, string>>
  readonly amount: string | null
}

export type ChargeInfo = {
  readonly side: 'sell' | 'buy'
  /** 1 = the call itself; on from 2 its segments. */
  readonly line: number
  readonly party: string
  readonly deck: string
  readonly deckId: number
  readonly deckVersion: number
  readonly prefix: string
  readonly destination: string
  readonly seconds: number
  readonly billedSeconds: number
  readonly currency: string
  readonly amount: Money
  readonly bookedAt: Instant
  /** Lines that were reversed by a rerate are kept and shown struck through. */
  readonly reversed: boolean
  readonly trace: readonly TraceStep[]
}

/** GET /api/v1/calls/{key} */
export type CallDetail = {
  readonly call: CallRow
  readonly linkedid: string
  readonly answeredBy: string
  readonly ringSeconds: number
  readonly waitSeconds: number
  readonly final: boolean
  readonly legs: readonly LegRow[]
  readonly cel: readonly CelRow[]
  readonly queueEvents: readonly QueueEventRow[]
  /** What happened; null when there is not enough to tell. */
  readonly story: StoryInfo | null
  readonly charges: readonly ChargeInfo[]
  readonly invoice: { readonly id: string; readonly number: string } | null
  /** Parts of the call after its first that left the PBX, each charged by itself; the first is line 1. */
  readonly segments: readonly SegmentInfo[]
  /** What the call was before late rows or other rules made it another, oldest first. */
  readonly changes: readonly CallChange[]
}

export type SegmentInfo = {
  /** 2 and on: the `line` of its charges. */
  readonly line: number
  readonly answeredAt: Instant
  readonly seconds: number
  readonly to: string
  readonly peer: string
  readonly accountcode: string
}

export type CallChange = {
  readonly revision: number
  readonly changedAt: Instant
  readonly cause: 'late-rows' | 'events' | 'rules' | 'zone' | 'merged'
  /** Only the fields that changed, as they were and as they are. Instants are milliseconds since 1970. */
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}
