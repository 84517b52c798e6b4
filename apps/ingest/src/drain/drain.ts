// From the spool to the database: batch after batch, each stored with the position behind it, for as long as it takes.

import { zoneConverter, zoneDetector } from '@tollbook/calls'
import { type Clock, failPoint } from '@tollbook/kernel'
import { backoffMs, type Log, pause } from '@tollbook/runtime'
import type { SpoolGap } from '../spool/facts.ts'
import { type BatchStore, type CaptureBatchRow, type Stored, storeBatch } from '../store-batch.ts'
import type { LaneBatch } from './lane.ts'
import { type LaneSpool, type Lanes, openLanes } from './lanes.ts'
import { type DrainPosition, positionOf } from './position.ts'
import type { Observed, SourceView } from './row-reader.ts'

/** What is kept in the transaction of a batch. */
export type Kept = { readonly gaps: readonly SpoolGap[]; readonly position: DrainPosition }

export type DrainOptions = {
  readonly source: { readonly sourceId: SourceView['sourceId']; readonly zone: string }
  readonly spool: LaneSpool & { readonly spoolId: string }
  /** The position kept for this source; throws when the database is away. */
  readonly told: () => Promise<unknown>
  /** Stores rows in one transaction, and with the last of a batch what is kept with it. */
  readonly capture: (rows: readonly CaptureBatchRow[], zone: string, kept: Kept | undefined) => Promise<void>
  readonly setAside: (rejects: Parameters<BatchStore['setAside']>[0], zone: string) => Promise<void>
  readonly onStored: (stored: Stored) => void
  /** All that lies before is stored; a while of it is seen again at the next start. */
  readonly onStoredTo: (position: number) => void
  readonly onTrouble: (text: string) => void
  readonly clock: Clock
  readonly log: Log
}

/** What waits, and what was seen of the PBX's settings. */
export type Standing = {
  readonly waitingBytes: number
  readonly waitingSinceMs: number | undefined
  readonly observed: Observed
}

export type Drain = {
  standing(): Standing
  /** What was seen of the PBX's settings counts no more: they may have changed. */
  forgetObserved(): void
  /** More can be read. */
  wake(): void
  /** Stores what is there, for a bounded time; what is not stored by then waits on the disk. */
  stop(): Promise<void>
}

/** A stopping process has 15 s in all. */
const STOP_MS = 5000
/** At little load, one transaction for what came in this time, milliseconds: a call is to be seen within a second. */
const COLLECT_MS = 150
/** A batch this large pays for its transaction. */
const WORTH_ITEMS = 500
/** A Cdr waits this long for a part of itself, milliseconds: torn ones follow at once. */
const HELD_MS = 250

export function startDrain(options: DrainOptions): Drain {
  const stopping = new AbortController()
  const bell = doorbell()
  const current: Current = { lanes: undefined, source: undefined, sinceMs: undefined, observed: NOTHING_SEEN }
  let ending = false
  const run = async () => {
    const position = await startPosition(options, stopping.signal)
    if (position === undefined) return
    const given = options.source.zone === 'auto' ? undefined : zoneConverter(options.source.zone)
    const source: SourceView = {
      sourceId: options.source.sourceId,
      given,
      detector: zoneDetector(undefined, position.zone),
      observed: NOTHING_SEEN,
    }
    const lanes = await openLanes(options.spool, position.ranges, position.flushed, source)
    current.lanes = lanes
    current.source = source
    await drainAll({ options, source, lanes, current, stop: stopping.signal, bell, isEnding: () => ending })
    await lanes.close()
  }
  const running = run().catch((error) => options.log.error({ err: error }, 'the spool is not being stored any more'))
  return {
    wake: bell.ring,
    standing: () => standingOf(current, options.spool),
    forgetObserved() {
      if (current.source) current.source.observed = NOTHING_SEEN
    },
    async stop() {
      ending = true
      bell.ring()
      const timer = setTimeout(() => {
        stopping.abort()
        bell.ring()
      }, STOP_MS)
      await running
      clearTimeout(timer)
    },
  }
}

async function startPosition(options: DrainOptions, stop: AbortSignal): Promise<DrainPosition | undefined> {
  const { spool } = options
  for (let attempt = 1; !stop.aborted; attempt++) {
    try {
      return positionOf(await options.told(), spool.spoolId, spool.segments[0]?.start ?? 0)
    } catch (error) {
      options.onTrouble(`cannot store: ${error instanceof Error ? error.message : String(error)}`)
      await pause(backoffMs(attempt), stop)
    }
  }
  return undefined
}

const NOTHING_SEEN: Observed = { cdrs: 0, withSequence: 0, withLinkedId: 0, cel: 0 }

type Current = {
  lanes: Lanes | undefined
  source: SourceView | undefined
  sinceMs: number | undefined
  observed: Observed
}

function standingOf({ lanes, sinceMs, observed }: Current, spool: LaneSpool): Standing {
  const oldest = spool.segments[0]?.start ?? spool.end
  // Before the database told where to go on, all that is there counts as waiting.
  const waitingBytes = lanes?.waitingBytes ?? spool.end - oldest
  return { waitingBytes, waitingSinceMs: waitingBytes === 0 ? undefined : sinceMs, observed }
}

type Run = {
  readonly options: DrainOptions
  readonly source: SourceView
  readonly lanes: Lanes
  readonly current: Current
  readonly stop: AbortSignal
  readonly bell: Doorbell
  readonly isEnding: () => boolean
}

/** While one batch is being stored the next is being read. */
async function drainAll(run: Run): Promise<void> {
  const { options, lanes, stop } = run
  const { clock } = options
  let batch = await lanes.next(clock.now())
  while (!stop.aborted) {
    if (batch === undefined) {
      batch = await whenThereIsMore(run)
      if (batch === undefined && run.isEnding()) return
      continue
    }
    const beganMs = clock.now()
    const small = batch.items.length < WORTH_ITEMS
    const storing = storeOne(run, batch)
    const following = small ? undefined : lanes.next(beganMs)
    if (!(await storing)) return void (await following)
    await lanes.stored(batch, clock.now() - beganMs)
    options.onStoredTo(lanes.storedTo)
    const leftMs = COLLECT_MS - (clock.now() - beganMs)
    if (small && leftMs > 0 && !run.isEnding()) await pause(leftMs, stop)
    batch = following === undefined ? await lanes.next(clock.now()) : await following
  }
}

async function whenThereIsMore({ lanes, bell, isEnding, options }: Run): Promise<LaneBatch | undefined> {
  if (!isEnding()) await bell.rung(HELD_MS)
  return (await lanes.next(options.clock.now())) ?? lanes.flush()
}

/** False when it was given up because everything stops. */
async function storeOne({ options, source, lanes, current, stop }: Run, batch: LaneBatch): Promise<boolean> {
  const { zone } = batch
  current.sinceMs = batch.sinceMs
  const position = (): DrainPosition => ({
    spool: options.spool.spoolId,
    ranges: lanes.rangesAfter(batch),
    flushed: batch.flushed,
    zone: batch.evidence,
  })
  failPoint('drain.before-store')
  const store: BatchStore = {
    capture: (rows, last) => options.capture(rows, zone, last ? { gaps: batch.gaps, position: position() } : undefined),
    setAside: (rejects) => options.setAside(rejects, zone),
    onTrouble: options.onTrouble,
  }
  const stored = await storeBatch(batch.items, store, stop)
  if (stored === undefined) return false
  failPoint('drain.stored')
  current.observed = source.observed
  options.onStored(stored)
  return true
}

type Doorbell = {
  ring(): void /** Resolves when it is or was rung, or after some time. */
  rung(ms: number): Promise<void>
}

function doorbell(): Doorbell {
  let rang = false
  let waiting: (() => void) | undefined
  return {
    ring() {
      rang = true
      waiting?.()
    },
    async rung(ms) {
      if (!rang) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          waiting = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rang = false
      waiting = undefined
    },
  }
}
