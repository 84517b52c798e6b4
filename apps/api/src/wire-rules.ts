// What travels between api and browser about rules for calls, and about stored calls being made anew by them. Types only;
// see wire.ts for how instants are written.

import type { Instant } from './wire.ts'

export type ChannelKind = 'person' | 'hop' | 'program' | 'trunk'

/** Patterns: * stands for any text, ? for one character, capitals are as small. All that are there must fit. */
export type ChannelRule = {
  readonly match: string
  readonly context?: string
  readonly app?: string
  readonly is: ChannelKind
}

export type ContextRule = { readonly context: string; readonly direction: 'inbound' | 'outbound' | 'internal' }

/** In `channels` and `contexts` the first rule that fits decides; the other lists are of patterns. */
export type CallRules = {
  readonly channels: readonly ChannelRule[]
  readonly contexts: readonly ContextRule[]
  readonly closedHours: readonly string[]
  readonly voicemail: readonly string[]
  readonly conference: readonly string[]
  readonly ringGroup: readonly string[]
  readonly ivr: readonly string[]
  readonly queue: readonly string[]
  readonly dids: readonly string[]
  /** A longer call is held for review; 0 = none is. */
  readonly reviewAfterHours: number
  /** Quiet after which a call without channel events is final. */
  readonly finalAfterMinutes: number
}

/** Stored calls stitched, attributed and charged again. */
export type Restitch = {
  readonly id: string
  /** '' = all sources. */
  readonly source: string
  readonly cause: 'rules' | 'zone' | 'asked'
  readonly state: 'queued' | 'running' | 'done' | 'cancelled'
  readonly from: Instant | null
  readonly to: Instant | null
  /** null until counted. */
  readonly callsTotal: number | null
  readonly callsSeen: number
  readonly callsChanged: number
  /** Only proposed for credit: they stand on an invoice. */
  readonly callsInvoiced: number
  readonly createdBy: string
  readonly createdAt: Instant
}

/** How rules stand. `own`: false when a source goes by the tenant's, or the tenant by the default rules. */
export type RulesAnswer = {
  /** '' = of the tenant. */
  readonly source: string
  readonly own: boolean
  readonly revision: number
  /** Behind `revision`: the stored calls are still being made anew. */
  readonly appliedRevision: number
  readonly rules: CallRules
  readonly restitch: Restitch | null
}

export type RulesPreviewRequest = { readonly rules: CallRules; readonly days?: number | undefined }

export type RulesPreview = {
  readonly from: Instant
  readonly seen: number
  readonly changed: number
  /** False when there are more calls than are looked at for a preview. */
  readonly complete: boolean
  readonly fields: readonly { readonly field: string; readonly calls: number }[]
  readonly examples: readonly {
    readonly key: string
    readonly startedAt: Instant
    readonly from: string
    readonly to: string
    readonly before: Readonly<Record<string, unknown>>
    readonly after: Readonly<Record<string, unknown>>
  }[]
}

/** A channel, context and number asked of rules that need not be saved. */
export type RulesTrialRequest = {
  readonly rules: CallRules
  readonly channel?: string | undefined
  readonly context?: string | undefined
  readonly app?: string | undefined
  readonly number?: string | undefined
}

export type RulesTrial = {
  /** null: no rule fits, and the structure of the call decides. */
  readonly kind: ChannelKind | null
  /** Place of the rule among `channels`, from 1; 0 = none, or a trunk of the directory. */
  readonly rule: number
  readonly direction: ContextRule['direction'] | null
  readonly step: 'closedHours' | 'voicemail' | 'conference' | 'ringGroup' | 'ivr' | 'queue' | null
  readonly did: boolean
}
