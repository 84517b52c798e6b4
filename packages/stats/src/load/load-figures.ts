// Figures from cells: sums, the greatest, and what Erlang B says about the busy hour. Pure.

import { type BusyHour, fixedHour, HOUR_US, type HourLoad } from './busy-hours.ts'
import { blocking, channelsNeeded, offeredFromCarried } from './erlang-b.ts'
import type { Cell } from './load-cells.ts'
import type { BusyHourAt, LimitFigures, LoadFigures } from './trunk-load.ts'

/** `seconds`: of the question, as far as they have been. */
export function loadFigures(
  cells: readonly Cell[],
  hours: readonly HourLoad[],
  peakAtUs: number | undefined,
  seconds: number,
): LoadFigures {
  const sum = (of: (cell: Cell) => number) => cells.reduce((all, cell) => all + of(cell), 0)
  const most = (of: (cell: Cell) => number) => cells.reduce((all, cell) => Math.max(all, of(cell)), 0)
  const taken = sum((c) => c.takenUs)
  return {
    peak: most((c) => c.peak),
    peakAt: peakAtUs === undefined ? null : instantText(peakAtUs),
    talkPeak: most((c) => c.talkPeak),
    seizures: sum((c) => c.starts),
    cps: most((c) => c.cps),
    congested: sum((c) => c.congested),
    erlangHours: taken / HOUR_US,
    talkErlangHours: sum((c) => c.talkUs) / HOUR_US,
    erlangs: seconds > 0 ? taken / 1e6 / seconds : 0,
    busyHour: hourText(fixedHour(hours)),
  }
}

/** `capacity` 0 = unknown. */
export function limitFigures(
  figures: LoadFigures,
  cells: readonly Cell[],
  capacity: number,
  target: number,
): LimitFigures {
  const carried = figures.busyHour?.erlangs ?? 0
  if (capacity === 0) {
    return {
      ...{ capacity: null, utilisation: null, limitSeconds: null, metFull: null, blocking: null },
      offered: carried,
      channelsNeeded: channelsNeeded(carried, target),
    }
  }
  const offered = offeredFromCarried(carried, capacity)
  return {
    capacity,
    utilisation: (100 * carried) / capacity,
    limitSeconds: cells.reduce((all, cell) => all + cell.limitUs, 0) / 1e6,
    metFull: cells.reduce((all, cell) => all + cell.met, 0),
    offered,
    blocking: offered === null ? null : 100 * blocking(offered, capacity),
    channelsNeeded: offered === null ? null : channelsNeeded(offered, target),
  }
}

export function hourText(hour: BusyHour | null): BusyHourAt | null {
  return hour && { at: new Date(hour.startMs).toISOString(), erlangs: hour.erlangs, seizures: hour.seizures }
}

/** With six places of a second where milliseconds do not tell all. */
function instantText(us: number): string {
  const text = new Date(Math.floor(us / 1000)).toISOString()
  const micros = us % 1000
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}
