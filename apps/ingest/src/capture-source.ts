// Live capture of one PBX: its AMI connection, its spool, the drain behind it, its state told.
// Knows no database: what stores a batch is handed in. The read loop waits for nothing, not even for the disk.

import type { AmiConnectionOptions, AmiMessage, AmiState, AmiTarget } from '@tollbook/asterisk/ami'
import { connectAmi, NO_AMI_FACTS } from '@tollbook/asterisk/ami'
import type { Clock, SourceId } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import { type DrainOptions, type Standing, startDrain } from './drain/drain.ts'
import type { SpoolFact } from './spool/facts.ts'
import { onHeard, onNotice, onStart, onStop } from './spool/gap-watch.ts'
import { openSpool } from './spool/spool.ts'
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

export type CaptureSourceOptions = Pick<DrainOptions, 'told' | 'capture' | 'setAside'> & {
  readonly source: { readonly sourceId: SourceId; readonly name: string; readonly zone: string }
  readonly target: Omit<AmiTarget, 'events'>
  readonly spool: { readonly dir: string; readonly bytesMax: number }
  /** Called after every change, also of a counter; must be cheap. */
  readonly onChange: (status: SourceStatus) => void
  readonly clock: Clock
  readonly log: Log
  readonly timing?: AmiConnectionOptions['timing']
}

export type SourceCapture = {
  status(): SourceStatus
  /** Closes the connection, has everything on the disk, and stores what it can in a bounded time; the rest waits there. */
  stop(): Promise<void>
}

/** How often what waits is told, milliseconds. */
const TELL_MS = 1000
/** On a quiet PBX the spool says this often that it was heard: after a crash the gap begins there. */
const HEARD_MS = 10_000

/** Starts capturing at once, and goes on until stopped, whatever happens to the PBX or to the database. */
export function captureSource(options: CaptureSourceOptions): SourceCapture {
  const { clock, source } = options
  const log = named(options.log, source.name)
  const trouble = { spool: '', store: '' }
  let status = NOTHING_CAPTURED
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
  const spool = openSpool({ ...options.spool, onWritten: () => drain.wake(), onTrouble: inTrouble('spool'), log })
  const drain = startDrain({
    ...{ source, spool, told: options.told, capture: options.capture, setAside: options.setAside, clock, log },
    onStored: (n) => change(grown(status, n)),
    onTrouble: inTrouble('store'),
  })
  const note = (fact: SpoolFact | undefined) => fact && spool.addFact(fact, clock.now())
  note(onStart(spool.state))
  let heardAtMs = 0
  const onMessages = (messages: readonly AmiMessage[]) => {
    heardAtMs = clock.now()
    spool.addMessages(messages, heardAtMs)
    if (messages.some(isEvent)) status = { ...status, lastEventAtMs: heardAtMs }
  }
  const connection = connectAmi({
    ...options.target,
    ...{ clock, onMessages, onNotice: (notice) => note(onNotice(spool.state, notice)) },
    ...(spool.state.bootedAtMs === null ? {} : { bootedAtMs: spool.state.bootedAtMs }),
    onState: (state) => {
      if (state.state !== status.state) log.info({ state: state.state, detail: state.detail }, 'connection state')
      change(state)
    },
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  })
  const timer = setInterval(() => {
    const standing = drain.standing()
    if (standing.waitingBytes !== status.waitingBytes || standing.observed !== status.observed) change(standing)
    if (heardAtMs - (spool.state.heardAtMs ?? heardAtMs) >= HEARD_MS) note(onHeard(spool.state, heardAtMs))
  }, TELL_MS)
  return {
    status: () => status,
    async stop() {
      await connection.stop()
      clearInterval(timer)
      note(onStop(spool.state, clock.now()))
      await spool.close()
      await drain.stop()
      change(drain.standing())
    },
  }
}

function isEvent(message: AmiMessage): boolean {
  return message.kind === 'event'
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
