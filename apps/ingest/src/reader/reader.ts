// The reading side of one source: its AMI connection, the spool behind it, the gaps between. Waits for nothing but the disk,
// and not for that while reading.

import type { AmiConnectionOptions, AmiMessage, AmiState } from '@tollbook/asterisk/ami'
import { connectAmi } from '@tollbook/asterisk/ami'
import type { Clock } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import type { SpoolFact } from '../spool/facts.ts'
import { onHeard, onNotice, onStart, onStop } from '../spool/gap-watch.ts'
import type { Segment } from '../spool/segments.ts'
import { type CleanStart, openSpool } from '../spool/spool.ts'

/** Plain data: it crosses to another thread. */
export type ReaderOptions = {
  readonly target: Omit<AmiConnectionOptions, 'clock' | 'onMessages' | 'onState' | 'onNotice' | 'random' | 'timing'>
  readonly spool: { readonly dir: string; readonly bytesMax: number }
  readonly timing?: AmiConnectionOptions['timing']
  /** When the PBX was last captured, if the spool does not tell. */
  readonly lastSeenMs?: number | undefined
}

/** Plain data, the other way. */
export type ReaderTold =
  | { readonly kind: 'opened'; readonly spoolId: string; readonly segments: readonly Segment[]; readonly end: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'state'; readonly state: AmiState }
  /** More is on the disk: the segments as they are now, and the clean starts that are new. */
  | {
      readonly kind: 'written'
      readonly end: number
      readonly segments: readonly Segment[]
      readonly cleanStarts: readonly CleanStart[]
      /** Messages on the disk by this run. */
      readonly written: number
      readonly lastEventAtMs: number | undefined
    }
  | { readonly kind: 'trouble'; readonly text: string }
  /** The PBX has read its configuration again. */
  | { readonly kind: 'reloaded' }

export type Reader = {
  /** What lies before is wanted no more. */
  release(before: number): void
  /** Closes the connection, and has everything on the disk. */
  stop(): Promise<void>
}

/** On a quiet PBX the spool says this often that it was heard: after a crash the gap begins there. */
const HEARD_MS = 10_000
const LOOK_MS = 1000

/** Starts reading at once; throws when the spool cannot be opened. */
export function startReader(
  options: ReaderOptions,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  tell: (told: ReaderTold) => void,
): Reader {
  let lastEventAtMs: number | undefined
  let heardAtMs = 0
  const spool = openSpool({
    ...options.spool,
    log,
    onTrouble: (text) => tell({ kind: 'trouble', text }),
    onWritten: (cleanStarts) =>
      tell({
        kind: 'written',
        end: spool.end,
        segments: copyOf(spool.segments),
        cleanStarts,
        written: spool.written,
        lastEventAtMs,
      }),
  })
  tell({ kind: 'opened', spoolId: spool.spoolId, segments: copyOf(spool.segments), end: spool.end })
  const note = (fact: SpoolFact | undefined) => fact && spool.addFact(fact, clock.now())
  const { lastSeenMs } = options
  const known = spool.state.heardAtMs !== null || lastSeenMs === undefined
  note(onStart(known ? spool.state : { ...spool.state, heardAtMs: lastSeenMs }))
  const connection = connectAmi({
    ...options.target,
    clock,
    onMessages(messages: readonly AmiMessage[]) {
      heardAtMs = clock.now()
      if (messages.some(isEvent)) lastEventAtMs = heardAtMs
      spool.addMessages(messages, heardAtMs)
    },
    onNotice(notice) {
      note(onNotice(spool.state, notice))
      if (notice.kind === 'reload' || notice.kind === 'booted') tell({ kind: 'reloaded' })
    },
    onState: (state) => tell({ kind: 'state', state }),
    ...(spool.state.bootedAtMs === null ? {} : { bootedAtMs: spool.state.bootedAtMs }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  })
  const timer = setInterval(() => {
    if (heardAtMs - (spool.state.heardAtMs ?? heardAtMs) >= HEARD_MS) note(onHeard(spool.state, heardAtMs))
  }, LOOK_MS)
  return {
    release: (before) =>
      void spool.release(before).catch((error) => log.warn({ err: error }, 'a spool file could not be deleted')),
    async stop() {
      await connection.stop()
      clearInterval(timer)
      note(onStop(spool.state, clock.now()))
      await spool.close()
    },
  }
}

/** The spool changes its own in place. */
function copyOf(segments: readonly Segment[]): Segment[] {
  return segments.map((segment) => ({ ...segment }))
}

function isEvent(message: AmiMessage): boolean {
  return message.kind === 'event'
}
