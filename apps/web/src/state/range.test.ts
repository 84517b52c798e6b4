// Ranges and zones: days begin at local midnight, also on the days when clocks change.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOf, localTime, offsetAt, startOfDay, weekday } from '../format/zone.ts'
import { dateSpan, presetSpan, spanBefore, spanOf, stamp } from './range.ts'

const DUBLIN = 'Europe/Dublin'
const at = (text: string) => Date.parse(text)

test('local days are 23 and 25 hours long when clocks change', () => {
  const spring = instantOf(DUBLIN, 2026, 3, 29)
  const autumn = instantOf(DUBLIN, 2026, 10, 25)
  expect(startOfDay(DUBLIN, spring, 1) - spring).toBe(23 * 3_600_000)
  expect(startOfDay(DUBLIN, autumn, 1) - autumn).toBe(25 * 3_600_000)
})

test('the hour that comes twice is its first, the one that is skipped the instant after', () => {
  expect(new Date(instantOf(DUBLIN, 2026, 10, 25, 1)).toISOString()).toBe('2026-10-25T00:00:00.000Z')
  expect(new Date(instantOf(DUBLIN, 2026, 3, 29, 1)).toISOString()).toBe('2026-03-29T01:00:00.000Z')
})

test('an instant is found again from its local time in any zone', () => {
  const zones = fc.constantFrom(
    'UTC',
    DUBLIN,
    'Asia/Shanghai',
    'America/New_York',
    'Asia/Kathmandu',
    'Pacific/Auckland',
  )
  const hours = fc.integer({ min: at('2020-01-01T00:00:00Z') / 3_600_000, max: at('2030-01-01T00:00:00Z') / 3_600_000 })
  fc.assert(
    fc.property(zones, hours, (zone, hour) => {
      const ms = hour * 3_600_000
      const { year, month, day, hour: h, minute } = localTime(zone, ms)
      const back = instantOf(zone, year, month, day, h, minute)
      // Only the second pass through a doubled hour is read as the first.
      return back === ms || (back === ms - 3_600_000 && offsetAt(zone, back) !== offsetAt(zone, ms))
    }),
  )
})

test('presets end after today, which has begun', () => {
  const now = at('2026-11-24T09:12:00Z')
  const week = presetSpan('7d', DUBLIN, now)
  expect(stamp(DUBLIN, week.fromMs)).toBe('2026-11-18')
  expect(stamp(DUBLIN, week.toMs)).toBe('2026-11-25')
  expect(stamp(DUBLIN, presetSpan('last-month', DUBLIN, now).fromMs)).toBe('2026-10-01')
  expect(weekday(DUBLIN, now)).toBe(2)
})

test('without a word in the URL, a first look ends at the newest call', () => {
  const now = at('2026-11-24T09:12:00Z')
  expect(spanOf(undefined, DUBLIN, now, at('2026-11-23T17:00:00Z')).preset).toBe('7d')
  const old = spanOf(undefined, DUBLIN, now, at('2026-05-06T17:00:00Z'))
  expect(old.token).toBe('2026-04-30..2026-05-07')
  expect(spanOf('nonsense', DUBLIN, now, null).preset).toBe('7d')
})

test('a token names its span exactly, hours included', () => {
  const from = instantOf('Asia/Shanghai', 2026, 11, 17, 9)
  const span = dateSpan('Asia/Shanghai', from, from + 3_600_000)
  expect(span.token).toBe('2026-11-17T09..2026-11-17T10')
  expect(spanOf(span.token, 'Asia/Shanghai', 0, null)).toMatchObject({ fromMs: from, toMs: from + 3_600_000 })
  expect(spanOf('2026-11-17..2026-11-17', DUBLIN, at('2026-11-24T00:00:00Z'), null).preset).toBe('7d')
})

test('a running week is compared with the same part of the week before', () => {
  const now = at('2026-11-24T09:12:00Z')
  const before = spanBefore(presetSpan('7d', DUBLIN, now), DUBLIN, now, 'prev')
  expect(before.token).toBe('2026-11-11..2026-11-17T10')
})

test('a month is compared with the month before, whatever their lengths', () => {
  const now = at('2026-11-24T09:12:00Z')
  expect(spanBefore(presetSpan('last-month', DUBLIN, now), DUBLIN, now, 'prev').token).toBe('2026-09-01..2026-10-01')
  expect(spanBefore(presetSpan('month', DUBLIN, now), DUBLIN, now, 'prev').token).toBe('2026-10-01..2026-10-24T10')
  expect(spanBefore(presetSpan('today', DUBLIN, now), DUBLIN, now, 'year').token).toBe('2025-11-24..2025-11-24T10')
})

test('the same weekdays are whole weeks back, whatever the length', () => {
  const now = at('2026-11-24T09:12:00Z')
  const back = (token: string) => {
    const span = spanOf(token, DUBLIN, now, null)
    return spanBefore(span, DUBLIN, now, 'week').token
  }
  expect(back('2026-11-16..2026-11-17')).toBe('2026-11-09..2026-11-10')
  expect(back('2026-11-01..2026-11-11')).toBe('2026-10-18..2026-10-28')
  expect(back('last-month')).toBe('2026-08-27..2026-09-27')
})
