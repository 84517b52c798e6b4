// The contract for pushed CDRs and the tokens to push them with. Types only.

import type { Instant } from './wire.ts'

/**
 * POST /api/v1/cdrs?source=NAME&zone=ZONE: CDRs by Asterisk's names (uniqueid, start or calldate, answer, end, duration,
 * billsec, disposition, …), as a JSON array or one JSON object a line, at most 1,000. Times are ISO instants or local text.
 */
export type PushAnswer = {
  readonly inserted: number
  readonly duplicates: number
  readonly rejected: number
  readonly items: readonly PushItem[]
}

/** What became of one record: `call` is the key of its call, `reason` says why there is none. */
export type PushItem = {
  readonly index: number
  readonly status: 'inserted' | 'duplicate' | 'rejected'
  readonly call: string | null
  readonly reason?: string
}

/** GET /api/v1/push-tokens; DELETE …/{id} revokes one. */
export type PushTokenRow = {
  readonly id: number
  readonly source: string
  readonly name: string
  readonly createdAt: Instant
  readonly usedAt: Instant | null
}

/** POST /api/v1/push-tokens { source, name }: the token is told once. */
export type NewPushToken = { readonly id: number; readonly token: string }
