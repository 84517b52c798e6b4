// What a span is compared with: by the calendar, and no more of it than has been.

import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { type Compare, spanBefore } from './compare.ts'

const ZONE = 'Europe/Dublin'
const at = (text: string) => DateTime.fromISO(text, { zone: ZONE }).toMillis()
const LATER = at('2030-01-01')

function before(from: string, to: string, how: Compare, nowMs = LATER): string {
  const { fromMs, toMs } = spanBefore({ fromMs: at(from), toMs: at(to) }, how, ZONE, nowMs)
  const text = (ms: number) =>
    DateTime.fromMillis(ms, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm").replace('T00:00', '')
  return `${text(fromMs)} ${text(toMs)}`
}

describe('spanBefore', () => {
  it.each([
    // A month is compared with the month before, three with three.
    ['2026-03-01', '2026-04-01', 'previous', '2026-02-01 2026-03-01'],
    ['2026-01-01', '2026-04-01', 'previous', '2025-10-01 2026-01-01'],
    // Days with as many days; the day of 23 hours and the week that holds it too.
    ['2026-11-01', '2026-11-02', 'previous', '2026-10-31 2026-11-01'],
    ['2026-03-30', '2026-03-31', 'previous', '2026-03-29 2026-03-30'],
    ['2026-03-29', '2026-04-05', 'previous', '2026-03-22 2026-03-29'],
    // Hours with the same hours of the day before.
    ['2026-11-10T09:00', '2026-11-10T12:00', 'previous', '2026-11-09T09:00 2026-11-09T12:00'],
    // Weekdays with the same weekdays, however many.
    ['2026-11-10', '2026-11-11', 'weekday', '2026-11-03 2026-11-04'],
    ['2026-11-01', '2026-11-11', 'weekday', '2026-10-18 2026-10-28'],
    ['2026-03-01', '2026-04-01', 'weekday', '2026-01-25 2026-02-25'],
    ['2026-11-10', '2026-11-11', 'year', '2025-11-10 2025-11-11'],
    ['2024-02-29', '2024-03-01', 'year', '2023-02-28 2023-03-01'],
  ] as const)('sets %s to %s against %s: %s', (from, to, how, want) => {
    expect(before(from, to, how)).toBe(want)
  })

  it('compares the part that has been, to the end of this hour', () => {
    const now = at('2026-11-25T09:20')
    expect(before('2026-11-23', '2026-11-30', 'previous', now)).toBe('2026-11-16 2026-11-18T10:00')
    expect(before('2026-11-01', '2026-12-01', 'previous', now)).toBe('2026-10-01 2026-10-25T10:00')
    expect(before('2026-11-23', '2026-11-30', 'year', now)).toBe('2025-11-23 2025-11-25T10:00')
    expect(before('2026-11-25', '2026-11-26', 'weekday', now)).toBe('2026-11-18 2026-11-18T10:00')
    // March has a thirty-first, February has not.
    expect(before('2026-03-01', '2026-04-01', 'previous', at('2026-03-31T23:30'))).toBe('2026-02-01 2026-03-01')
    expect(before('2026-03-01', '2026-04-01', 'previous', at('2026-03-30T11:30'))).toBe('2026-02-01 2026-02-28T12:00')
    expect(before('2026-11-26', '2026-11-27', 'previous', now)).toBe('2026-11-25 2026-11-25T01:00')
  })
})
