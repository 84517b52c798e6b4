// A lasting connection to one Asterisk: logs in, says what it is doing, and comes back after whatever happened.
//
// connecting ── login accepted ──► live ── lost, silent ──► reconnecting ──┐
//      │                                                                   │ wait, growing and jittered
//      ├── refused ──► refused (waits longest: somebody must change something)
//      └── unreachable, shutting down ──► reconnecting ◄───────────────────┘        stop() from anywhere ──► stopped

import { type Clock, err, type Result } from '@tollbook/kernel'
import type { AmiFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import type { AmiNotice } from './ami-notice.ts'
import { openAmiSession } from './ami-session.ts'
import {
  AMI_TIMING,
  type AmiHandlers,
  type AmiList,
  type AmiSession,
  type AmiTarget,
  type AmiTiming,
} from './ami-target.ts'
import { type AmiFacts, AmiWatch } from './ami-watch.ts'
import { setEventFilter } from './event-filter.ts'

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
  /** Sends an action that answers with a list. */
  list(name: string, headers?: Readonly<Record<string, string>>): Promise<Result<AmiList, AmiFailure>>
  /** Logs off and never comes back; resolves when nothing more will be called. */
  stop(): Promise<void>
}

const NOT_CONNECTED: AmiFailure = { kind: 'lost', detail: 'not connected' }

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
  const line: Line = { options, watch, say, heardAtMs: undefined, filters: true }
  const running = run(line, stopper.signal, (s) => {
    session = s
  })
  return {
    state: () => state,
    action: async (name, headers) => session?.action(name, headers) ?? err(NOT_CONNECTED),
    list: async (name, headers) => session?.list(name, headers) ?? err(NOT_CONNECTED),
    async stop() {
      if (!stopper.signal.aborted) {
        await session?.close()
        stopper.abort()
      }
      await running
    },
  }
}

/** What a connection is made of beside the session it has now. */
type Line = {
  readonly options: AmiConnectionOptions
  readonly watch: AmiWatch
  readonly say: (change: Partial<AmiState>) => void
  /** The last moment of the session before. */
  heardAtMs: number | undefined
  /** False after a filter was left half set: then none. */
  filters: boolean
}

/** Messages go out first, then what they tell; a state is told when what it says has changed. */
function handlersOf(line: Line): AmiHandlers {
  const { options, watch, say } = line
  const { clock, onNotice } = options
  let told = watch.facts
  const tell = () => {
    if (watch.facts === told) return
    told = watch.facts
    say(told)
  }
  return {
    onMessages(messages) {
      options.onMessages(messages)
      for (const notice of watch.see(messages, clock.now())) onNotice?.(notice)
      tell()
    },
    onLogin: () => onNotice?.({ kind: 'connected', atMs: clock.now(), heardAtMs: line.heardAtMs }),
    onPong(answer, sentMs) {
      watch.pong(answer, sentMs, clock.now())
      tell()
    },
    onNotice: (notice) => onNotice?.(notice),
    onTrouble: (detail) => say({ detail }),
  }
}

async function run(line: Line, stop: AbortSignal, hold: (session: AmiSession | undefined) => void): Promise<void> {
  const { options, say } = line
  const { clock, onNotice } = options
  const timing = { ...AMI_TIMING, ...PATIENCE, ...options.timing }
  const target = { ...options, events: options.events ?? EVENTS }
  const random = options.random ?? Math.random
  const handlers = handlersOf(line)
  for (let attempt = 1; !stop.aborted; attempt++) {
    say(attempt === 1 ? { state: 'connecting', detail: '' } : {})
    const opened = await openAmiSession(target, handlers, clock, stop, timing)
    let failure: AmiFailure
    if (opened.ok) {
      const session = opened.value
      const sinceMs = clock.now()
      hold(session)
      say({ state: 'live', detail: '', version: versionOf(session) })
      void settle(session, line, stop)
      failure = await session.ended
      hold(undefined)
      line.heardAtMs = session.heardAtMs()
      onNotice?.({ kind: 'disconnected', atMs: clock.now(), heardAtMs: line.heardAtMs, failure })
      if (clock.now() - sinceMs >= SETTLED_MS) attempt = 1
    } else failure = opened.error
    if (stop.aborted || failure.kind === 'stopped') break
    const refused = failure.kind === 'refused' || failure.kind === 'untrusted'
    const [first, most] = refused ? timing.refusedMs : timing.againMs
    say({ state: refused ? 'refused' : 'reconnecting', detail: failure.detail })
    await wait(Math.min(most, first * 2 ** Math.min(attempt - 1, 16)) * (0.5 + random() / 2), stop)
  }
  say({ state: 'stopped', detail: '' })
}

/** What a fresh session still asks for; events flow meanwhile. */
async function settle(session: AmiSession, line: Line, stop: AbortSignal): Promise<void> {
  const version = (await askVersion(session)) ?? session.asteriskVersion
  if (version !== '' && !stop.aborted) line.say({ version })
  if (!line.filters) return
  if ((await setEventFilter(session, version)) !== 'broken') return
  line.filters = false
  session.fail({ kind: 'lost', detail: 'the event filter was left half set: events were missing' })
}

/** CoreSettings needs `write = system` or `reporting`, which a good collector user does not have: then undefined. */
async function askVersion(session: AmiSession): Promise<string | undefined> {
  const answer = await session.action('CoreSettings')
  const version = answer.ok ? answer.value.get('AsteriskVersion') : undefined
  return version === undefined || version === '' ? undefined : version
}

/** AMI 5 came with Asterisk 16 and AMI 11 with 22, one major number a release. */
function versionOf({ amiVersion, asteriskVersion }: AmiSession): string {
  if (asteriskVersion !== '' || amiVersion === '') return asteriskVersion
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
