// Hours of the day and weekdays: how they are written, and when they are, where clocks are changed too.

import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { clockFault, clockStretches, parseClock } from './clock.ts'

describe('parseClock', () => {
  it.each([
    ['hour_of_day', '9', [9]],
    ['hour_of_day', ' 0-2, 23', [0, 1, 2, 23]],
    ['hour_of_day', '!1-23', [0]],
    ['weekday', '!6,7', [1, 2, 3, 4, 5]],
    ['weekday', '1-1', [1]],
  ] as const)('reads %s=%s', (name, text, values) => {
    expect([...parseClock(name, text)!].sort((a, b) => a - b)).toEqual(values)
  })

  it.each([
    ['hour_of_day', '24'],
    ['hour_of_day', '9-8'],
    ['hour_of_day', 'nine'],
    ['hour_of_day', ''],
    ['hour_of_day', '9,'],
    ['weekday', '0'],
    ['weekday', '8'],
    ['weekday', '!'],
  ] as const)('refuses %s=%s', (name, text) => {
    expect(parseClock(name, text)).toBeUndefined()
  })
})

describe('clockStretches', () => {
  const span = { fromMs: Date.UTC(2026, 9, 1, 3, 20), toMs: Date.UTC(2026, 10, 3, 7, 50) }
  const zones = ['Europe/Dublin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'America/St_Johns']

  it.each(zones)('holds each minute whose clock says so and no other: %s', (zone) => {
    const clock = { hours: new Set([1, 2, 13]), weekdays: new Set([1, 6, 7]) }
    const found = clockStretches(clock, { ...span, zone })
    for (let ms = span.fromMs; ms < span.toMs; ms += 5 * 60_000) {
      const at = DateTime.fromMillis(ms, { zone })
      const meant = clock.hours.has(at.hour) && clock.weekdays.has(at.weekday)
      expect([at.toISO(), found.filter((s) => s.fromMs <= ms && ms < s.toMs).length]).toEqual([
        at.toISO(),
        meant ? 1 : 0,
      ])
    }
  })

  it('joins neighbours, and is nothing where nothing is chosen', () => {
    const zone = 'Europe/Dublin'
    expect(clockStretches({ weekdays: new Set([1, 2, 3, 4, 5, 6, 7]) }, { ...span, zone })).toHaveLength(1)
    expect(clockStretches({ hours: new Set() }, { ...span, zone })).toEqual([])
  })
})

describe('clockFault', () => {
  it('asks for both ends, ten years apart at most', () => {
    const clock = { hours: new Set([9]) }
    expect(clockFault(undefined, { fromMs: undefined, toMs: undefined })).toBeUndefined()
    expect(clockFault(clock, { fromMs: undefined, toMs: 5 })?.field).toBe('from')
    expect(clockFault(clock, { fromMs: 5, toMs: undefined })?.field).toBe('to')
    expect(clockFault(clock, { fromMs: 0, toMs: Date.UTC(1981, 0) })?.field).toBe('to')
    expect(clockFault(clock, { fromMs: 0, toMs: Date.UTC(1979, 0) })).toBeUndefined()
  })
})
