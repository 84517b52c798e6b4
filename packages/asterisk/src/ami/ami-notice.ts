// What a connection tells beside its messages: from this a gap is made, a boot time, an advice. Decides nothing itself.

import type { AmiFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'

/** `atMs` is our clock. A notice about a message comes directly after the `onMessages` that carried it. */
export type AmiNotice =
  /**
   * Logged in, events come from now on. Between `heardAtMs` (the last byte of the session before; undefined for the
   * first) and `atMs` events may have been missed.
   */
  | { readonly kind: 'connected'; readonly atMs: number; readonly heardAtMs: number | undefined }
  /** A session that was live has ended. Not told for attempts that never came to a login. */
  | {
      readonly kind: 'disconnected'
      readonly atMs: number
      readonly heardAtMs: number
      readonly failure: AmiFailure
    }
  /** FullyBooted, which follows each login; `restarted`: it is another start than the session before saw. */
  | {
      readonly kind: 'booted'
      readonly atMs: number
      readonly bootedAtMs: number
      readonly reloadedAtMs: number | undefined
      readonly restarted: boolean
    }
  /** Asterisk stops now (`restart`: and comes back); its last records follow, then the connection ends. */
  | { readonly kind: 'shutdown'; readonly atMs: number; readonly restart: boolean }
  /** A module, or all ('' as module), was reloaded: mappings may have changed. */
  | { readonly kind: 'reload'; readonly atMs: number; readonly module: string }
  /** A message that is not quite trusted: its own end, or what lay between it and the next, may be missing. */
  | { readonly kind: 'suspect'; readonly atMs: number; readonly message: AmiMessage }
  /**
   * Over HTTP: an answer was lost on the way after Asterisk may have taken its events out of the session. What was
   * raised between `fromMs` (the last whole answer) and `atMs` may be missing; the session itself goes on.
   */
  | { readonly kind: 'answer-lost'; readonly fromMs: number; readonly atMs: number; readonly detail: string }
  /** Over HTTP: Asterisk has forgotten the session, and what waited in it since `fromMs` with it. */
  | { readonly kind: 'session-expired'; readonly fromMs: number; readonly atMs: number }
