// Windows by name: what a rule means, where clocks are put forward and back, and when they change next.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDeck } from './compile-deck.ts'
import { nextBoundary } from './find-rate.ts'
import { type WindowRule, windowProblem } from './time-window.ts'
import { nextWindowChange, windowMask, windowTimeline } from './window-timeline.ts'
import { offsetSpans } from './zone-clock.ts'

const HOUR = 3_600_000

function timelineOf(rules: readonly WindowRule[], zone = 'UTC', holidays: readonly string[] = []) {
  return windowTimeline([{ id: 1, name: 'w', priority: 1, rules }], holidays, zone)!
}

function holds(rules: readonly WindowRule[], at: string, zone?: string, holidays?: readonly string[]): boolean {
  return windowMask(timelineOf(rules, zone, holidays), Date.parse(at)) === 0b11
}

describe('a window', () => {
  it('past midnight belongs to the day it began on', () => {
    const fridayNight = [{ weekdays: [5], fromMinute: 1320, toMinute: 360 }]
    // 6 March 2026 is a Friday.
    expect(holds(fridayNight, '2026-03-06T21:59:59.999Z')).toBe(false)
    expect(holds(fridayNight, '2026-03-06T22:00:00Z')).toBe(true)
    expect(holds(fridayNight, '2026-03-07T05:59:59.999Z')).toBe(true)
    expect(holds(fridayNight, '2026-03-07T06:00:00Z')).toBe(false)
    expect(holds(fridayNight, '2026-03-06T03:00:00Z')).toBe(false)
    expect(holds(fridayNight, '2026-03-07T23:00:00Z')).toBe(false)
  })

  it('that ends when it began lasts a day', () => {
    const fromNoon = [{ weekdays: [5], fromMinute: 720, toMinute: 720 }]
    expect(holds(fromNoon, '2026-03-06T12:00:00Z')).toBe(true)
    expect(holds(fromNoon, '2026-03-07T11:59:00Z')).toBe(true)
    expect(holds(fromNoon, '2026-03-07T12:00:00Z')).toBe(false)
  })

  it('takes days of the year over New Year, 29 February only where there is one, and open ends', () => {
    const holiday = [{ fromDate: '12-24', toDate: '01-06' }]
    expect(['12-23', '12-24', '12-31', '01-06', '01-07'].map((d) => holds(holiday, `2026-${d}T12:00Z`))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    const leapDay = [{ fromDate: '02-29', toDate: '02-29' }]
    expect(['2024-02-29', '2026-03-01', '2026-02-28'].map((d) => holds(leapDay, `${d}T12:00Z`))).toEqual([
      true,
      false,
      false,
    ])
    expect(holds([{ fromDate: '2026-03-06' }], '2031-01-01T00:00Z')).toBe(true)
    expect(holds([{ toDate: '2026-03-06' }], '2026-03-06T23:59Z')).toBe(true)
    expect(holds([{ toDate: '2026-03-06' }], '2026-03-07T00:00Z')).toBe(false)
  })

  it("knows holidays in the deck's zone, of one year or of every year", () => {
    const only = [{ holidays: 'only' as const }]
    const except = [{ weekdays: [3], holidays: 'except' as const }]
    const days = ['07-04', '2026-03-06']
    expect(holds(only, '2026-07-04T03:59Z', 'America/New_York', days)).toBe(false)
    expect(holds(only, '2026-07-04T04:00Z', 'America/New_York', days)).toBe(true)
    expect(holds(only, '2027-07-05T03:59Z', 'America/New_York', days)).toBe(true)
    expect(holds(only, '2027-03-06T12:00Z', 'America/New_York', days)).toBe(false)
    expect(holds(except, '2029-07-04T12:00Z', 'America/New_York', days)).toBe(false)
    expect(holds(except, '2029-07-11T12:00Z', 'America/New_York', days)).toBe(true)
  })

  it('is skipped with the hour that clocks skip, and comes twice with the hour they repeat', () => {
    const night = [{ fromMinute: 120, toMinute: 180 }]
    const inBerlin = (at: string) => holds(night, at, 'Europe/Berlin')
    const hours = (day: string) => Array.from({ length: 5 }, (_, h) => inBerlin(`${day}T0${h}:30:00Z`))
    expect(hours('2026-03-28')).toEqual([false, true, false, false, false])
    expect(hours('2026-03-29')).toEqual([false, false, false, false, false])
    expect(hours('2026-10-25')).toEqual([true, true, false, false, false])
  })

  it.each([
    [{ fromMinute: 1440, toMinute: 10 }, '1440 is not a minute of the day'],
    [{ fromMinute: 0.5 }, '0.5 is not a minute of the day'],
    [{ toMinute: 1441 }, '1441 is not a minute of the day'],
    [{ weekdays: [0] }, '0 is not a weekday, 1 (Monday) to 7'],
    [{ fromDate: '2026-02-30' }, '"2026-02-30" is not a day that exists, YYYY-MM-DD or MM-DD'],
    [{ toDate: '1.2.26' }, '"1.2.26" is not a day that exists, YYYY-MM-DD or MM-DD'],
    [{ fromDate: '12-24', toDate: '2026-01-01' }, '"12-24" and "2026-01-01" are not of one form'],
  ])('%o is refused: %s', (rule, problem) => {
    expect(windowProblem([{ id: 1, name: 'w', priority: 1, rules: [rule] }], [])).toBe(`Time window "w": ${problem}.`)
    expect(() => timelineOf([rule])).toThrow(problem)
  })
  it('has a number of its own, 1 to 30', () => {
    const numbered = (...ids: number[]) =>
      windowProblem(
        ids.map((id) => ({ id, name: 'w', priority: 1, rules: [] })),
        [],
      )
    expect(numbered(1, 30)).toBeUndefined()
    expect(numbered(0)).toContain('not 1 to 30')
    expect(numbered(31)).toContain('not 1 to 30')
    expect(numbered(2, 2)).toContain('used twice')
    expect(windowProblem([], ['12-32'])).toContain('"12-32" is not a day')
  })
})

describe('the offset of a zone', () => {
  it('is told to the millisecond, whatever it changes by', () => {
    const changes = (zone: string, at: string, hours = 24) => {
      const atMs = Date.parse(at)
      return offsetSpans(zone, atMs - hours * HOUR, atMs + hours * HOUR).map((s) => [
        new Date(s.fromMs).toISOString().slice(0, 19),
        s.offsetMs / 60_000,
      ])
    }
    expect(changes('Australia/Lord_Howe', '2026-04-04T15:00Z').slice(1)).toEqual([['2026-04-04T15:00:00', 630]])
    // Samoa left out a whole day; Liberia kept seconds until 1972.
    expect(changes('Pacific/Apia', '2011-12-30T10:00Z').slice(1)).toEqual([['2011-12-30T10:00:00', 840]])
    expect(changes('Africa/Monrovia', '1972-01-07T00:44:30Z')).toEqual([
      ['1972-01-06T00:44:30', -44.5],
      ['1972-01-07T00:44:30', 0],
    ])
    expect(changes('UTC', '2026-01-01T00:00Z')).toHaveLength(1)
    expect(() => timelineOf([], 'Mars/Olympus')).toThrow('not a time zone')
  })
})

describe('nextWindowChange', () => {
  const rules = [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1200 }]
  it('is where the window opens or closes', () => {
    const timeline = timelineOf(rules, 'Europe/Berlin')
    const next = (at: string) => new Date(nextWindowChange(timeline, Date.parse(at))).toISOString()
    expect(next('2026-03-27T12:00Z')).toBe('2026-03-27T19:00:00.000Z')
    // Over the weekend clocks are put forward.
    expect(next('2026-03-27T19:00Z')).toBe('2026-03-30T06:00:00.000Z')
    expect(next('2026-03-30T06:00Z')).toBe('2026-03-30T18:00:00.000Z')
  })
  it('never lets a change pass, and never looks further than a week', () => {
    const timeline = timelineOf([...rules, { fromDate: '03-29', toDate: '03-29' }], 'America/St_Johns')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), (minute, part) => {
        const atMs = Date.UTC(2025, 0, 1) + minute * 60_000
        const next = nextWindowChange(timeline, atMs)
        const between = atMs + Math.floor(((next - atMs - 1) * part) / 1_000_000)
        expect(next).toBeGreaterThan(atMs)
        expect(next - atMs).toBeLessThanOrEqual(8 * 24 * HOUR)
        expect(windowMask(timeline, between)).toBe(windowMask(timeline, atMs))
      }),
      { numRuns: 3000 },
    )
  })
  it('is never where a deck has no windows', () => {
    const deck = compileDeck([], { currency: 978, rounding: 'half-up', places: 4 })
    expect(nextBoundary(deck, 0)).toBe(Number.POSITIVE_INFINITY)
  })
})
