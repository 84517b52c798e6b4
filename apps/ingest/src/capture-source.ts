// Live capture of one PBX: the reader of its connection in the thread that reads, the drain behind its spool, its state told.
// Knows no database: what stores a batch is handed in.

import { type AmiState, NO_AMI_FACTS } from '@tollbook/asterisk/ami'
import type { Clock, SourceId } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import { type Drain, type DrainOptions, type Standing, startDrain } from './drain/drain.ts'
import { WARM_UP_BYTES_MAX } from './drain/lanes.ts'
import type { ReaderOptions, ReaderTold } from './reader/reader.ts'
import type { ReaderThread } from './reader/reader-thread.ts'
import { type SpoolView, spoolView } from './reader/spool-view.ts'
import type { Stored } from './store-batch.ts'

/** What the outside may know of one source. Counters count from the start of this capture. */
export type SourceStatus = AmiState &
  Standing & {
    readonly lastEventAtMs: number | undefined
    readonly legs: number
    readonly cel: number
    readonly rejected: number
  }

export const NOTHING_CAPTURED: SourceStatus = {
  ...{ state: 'connecting', detail: '', version: '', ...NO_AMI_FACTS },
  ...{ lastEventAtMs: undefined, legs: 0, cel: 0, rejected: 0 },
  ...{ waitingBytes: 0, waitingSinceMs: undefined },
  observed: { cdrs: 0, withSequence: 0, withLinkedId: 0, cel: 0 },
}

export type CaptureSourceOptions = ReaderOptions &
  Pick<DrainOptions, 'told' | 'capture' | 'setAside'> & {
    readonly source: { readonly sourceId: SourceId; readonly name: string; readonly zone: string }
    readonly thread: ReaderThread
    /** Called after every change, also of a counter; must be cheap. */
    readonly onChange: (status: SourceStatus) => void
    readonly clock: Clock
    readonly log: Log
  }

export type SourceCapture = {
  status(): SourceStatus
  /** Closes the connection, has everything on the disk, and stores what it can in a bounded time; the rest waits there. */
  stop(): Promise<void>
}

/** How often what waits is told, milliseconds. */
const TELL_MS = 1000

/** Starts capturing at once, and goes on until stopped, whatever happens to the PBX or to the database. */
export function captureSource(options: CaptureSourceOptions): SourceCapture {
  const log = named(options.log, options.source.name)
  const trouble = { spool: '', store: '' }
  let status = NOTHING_CAPTURED
  let view: SpoolView | undefined
  let drain: Drain | undefined
  const change = (part: Partial<SourceStatus>) => {
    status = { ...status, ...part }
    const detail = [status.detail, trouble.spool, trouble.store].filter((text) => text !== '').join('; ')
    options.onChange({ ...status, detail })
  }
  const inTrouble = (which: keyof typeof trouble) => (text: string) => {
    if (trouble[which] === text) return
    trouble[which] = text
    if (text !== '') log.warn({ waiting: status.waitingBytes }, text)
    change({})
  }
  const hear = (told: ReaderTold) => {
    if (told.kind === 'failed') change({ state: 'refused', detail: `the spool cannot be opened: ${told.reason}` })
    else if (told.kind === 'opened') {
      view = spoolView(told)
      const onStored = (stored: Stored) => change(grown(status, stored))
      drain = startDrain({ ...options, spool: view, log, onStored, onStoredTo, onTrouble: inTrouble('store') })
    } else if (told.kind === 'written') {
      view?.written(told)
      if (told.lastEventAtMs !== undefined) status = { ...status, lastEventAtMs: told.lastEventAtMs }
      drain?.wake()
    } else if (told.kind === 'trouble') inTrouble('spool')(told.text)
    else if (told.kind === 'reloaded') drain?.forgetObserved()
    else {
      const { state } = told
      if (state.state !== status.state) log.info({ state: state.state, detail: state.detail }, 'connection state')
      change(state)
    }
  }
  const { target, spool, timing, lastSeenMs } = options
  const given = timing === undefined ? {} : { timing }
  const reader = options.thread.start({ target, spool, lastSeenMs, ...given }, log, hear)
  const kept = Math.min(WARM_UP_BYTES_MAX, Math.trunc(spool.bytesMax / 8))
  const onStoredTo = (position: number) => reader.release(position - kept)
  const timer = setInterval(() => {
    const standing = drain?.standing() ?? status
    if (standing.waitingBytes !== status.waitingBytes || standing.observed !== status.observed) change(standing)
  }, TELL_MS)
  return {
    status: () => status,
    async stop() {
      await reader.stop()
      clearInterval(timer)
      await drain?.stop()
      change(drain?.standing() ?? {})
    },
  }
}

function grown(status: SourceStatus, n: Stored): Partial<SourceStatus> {
  return { legs: status.legs + n.legs, cel: status.cel + n.cel, rejected: status.rejected + n.rejected }
}

function named(log: Log, source: string): Log {
  const about = (fields: object) => ({ source, ...fields })
  return {
    debug: (fields, text) => log.debug(about(fields), text),
    info: (fields, text) => log.info(about(fields), text),
    warn: (fields, text) => log.warn(about(fields), text),
    error: (fields, text) => log.error(about(fields), text),
  }
}
