// How things stood when the process before this one ended, from the newest segment that tells: each begins with a state.

import { readFileSync } from 'node:fs'
import { decodeFact, type WatchState } from './facts.ts'
import type { Segment } from './segments.ts'
import { decodeRecord, findRecord, RECORD_KIND } from './spool-record.ts'

/** The last state told, and the messages after it count as hearing from the PBX; undefined in an empty spool. */
export function recoverState(segments: readonly Segment[]): WatchState | undefined {
  for (const { path } of segments.toReversed()) {
    const state = stateIn(readFileSync(path))
    if (state !== undefined) return state
  }
  return undefined
}

function stateIn(bytes: Buffer): WatchState | undefined {
  let state: WatchState | undefined
  let at = 0
  while (at >= 0 && at < bytes.length) {
    const found = decodeRecord(bytes, at)
    if (found === 'bad' || !('record' in found)) {
      at = findRecord(bytes, at + 1)
      continue
    }
    const { kind, atMs } = found.record
    if (kind === RECORD_KIND.fact) ({ state } = decodeFact(found.record.bytes))
    else if (state !== undefined) state = { ...state, heardAtMs: Math.max(state.heardAtMs ?? 0, atMs) }
    at += found.length
  }
  return state
}
