// /trunk-load over the invented calls: the answer's shape and its arithmetic, minute by minute. One trunk has fewer channels
// than it is offered on its busiest day.

import type { BusyHourAt, LoadFigures, TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import { localTime } from '../src/format/zone.ts'
import { type MockCall, ZONE } from './data.ts'
import type { Params } from './stats.ts'
import { makeTrunks } from './tariffs.ts'

const HOUR = 3_600_000

type Use = { readonly from: number; readonly talk: number; readonly to: number; readonly trunk: number }

export function answerLoad(calls: readonly MockCall[], params: Params, nowMs: number): TrunkLoad {
  const from = Date.parse(params.from ?? '')
  const to = Date.parse(params.to ?? '')
  const target = Number(params.target ?? 1)
  const all = calls.flatMap((call) => usesOf(call, from, to)).reverse()
  const trunks = makeTrunks().map((trunk): TrunkFigures => {
    const mine = all.filter((use) => use.trunk === trunk.id)
    return {
      id: trunk.id,
      name: trunk.name,
      ...figuresOf(mine, from, Math.min(to, nowMs)),
      ...limitsOf(mine, trunk.capacity, target, from),
    }
  })
  const chosen = params.trunk ?? 'all'
  const uses = chosen === 'all' ? all : all.filter((use) => String(use.trunk) === chosen)
  const capacity = trunks.find((trunk) => String(trunk.id) === chosen)?.capacity ?? 0
  return {
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString(), zone: params.zone ?? ZONE, target },
    all: { ...figuresOf(all, from, Math.min(to, nowMs)), ...limitsOf(all, null, target, from) },
    trunks,
    sources: [{ id: 1, name: 'pbx-dub1', ...figuresOf(all, from, Math.min(to, nowMs)) }],
    chosen: { trunk: chosen, ...chosenOf(uses, from, Math.min(to, nowMs), capacity) },
  }
}

/** Internal calls take no trunk. */
function usesOf(call: MockCall, from: number, to: number): readonly Use[] {
  const talk = call.startMs + call.ringS * 1000
  const end = talk + call.talkS * 1000
  if (call.direction === 'internal' || call.trunk === 0 || call.startMs >= to || end < from) return []
  return [{ from: call.startMs, talk: call.talkS > 0 ? talk : end, to: end, trunk: call.trunk }]
}

function figuresOf(uses: readonly Use[], from: number, until: number): LoadFigures {
  const begun = uses.filter((use) => use.from >= from)
  const seconds = new Map<number, number>()
  for (const use of begun) seconds.set(Math.floor(use.from / 1000), (seconds.get(Math.floor(use.from / 1000)) ?? 0) + 1)
  const { peak, at } = peakOf(
    uses.map((use) => [use.from, use.to] as const),
    from,
  )
  const held = uses.reduce((sum, use) => sum + use.to - Math.max(use.from, from), 0)
  return {
    ...{ peak, peakAt: peak > 0 ? new Date(at).toISOString() : null, seizures: begun.length },
    talkPeak: peakOf(
      uses.map((use) => [use.talk, use.to] as const),
      from,
    ).peak,
    ...{ cps: Math.max(0, ...seconds.values()), congested: 0, erlangHours: held / HOUR },
    talkErlangHours: uses.reduce((sum, use) => sum + use.to - Math.max(use.talk, from), 0) / HOUR,
    ...{ erlangs: until > from ? held / (until - from) : 0, busyHour: busiest(uses, from, HOUR) },
  }
}

function limitsOf(uses: readonly Use[], capacity: number | null, target: number, from: number) {
  const carried = busiest(uses, from, HOUR)?.erlangs ?? 0
  const needed = (offered: number) => {
    let channels = 0
    for (let b = 1; b > target / 100; b = (offered * b) / (channels + offered * b)) channels++
    return channels
  }
  if (capacity === null) {
    const none = { capacity, utilisation: null, limitSeconds: null, metFull: null, blocking: null }
    return { ...none, offered: carried, channelsNeeded: needed(carried) }
  }
  let b = 1
  for (let n = 1; n <= capacity; n++) b = (carried * b) / (n + carried * b)
  const offered = carried / (1 - b)
  const steps = stepsOf(
    uses.map((use) => [use.from, use.to] as const),
    from,
  )
  return {
    ...{ capacity, utilisation: (100 * carried) / capacity, offered, blocking: 100 * b },
    limitSeconds: steps.reduce((sum, step) => sum + (step.level >= capacity ? step.to - step.from : 0), 0) / 1000,
    metFull: metFull(uses, from, capacity),
    channelsNeeded: needed(offered),
  }
}

/** Seizures that found the trunk full; the oldest first. */
function metFull(uses: readonly Use[], from: number, capacity: number): number {
  const ends: number[] = []
  let met = 0
  for (const use of uses) {
    const taken = ends.filter((end) => end > use.from)
    if (use.from >= from && taken.length >= capacity) met++
    ends.splice(0, ends.length, ...taken, use.to)
  }
  return met
}

function chosenOf(
  uses: readonly Use[],
  from: number,
  until: number,
  capacity: number,
): Omit<TrunkLoad['chosen'], 'trunk'> {
  const hours = hoursOf(uses, from, until)
  const mean = (list: readonly BusyHourAt[]) => ({
    erlangs: list.reduce((sum, hour) => sum + hour.erlangs, 0) / Math.max(1, list.length),
    seizures: list.reduce((sum, hour) => sum + hour.seizures, 0) / Math.max(1, list.length),
  })
  const clocks = Array.from({ length: 24 }, (_, clock) => {
    const mine = hours.filter((hour) => localTime(ZONE, Date.parse(hour.at)).hour === clock)
    return { clock, ...mean(mine) }
  })
  const days = new Map<string, BusyHourAt>()
  for (const hour of hours) {
    const day = hour.at.slice(0, 10)
    if (hour.erlangs > (days.get(day)?.erlangs ?? -1)) days.set(day, hour)
  }
  const best = [...clocks].sort((a, b) => b.erlangs - a.erlangs)[0]
  return {
    busyHours: {
      fixed: busiest(uses, from, HOUR),
      sliding: busiest(uses, from, 300_000),
      timeConsistent: best && best.erlangs > 0 ? best : null,
      dailyPeaks: uses.length > 0 ? { days: days.size, ...mean([...days.values()]) } : null,
    },
    hours: clocks.map(({ clock, erlangs }) => ({ clock, erlangs, peak: Math.ceil(erlangs * 1.6) })),
    series: seriesOf(uses, from, until, capacity),
  }
}

function hoursOf(uses: readonly Use[], from: number, until: number): readonly BusyHourAt[] {
  const hours: BusyHourAt[] = []
  for (let at = from; at < until; at += HOUR) hours.push(hourAt(uses, at))
  return hours
}

function hourAt(uses: readonly Use[], at: number): BusyHourAt {
  let held = 0
  let seizures = 0
  // No invented call lasts an hour, and they come in order.
  for (let i = placeOf(uses, at - HOUR); i < uses.length; i++) {
    const use = uses[i]!
    if (use.from >= at + HOUR) break
    held += Math.max(0, Math.min(use.to, at + HOUR) - Math.max(use.from, at))
    if (use.from >= at && use.from < at + HOUR) seizures++
  }
  return { at: new Date(at).toISOString(), erlangs: held / HOUR, seizures }
}

function placeOf(uses: readonly Use[], from: number): number {
  let low = 0
  let high = uses.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (uses[middle]!.from < from) low = middle + 1
    else high = middle
  }
  return low
}

/** Only hours in which a call begins are worth looking at. */
function busiest(uses: readonly Use[], from: number, step: number): BusyHourAt | null {
  const starts = new Set(uses.map((use) => from + Math.floor((Math.max(use.from, from) - from) / step) * step))
  let best: BusyHourAt | null = null
  for (const at of [...starts].sort((a, b) => a - b)) {
    const hour = hourAt(uses, at)
    if (hour.erlangs > (best?.erlangs ?? 0)) best = hour
  }
  return best
}

function seriesOf(uses: readonly Use[], from: number, until: number, capacity: number): TrunkLoad['chosen']['series'] {
  const widths = [1, 2, 5, 15, 30, 60, 120, 180, 360, 720, 1440]
  const width = (widths.find((minutes) => (until - from) / (minutes * 60_000) <= 800) ?? 1440) * 60_000
  const steps = stepsOf(
    uses.map((use) => [use.from, use.to] as const),
    from,
  )
  const points = Array.from({ length: Math.max(0, Math.ceil((until - from) / width)) }, () => ({
    peak: 0,
    held: 0,
    limit: 0,
  }))
  for (const step of steps) {
    for (
      let i = Math.max(0, Math.floor((step.from - from) / width));
      i < points.length && from + i * width < step.to;
      i++
    ) {
      const point = points[i]!
      const length = Math.min(step.to, from + (i + 1) * width) - Math.max(step.from, from + i * width)
      if (length <= 0) continue
      point.peak = Math.max(point.peak, step.level)
      point.held += step.level * length
      if (capacity > 0 && step.level >= capacity) point.limit += length
    }
  }
  return {
    seconds: width / 1000,
    points: points.map((point, i) => ({
      ...{ at: new Date(from + i * width).toISOString(), peak: point.peak },
      ...{ average: point.held / width, limitSeconds: point.limit / 1000 },
    })),
  }
}

function peakOf(spans: readonly (readonly [number, number])[], from: number): { peak: number; at: number } {
  return stepsOf(spans, from).reduce(
    (best, step) => (step.level > best.peak ? { peak: step.level, at: step.from } : best),
    { peak: 0, at: from },
  )
}

/** How many at once, from when to when; ends come before starts. */
function stepsOf(spans: readonly (readonly [number, number])[], from: number) {
  const events = spans.flatMap(([start, end]) => [[Math.max(start, from), 1] as const, [end, -1] as const])
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let level = 0
  return events.flatMap(([at, step], i) => {
    level += step
    const next = events[i + 1]?.[0] ?? at
    return next > at ? [{ from: at, to: next, level }] : []
  })
}
