// Local months as instants, also where the clocks change at their very border.

import { describe, expect, it } from 'vitest'
import { hasMonthBegun, monthIn, monthsUpTo } from './month.ts'

const iso = (ms: number) => new Date(ms).toISOString()

describe('monthIn', () => {
  it.each([
    ['Europe/Dublin', '2026-10', '2026-09-30T23:00:00.000Z', '2026-11-01T00:00:00.000Z'],
    ['Europe/Dublin', '2026-03', '2026-03-01T00:00:00.000Z', '2026-03-31T23:00:00.000Z'],
    // Its first midnight is skipped: the month begins at one o'clock, the next one at midnight again.
    ['America/Asuncion', '2023-10', '2023-10-01T04:00:00.000Z', '2023-11-01T03:00:00.000Z'],
    ['America/Asuncion', '2023-09', '2023-09-01T04:00:00.000Z', '2023-10-01T04:00:00.000Z'],
  ])('%s %s', (zone, name, from, to) => {
    const month = monthIn(name, zone)
    expect([iso(month.fromMs), iso(month.toMs)]).toEqual([from, to])
  })

  it('leaves no gap and no overlap over ten years of any zone', () => {
    for (const zone of ['America/Asuncion', 'Asia/Beirut', 'Africa/Cairo', 'America/Havana', 'Asia/Tehran']) {
      const months = monthsUpTo(Date.UTC(2014, 0, 5), monthIn('2024-12', zone), zone)
      expect(months).toHaveLength(132)
      for (const [i, month] of months.slice(1).entries()) expect(month.fromMs).toBe(months[i]!.toMs)
    }
  })
})

it('hasMonthBegun asks the zone', () => {
  const nowMs = Date.UTC(2026, 10, 30, 23, 30)
  expect(hasMonthBegun('2026-12', 'UTC', nowMs)).toBe(false)
  expect(hasMonthBegun('2026-12', 'Asia/Shanghai', nowMs)).toBe(true)
})
