// One range of the spool being read in order: records become items and gaps, a batch at a time.

import type { AmiMessage } from '@tollbook/asterisk/ami'
import { isQueueEvent } from '@tollbook/asterisk/ami'
import type { ZoneEvidence } from '@tollbook/calls'
import { decodeFact, type SpoolGap } from '../spool/facts.ts'
import { readFrames } from '../spool/frames.ts'
import { type Readable, type SpoolItem, spoolReader } from '../spool/spool-reader.ts'
import { RECORD_KIND } from '../spool/spool-record.ts'
import type { CaptureBatchItem } from '../store-batch.ts'
import { type RowReader, rowReader, type SourceView } from './row-reader.ts'

export type LaneBatch = {
  readonly lane: Lane
  readonly items: readonly CaptureBatchItem[]
  readonly gaps: readonly SpoolGap[]
  /** The zone its local times were read in, and what spoke for it. */
  readonly zone: string
  readonly evidence: ZoneEvidence
  /** Everything before is stored once this batch is. */
  readonly next: number
  /** Whether a Cdr that waited for a part of itself was given out with it. */
  readonly flushed: boolean
  /** When its oldest record came. */
  readonly sinceMs: number
}

/** Items in one transaction, when there is no hurry to see the next. */
const ITEMS = 2000
/** Read from the disk at once. */
const READ_BYTES = 256 * 1024

export class Lane {
  /** Stored up to here. */
  stored: number
  /** Where the range ends; a lane whose end is open gets all that comes. */
  to: number | null
  /** When the last record read came. */
  lastMs = 0
  #waiting: SpoolItem[] = []
  readonly #reader: ReturnType<typeof spoolReader>
  readonly #rows: RowReader
  #damagedSinceMs: number | undefined

  constructor(from: number, to: number | null, source: SourceView) {
    this.stored = from
    this.to = to
    this.#reader = spoolReader(from)
    this.#rows = rowReader(source)
  }

  /** Where the next record to be read begins. */
  get position(): number {
    return this.#waiting[0]?.position ?? this.#reader.position
  }

  hasMore(spool: Readable): boolean {
    return this.position < Math.min(spool.end, this.to ?? Number.POSITIVE_INFINITY)
  }

  /**
   * Sees what lies before the range again, so that counting equal rows and a Cdr in parts go on: all of it from `near` on,
   * and from `far` on the queue events. Both are beginnings of records.
   */
  async warmUp(spool: Readable, far: number, near: number, flushed: boolean): Promise<void> {
    const reader = spoolReader(far)
    for (;;) {
      const items = await reader.read(spool, READ_BYTES, this.stored)
      if (items.length === 0) break
      for (const item of items) {
        if (item.what === 'damage') continue
        this.lastMs = item.atMs
        if (item.kind !== RECORD_KIND.frames) continue
        const messages = await framesOf(item)
        // Equal CDRs and channel events follow each other closely; the same agent may be rung again minutes later.
        const isNear = item.position >= near
        this.#rows.warmUp(isNear ? (messages ?? []) : (messages ?? []).filter(isQueueEvent), item.atMs)
      }
    }
    await reader.close()
    if (flushed) this.#rows.flush()
  }

  /** The next batch; undefined when nothing is there to be read. */
  async next(spool: Readable): Promise<LaneBatch | undefined> {
    const items: CaptureBatchItem[] = []
    const gaps: SpoolGap[] = []
    let sinceMs: number | undefined
    let next = this.position
    while (items.length < ITEMS) {
      if (this.#waiting.length === 0) {
        this.#waiting = await this.#reader.read(spool, READ_BYTES, this.to ?? undefined)
      }
      const item = this.#waiting.shift()
      if (item === undefined) break
      if (item.position >= (this.to ?? Number.POSITIVE_INFINITY)) {
        // Read before the lane got its end: another lane's.
        this.#waiting = []
        break
      }
      next = item.next
      if (item.what === 'record') sinceMs ??= item.atMs
      await this.#take(item, items, gaps)
    }
    if (sinceMs === undefined && next === this.stored) return undefined
    const ended = this.to !== null && next >= this.to
    if (ended) items.push(...this.#rows.flush())
    return this.#batch(items, gaps, next, ended, sinceMs ?? this.lastMs)
  }

  /** What waited for a part of itself, when nothing has come for a while. */
  flush(): LaneBatch | undefined {
    const items = this.#rows.flush()
    return items.length === 0 ? undefined : this.#batch(items, [], this.stored, true, this.lastMs)
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }

  async #take(item: SpoolItem, items: CaptureBatchItem[], gaps: SpoolGap[]): Promise<void> {
    if (item.what === 'damage') {
      this.#damagedSinceMs ??= this.lastMs
      return
    }
    const messages = item.kind === RECORD_KIND.frames ? await framesOf(item) : []
    if (messages === undefined) {
      this.#damagedSinceMs ??= this.lastMs
      return
    }
    this.lastMs = item.atMs
    if (this.#damagedSinceMs !== undefined) {
      const detail = 'a part of the spool could not be read'
      gaps.push({ cause: 'suspect', fromMs: this.#damagedSinceMs, untilMs: item.atMs, detail })
      this.#damagedSinceMs = undefined
    }
    if (item.kind === RECORD_KIND.fact) gaps.push(...decodeFact(item.bytes).gaps)
    else items.push(...this.#rows.read(messages, item.atMs, item.position))
  }

  #batch(
    items: readonly CaptureBatchItem[],
    gaps: readonly SpoolGap[],
    next: number,
    flushed: boolean,
    sinceMs: number,
  ): LaneBatch {
    const { zone, evidence } = this.#rows.zone()
    return { lane: this, items, gaps, zone, evidence, next, flushed, sinceMs }
  }
}

/** Undefined when the record holds something else than it says. */
async function framesOf(item: { readonly bytes: Buffer }): Promise<AmiMessage[] | undefined> {
  try {
    return await readFrames(item.bytes)
  } catch {
    return undefined
  }
}
