// An hour is missing only while no record store has told of it; quiet is said only of hours somebody listened to.

import type { Gap, SourceHour } from '@tollbook/intake'
import { asSourceId, WAY } from '@tollbook/kernel'
import { expect, it } from 'vitest'
import { HOUR_MS, hourStrip, type StripFacts } from './hour-strip.ts'

const T0 = Date.parse('2026-11-24T00:00:00Z')
const SOURCE = asSourceId(1)
const at = (hours: number) => T0 + hours * HOUR_MS

function hour(h: number, received: number, way: SourceHour['way'] = WAY.live): SourceHour {
  const counts = { inserted: received, matched: 0, duplicates: 0, late: 0 }
  return { sourceId: SOURCE, way, hourMs: at(h), received, ...counts }
}

function gap(from: number, until: number | undefined, closed: boolean): Gap {
  const untilMs = until === undefined ? undefined : at(until)
  const closing = { closedAtMs: closed ? at(9) : undefined, closedBy: closed ? 'feed 1' : '' }
  return {
    sourceId: SOURCE,
    gapKey: `${from}`,
    fromMs: at(from),
    untilMs,
    cause: 'disconnected',
    detail: '',
    ...closing,
  }
}

const letters = (facts: Partial<StripFacts>) =>
  hourStrip({
    ...{ fromMs: T0, nowMs: at(5.5), sourceId: SOURCE, way: WAY.live, hours: [], gaps: [] },
    ...{ heard: [{ fromMs: at(1), untilMs: at(5.5) }] },
    ...facts,
  })
    .states.map((state) => ({ complete: 'c', quiet: 'q', filled: 'f', gap: 'g', none: '-' })[state])
    .join('')

it('tells hours with calls from quiet ones and from those before anybody listened', () => {
  expect(letters({ hours: [hour(1, 3), hour(4, 1)] })).toBe('-cqqcq')
})

it('shows a gap until it is closed, then that it was filled, whatever else came in that hour', () => {
  const hours = [hour(1, 3), hour(2, 3), hour(3, 3)]
  expect(letters({ hours, gaps: [gap(1.5, 2.25, false)] })).toBe('-ggcqq')
  expect(letters({ hours, gaps: [gap(1.5, 2.25, true)] })).toBe('-ffcqq')
  expect(letters({ hours, gaps: [gap(1.5, 2.25, true), gap(2.5, 2.6, false)] })).toBe('-fgcqq')
})

it('a gap that still goes on reaches to now', () => {
  expect(letters({ hours: [hour(1, 3)], gaps: [gap(4.5, undefined, false)] })).toBe('-cqqgg')
})

it('a file has no gaps of the live connection, and sums only its own rows', () => {
  const hours = [hour(1, 3), hour(1, 2, WAY.file)]
  expect(letters({ way: WAY.file, hours, gaps: [gap(1, 3, false)], heard: [] })).toBe('-c----')
  const facts = { fromMs: T0, nowMs: at(2), sourceId: SOURCE, gaps: [], heard: [], hours }
  expect(hourStrip({ ...facts, way: WAY.file }).received).toBe(2)
  expect(hourStrip({ ...facts, way: WAY.live }).inserted).toBe(3)
})
