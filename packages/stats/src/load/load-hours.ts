// Hours of the clock of a question, by the local days in which they lie.

import { localHour, startOfHour, startOfNext, startOfNextHour, startsOfDays } from '@tollbook/selection/local-time'
import type { HourLoad } from './busy-hours.ts'
import type { LoadQuery } from './parse-load.ts'

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
