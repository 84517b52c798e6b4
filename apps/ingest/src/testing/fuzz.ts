// Damaged AMI frames and damaged rows by the million: no crash, no hang, nothing dropped in silence. What has to hold is
// said where the readers are (asterisk/testing); it throws and names the run that can be repeated alone.

import { fuzzFrames, fuzzRows, recordedFiles, recordedSessions } from '@tollbook/asterisk/testing'

export type Fuzzed = {
  readonly fuzzed_frames: number
  readonly fuzzed_rows: number
  /** Forged records inside a userfield, none of which was believed. */
  readonly forged: number
  readonly fuzz_seconds: number
}

const AT_ONCE = 20_000

/** So many runs of each, a run being a few frames or rows; `from` is the first seed. */
export function fuzz(runs: number, from: number, say: (text: string) => void): Fuzzed {
  const startedMs = performance.now()
  const sessions = recordedSessions()
  const files = recordedFiles()
  let forged = 0
  for (let done = 0; done < runs; done += AT_ONCE) {
    const some = Math.min(AT_ONCE, runs - done)
    forged += fuzzFrames(sessions, some, from + done).forged
    fuzzRows(files, some, from + done)
    if ((done + some) % 100_000 === 0) say(`${done + some} of ${runs} damaged pieces of each kind are accounted for`)
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  return { fuzzed_frames: runs, fuzzed_rows: runs, forged, fuzz_seconds: seconds }
}
