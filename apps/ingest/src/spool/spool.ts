// The spool of one source: takes what the socket gives without ever waiting, has it on the disk within a moment, and keeps
// it until it is stored. Bounded on the disk and in memory; what does not fit is counted, and becomes a gap.

import { randomUUID } from 'node:crypto'
import { type AmiMessage, isRecordOrPart } from '@tollbook/asterisk/ami'
import { type Log, pause } from '@tollbook/runtime'
import { encodeFact, NOTHING_KNOWN, ON_THE_WAY_MS, type SpoolFact, type SpoolGap, type WatchState } from './facts.ts'
import { FrameBuffer, RECORD_TEXT_BYTES } from './frames.ts'
import { takeSpool } from './owner.ts'
import { recoverState } from './recover.ts'
import { listSegments, releaseSegments, type Segment, spoolIdOf } from './segments.ts'
import { spoolFile } from './spool-file.ts'
import type { Readable } from './spool-reader.ts'
import { encodeRecord, RECORD_KIND } from './spool-record.ts'

export type SpoolOptions = {
  readonly dir: string
  readonly bytesMax: number
  readonly log: Log
  /** Called when more can be read; with the beginnings, among it, at which nothing of an earlier record is still open. */
  readonly onWritten: (cleanStarts: readonly CleanStart[]) => void
  /** In words, '' when all is well. */
  readonly onTrouble: (text: string) => void
}

export type Spool = Readable & {
  readonly spoolId: string
  /** Messages on the disk by this run. */
  readonly written: number
  /** As it stood when the process before ended; changes with every fact. */
  readonly state: WatchState
  /** Takes messages; what is not worth keeping passes. Never waits. */
  addMessages(messages: readonly AmiMessage[], atMs: number): void
  /** Facts are few and small and are taken beyond the bound: a gap that nobody told of would be a loss. */
  addFact(fact: SpoolFact, atMs: number): void
  /** What lies before is stored, and wanted no more: whole segments of it are deleted. */
  release(before: number): Promise<void>
  /** Writes what is in memory, and stops. */
  close(): Promise<void>
}

/** `before`: how many messages this run had written before it. */
export type CleanStart = { readonly position: number; readonly before: number }

/** Milliseconds from the first byte to the write. A call is to be seen within a second; an fdatasync costs a few. */
const FLUSH_MS = 50
/** Around each frame in memory. */
const FRAME_HEADER_BYTES = 4
/** Not yet on the disk, uncompressed: a disk that stands still for a second at full load. */
const MEMORY_BYTES_MAX = 48 * 1024 * 1024
/** Full is full until a twentieth is free: one long gap instead of hundreds. */
const FREE_AGAIN = 0.95
const RETRY_MS = 500
/** Old ones go soon, and there are few. */
const SEGMENT_BYTES = 16 * 1024 * 1024

type Waiting =
  | { readonly kind: 'frames'; readonly frames: FrameBuffer }
  | { readonly kind: 'fact'; readonly atMs: number; readonly fact: SpoolFact }

/** Throws when the directory cannot be used, or another process has it. */
export function openSpool(options: SpoolOptions): Spool {
  return new DiskSpool(options)
}

class DiskSpool implements Spool {
  readonly spoolId: string
  readonly segments: Segment[]
  state: WatchState
  written = 0
  /** How far it is on the disk: what may be read. */
  end: number
  readonly #options: SpoolOptions
  readonly #file: ReturnType<typeof spoolFile>
  readonly #stop = new AbortController()
  /** What a new segment begins with: never ahead of the records, or a crash would forget what was still to be told. */
  #stateOnDisk: WatchState
  #waiting: Waiting[] = []
  #open: FrameBuffer | undefined
  #memoryBytes = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #lost: { readonly fromMs: number; lastMs: number; count: number } | undefined
  #lastMs = 0
  #broken = false

  constructor(options: SpoolOptions) {
    this.#options = options
    this.segments = listSegments(options.dir)
    takeSpool(options.dir)
    this.spoolId = spoolIdOf(options.dir, randomUUID)
    this.state = recoverState(this.segments) ?? NOTHING_KNOWN
    this.#stateOnDisk = this.state
    const head = () => encodeRecord(RECORD_KIND.fact, this.#lastMs, encodeFact({ state: this.#stateOnDisk, gaps: [] }))
    // Only whole segments are deleted, so they must be small beside the bound.
    const segmentBytes = Math.min(SEGMENT_BYTES, Math.trunc(options.bytesMax / 64))
    this.#file = spoolFile(options.dir, this.segments, segmentBytes, head)
    this.end = this.#file.end
  }

  addMessages(messages: readonly AmiMessage[], atMs: number): void {
    for (const message of messages) if (isRecordOrPart(message)) this.#add(message, atMs)
    if (this.#open !== undefined || this.#waiting.length > 0) this.#wake(this.#waiting.length > 0)
  }

  addFact(fact: SpoolFact, atMs: number): void {
    this.state = fact.state
    this.#closeOpen()
    this.#waiting.push({ kind: 'fact', atMs, fact })
    this.#lastMs = Math.max(this.#lastMs, atMs)
    this.#wake(false)
  }

  async release(before: number): Promise<void> {
    await releaseSegments(this.segments, before)
    this.#endLossIfRoom()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closeOpen()
    this.#startWriting()
    this.#stop.abort()
    await this.#writing?.catch((error) =>
      this.#options.log.error({ err: error }, 'stopped before the spool was written'),
    )
    await this.#file.close()
  }

  #add(message: AmiMessage, atMs: number): void {
    if (this.#isFull(message.byteLength)) {
      this.#lost ??= this.#beginLoss(atMs)
      this.#lost.lastMs = atMs
      this.#lost.count++
      return
    }
    this.#endLossIfRoom()
    this.#open ??= new FrameBuffer(message, atMs)
    this.#open.add(message)
    this.#memoryBytes += message.byteLength + FRAME_HEADER_BYTES
    if (this.#open.length >= RECORD_TEXT_BYTES) this.#closeOpen()
  }

  #isFull(size: number): boolean {
    const share = this.#lost ? FREE_AGAIN : 1
    const first = this.segments[0]
    const onDisk = first === undefined ? 0 : this.#file.end - first.start
    if (this.#memoryBytes + size > MEMORY_BYTES_MAX * share) return true
    // What waits in memory will be smaller on the disk: the bound holds before it is compressed, so it holds after.
    return onDisk + this.#memoryBytes + size > this.#options.bytesMax * share
  }

  #beginLoss(atMs: number): { readonly fromMs: number; lastMs: number; count: number } {
    this.#options.log.error({ dir: this.#options.dir }, 'the spool is full: live events are being dropped')
    const gap: SpoolGap = { cause: 'spool-full', fromMs: atMs - ON_THE_WAY_MS, untilMs: null, detail: '' }
    this.addFact({ state: { ...this.state, open: [...this.state.open, gap] }, gaps: [gap] }, atMs)
    this.#options.onTrouble('the spool is full: live events are being dropped')
    return { fromMs: gap.fromMs, lastMs: atMs, count: 0 }
  }

  /** The room ends the gap, not the next message, which on a quiet PBX may be a day away; after the last dropped none was missed. */
  #endLossIfRoom(): void {
    if (this.#lost === undefined || this.#isFull(0)) return
    const { fromMs, lastMs, count } = this.#lost
    this.#lost = undefined
    const gap: SpoolGap = { cause: 'spool-full', fromMs, untilMs: lastMs, detail: `${count} events dropped` }
    const open = this.state.open.filter((one) => one.cause !== 'spool-full')
    this.addFact({ state: { ...this.state, open }, gaps: [gap] }, lastMs)
    this.#options.log.warn({ dir: this.#options.dir, dropped: count }, 'the spool has room again')
    this.#options.onTrouble('')
  }

  #closeOpen(): void {
    if (this.#open === undefined) return
    this.#lastMs = Math.max(this.#lastMs, this.#open.atMs)
    this.#waiting.push({ kind: 'frames', frames: this.#open })
    this.#open = undefined
  }

  #wake(now: boolean): void {
    if (now) this.#startWriting()
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#closeOpen()
      this.#startWriting()
    }, FLUSH_MS)
  }

  #startWriting(): void {
    if (this.#waiting.length > 0) this.#writing ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const records = await Promise.all(batch.map(recordOf))
      const bytes = Buffer.concat(records)
      await this.#append(bytes)
      for (const one of batch) {
        if (one.kind === 'frames') this.#memoryBytes -= one.frames.length
        else this.#stateOnDisk = one.fact.state
      }
      this.end = this.#file.end
      const cleanStarts = cleanStartsOf(batch, records, this.end - bytes.length, this.written)
      for (const one of batch) if (one.kind === 'frames') this.written += one.frames.count
      this.#options.onWritten(cleanStarts)
      this.#endLossIfRoom()
    }
    this.#writing = undefined
  }

  /** Tries until the disk takes it: meanwhile memory fills up to its bound, and then a gap begins. */
  async #append(bytes: Buffer): Promise<void> {
    for (;;) {
      try {
        await this.#file.append(bytes)
        if (this.#broken) this.#options.onTrouble('')
        this.#broken = false
        return
      } catch (error) {
        this.#broken = true
        this.#options.log.error({ err: error, dir: this.#options.dir }, 'the spool cannot be written')
        this.#options.onTrouble(
          `the spool cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        )
        if (this.#stop.signal.aborted) throw error
        await pause(RETRY_MS, this.#stop.signal)
      }
    }
  }
}

async function recordOf(one: Waiting): Promise<Buffer> {
  if (one.kind === 'fact') return encodeRecord(RECORD_KIND.fact, one.atMs, encodeFact(one.fact))
  return encodeRecord(RECORD_KIND.frames, one.frames.atMs, await one.frames.compressed())
}

function cleanStartsOf(
  batch: readonly Waiting[],
  records: readonly Buffer[],
  from: number,
  written: number,
): CleanStart[] {
  const starts: CleanStart[] = []
  let position = from
  let before = written
  batch.forEach((one, i) => {
    if (one.kind === 'frames' && one.frames.startsClean) starts.push({ position, before })
    if (one.kind === 'frames') before += one.frames.count
    position += records[i]?.length ?? 0
  })
  return starts
}
