// Figures from what was added up, and what Erlang B says about the busy hour. Pure.

import { type BusyHour, HOUR_US } from './busy-hours.ts'
import { blocking, channelsNeeded, offeredFromCarried } from './erlang-b.ts'
import type { Total } from './load-totals.ts'
import type { BusyHourAt, LimitFigures, LoadFigures } from './trunk-load.ts'

/** `seconds`: of the question, as far as they have been. */
export function loadFigures(total: Total, seconds: number): LoadFigures {
  return {
    peak: total.peak,
    peakAt: total.peakAtUs === undefined ? null : instantText(total.peakAtUs),
    talkPeak: total.talkPeak,
    seizures: total.starts,
    cps: total.cps,
    congested: total.congested,
    erlangHours: total.takenUs / HOUR_US,
    talkErlangHours: total.talkUs / HOUR_US,
    erlangs: seconds > 0 ? total.takenUs / 1e6 / seconds : 0,
    busyHour: hourText(total.busyHour),
  }
}

/** `capacity` 0 = unknown. */
export function limitFigures(figures: LoadFigures, total: Total, capacity: number, target: number): LimitFigures {
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
    limitSeconds: total.limitUs / 1e6,
    metFull: total.met,
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
