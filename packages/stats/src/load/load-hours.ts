// Hours of the clock of a question, by the local days in which they lie.

import { localHour, startOfHour, startOfNext, startOfNextHour, startsOfDays } from '@tollbook/selection/local-time'
import type { HourLoad } from './busy-hours.ts'
import type { LoadQuery } from './parse-load.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A day of the tenant that lies whole in the question; its hours have the places from `first` up. */
export type LocalDay = { readonly fromMs: number; readonly toMs: number; readonly first: number }

/** Hours of the question, each with where it begins (µs; the last border is the question's end) and what the clock calls it. */
export type Hours = {
  readonly borders: readonly number[]
  readonly named: readonly Pick<HourLoad, 'clock' | 'dayMs' | 'startMs'>[]
  readonly days: readonly LocalDay[]
}

type Asked = Pick<LoadQuery, 'fromMs' | 'toMs' | 'zone' | 'home'>

export function hoursOf({ fromMs, toMs, zone, home }: Asked): Hours {
  const begin = startOfHour(fromMs, zone)
  const starts = startsOfDays(begin, toMs, zone)
  const named: Hours['named'][number][] = []
  for (const [i, dayMs] of starts.entries()) {
    const nextMs = starts[i + 1] ?? startOfNext(dayMs, 'day', zone)
    const plain = nextMs - dayMs === DAY_MS
    for (const [clock, startMs] of hoursOfDay(dayMs, nextMs, zone).entries()) {
      if (startMs < begin || startMs >= toMs) continue
      named.push({ startMs: Math.max(startMs, fromMs), clock: plain ? clock : localHour(startMs, zone), dayMs })
    }
  }
  const borders = [...named.map((hour) => hour.startMs), toMs]
  return { borders: borders.map((ms) => ms * 1000), named, days: daysOf({ fromMs, toMs, home }, borders) }
}

/** Days of the tenant whose hours are hours of the question too. In a zone some half hour away there are none. */
function daysOf({ fromMs, toMs, home }: Pick<Asked, 'fromMs' | 'toMs' | 'home'>, borders: readonly number[]) {
  const places = new Map(borders.map((ms, place) => [ms, place]))
  const starts = startsOfDays(fromMs, toMs, home)
  return starts.flatMap((dayMs, i): LocalDay[] => {
    const nextMs = starts[i + 1] ?? startOfNext(dayMs, 'day', home)
    const first = places.get(dayMs)
    if (dayMs < fromMs || nextMs > toMs || first === undefined) return []
    const hours = [...hoursOfDay(dayMs, nextMs, home), nextMs]
    return hours.every((ms, hour) => borders[first + hour] === ms) ? [{ fromMs: dayMs, toMs: nextMs, first }] : []
  })
}

/** Where the hours of a local day begin. Asking the zone about each takes long: only days of another length than 24 hours are. */
export function hoursOfDay(dayMs: number, nextMs: number, zone: string): readonly number[] {
  const plain = nextMs - dayMs === DAY_MS
  const starts: number[] = []
  for (let at = dayMs; at < nextMs; at = plain ? at + HOUR_MS : startOfNextHour(at, zone)) starts.push(at)
  return starts
}
