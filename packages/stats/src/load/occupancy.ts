// How many channels are taken at once, by a sweep over seizures and releases. Instants are integers of one unit
// (microseconds since the epoch fit a safe integer). Ends come before starts at the same instant: a channel released
// and one seized in the same microsecond were never both taken.

/** A channel was taken in [from, to). One of no length takes nothing. */
export type Interval = { readonly from: number; readonly to: number }

export type Occupancy = {
  readonly peak: number
  /** The first instant at which the peak stood; null when nothing was taken. */
  readonly peakAt: number | null
  /** Σ of taken time inside the window; divided by the window's length these are Erlangs. */
  readonly held: number
  /** Time inside the window with at least `capacity` channels taken; 0 when the capacity is unknown (0). */
  readonly atLimit: number
  /** Seizures inside the window that began while `capacity` was already taken. */
  readonly metFull: number
}

/** Occupancy inside [from, to). Calls begun before it are carried in, calls that outlast it are cut off. */
export function occupancy(intervals: readonly Interval[], window: Interval, capacity: number): Occupancy {
  let taken = 0
  let peak = 0
  let peakAt: number | null = null
  let held = 0
  let atLimit = 0
  let metFull = 0
  let last = window.from
  for (const { at, step, carried } of eventsOf(intervals, window)) {
    held += taken * (at - last)
    if (capacity > 0 && taken >= capacity) atLimit += at - last
    if (step > 0 && !carried && capacity > 0 && taken >= capacity) metFull += 1
    taken += step
    last = at
    if (taken > peak) {
      peak = taken
      peakAt = at
    }
  }
  return { peak, peakAt, held, atLimit, metFull }
}

type Event = { readonly at: number; readonly step: 1 | -1; readonly carried: boolean }

function eventsOf(intervals: readonly Interval[], window: Interval): readonly Event[] {
  const events: Event[] = []
  for (const { from, to } of intervals) {
    const begin = Math.max(from, window.from)
    const end = Math.min(to, window.to)
    if (begin >= end) continue
    events.push({ at: begin, step: 1, carried: from < window.from }, { at: end, step: -1, carried: false })
  }
  // Of starts at one instant the carried ones come first: they were there before the window opened.
  return events.sort((a, b) => a.at - b.at || a.step - b.step || Number(b.carried) - Number(a.carried))
}
