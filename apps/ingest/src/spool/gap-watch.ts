// What the connection tells → the gaps it had. Decides from one state and one notice, so that a state read back from the
// spool after a crash goes on as if nothing had happened.

import type { AmiNotice } from '@tollbook/asterisk/ami'
import { ON_THE_WAY_MS, type SpoolFact, type SpoolGap, type WatchState } from './facts.ts'

/** This process begins: from when the PBX was last heard until the next login nobody listens. */
export function onStart(state: WatchState): SpoolFact | undefined {
  const full = state.open.find((gap) => gap.cause === 'spool-full')
  if (full !== undefined) return onStartAfterFull(state, full)
  if (state.heardAtMs === null || state.open.length > 0) return undefined
  return opened(state, gapFrom(state.heardAtMs, 'not-running', 'Tollbook was not listening'))
}

/**
 * The process before ended while it was dropping, nobody knows when. Its gap ends where the next one begins: what it
 * dropped after that lies in the time until the login.
 */
function onStartAfterFull(state: WatchState, full: SpoolGap): SpoolFact {
  const heardAtMs = Math.max(state.heardAtMs ?? full.fromMs, full.fromMs)
  const rest = { ...state, heardAtMs, open: state.open.filter((gap) => gap !== full) }
  const next = onStart(rest) ?? { state: rest, gaps: [] }
  return { ...next, gaps: [{ ...full, untilMs: heardAtMs }, ...next.gaps] }
}

/** The process ends in order: what comes from now on is missed. */
export function onStop(state: WatchState, nowMs: number): SpoolFact {
  const listening = state.open.every((gap) => gap.cause === 'spool-full')
  return { state: listening && state.heardAtMs !== null ? { ...state, heardAtMs: nowMs } : state, gaps: [] }
}

/** The PBX was heard at that moment: nothing else is new. */
export function onHeard(state: WatchState, atMs: number): SpoolFact {
  return { state: { ...state, heardAtMs: atMs }, gaps: [] }
}

/** Undefined where a notice changes nothing. */
export function onNotice(state: WatchState, notice: AmiNotice): SpoolFact | undefined {
  switch (notice.kind) {
    case 'connected':
      return connected(state, notice.atMs)
    case 'disconnected':
      if (notice.failure.kind === 'stopped') return undefined
      return opened(
        { ...state, heardAtMs: notice.heardAtMs },
        gapFrom(notice.heardAtMs, 'disconnected', notice.failure.detail),
      )
    case 'booted':
      return booted(state, notice)
    case 'suspect':
      return closed(state, suspectGap(notice))
    case 'answer-lost':
      return closed(state, { ...span(notice), cause: 'disconnected', detail: notice.detail })
    case 'session-expired':
      return closed(state, { ...span(notice), cause: 'session-expired', detail: 'Asterisk has forgotten the session' })
    case 'shutdown':
    case 'reload':
      return undefined
  }
}

/** A gap that goes on while the spool is full is not ended by a login. */
function connected(state: WatchState, atMs: number): SpoolFact {
  const ended = state.open.filter((gap) => gap.cause !== 'spool-full').map((gap) => ({ ...gap, untilMs: atMs }))
  const open = state.open.filter((gap) => gap.cause === 'spool-full')
  const lostFromMs = ended.reduce((first, gap) => Math.min(first, gap.fromMs), Number.POSITIVE_INFINITY)
  return {
    state: { ...state, heardAtMs: atMs, open, lostFromMs: ended.length > 0 ? lostFromMs : null },
    gaps: ended,
  }
}

/** What Asterisk had not written when it stopped no other record will tell either: calls that were up have no end. */
function booted(state: WatchState, notice: Extract<AmiNotice, { kind: 'booted' }>): SpoolFact | undefined {
  const next = { ...state, bootedAtMs: notice.bootedAtMs }
  if (!notice.restarted) return state.bootedAtMs === notice.bootedAtMs ? undefined : { state: next, gaps: [] }
  // The login may be told before or after this.
  const lost = state.open.filter((gap) => gap.cause !== 'spool-full').map((gap) => gap.fromMs)
  const fromMs = lost[0] ?? state.lostFromMs ?? notice.bootedAtMs - ON_THE_WAY_MS
  const detail = 'Asterisk was started again'
  return closed(next, { cause: 'restarted', fromMs, untilMs: Math.max(notice.atMs, fromMs), detail })
}

function suspectGap(notice: Extract<AmiNotice, { kind: 'suspect' }>): SpoolGap {
  const { atMs, message } = notice
  const what = SUSPECT_WORDS[message.suspect]
  const detail = message.name === '' ? what : `${what} (${message.name})`
  return { cause: 'suspect', fromMs: atMs - ON_THE_WAY_MS, untilMs: atMs, detail }
}

const SUSPECT_WORDS = {
  '': 'a message is not trusted',
  'ran-into-next': 'the end of a message was missing',
  cut: 'the connection ended inside a message',
  overlong: 'a message was too long to be kept',
} as const

function gapFrom(heardAtMs: number, cause: SpoolGap['cause'], detail: string): SpoolGap {
  return { cause, fromMs: heardAtMs - ON_THE_WAY_MS, untilMs: null, detail }
}

function span({ fromMs, atMs }: { readonly fromMs: number; readonly atMs: number }) {
  return { fromMs, untilMs: atMs }
}

function opened(state: WatchState, gap: SpoolGap): SpoolFact {
  return { state: { ...state, open: [...state.open, gap] }, gaps: [gap] }
}

function closed(state: WatchState, gap: SpoolGap): SpoolFact {
  return { state, gaps: [gap] }
}
