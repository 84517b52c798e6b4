// Two transactions at once. PostgreSQL works one core per connection, so a bulk import uses two; the records of one call
// always go through the same lane, in order, so that the lanes never wait for each other over a call.

import type { Cel, Leg, QueueEvent } from '@tollbook/calls'

/** Legs per transaction. Measured over a million rows: 4,000 cost PostgreSQL 5 % more a leg, 8,000 take 45 MB more. */
const BATCH_LEGS = 6000
/** Events per transaction: they are half as wide as legs, and seven come with each. */
const BATCH_EVENTS = 12_000
/** Calls of the last records wait for the next batch: their other records are most likely just behind. */
const HELD_BACK = 64

export type LaneBatch = {
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue: readonly QueueEvent[]
}

export type CaptureLanes = {
  /** Takes records; waits while the lane they belong to has a full batch waiting behind one that is being captured. */
  add(batch: LaneBatch): Promise<void>
  /** Captures what is left and waits for everything. */
  finish(): Promise<void>
  /** Waits until nothing is being captured any more, whether it went well or not. */
  settled(): Promise<void>
}

/** `capture` is called with one batch at a time per lane, two at a time in all. Its failure comes out of add or finish. */
export function captureLanes(capture: (batch: LaneBatch) => Promise<void>): CaptureLanes {
  const lanes = [lane(capture), lane(capture)] as const
  return {
    async add({ legs, cel, queue }) {
      for (const leg of legs) lanes[laneOf(leg)].waiting.legs.push(leg)
      for (const event of cel) lanes[laneOf(event)].waiting.cel.push(event)
      for (const event of queue) lanes[laneOf(event)].waiting.queue.push(event)
      for (const one of lanes) while (isFull(one.waiting)) await one.captureSome(false)
    },
    async finish() {
      for (const one of lanes) while (size(one.waiting) > 0) await one.captureSome(true)
      for (const one of lanes) await one.running
    },
    async settled() {
      await Promise.allSettled(lanes.map((one) => one.running))
    },
  }
}

type Keyed = { readonly callKey: string; readonly openedAtMs: number }
type Waiting = { legs: Leg[]; cel: Cel[]; queue: QueueEvent[] }
type Lane = { waiting: Waiting; running: Promise<void>; captureSome(all: boolean): Promise<void> }

/** The last digit of the call key is a digest's: even and odd are equally likely. */
function laneOf({ callKey }: Keyed): 0 | 1 {
  return (callKey.charCodeAt(callKey.length - 1) & 1) === 0 ? 0 : 1
}

function isFull({ legs, cel, queue }: Waiting): boolean {
  return legs.length >= BATCH_LEGS || cel.length + queue.length >= BATCH_EVENTS
}

function size({ legs, cel, queue }: LaneBatch): number {
  return legs.length + cel.length + queue.length
}

function lane(capture: (batch: LaneBatch) => Promise<void>): Lane {
  const self: Lane = {
    waiting: { legs: [], cel: [], queue: [] },
    running: Promise.resolve(),
    async captureSome(all) {
      await self.running
      const [now, later] = all ? [self.waiting, nothing()] : split(self.waiting)
      self.waiting = later
      self.running = capture(now)
      // Its failure is looked at by whoever awaits it next; this only keeps Node from calling it unhandled.
      self.running.catch(() => undefined)
    },
  }
  return self
}

function nothing(): Waiting {
  return { legs: [], cel: [], queue: [] }
}

/** What to capture now, and what to keep for the next batch: what is over, and the calls of the last records. */
function split({ legs, cel, queue }: Waiting): [Waiting, Waiting] {
  const first = {
    legs: legs.slice(0, BATCH_LEGS),
    cel: cel.slice(0, BATCH_EVENTS),
    queue: queue.slice(0, BATCH_EVENTS),
  }
  const rest = { legs: legs.slice(BATCH_LEGS), cel: cel.slice(BATCH_EVENTS), queue: queue.slice(BATCH_EVENTS) }
  const last: Keyed[] = [first.legs, first.cel, first.queue].flatMap((items: Keyed[]) => items.slice(-HELD_BACK))
  const open = new Set(last.map((record) => record.callKey))
  // Nearly all records are of calls that opened before these: no need to look those up.
  const since = last.reduce((earliest, record) => Math.min(earliest, record.openedAtMs), Number.POSITIVE_INFINITY)
  const isOpen = (record: Keyed) => record.openedAtMs >= since && open.has(record.callKey)
  const now = nothing()
  const held = nothing()
  for (const leg of first.legs) (isOpen(leg) ? held : now).legs.push(leg)
  for (const event of first.cel) (isOpen(event) ? held : now).cel.push(event)
  for (const event of first.queue) (isOpen(event) ? held : now).queue.push(event)
  // One giant call: keeping it back would keep everything back.
  if (size(held) > size(now)) return [first, rest]
  return [now, joined(held, rest)]
}

function joined(a: Waiting, b: Waiting): Waiting {
  return { legs: [...a.legs, ...b.legs], cel: [...a.cel, ...b.cel], queue: [...a.queue, ...b.queue] }
}
