// Busy hours by the methods that have names. Erlangs of an hour are its taken time by 3,600 s, also where the question or a
// change of clocks cuts the hour short. Pure.

import { MINUTE_US } from './load-row.ts'

/** An hour of the clock, as far as it lies in the question. */
export type HourLoad = {
  readonly startMs: number
  /** 0–23, on the wall. */
  readonly clock: number
  /** First instant of the local day. */
  readonly dayMs: number
  readonly takenUs: number
  readonly starts: number
}

export type PeakHour = HourLoad & { readonly peak: number }

/** Sixty minutes: from when, what they carried, and how many seizures (BHCA). */
export type BusyHour = { readonly startMs: number; readonly erlangs: number; readonly seizures: number }

/** The same hour of the clock day after day: mean of the days. */
export type ConsistentHour = { readonly clock: number; readonly erlangs: number; readonly seizures: number }

/** Mean of the busiest hour of each day. */
export type DailyPeaks = { readonly days: number; readonly erlangs: number; readonly seizures: number }

export const HOUR_US = 3_600_000_000

/** The hour of the clock that carried most; of equals the first. Null when nothing was taken. */
export function fixedHour(hours: readonly HourLoad[]): BusyHour | null {
  const best = busiest(hours)
  return best && best.takenUs > 0 ? busyHour(best) : null
}

/** Of two busy hours the one that carried more; of equals the earlier. */
export function busierOf(a: BusyHour | null, b: BusyHour | null): BusyHour | null {
  if (!a || !b) return a ?? b
  if (a.erlangs === b.erlangs) return a.startMs <= b.startMs ? a : b
  return a.erlangs > b.erlangs ? a : b
}

/** TCBH: the hour of the clock whose mean over the days is highest. */
export function consistentHour(hours: readonly HourLoad[]): ConsistentHour | null {
  const clocks = [...groups(hours, (h) => h.clock)].map(([clock, mine]) => ({
    clock,
    erlangs: mean(mine, (h) => h.takenUs) / HOUR_US,
    seizures: mean(mine, (h) => h.starts),
  }))
  const best = clocks.sort((a, b) => b.erlangs - a.erlangs || a.clock - b.clock)[0]
  return best && best.erlangs > 0 ? best : null
}

/** ADPH: the mean over the days of each day's busiest hour of the clock. */
export function dailyPeaks(hours: readonly HourLoad[]): DailyPeaks | null {
  const peaks = [...groups(hours, (h) => h.dayMs).values()].map((day) => busiest(day)!)
  const erlangs = mean(peaks, (h) => h.takenUs) / HOUR_US
  return erlangs > 0 ? { days: peaks.length, erlangs, seizures: mean(peaks, (h) => h.starts) } : null
}

/** Taken time and seizures of a minute. */
export type MinuteLoad = { readonly atUs: number; readonly takenUs: number; readonly starts: number }

/** The sixty minutes that carried most, whichever minute they begin with. Minutes ascend; one that is not told was empty. */
export function slidingHour(minutes: readonly MinuteLoad[]): BusyHour | null {
  let best: BusyHour | null = null
  let taken = 0
  let starts = 0
  let first = 0
  for (const minute of minutes) {
    taken += minute.takenUs
    starts += minute.starts
    // By the clock: the first minute may be told from within it, and is a minute of the sixty all the same.
    while (minuteOf(minutes[first]!) <= minuteOf(minute) - HOUR_US) {
      taken -= minutes[first]!.takenUs
      starts -= minutes[first]!.starts
      first++
    }
    const erlangs = taken / HOUR_US
    // Every window carries what the one does that begins with its first minute in which anything was taken.
    if (taken > 0 && erlangs > (best?.erlangs ?? 0))
      best = { startMs: minutes[first]!.atUs / 1000, erlangs, seizures: starts }
  }
  return best
}

function minuteOf({ atUs }: MinuteLoad): number {
  return atUs - (atUs % MINUTE_US)
}

function busyHour({ startMs, takenUs, starts }: HourLoad): BusyHour {
  return { startMs, erlangs: takenUs / HOUR_US, seizures: starts }
}

function busiest(hours: readonly HourLoad[]): HourLoad | undefined {
  return hours.reduce<HourLoad | undefined>(
    (best, h) => (best === undefined || h.takenUs > best.takenUs ? h : best),
    undefined,
  )
}

function mean(hours: readonly HourLoad[], of: (hour: HourLoad) => number): number {
  return hours.length === 0 ? 0 : hours.reduce((sum, h) => sum + of(h), 0) / hours.length
}

function groups<K>(hours: readonly HourLoad[], of: (hour: HourLoad) => K): ReadonlyMap<K, readonly HourLoad[]> {
  const found = new Map<K, HourLoad[]>()
  for (const hour of hours) {
    const mine = found.get(of(hour))
    if (mine) mine.push(hour)
    else found.set(of(hour), [hour])
  }
  return found
}
