// What a wall clock of a zone shows at an instant: the zone's offset, and where it changes. Every instant has exactly one
// wall-clock time, so hours that a change of clocks skips or repeats need no rule of their own. Knows no windows.

import { assert } from '@tollbook/kernel'
import { IANAZone } from 'luxon'
import { MS_A_DAY } from './time-window.ts'

/** A stretch of time with one offset: [fromMs, toMs). Wall clock = instant + offsetMs. */
export type OffsetSpan = { readonly fromMs: number; readonly toMs: number; readonly offsetMs: number }

/** The stretches of one offset that make up [fromMs, toMs), in order. */
export function offsetSpans(zone: string, fromMs: number, toMs: number): readonly OffsetSpan[] {
  const at = offsetAt(zone)
  const spans: OffsetSpan[] = []
  let begun = fromMs
  let offsetMs = at(fromMs)
  for (let probe = fromMs; probe < toMs; ) {
    const next = Math.min(probe + PROBE_MS, toMs)
    // Between two equal probes the zone is taken as unchanged: none has ever changed and changed back within 12 hours.
    for (let from = probe; at(next) !== offsetMs && from < next; ) {
      const change = firstChange(at, from, next)
      if (change >= toMs) break
      spans.push({ fromMs: begun, toMs: change, offsetMs })
      begun = change
      offsetMs = at(change)
      from = change
    }
    probe = next
  }
  spans.push({ fromMs: begun, toMs, offsetMs })
  return spans
}

const PROBE_MS = 43_200_000

/** The first millisecond in (from, to] with another offset than `from`; there is one. */
function firstChange(at: (ms: number) => number, from: number, to: number): number {
  const before = at(from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (at(middle) === before) low = middle
    else high = middle
  }
  return high
}

/** The number of the day that a zone's calendar shows at an instant; 0 = 1 January 1970. */
export function localDay(zone: string, atMs: number): number {
  const day = Math.floor(atMs / MS_A_DAY)
  const kept = dayKept(zone, day)
  const span = kept.find(({ toMs }) => atMs < toMs)!
  return Math.floor((atMs + span.offsetMs) / MS_A_DAY)
}

// Asking a zone costs some microseconds, and calls come by the million: the stretches of the days asked about are kept.
// A cache only: what it answers never changes. Some 200 bytes a day; emptied when full, which few processes ever see.
const DAYS_KEPT = 4096
const days = new Map<string, Map<number, readonly OffsetSpan[]>>()

function dayKept(zone: string, day: number): readonly OffsetSpan[] {
  let ofZone = days.get(zone)
  if (ofZone === undefined || ofZone.size >= DAYS_KEPT) {
    ofZone = new Map()
    days.set(zone, ofZone)
  }
  let spans = ofZone.get(day)
  if (spans === undefined) {
    spans = offsetSpans(zone, day * MS_A_DAY, (day + 1) * MS_A_DAY)
    ofZone.set(day, spans)
  }
  return spans
}

/** Milliseconds a zone's wall clock is ahead of UTC, as a function of the instant. */
function offsetAt(zone: string): (ms: number) => number {
  if (zone === 'UTC') return () => 0
  const clock = IANAZone.create(zone)
  assert(clock.isValid, `not a time zone: ${zone}`)
  // Zones had offsets of odd seconds before they kept whole minutes: a fraction of a minute, but whole milliseconds.
  return (ms) => {
    const offsetMs = clock.offset(ms) * 60_000
    return Math.trunc(offsetMs + (offsetMs < 0 ? -0.5 : 0.5))
  }
}
