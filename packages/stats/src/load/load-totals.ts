// Everybody's load over a question: what whole days tell, and what was read or swept by hours besides.

import { type BusyHour, busierOf, fixedHour, type HourLoad } from './busy-hours.ts'
import type { Cell, Cells } from './load-cells.ts'
import type { DayLoads } from './load-days.ts'
import type { Hours } from './load-hours.ts'

export type Total = Omit<Cell, 'bucket'> & {
  /** First instant of the peak; undefined when nothing was taken. */
  readonly peakAtUs: number | undefined
  readonly busyHour: BusyHour | null
}

/** By `keyOf`. Who is not here took nothing. `instants`: of the peaks of `cells`. */
export function totalsOf(
  hours: Hours,
  cells: Cells,
  days: DayLoads,
  instants: ReadonlyMap<string, number>,
  nowMs: number,
): ReadonlyMap<string, Total> {
  const keys = new Set([...cells.keys(), ...days.totals.keys()])
  return new Map([...keys].map((key) => [key, totalOf(key, hours, cells, days, instants, nowMs)]))
}

/** Of one that took nothing. */
export const NO_TOTAL: Total = {
  ...{ takenUs: 0, talkUs: 0, starts: 0, congested: 0, cps: 0, peak: 0, talkPeak: 0, limitUs: 0, met: 0 },
  ...{ peakAtUs: undefined, busyHour: null },
}

function totalOf(
  key: string,
  hours: Hours,
  cells: Cells,
  days: DayLoads,
  instants: ReadonlyMap<string, number>,
  nowMs: number,
): Total {
  const ofDays = days.totals.get(key)
  const mine = [...(cells.get(key)?.values() ?? [])]
  const parts = ofDays ? [...mine, ofDays] : mine
  const sum = (of: (part: Omit<Cell, 'bucket'>) => number) => parts.reduce((all, part) => all + of(part), 0)
  const most = (of: (part: Omit<Cell, 'bucket'>) => number) => parts.reduce((all, part) => Math.max(all, of(part)), 0)
  const peak = most((p) => p.peak)
  const firsts = [
    ...(mine.some((cell) => cell.peak === peak) ? [instants.get(key)] : []),
    ...(ofDays?.peak === peak ? [ofDays.peakAtUs] : []),
  ].flatMap((us) => us ?? [])
  const best = fixedHour(hourLoads(hours, mine, nowMs))
  return {
    ...{ takenUs: sum((p) => p.takenUs), talkUs: sum((p) => p.talkUs), starts: sum((p) => p.starts) },
    ...{ congested: sum((p) => p.congested), cps: most((p) => p.cps), talkPeak: most((p) => p.talkPeak), peak },
    ...{ limitUs: sum((p) => p.limitUs), met: sum((p) => p.met) },
    peakAtUs: peak > 0 ? Math.min(...firsts) : undefined,
    busyHour: busierOf(best, ofDays ? fixedHour([{ ...hours.named[ofDays.busy.place]!, ...ofDays.busy }]) : null),
  }
}

/** Hours that have begun. */
function hourLoads({ named }: Hours, cells: readonly Cell[], nowMs: number): readonly HourLoad[] {
  return cells
    .map(({ bucket, takenUs, starts }) => ({ ...named[bucket]!, takenUs, starts }))
    .filter((hour) => hour.startMs <= nowMs)
    .sort((a, b) => a.startMs - b.startMs)
}
