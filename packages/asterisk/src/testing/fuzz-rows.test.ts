// Twenty thousand damaged pieces here; a million by `npm run torture`.

import { expect, test } from 'vitest'
import { fuzzRows } from './fuzz-rows.ts'
import { recordedFiles } from './recorded-files.ts'

test('damaged rows of every format: no crash, no byte lost, the same wherever chunks end', () => {
  const report = fuzzRows(recordedFiles(), 20_000, 1)
  expect(report.runs).toBe(20_000)
  expect(report.rows).toBeGreaterThan(20_000)
  expect(report.rejects).toBeGreaterThan(5000)
}, 60_000)
