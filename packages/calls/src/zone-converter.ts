// Wall-clock time → instant, for one zone. Integer arithmetic per row; the zone database is asked once per day and zone.

import { DAY_MS } from './local-time.ts'

export type ZoneConverter = {
  /** 'UTC', '+03:00' or an IANA name. */
  readonly zone: string
  /**
   * The instant (ms) of a local time given as if it were UTC. When clocks go back, a local time stands for two instants:
   * the earlier one that is not before `notBeforeMs` is meant. A time skipped in spring is read with the offset before.
   */
  toInstant(localMs: number, notBeforeMs: number): number
  /** Offsets from UTC (ms) the local time may have: two that differ only around a change of clocks. */
  offsetsAt(localMs: number): readonly [number, number]
}

/** The converter of a zone; undefined when the name is neither 'UTC', a fixed offset nor an IANA name. */
export function zoneConverter(zone: string): ZoneConverter | undefined {
  if (zone === 'UTC') return fixed(zone, 0)
  const m = /^([+-])(\d{2}):(\d{2})$/.exec(zone)
  if (m) {
    const offset = (Number(m[2]) * 60 + Number(m[3])) * 60_000
    return offset <= 14 * 3_600_000 ? fixed(zone, m[1] === '-' ? -offset : offset) : undefined
  }
  if (!/^[A-Za-z]/.test(zone)) return undefined
  const ask = offsetLookup(zone)
  return ask && named(zone, ask)
}

/** Reads times that are instants already, so that no zone that is set later moves them. Named UTC, which they are in. */
export const INSTANTS: ZoneConverter = fixed('UTC', 0)

/** '+05:30' for an offset in ms; 'UTC' for none. */
export function offsetName(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC'
  const minutes = Math.abs(offsetMs) / 60_000
  const two = (n: number) => String(n).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function fixed(zone: string, offset: number): ZoneConverter {
  const both = [offset, offset] as const
  return { zone, toInstant: (localMs) => localMs - offset, offsetsAt: () => both }
}

/** One local day: its offset before and after `atUtcMs`; equal on all but about two days a year. */
type Day = { readonly before: number; readonly after: number; readonly atUtcMs: number }

function named(zone: string, offsetAtUtc: (utcMs: number) => number): ZoneConverter {
  const days = new Map<number, Day>()
  let lastNumber = Number.NaN
  let last: Day = { before: 0, after: 0, atUtcMs: 0 }
  const dayOf = (localMs: number): Day => {
    const number = Math.floor(localMs / DAY_MS)
    if (number === lastNumber) return last
    const day = days.get(number) ?? lookAtDay(number * DAY_MS, offsetAtUtc)
    days.set(number, day)
    lastNumber = number
    last = day
    return day
  }
  return {
    zone,
    toInstant(localMs, notBeforeMs) {
      const day = dayOf(localMs)
      const early = localMs - day.before
      if (day.before === day.after) return early
      const late = localMs - day.after
      if (early >= day.atUtcMs) return late >= day.atUtcMs ? late : early // in the gap neither holds: keep the old offset
      return late >= day.atUtcMs && early < notBeforeMs ? late : early
    },
    offsetsAt(localMs) {
      const day = dayOf(localMs)
      const early = localMs - day.before < day.atUtcMs
      const late = localMs - day.after >= day.atUtcMs
      if (early && late) return [day.before, day.after]
      return late ? [day.after, day.after] : [day.before, day.before]
    },
  }
}

/** Clocks change at midnight in some zones, so the day is looked at with three hours to spare on both sides. */
const MARGIN_MS = 3 * 3_600_000

function lookAtDay(localStart: number, offsetAtUtc: (utcMs: number) => number): Day {
  const guess = offsetAtUtc(localStart)
  let low = localStart - guess - MARGIN_MS
  let high = localStart + DAY_MS - guess + MARGIN_MS
  const before = offsetAtUtc(low)
  const after = offsetAtUtc(high)
  if (before === after) return { before, after, atUtcMs: high }
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (offsetAtUtc(middle) === before) low = middle
    else high = middle
  }
  return { before, after, atUtcMs: high }
}

function offsetLookup(zone: string): ((utcMs: number) => number) | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', hourCycle: 'h23' })
  } catch {
    return undefined // not a zone this machine knows
  }
  return (utcMs) => {
    const name = format.formatToParts(utcMs).find((p) => p.type === 'timeZoneName')?.value ?? 'GMT'
    const m = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name)
    if (!m) return 0
    const ms = ((Number(m[2]) * 60 + Number(m[3])) * 60 + Number(m[4] ?? 0)) * 1000
    return m[1] === '-' ? -ms : ms
  }
}
