// Damaged frames and damaged rows by the million: what `npm run torture` does besides crashing.

import { fuzzFrames, fuzzRows, recordedFiles, recordedSessions } from '@tollbook/asterisk/testing'

export type Fuzzed = { readonly frames: number; readonly rows: number; readonly forged: number; readonly fault: string }

/** Runs so many of each; `fault` names the first run that is not as it must be, '' when there is none. */
export function fuzz(runs: number, seed: number): Fuzzed {
  try {
    const frames = fuzzFrames(recordedSessions(), runs, seed)
    const rows = fuzzRows(recordedFiles(), runs, seed)
    return { frames: frames.runs, rows: rows.runs, forged: frames.forged, fault: '' }
  } catch (error) {
    return { frames: 0, rows: 0, forged: 0, fault: error instanceof Error ? error.message : String(error) }
  }
}
