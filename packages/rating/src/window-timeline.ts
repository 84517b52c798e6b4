// Which windows of a deck hold at an instant, as one bit mask. A day's masks are worked out when the first call of that
// day is rated and kept: an answer is then a look into a short list. Knows windows and a zone; knows no rates.

import { type CompiledWindows, compileWindows, MS_A_DAY, type TimeWindow } from './time-window.ts'
import { type OffsetSpan, offsetSpans } from './zone-clock.ts'

/** The windows of one deck in time. Its memory of days is a cache: what it answers never changes. */
export type WindowTimeline = {
  readonly windows: CompiledWindows
  readonly zone: string
  /** Days by their number modulo DAYS_KEPT. */
  readonly days: (DayMasks | undefined)[]
}

/** One UTC day: from `starts[i]` on, milliseconds into the day, `masks[i]` holds. The first start is 0. */
type DayMasks = { readonly day: number; readonly starts: Int32Array; readonly masks: Int32Array }

/** Some three years: calls of a year are rated in any order without working a day out twice. About 200 bytes a day. */
const DAYS_KEPT = 1024

/** The timeline of `windows`; undefined when there are none, for then nothing ever changes. */
export function windowTimeline(
  windows: readonly TimeWindow[],
  holidays: readonly string[],
  zone: string,
): WindowTimeline | undefined {
  if (windows.length === 0) return undefined
  offsetSpans(zone, 0, 1) // an unknown zone fails here, not with the first call
  return { windows: compileWindows(windows, holidays), zone, days: new Array(DAYS_KEPT).fill(undefined) }
}

/** The windows that hold at an instant: bit w for window w, and bit 0. */
export function windowMask(timeline: WindowTimeline, atMs: number): number {
  const { day, starts, masks } = dayMasks(timeline, Math.floor(atMs / MS_A_DAY))
  const into = atMs - day * MS_A_DAY
  let i = starts.length - 1
  while (starts[i]! > into) i--
  return masks[i]!
}

/**
 * An instant after `atMs` until which the same windows hold: where they change next, or else a week on, so that windows
 * which never change again cost no endless search.
 */
export function nextWindowChange(timeline: WindowTimeline, atMs: number): number {
  const mask = windowMask(timeline, atMs)
  const today = Math.floor(atMs / MS_A_DAY)
  for (let day = today; day < today + DAYS_AHEAD; day++) {
    const { starts, masks } = dayMasks(timeline, day)
    for (let i = 0; i < starts.length; i++) {
      const startMs = day * MS_A_DAY + starts[i]!
      if (startMs > atMs && masks[i] !== mask) return startMs
    }
  }
  return (today + DAYS_AHEAD) * MS_A_DAY
}

const DAYS_AHEAD = 8

function dayMasks(timeline: WindowTimeline, day: number): DayMasks {
  const slot = day & (DAYS_KEPT - 1)
  const kept = timeline.days[slot]
  if (kept !== undefined && kept.day === day) return kept
  const made = compileDay(timeline, day)
  timeline.days[slot] = made
  return made
}

function compileDay({ windows, zone }: WindowTimeline, day: number): DayMasks {
  const fromMs = day * MS_A_DAY
  const starts: number[] = []
  const masks: number[] = []
  for (const span of offsetSpans(zone, fromMs, fromMs + MS_A_DAY)) {
    for (const { startMs, mask } of masksWithin(windows, span)) {
      if (masks.at(-1) === mask) continue
      starts.push(startMs - fromMs)
      masks.push(mask)
    }
  }
  return { day, starts: Int32Array.from(starts), masks: Int32Array.from(masks) }
}

/** The masks of a stretch of one offset, at its beginning and at every local minute at which they may change. */
function masksWithin({ minutes, maskAt }: CompiledWindows, { fromMs, toMs, offsetMs }: OffsetSpan) {
  const found = [{ startMs: fromMs, mask: maskAtWall(fromMs + offsetMs) }]
  const lastDay = Math.floor((toMs - 1 + offsetMs) / MS_A_DAY)
  for (let day = Math.floor((fromMs + offsetMs) / MS_A_DAY); day <= lastDay; day++) {
    for (const minute of minutes) {
      const startMs = day * MS_A_DAY + minute * 60_000 - offsetMs
      if (startMs > fromMs && startMs < toMs) found.push({ startMs, mask: maskAt(day, minute) })
    }
  }
  return found

  function maskAtWall(wallMs: number): number {
    const day = Math.floor(wallMs / MS_A_DAY)
    return maskAt(day, Math.floor((wallMs - day * MS_A_DAY) / 60_000))
  }
}
