// A lasting connection to one Asterisk: logs in, says what it is doing, and comes back after whatever happened.
//
// connecting ── login accepted ──► live ── lost, silent ──► reconnecting ──┐
//      │                                                                   │ wait, growing and jittered
//      ├── refused ──► refused (waits longest: somebody must change something)
//      └── unreachable, shutting down ──► reconnecting ◄───────────────────┘        stop() from anywhere ──► stopped

import type { Clock, Result } from '@tollbook/kernel'
import type { AmiFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import type { AmiNotice } from './ami-notice.ts'
import { AMI_TIMING, type AmiSession, type AmiTarget, type AmiTiming, openAmiSession } from './ami-session.ts'
import { type AmiFacts, AmiWatch } from './ami-watch.ts'

export type AmiState = AmiFacts & {
  readonly state: 'connecting' | 'live' | 'refused' | 'reconnecting' | 'stopped'
  /** For people; never holds the secret. */
  readonly detail: string
  /** `22.10.1` if the user may ask for it, else what the banner tells (`22 (AMI 11.0.0)`); '' before the first login. */
  readonly version: string
}

export type AmiConnectionOptions = Omit<AmiTarget, 'events'> & {
  /** Default `system,cdr,call,agent`: FullyBooted, Reload, Shutdown; Cdr; CEL (class call); queue events. */
  readonly events?: string
  /** When Asterisk was last known to have started: a restart meanwhile is told. */
  readonly bootedAtMs?: number
  readonly clock: Clock
  /** Called with messages as they come; must return quickly and not throw. */
  readonly onMessages: (messages: readonly AmiMessage[]) => void
  readonly onState: (state: AmiState) => void
  /** Called beside both; must return quickly and not throw. */
  readonly onNotice?: (notice: AmiNotice) => void
  readonly timing?: Partial<AmiTiming & AmiPatience>
  /** For the jitter; 0 ≤ r < 1. */
  readonly random?: () => number
}

/** Waiting times before the first and the last of repeated attempts, milliseconds. */
export type AmiPatience = {
  readonly againMs: readonly [first: number, most: number]
  /** After a refused login: slower, so that nobody's fail2ban locks us out for a typing error. */
  readonly refusedMs: readonly [first: number, most: number]
}

const EVENTS = 'system,cdr,call,agent'

const PATIENCE: AmiPatience = { againMs: [500, 30_000], refusedMs: [10_000, 120_000] }

/** A session that lived this long, milliseconds, makes the next loss a new story with short waits again. */
const SETTLED_MS = 10_000

export type AmiConnection = {
  state(): AmiState
  /** Sends an action on the live session. */
  action(name: string, headers?: Readonly<Record<string, string>>): Promise<Result<AmiMessage, AmiFailure>>
  /** Logs off and never comes back; resolves when nothing more will be called. */
  stop(): Promise<void>
}

/** Starts connecting at once and keeps at it until stopped. */
export function connectAmi(options: AmiConnectionOptions): AmiConnection {
  const stopper = new AbortController()
  const watch = new AmiWatch(options.bootedAtMs)
  let state: AmiState = { state: 'connecting', detail: '', version: '', ...watch.facts }
  let session: AmiSession | undefined
  const say = (change: Partial<AmiState>) => {
    state = { ...state, ...change }
    options.onState(state)
  }
  const running = run(options, watched(options, watch, say), stopper.signal, say, (s) => {
    session = s
  })
  return {
    state: () => state,
    action: async (name, headers) =>
      session ? session.action(name, headers) : { ok: false, error: { kind: 'lost', detail: 'not connected' } },
    async stop() {
      if (!stopper.signal.aborted) {
        await session?.close()
        stopper.abort()
      }
      await running
    },
  }
}

/** Messages go out first, then what they tell; a state is told when what it says has changed. */
function watched(options: AmiConnectionOptions, watch: AmiWatch, say: (change: Partial<AmiState>) => void) {
  let told = watch.facts
  return (messages: readonly AmiMessage[]) => {
    options.onMessages(messages)
    for (const notice of watch.see(messages, options.clock.now())) options.onNotice?.(notice)
    const { facts } = watch
    if (facts === told) return
    told = facts
    say(facts)
  }
}

async function run(
  options: AmiConnectionOptions,
  onMessages: (messages: readonly AmiMessage[]) => void,
  stop: AbortSignal,
  say: (change: Partial<AmiState>) => void,
  hold: (session: AmiSession | undefined) => void,
): Promise<void> {
  const timing = { ...AMI_TIMING, ...PATIENCE, ...options.timing }
  const target = { ...options, events: options.events ?? EVENTS }
  const random = options.random ?? Math.random
  let heardAtMs: number | undefined
  for (let attempt = 1; !stop.aborted; attempt++) {
    say(attempt === 1 ? { state: 'connecting', detail: '' } : {})
    const opened = await openAmiSession(target, onMessages, options.clock, stop, timing)
    let failure: AmiFailure
    if (opened.ok) {
      const sinceMs = options.clock.now()
      hold(opened.value)
      options.onNotice?.({ kind: 'connected', atMs: sinceMs, heardAtMs })
      say({ state: 'live', detail: '', version: versionOfAmi(opened.value.amiVersion) })
      void askVersion(opened.value).then((version) => version !== undefined && !stop.aborted && say({ version }))
      failure = await opened.value.ended
      hold(undefined)
      heardAtMs = opened.value.heardAtMs()
      options.onNotice?.({ kind: 'disconnected', atMs: options.clock.now(), heardAtMs, failure })
      if (options.clock.now() - sinceMs >= SETTLED_MS) attempt = 1
    } else failure = opened.error
    if (stop.aborted || failure.kind === 'stopped') break
    const [first, most] = failure.kind === 'refused' ? timing.refusedMs : timing.againMs
    say({ state: failure.kind === 'refused' ? 'refused' : 'reconnecting', detail: failure.detail })
    await wait(Math.min(most, first * 2 ** Math.min(attempt - 1, 16)) * (0.5 + random() / 2), stop)
  }
  say({ state: 'stopped', detail: '' })
}

/** CoreSettings needs `write = system` or `reporting`, which a good collector user does not have: then undefined. */
async function askVersion(session: AmiSession): Promise<string | undefined> {
  const answer = await session.action('CoreSettings')
  const version = answer.ok ? answer.value.get('AsteriskVersion') : undefined
  return version === undefined || version === '' ? undefined : version
}

/** AMI 5 came with Asterisk 16 and AMI 11 with 22, one major number a release. */
function versionOfAmi(amiVersion: string): string {
  const major = Number(/^\d+/.exec(amiVersion)?.[0] ?? 0)
  return major >= 2 ? `${major + 11} (AMI ${amiVersion})` : `AMI ${amiVersion}`
}

function wait(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stop.addEventListener('abort', done)
  })
}
