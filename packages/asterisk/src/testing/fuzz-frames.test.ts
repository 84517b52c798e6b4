// Twenty thousand damaged pieces here; a million by `npm run torture`.

import { expect, test } from 'vitest'
import { fuzzFrames } from './fuzz-frames.ts'
import { recordedSessions } from './recorded-sessions.ts'

test('damaged frames: no crash, no byte lost, the same wherever chunks end, no forged Cdr believed', () => {
  const runs = Number(process.env.TOLLBOOK_FUZZ_FRAMES ?? 20_000)
  const report = fuzzFrames(recordedSessions(), runs, 1)
  expect(report.messages).toBeGreaterThan(2 * runs)
  expect(report.suspects).toBeGreaterThan(runs / 20)
  expect(report.forged).toBeGreaterThan(runs / 10)
  expect(report.skippedBytes).toBeGreaterThan(0)
}, 600_000)
