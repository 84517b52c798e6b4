// The sweep: from the events of one trunk (or source, or all) to rows of trunk_minute. The one place where levels are counted;
// the worker keeps its rows, an answer sweeps again what changed since.

import { type ChannelEvents, END, MOMENT, MOMENT_CONGESTED, START_CONGESTED, sorted } from './channel-events.ts'
import { type LoadRow, MINUTE_US, QUARTER_US } from './load-row.ts'

export type Window = { readonly fromUs: number; readonly toUs: number }

/** Rows of a window, ascending. `levels` says whether times at each level are wanted. */
export function sweep(
  events: ChannelEvents,
  window: Window,
  scope: number,
  scopeId: number,
  levels: boolean,
): LoadRow[] {
  const channels = cursorOf(sorted(events.channels), events.channels.carry, window.fromUs)
  const talks = cursorOf(sorted(events.talks), events.talks.carry, window.fromUs)
  const rows: LoadRow[] = []
  let at = window.fromUs
  while (at < window.toUs) {
    const next = Math.min(nextUs(channels), nextUs(talks))
    if (channels.taken === 0 && talks.taken === 0) {
      if (next >= window.toUs) break
      at = Math.max(at, minuteAt(next))
    }
    const minuteEnd = Math.min(minuteAt(at) + MINUTE_US, window.toUs)
    const first = runThrough(channels, at, minuteEnd, levels)
    const spoken = runThrough(talks, at, minuteEnd, false)
    const quiet = Math.min(nextUs(channels), nextUs(talks), window.toUs)
    const end = Math.min(Math.max(minuteEnd, minuteAt(quiet)), at - (at % QUARTER_US) + QUARTER_US, window.toUs)
    stay(channels, first, minuteEnd, end)
    stay(talks, spoken, minuteEnd, end)
    rows.push(rowOf(scope, scopeId, at, end, first, spoken))
    at = end
  }
  return rows
}

/** How far the events of a timeline have been gone through. */
type Cursor = {
  readonly keys: Float64Array
  readonly fromUs: number
  next: number
  taken: number
  second: number
  inSecond: number
}

type Stretch = {
  readonly carry: number
  starts: number
  ends: number
  congested: number
  cps: number
  peak: number
  peakAtUs: number
  takenUs: number
  held: number[] | undefined
  met: number[]
}

function cursorOf(keys: Float64Array, carry: number, fromUs: number): Cursor {
  return { keys, fromUs, next: 0, taken: carry, second: -1, inSecond: 0 }
}

function nextUs({ keys, next, fromUs }: Cursor): number {
  return next < keys.length ? fromUs + Math.floor(keys[next]! / 8) : Number.POSITIVE_INFINITY
}

/** All events before `endUs`, with the time up to there. */
function runThrough(cursor: Cursor, fromUs: number, endUs: number, levels: boolean): Stretch {
  const s: Stretch = {
    ...{
      carry: cursor.taken,
      starts: 0,
      ends: 0,
      congested: 0,
      cps: 0,
      peak: 0,
      peakAtUs: fromUs,
      takenUs: 0,
      met: [],
    },
    held: levels ? [] : undefined,
  }
  const { keys } = cursor
  let at = fromUs
  while (cursor.next < keys.length) {
    const key = keys[cursor.next]!
    const us = cursor.fromUs + Math.floor(key / 8)
    if (us >= endUs) break
    stay(cursor, s, at, us)
    at = us
    happen(cursor, s, key % 8, us)
    cursor.next++
  }
  stay(cursor, s, at, endUs)
  return s
}

/** A level counts only where it lasted: of two events at one instant, what was between them never stood. */
function stay(cursor: Cursor, s: Stretch, fromUs: number, toUs: number): void {
  if (toUs <= fromUs) return
  const { taken } = cursor
  s.takenUs += taken * (toUs - fromUs)
  if (s.held) s.held[taken] = (s.held[taken] ?? 0) + toUs - fromUs
  if (taken > s.peak) {
    s.peak = taken
    s.peakAtUs = fromUs
  }
}

function happen(cursor: Cursor, s: Stretch, kind: number, us: number): void {
  if (kind === END) {
    s.ends++
    cursor.taken--
    return
  }
  if (s.held) s.met[cursor.taken] = (s.met[cursor.taken] ?? 0) + 1
  s.starts++
  if (kind === MOMENT_CONGESTED || kind === START_CONGESTED) s.congested++
  if (kind === MOMENT || kind === MOMENT_CONGESTED) s.ends++
  else cursor.taken++
  const second = Math.floor(us / 1_000_000)
  cursor.inSecond = second === cursor.second ? cursor.inSecond + 1 : 1
  cursor.second = second
  if (cursor.inSecond > s.cps) s.cps = cursor.inSecond
}

function rowOf(scope: number, scopeId: number, at: number, end: number, s: Stretch, spoken: Stretch): LoadRow {
  const low = s.held ? Math.min(lowest(s.held), lowest(s.met)) : 0
  return {
    scope,
    scopeId,
    atUs: at,
    minutes: Math.ceil((end - minuteAt(at)) / MINUTE_US),
    carry: s.carry,
    starts: s.starts,
    ends: s.ends,
    congested: s.congested,
    cps: s.cps,
    peak: s.peak,
    peakAtUs: s.peakAtUs,
    talkPeak: spoken.peak,
    takenUs: s.takenUs,
    talkUs: spoken.takenUs,
    low,
    held: s.held ? dense(s.held, low) : [],
    met: dense(s.met, low),
  }
}

function lowest(sparse: readonly number[]): number {
  const at = sparse.findIndex((value) => value !== undefined)
  return at < 0 ? Number.POSITIVE_INFINITY : at
}

function dense(sparse: readonly number[], low: number): readonly number[] {
  const values: number[] = []
  for (let level = low; level < sparse.length; level++) values.push(sparse[level] ?? 0)
  return values
}

function minuteAt(us: number): number {
  return us - (us % MINUTE_US)
}
