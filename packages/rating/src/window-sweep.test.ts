// Windows over every change of clocks of every IANA zone in ten years, over leap days and New Year, minute by minute
// against an oracle that asks Intl.DateTimeFormat what the wall clock shows and nothing else.

import { describe, expect, it } from 'vitest'
import type { TimeWindow, WindowRule } from './time-window.ts'
import { windowMask, windowTimeline } from './window-timeline.ts'

const FROM = Date.UTC(2020, 0, 1)
const TO = Date.UTC(2030, 0, 1)
const MINUTE = 60_000
const DAY = 1440 * MINUTE
/** Zones of constant offsets of their own ("Etc/GMT+5") included. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]

const holidays = ['12-25', '2026-03-29', '2026-11-01']
const rules: readonly WindowRule[][] = [
  [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1200, holidays: 'except' }],
  [{ fromMinute: 1320, toMinute: 360 }],
  [{ weekdays: [6, 7] }, { holidays: 'only' }],
  [{ fromDate: '02-29', toDate: '02-29' }],
  [{ fromDate: '12-31', toDate: '01-01' }],
  [{ fromMinute: 105, toMinute: 165 }],
  [{ weekdays: [6], fromMinute: 1200, toMinute: 200 }],
  [{ fromDate: '2024-02-28', toDate: '2026-10-25', fromMinute: 1410, toMinute: 1410 }],
]
const windows: TimeWindow[] = rules.map((of, i) => ({ id: i + 1, name: `w${i}`, priority: 1, rules: of }))

// The oracle.

type Wall = { readonly date: string; readonly weekday: number; readonly minute: number; readonly utc: number }
const formats = new Map<string, Intl.DateTimeFormat>()

function wallOf(zone: string, atMs: number): Wall {
  const format = formats.get(zone) ?? formatOf(zone)
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(atMs)) if (type !== 'literal') part[type] = Number(value)
  const { year, month, day, hour, minute, second } = part as Record<string, number>
  const two = (n: number | undefined) => String(n).padStart(2, '0')
  const utc = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  const weekday = new Date(utc).getUTCDay() || 7
  return { date: `${year}-${two(month)}-${two(day)}`, weekday, minute: hour! * 60 + minute!, utc }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const numeric = 'numeric'
  const fields = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  } as const
  const format = new Intl.DateTimeFormat('en-u-hc-h23-nu-latn-ca-iso8601', { timeZone: zone, ...fields })
  formats.set(zone, format)
  return format
}

/** The mask of a wall clock; what was yesterday is a matter of the calendar, not of the clock. */
function naiveMask(wall: Wall): number {
  const yesterday = new Date(Date.parse(`${wall.date}T12:00:00Z`) - DAY)
  const before = { date: yesterday.toISOString().slice(0, 10), weekday: yesterday.getUTCDay() || 7 }
  return rules.reduce((mask, of, i) => mask | (of.some((rule) => holds(rule, wall, before)) ? 2 << i : 0), 1)
}

type Day = { readonly date: string; readonly weekday: number }

function holds(rule: WindowRule, wall: Wall, before: Day): boolean {
  const { fromMinute: from = 0, toMinute: to = 1440 } = rule
  if (to > from) return wall.minute >= from && wall.minute < to && isDay(rule, wall)
  return (wall.minute >= from && isDay(rule, wall)) || (wall.minute < to && isDay(rule, before))
}

function isDay({ weekdays, fromDate, toDate, holidays: wanted }: WindowRule, { date, weekday }: Day): boolean {
  const holiday = holidays.some((day) => date.endsWith(day))
  if (weekdays && !weekdays.includes(weekday)) return false
  if (wanted !== undefined && holiday !== (wanted === 'only')) return false
  if (fromDate === undefined || toDate === undefined) return true
  const shown = fromDate.length === 5 ? date.slice(5) : date
  return fromDate <= toDate ? fromDate <= shown && shown <= toDate : fromDate <= shown || shown <= toDate
}

/** Every change of the zone's offset, to the minute: looked for week by week, then halved. */
function changesOf(zone: string): number[] {
  const offset = (atMs: number) => wallOf(zone, atMs).utc - atMs
  const found: number[] = []
  for (let week = FROM; week < TO; week += 7 * DAY) {
    let [low, high] = [week, week + 7 * DAY]
    if (offset(low) === offset(high)) continue
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / MINUTE / 2) * MINUTE
      if (offset(middle) === offset(low)) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found
}

const masks = new Map<string, Int32Array>()

/**
 * The oracle's masks of each minute in [fromMs, toMs), asked of Intl once for all zones whose clocks show the same
 * then. That they do is seen from the clock at both ends and every two hours.
 */
function naiveMasks(zone: string, fromMs: number, toMs: number): Int32Array {
  const shown: number[] = []
  for (let atMs = fromMs; atMs <= toMs; atMs += 120 * MINUTE) shown.push(wallOf(zone, atMs).utc - atMs)
  const key = `${fromMs} ${toMs} ${shown.join(' ')}`
  const known = masks.get(key)
  if (known !== undefined) return known
  const made = new Int32Array((toMs - fromMs) / MINUTE)
  for (let i = 0; i < made.length; i++) made[i] = naiveMask(wallOf(zone, fromMs + i * MINUTE))
  masks.set(key, made)
  return made
}

function sweep(zone: string, spans: readonly (readonly [number, number])[]): number {
  const timeline = windowTimeline(windows, holidays, zone)!
  let minutes = 0
  for (const [fromMs, toMs] of spans) {
    const expected = naiveMasks(zone, fromMs, toMs)
    for (let i = 0; i < expected.length; i++, minutes++) {
      const startMs = fromMs + i * MINUTE
      if (windowMask(timeline, startMs) === expected[i] && windowMask(timeline, startMs + MINUTE - 1) === expected[i])
        continue
      expect.fail(`${zone} ${new Date(startMs).toISOString()}: ${windowMask(timeline, startMs)}, not ${expected[i]}`)
    }
  }
  return minutes
}

describe('windows in every zone', () => {
  it('keep to the wall clock through every change of clocks in ten years', { timeout: 180_000 }, () => {
    let changes = 0
    for (const zone of zones) {
      const found = changesOf(zone)
      changes += found.length
      sweep(
        zone,
        found.map((atMs) => [atMs - 15 * 60 * MINUTE, atMs + 15 * 60 * MINUTE]),
      )
    }
    expect(zones.length).toBeGreaterThan(400)
    expect(changes).toBeGreaterThan(2500)
  })

  it('keep to the calendar over leap days and New Year', { timeout: 180_000 }, () => {
    const leap = [2024, 2028].map((year) => [Date.UTC(year, 1, 28, 9), Date.UTC(year, 2, 1, 15)] as const)
    const newYear = [2025, 2027].map((year) => [Date.UTC(year, 11, 30, 9), Date.UTC(year + 1, 0, 2, 15)] as const)
    const minutes = zones.map((zone) => sweep(zone, [...leap, ...newYear]))
    expect(Math.min(...minutes)).toBe(2 * 54 * 60 + 2 * 78 * 60)
  })
})
