// Hours of the clock of a question, by the local days in which they lie, and where sixty minutes may carry most.

import { localHour, startOfHour, startOfNext, startOfNextHour, startsOfDays } from '@tollbook/selection/local-time'
import { HOUR_US, type HourLoad } from './busy-hours.ts'
import type { LoadQuery } from './parse-load.ts'
import type { Window } from './sweep.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A local day that lies whole in the question; its hours have the places from `first` up. */
export type LocalDay = { readonly fromMs: number; readonly toMs: number; readonly first: number }

/** Hours of the question, each with where it begins (µs; the last border is the question's end) and what the clock calls it. */
export type Hours = {
  readonly borders: readonly number[]
  readonly named: readonly Pick<HourLoad, 'clock' | 'dayMs' | 'startMs'>[]
  readonly days: readonly LocalDay[]
}

export function hoursOf({ fromMs, toMs, zone }: Pick<LoadQuery, 'fromMs' | 'toMs' | 'zone'>): Hours {
  const begin = startOfHour(fromMs, zone)
  const starts = startsOfDays(begin, toMs, zone)
  const named: Hours['named'][number][] = []
  const days: LocalDay[] = []
  for (const [i, dayMs] of starts.entries()) {
    const nextMs = starts[i + 1] ?? startOfNext(dayMs, 'day', zone)
    if (dayMs >= fromMs && nextMs <= toMs) days.push({ fromMs: dayMs, toMs: nextMs, first: named.length })
    const plain = nextMs - dayMs === DAY_MS
    for (const [clock, startMs] of hoursOfDay(dayMs, nextMs, zone).entries()) {
      if (startMs < begin || startMs >= toMs) continue
      named.push({ startMs: Math.max(startMs, fromMs), clock: plain ? clock : localHour(startMs, zone), dayMs })
    }
  }
  return { borders: [...named.map((hour) => hour.startMs), toMs].map((ms) => ms * 1000), named, days }
}

/** Where the hours of a local day begin. Asking the zone about each takes long: only days of another length than 24 hours are. */
export function hoursOfDay(dayMs: number, nextMs: number, zone: string): readonly number[] {
  const plain = nextMs - dayMs === DAY_MS
  const starts: number[] = []
  for (let at = dayMs; at < nextMs; at = plain ? at + HOUR_MS : startOfNextHour(at, zone)) starts.push(at)
  return starts
}

/** Taken time and greatest peak of an hour. */
type Bounds = { readonly takenUs: number; readonly peak: number }

/** Windows in which sixty minutes may carry more than the best hour of the clock does, by what two neighbours can carry across. */
export function candidates({ borders }: Hours, loads: readonly Bounds[]): readonly Window[] {
  const best = loads.reduce((most, hour) => Math.max(most, hour.takenUs), 0)
  if (best === 0) return []
  const found: { fromUs: number; toUs: number }[] = []
  const count = loads.length
  for (let i = 0; i < count; i++) {
    // Sixty minutes may touch three hours where a change of clocks, or the question, cut one short.
    const short = i + 2 < borders.length && borders[i + 2]! - borders[i + 1]! < HOUR_US
    const reach = short ? i + 3 : i + 2
    const most = short ? sumOf(loads.slice(i, reach)) : across(loads[i]!, loads[i + 1])
    if (most < best) continue
    const toUs = borders[Math.min(reach, count)]!
    const last = found.at(-1)
    if (last && borders[i]! <= last.toUs) last.toUs = Math.max(last.toUs, toUs)
    else found.push({ fromUs: borders[i]!, toUs })
  }
  return found
}

function sumOf(loads: readonly Bounds[]): number {
  return loads.reduce((sum, hour) => sum + hour.takenUs, 0)
}

/**
 * Most that sixty minutes can carry that begin in one hour and end in the next: of each hour no more than it carried, and no
 * more than its peak for as long as they lie in it. The sum of both bounds is greatest where one of them bends.
 */
function across(a: Bounds, b: Bounds | undefined): number {
  if (!b) return a.takenUs
  const carried = (us: number) => Math.min(a.takenUs, a.peak * us) + Math.min(b.takenUs, b.peak * (HOUR_US - us))
  const bends = [a.peak > 0 ? a.takenUs / a.peak : 0, b.peak > 0 ? HOUR_US - b.takenUs / b.peak : HOUR_US]
  // Bends are quotients: a bound that rounding made too low by a microsecond would hide a window.
  return Math.max(...[0, HOUR_US, ...bends].map(carried)) + 1
}
