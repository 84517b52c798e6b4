// Damaged frames and damaged rows by the million: what `npm run torture` does besides crashing. What has to hold of each is
// said where the readers are, in asterisk/testing.

import { fuzzFrames, fuzzRows, recordedFiles, recordedSessions } from '@tollbook/asterisk/testing'

export type Fuzzed = {
  readonly frames: number
  readonly rows: number
  /** Forged records inside a userfield, none of which was believed. */
  readonly forged: number
  readonly fault: string
  readonly seconds: number
}

const AT_ONCE = 20_000

/** Runs so many of each; `fault` names the first run that is not as it must be, '' when there is none. */
export function fuzz(runs: number, seed: number, say: (text: string) => void): Fuzzed {
  const startedMs = performance.now()
  const sessions = recordedSessions()
  const files = recordedFiles()
  let [done, forged, fault] = [0, 0, '']
  try {
    while (done < runs) {
      const some = Math.min(AT_ONCE, runs - done)
      forged += fuzzFrames(sessions, some, seed + done).forged
      fuzzRows(files, some, seed + done)
      done += some
      if (done % 100_000 === 0) say(`${done} of ${runs} damaged pieces of each kind are accounted for`)
    }
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error)
  }
  return { frames: done, rows: done, forged, fault, seconds: Math.round((performance.now() - startedMs) / 1000) }
}
