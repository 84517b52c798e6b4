// Which part of a spool is stored next. In order, as long as the database keeps up. When much waits and what comes now would
// wait behind it, a new lane begins near the end: calls of this minute are seen at once, the backlog follows beside them.
//
// Order does not matter to what is stored: a leg is known by its key and a call is stitched from all its legs. Only the
// counting of equal rows needs what came just before, which each lane sees again.

import type { CleanStart } from '../spool/spool.ts'
import type { Readable } from '../spool/spool-reader.ts'
import { Lane, type LaneBatch } from './lane.ts'
import type { Range } from './position.ts'
import type { SourceView } from './row-reader.ts'

export type LaneSpool = Readable & {
  /** Where a lane may begin, newest last. */
  readonly cleanStarts: readonly CleanStart[]
  /** Messages written by this run. */
  readonly messages: number
}

export type Lanes = {
  /** The next batch to store; undefined when everything is read. */
  next(nowMs: number): Promise<LaneBatch | undefined>
  /** The Cdr the live lane keeps back, when nothing has come for a while. */
  flush(): LaneBatch | undefined
  /** What is not stored, once this batch is. */
  rangesAfter(batch: LaneBatch): readonly Range[]
  /** The batch is stored; storing it took so long. */
  stored(batch: LaneBatch, tookMs: number): Promise<void>
  /** Everything before is stored. */
  readonly storedTo: number
  readonly waitingBytes: number
  close(): Promise<void>
}

/** A lane is begun when what the live one reads came this long ago, milliseconds. */
const BEHIND_MS = 1000
const BEHIND_BYTES = 128 * 1024
/** … and the new one has no more work before it than this. */
const NEAR_MS = 700
/** The backlog waits while the live lane is later than this, milliseconds. */
const LATE_MS = 300
/** While more than this share of what can be stored comes in, a new lane would fall behind as well. */
const BEARABLE = 0.7
/** Each is a range in the position and an open file. */
const LANES_MAX = 32
/** Inflow is what came in this long, milliseconds. */
const INFLOW_MS = 250
/** Behind what is stored, so much is kept, and seen again at a start. */
export const WARM_UP_BYTES_MAX = 16 * 1024 * 1024
/** Of it the last part whole, of the rest the queue events. */
const WARM_UP_NEAR_BYTES = 2 * 1024 * 1024
/** A lane that begins in a hurry sees less again: messages whole, and of so many the queue events. */
const WARM_UP_MESSAGES = { near: 8000, far: 40_000 }
/** Storing is this fast, messages a millisecond, until it was measured. */
const FIRST_RATE = 5

/** Lanes for the ranges that are not stored, each warmed up. */
export async function openLanes(
  spool: LaneSpool,
  ranges: readonly Range[],
  flushed: boolean,
  source: SourceView,
): Promise<Lanes> {
  const lanes: Lane[] = []
  for (const [from, to] of ranges) {
    const lane = new Lane(from, to, source)
    const far = startBefore(spool, from - WARM_UP_BYTES_MAX)
    await lane.warmUp(spool, far, from - WARM_UP_NEAR_BYTES, flushed && to === null)
    lanes.push(lane)
  }
  return new OpenLanes(spool, lanes, source)
}

/** The beginning of a segment at or before the position. */
function startBefore({ segments }: Readable, position: number): number {
  return (segments.findLast((segment) => segment.start <= position) ?? segments[0])?.start ?? 0
}

class OpenLanes implements Lanes {
  readonly #spool: LaneSpool
  readonly #source: SourceView
  /** Oldest first; the last one is live. */
  #lanes: Lane[]
  /** Messages a millisecond, smoothed. */
  #rate = FIRST_RATE
  #samples: { readonly atMs: number; readonly messages: number }[] = []
  #backlogNext = false

  constructor(spool: LaneSpool, lanes: Lane[], source: SourceView) {
    this.#spool = spool
    this.#lanes = lanes
    this.#source = source
  }

  get storedTo(): number {
    return this.#lanes.reduce((first, lane) => Math.min(first, lane.stored), Number.POSITIVE_INFINITY)
  }

  get waitingBytes(): number {
    return this.#lanes.reduce((sum, lane) => sum + (lane.to ?? this.#spool.end) - lane.stored, 0)
  }

  async next(nowMs: number): Promise<LaneBatch | undefined> {
    await this.#jumpIfBehind(nowMs)
    for (const lane of this.#inTurn(nowMs)) {
      const batch = await lane.next(this.#spool)
      if (batch !== undefined) return batch
    }
    return undefined
  }

  flush(): LaneBatch | undefined {
    return this.#live.flush()
  }

  rangesAfter(batch: LaneBatch): readonly Range[] {
    return this.#lanes
      .map((lane) => [lane === batch.lane ? batch.next : lane.stored, lane.to] as const)
      .filter(([from, to]) => to === null || from < to)
  }

  async stored(batch: LaneBatch, tookMs: number): Promise<void> {
    const { lane } = batch
    lane.stored = batch.next
    // Small batches say how long a transaction takes, not how fast one can be.
    if (batch.items.length > 1000) this.#rate += (batch.items.length / Math.max(1, tookMs) - this.#rate) / 4
    if (lane.to === null || lane.stored < lane.to) return
    this.#lanes = this.#lanes.filter((other) => other !== lane)
    await lane.close()
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes) await lane.close()
  }

  get #live(): Lane {
    return this.#lanes.at(-1)!
  }

  /** The live lane, and beside it the backlog: every other batch, while the live one is not late. */
  #inTurn(nowMs: number): readonly Lane[] {
    const live = this.#live
    const backlog = this.#lanes.filter((lane) => lane !== live && lane.hasMore(this.#spool)).slice(0, 1)
    const late = nowMs - live.lastMs > LATE_MS && live.hasMore(this.#spool)
    this.#backlogNext = !this.#backlogNext && !late
    return this.#backlogNext ? [...backlog, live] : [live, ...backlog]
  }

  async #jumpIfBehind(nowMs: number): Promise<void> {
    const { end, messages, cleanStarts } = this.#spool
    const inflow = this.#inflow(nowMs, messages)
    const live = this.#live
    // After a silence the last record is old without anything waiting.
    if (nowMs - live.lastMs < BEHIND_MS || end - live.position < BEHIND_BYTES) return
    if (inflow === undefined || inflow > this.#rate * BEARABLE || this.#lanes.length >= LANES_MAX) return
    const near = messages - this.#rate * NEAR_MS
    const start = cleanStarts.find(({ position, before }) => position > live.position && before >= near)
    if (start === undefined) return
    const lane = new Lane(start.position, null, this.#source)
    const since = (count: number) => cleanStarts.find(({ before }) => before >= start.before - count) ?? start
    const { near: whole, far } = WARM_UP_MESSAGES
    await lane.warmUp(this.#spool, since(far).position, since(whole).position, false)
    live.to = start.position
    this.#lanes.push(lane)
  }

  /** Messages a millisecond that came lately; undefined before enough was seen. */
  #inflow(nowMs: number, messages: number): number | undefined {
    this.#samples.push({ atMs: nowMs, messages })
    const old = this.#samples.findLastIndex(({ atMs }) => nowMs - atMs >= INFLOW_MS)
    if (old < 0) return undefined
    const from = this.#samples[old]!
    this.#samples = this.#samples.slice(old)
    return (messages - from.messages) / (nowMs - from.atMs)
  }
}
