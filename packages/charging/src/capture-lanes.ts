// Two transactions at once. PostgreSQL works one core per connection, so a bulk import uses two; the legs of one call
// always go through the same lane, in order, so that the lanes never wait for each other over a call.

import type { Leg } from '@tollbook/calls'

/** Legs per transaction. Measured over a million rows: 4,000 cost PostgreSQL 5 % more a leg, 8,000 take 45 MB more. */
const BATCH_LEGS = 6000
/** Calls of the last legs wait for the next batch: their other legs are most likely just behind. */
const HELD_BACK = 64

export type CaptureLanes = {
  /** Takes legs; waits while the lane they belong to has a full batch waiting behind one that is being captured. */
  add(legs: readonly Leg[]): Promise<void>
  /** Captures what is left and waits for everything. */
  finish(): Promise<void>
  /** Waits until nothing is being captured any more, whether it went well or not. */
  settled(): Promise<void>
}

/** `capture` is called with one batch at a time per lane, two at a time in all. Its failure comes out of add or finish. */
export function captureLanes(capture: (legs: readonly Leg[]) => Promise<void>): CaptureLanes {
  const lanes = [lane(capture), lane(capture)] as const
  return {
    async add(legs) {
      for (const leg of legs) lanes[laneOf(leg)].waiting.push(leg)
      for (const one of lanes) while (one.waiting.length >= BATCH_LEGS) await one.captureSome(BATCH_LEGS)
    },
    async finish() {
      for (const one of lanes) while (one.waiting.length > 0) await one.captureSome(Number.POSITIVE_INFINITY)
      for (const one of lanes) await one.running
    },
    async settled() {
      await Promise.allSettled(lanes.map((one) => one.running))
    },
  }
}

/** The last digit of the call key is a digest's: even and odd are equally likely. */
function laneOf(leg: Leg): 0 | 1 {
  return (leg.callKey.charCodeAt(leg.callKey.length - 1) & 1) === 0 ? 0 : 1
}

type Lane = { waiting: Leg[]; running: Promise<void>; captureSome(atMost: number): Promise<void> }

function lane(capture: (legs: readonly Leg[]) => Promise<void>): Lane {
  const self: Lane = {
    waiting: [],
    running: Promise.resolve(),
    async captureSome(atMost) {
      await self.running
      const [now, later] = self.waiting.length > atMost ? split(self.waiting, atMost) : holdBack(self.waiting, atMost)
      self.waiting = later
      self.running = capture(now)
      // Its failure is looked at by whoever awaits it next; this only keeps Node from calling it unhandled.
      self.running.catch(() => undefined)
    },
  }
  return self
}

function split(legs: readonly Leg[], atMost: number): [Leg[], Leg[]] {
  const [now, held] = holdBack(legs.slice(0, atMost), atMost)
  return [now, [...held, ...legs.slice(atMost)]]
}

/** The legs to capture now, and those to keep for the next batch; nothing is kept at the end of the file. */
function holdBack(legs: readonly Leg[], atMost: number): [Leg[], Leg[]] {
  if (atMost === Number.POSITIVE_INFINITY) return [[...legs], []]
  const last = legs.slice(-HELD_BACK)
  const open = new Set(last.map((leg) => leg.callKey))
  // Nearly all legs are of calls that opened before these: no need to look those up.
  const since = last.reduce((first, leg) => Math.min(first, leg.openedAtMs), Number.POSITIVE_INFINITY)
  const now: Leg[] = []
  const held: Leg[] = []
  for (const leg of legs) (leg.openedAtMs >= since && open.has(leg.callKey) ? held : now).push(leg)
  // One giant call: keeping it back would keep everything back.
  return held.length > now.length ? [[...legs], []] : [now, held]
}
