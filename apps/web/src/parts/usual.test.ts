// What is usual is taken at the same wall-clock hour of the same weekday, also across a change of the clocks.

import { expect, test } from 'vitest'
import { dateSpan } from '../state/range.ts'
import { bucketsOf } from './buckets.ts'
import { median, middleHalf, usualSpan, weeksBefore } from './usual.ts'

const ZONE = 'Europe/Dublin'
const at = (text: string) => Date.parse(text)
const span = dateSpan(ZONE, at('2026-11-17T00:00Z'), at('2026-11-18T00:00Z'))

test('the middle half leaves out the loudest and the quietest weeks', () => {
  expect(middleHalf([10, 0, 12, 100, 11])).toEqual({ low: 10, high: 12 })
  expect(median([10, 0, 12, 100, 11])).toBe(11)
  expect(middleHalf([1, 2, 3])).toEqual({ low: null, high: null })
  expect(median([1, 2, 3])).toBeNull()
})

test('an hour is compared with the same hour by the clock, in summer time too', () => {
  const buckets = bucketsOf({ rows: [{ key: '2026-11-17T09:00+00:00', label: '' }], to: '' }, 'hour', ZONE)
  const rows = [
    { key: '2026-11-10T09:00+00:00', label: '', calls: 7 },
    { key: '2026-10-20T09:00+01:00', label: '', calls: 5 },
    { key: '2026-10-20T10:00+01:00', label: '', calls: 99 },
  ]
  expect(weeksBefore(buckets, { rows }, ZONE, at('2026-10-13T12:00Z'))).toEqual([[7, 0, 0, 5, 0]])
})

test('with fewer than four weeks before nothing is usual, and a month is of no weekday', () => {
  expect(usualSpan(span, ZONE, 'hour', at('2026-10-25T00:00Z'))).toBeNull()
  expect(usualSpan(span, ZONE, 'month', at('2026-01-01T00:00Z'))).toBeNull()
  expect(usualSpan(span, ZONE, 'hour', at('2026-01-01T00:00Z'))).toMatchObject({
    fromMs: at('2026-09-21T23:00Z'),
    toMs: at('2026-11-11T00:00Z'),
  })
})
