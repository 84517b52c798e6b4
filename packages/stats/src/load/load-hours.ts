// Hours of the clock of a question, and what was taken in each.

import { dateOf, localHour, startOfHour, startOfNextHour } from '@tollbook/selection/local-time'
import { HOUR_US, type HourLoad } from './busy-hours.ts'
import type { Cells } from './load-cells.ts'
import type { LoadQuery } from './parse-load.ts'
import type { Window } from './sweep.ts'

/** Hours of the question, each with where it begins (µs) and what the clock and the calendar call it. */
export type Hours = {
  readonly borders: readonly number[]
  readonly named: readonly Pick<HourLoad, 'clock' | 'date' | 'startMs'>[]
}

export function hoursOf({ fromMs, toMs, zone }: LoadQuery): Hours {
  const starts: number[] = []
  for (let at = startOfHour(fromMs, zone); at < toMs; at = startOfNextHour(at, zone)) starts.push(at)
  const cut = starts.map((ms) => Math.max(ms, fromMs))
  return {
    borders: [...cut, toMs].map((ms) => ms * 1000),
    named: cut.map((startMs) => ({ startMs, clock: localHour(startMs, zone), date: dateOf(startMs, zone) })),
  }
}

/** Every hour that has begun, also those in which nothing was taken. */
export function hourLoads({ named }: Hours, cells: Cells, key: string, nowMs: number): readonly HourLoad[] {
  const mine = cells.get(key)
  return named
    .map((hour, i) => ({ ...hour, takenUs: mine?.get(i)?.takenUs ?? 0, starts: mine?.get(i)?.starts ?? 0 }))
    .filter((hour) => hour.startMs <= nowMs)
}

/** Windows in which sixty minutes may carry more than the best hour of the clock does: two neighbours bound what lies across. */
export function candidates({ borders }: Hours, cells: Cells, key: string): readonly Window[] {
  const taken = (i: number) => cells.get(key)?.get(i)?.takenUs ?? 0
  const count = borders.length - 1
  let best = 0
  for (let i = 0; i < count; i++) best = Math.max(best, taken(i))
  if (best === 0) return []
  const found: { fromUs: number; toUs: number }[] = []
  for (let i = 0; i < count; i++) {
    // Sixty minutes may touch three hours where a change of clocks cut one short.
    const short = i + 1 < count && borders[i + 2]! - borders[i + 1]! < HOUR_US
    const reach = short ? i + 3 : i + 2
    const sum = taken(i) + taken(i + 1) + (short ? taken(i + 2) : 0)
    if (sum < best) continue
    const toUs = borders[Math.min(reach, count)]!
    const last = found.at(-1)
    if (last && borders[i]! <= last.toUs) last.toUs = Math.max(last.toUs, toUs)
    else found.push({ fromUs: borders[i]!, toUs })
  }
  return found
}
