// What the messages of one PBX tell about itself: when it started, its clock, its name, what may be missing.
// Sees every message, so it reads the headers of few.

import type { AmiMessage } from './ami-message.ts'
import type { AmiNotice } from './ami-notice.ts'
import { sentAtMs } from './cel-from-ami.ts'

export type AmiFacts = {
  /** When Asterisk started, by its Uptime (whole seconds); undefined before it told. */
  readonly bootedAtMs: number | undefined
  /** Its clock less ours, smoothed; undefined before it told. */
  readonly clockOffsetMs: number | undefined
  /** `systemname` of asterisk.conf; '' = none, or nothing heard yet. */
  readonly systemName: string
}

export const NO_AMI_FACTS: AmiFacts = { bootedAtMs: undefined, clockOffsetMs: undefined, systemName: '' }

/** Uptime has whole seconds and travels: two sessions of one start differ by less than this, milliseconds. */
const SAME_START_MS = 5_000
/** A slower Pong says too little about the clock; a clock that differs by more than this was set. Milliseconds. */
const MAX_ROUND_TRIP_MS = 2_000

export class AmiWatch {
  facts: AmiFacts
  #named = false
  #pongs = 0

  /** @param bootedAtMs as it was known from earlier, so that a restart meanwhile is noticed. */
  constructor(bootedAtMs?: number) {
    this.facts = { ...NO_AMI_FACTS, bootedAtMs }
  }

  /** Notices to be given out behind these messages; facts change with them. */
  see(messages: readonly AmiMessage[], nowMs: number): AmiNotice[] {
    const notices: AmiNotice[] = []
    for (const message of messages) {
      if (message.suspect !== '') notices.push({ kind: 'suspect', atMs: nowMs, message })
      else if (RARE.has(message.name) && message.isGenuine) notices.push(...this.#rare(message, nowMs))
    }
    if (!this.#named || this.#pongs === 0) {
      const last = messages.findLast((m) => m.kind === 'event' && m.name !== 'FullyBooted' && m.isGenuine)
      if (last) this.#learn(last, nowMs)
    }
    return notices
  }

  /** The answer to a Ping that was sent at `sentMs`: its Timestamp tells the clock at about half way. */
  pong(answer: AmiMessage, sentMs: number, nowMs: number): void {
    const theirs = sentAtMs(answer)
    if (theirs === undefined || nowMs - sentMs > MAX_ROUND_TRIP_MS) return
    const sample = theirs - (sentMs + nowMs) / 2
    const before = this.#pongs++ === 0 ? undefined : this.facts.clockOffsetMs
    // An eighth of the way, so that one slow answer does not show; a clock that was set jumps at once.
    const jumps = before === undefined || Math.abs(sample - before) > MAX_ROUND_TRIP_MS
    this.#set({ clockOffsetMs: Math.trunc(jumps ? sample : before + (sample - before) / 8) })
  }

  #rare(message: AmiMessage, nowMs: number): AmiNotice[] {
    if (message.name === 'Shutdown') {
      return [{ kind: 'shutdown', atMs: nowMs, restart: message.get('Restart') === 'True' }]
    }
    if (message.name === 'Reload') {
      const module = message.get('Module') ?? ''
      return [{ kind: 'reload', atMs: nowMs, module: module === 'All' ? '' : module }]
    }
    const uptime = secondsOf(message.get('Uptime'))
    return uptime === undefined
      ? []
      : [this.#booted(nowMs - uptime * 1000, secondsOf(message.get('LastReload')), nowMs)]
  }

  #booted(startedMs: number, reload: number | undefined, nowMs: number): AmiNotice {
    const before = this.facts.bootedAtMs
    const restarted = before !== undefined && startedMs > before + SAME_START_MS
    // The first reading of a start stands: a start is one moment, not one a login.
    const bootedAtMs = before === undefined || restarted ? startedMs : before
    this.#set({ bootedAtMs })
    const reloadedAtMs = reload === undefined ? undefined : nowMs - reload * 1000
    return { kind: 'booted', atMs: nowMs, bootedAtMs, reloadedAtMs, restarted }
  }

  #learn(event: AmiMessage, nowMs: number): void {
    this.#named = true
    this.#set({ systemName: event.get('SystemName') ?? '' })
    const sent = sentAtMs(event)
    if (this.#pongs > 0 || sent === undefined) return
    // On the way an event only gets older: the least delayed one is nearest to the truth.
    this.#set({ clockOffsetMs: Math.max(sent - nowMs, this.facts.clockOffsetMs ?? sent - nowMs) })
  }

  /** Keeps the object while nothing differs, so that whoever tells of changes may compare objects. */
  #set(change: Partial<AmiFacts>): void {
    const next = { ...this.facts, ...change }
    const keys = Object.keys(change) as (keyof AmiFacts)[]
    if (keys.some((key) => next[key] !== this.facts[key])) this.facts = next
  }
}

const RARE: ReadonlySet<string> = new Set(['FullyBooted', 'Shutdown', 'Reload'])

function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}
