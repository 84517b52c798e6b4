// Seizures as events in order of time, for the sweep. An event is one number, (µs since the window began) · 8 + what
// happens, so that sorting numbers puts ends before starts of the same microsecond; a day of a million calls sorts in a second.

/** A channel: taken in [from, to), spoken on in [answered, to). All µs since the window began; no answer = `to`. */
export type Channel = {
  readonly from: number
  readonly to: number
  readonly answered: number
  readonly congested: boolean
}

/** What happens, in the order in which it happens at one instant. A seizure of no length takes nothing, but was one. */
export const END = 0
export const MOMENT = 1
export const MOMENT_CONGESTED = 2
export const START = 3
export const START_CONGESTED = 4

export type Timeline = { keys: Float64Array; length: number; carry: number }

export type ChannelEvents = { readonly channels: Timeline; readonly talks: Timeline }

export function noEvents(): ChannelEvents {
  return { channels: noTimeline(), talks: noTimeline() }
}

function noTimeline(): Timeline {
  return { keys: new Float64Array(64), length: 0, carry: 0 }
}

/** Puts a channel into the events of a window of `windowUs`. What ended before it or begins after it is passed over. */
export function addChannel({ channels, talks }: ChannelEvents, channel: Channel, windowUs: number): void {
  const { from, to, answered, congested } = channel
  if (from >= windowUs || to < 0) return
  if (to <= from) {
    if (from >= 0) push(channels, from, congested ? MOMENT_CONGESTED : MOMENT)
    return
  }
  addInterval(channels, from, to, windowUs, congested ? START_CONGESTED : START)
  if (answered < to && answered < windowUs) addInterval(talks, Math.max(answered, from), to, windowUs, START)
}

function addInterval(line: Timeline, from: number, to: number, windowUs: number, start: number): void {
  if (from < 0) line.carry++
  else push(line, from, start)
  if (to < windowUs) push(line, to, END)
}

function push(line: Timeline, us: number, kind: number): void {
  if (line.length === line.keys.length) {
    const wider = new Float64Array(line.length * 2)
    wider.set(line.keys)
    line.keys = wider
  }
  line.keys[line.length++] = us * 8 + kind
}

/** The events in order; to be asked once all are in. */
export function sorted(line: Timeline): Float64Array {
  return line.keys.subarray(0, line.length).sort()
}
