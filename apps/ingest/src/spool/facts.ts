// What the spool remembers besides the messages: how the connection stands, and the gaps it had. As JSON in a record.

import type { GapCause } from '@tollbook/intake'

/** Events raised this long before a byte came, or before the last one did, may still have been on the way, milliseconds. */
export const ON_THE_WAY_MS = 2000

export type SpoolGap = {
  readonly cause: GapCause
  readonly fromMs: number
  /** Null while it goes on; told again when it ends. */
  readonly untilMs: number | null
  readonly detail: string
}

/** Enough to go on from after a crash: the newest one in the spool counts. */
export type WatchState = {
  /** When the PBX was last known to be heard; null before the first login. */
  readonly heardAtMs: number | null
  readonly bootedAtMs: number | null
  /** Gaps that go on. */
  readonly open: readonly SpoolGap[]
  /** Where the gap began that the last login ended: a restart is told a moment later. */
  readonly lostFromMs: number | null
}

export type SpoolFact = { readonly state: WatchState; readonly gaps: readonly SpoolGap[] }

export const NOTHING_KNOWN: WatchState = { heardAtMs: null, bootedAtMs: null, open: [], lostFromMs: null }

export function encodeFact(fact: SpoolFact): Buffer {
  return Buffer.from(JSON.stringify(fact))
}

/** Written by this file only and guarded by a checksum, so it is trusted. */
export function decodeFact(bytes: Buffer): SpoolFact {
  return JSON.parse(bytes.toString('utf8')) as SpoolFact
}
