// What is told of missed callers, and how they are asked for.

import type { CallKey } from '@tollbook/kernel'

/** Seconds are whole, instants milliseconds. */
export type MissedCaller = {
  /** As it was told last; '' = he told none, and nobody can call him back. */
  readonly number: string
  readonly name: string
  readonly calls: number
  readonly firstMs: number
  readonly lastMs: number
  readonly longestWaitS: number
  /** Telephones of ours that rang in vain, whichever of the calls. */
  readonly rang: readonly string[]
  readonly did: string
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | undefined
  readonly lastCall: CallKey
  /** The first conversation after a missed call, either way. */
  readonly returned: MissedReturn | undefined
}

export type MissedReturn = {
  readonly atMs: number
  readonly by: string
  readonly outward: boolean
  readonly call: CallKey
  /** Since the last missed call before it. */
  readonly afterS: number
}

export type MissedOptions = {
  /** Hours within which a conversation counts as a return. */
  readonly withinHours: number
  readonly only?: 'returned' | 'unreturned' | undefined
  /** The last call of the caller a page ended with. No number: a cursor goes where numbers are masked. */
  readonly after?: CallKey | undefined
  readonly limit: number
}

/** `callers` and `returned` are of all that have a number, whatever page and `only`. */
export type MissedCallers = {
  readonly items: readonly MissedCaller[]
  readonly callers: number
  readonly returned: number
  readonly next: CallKey | undefined
}
