// Channel events → the life of each channel: when it began, answered, was bridged, ran which application, and ended why.
// Only puts together what the events say; what a channel was to the call is decided in cast.ts.

import type { Cel } from '../cel.ts'
import { areMissingEvents } from './missing-events.ts'

export type AppRun = {
  readonly app: string
  readonly data: string
  readonly exten: string
  readonly context: string
  /** Caller id at its beginning: what a party dialled by it is shown. */
  readonly number: string
  readonly name: string
  readonly fromMs: number
  /** Where it ended; the end of the channel when no event said so. */
  untilMs: number
}

export type BridgeStay = {
  readonly bridgeId: string
  /** A waiting room (parking), in which nobody talks. */
  readonly holding: boolean
  readonly fromMs: number
  untilMs: number
  /** Channel it shared the bridge with, as far as told. */
  readonly peer: string
}

export type ChannelLife = {
  readonly name: string
  readonly uniqueid: string
  startedAtMs: number
  firstExten: string
  context: string
  /** Its CHAN_START was seen. */
  readonly begun: boolean
  answeredAtMs: number | undefined
  /** The last event of any kind while no end was seen. */
  endedAtMs: number
  ended: boolean
  /** How it came to be: AppDial and AppQueue were dialled, AppDial2 was originated, '' came by itself. */
  madeBy: '' | 'AppDial' | 'AppQueue' | 'AppDial2'
  number: string
  callerName: string
  accountcode: string
  hangupCause: number | undefined
  hangupSource: string
  dialstatus: string
  readonly apps: AppRun[]
  readonly bridges: BridgeStay[]
}

export type TransferEvent = {
  readonly kind: 'blind' | 'attended'
  readonly atMs: number
  /** The channel that transferred. */
  readonly channel: string
  readonly exten: string
  readonly transferee: string
  /** Channel reached by an attended transfer, when told. */
  readonly target: string
  /** The transferring telephone's second channel: of the call by which it consulted. */
  readonly second: string
  readonly secondUniqueid: string
}

export type Parking = { readonly channel: string; readonly fromMs: number; untilMs: number | undefined }

export type ChannelLives = {
  readonly byName: ReadonlyMap<string, ChannelLife>
  readonly inOrder: readonly ChannelLife[]
  readonly transfers: readonly TransferEvent[]
  readonly parkings: readonly Parking[]
  /** Nothing more is to come: LINKEDID_END was seen. */
  readonly complete: boolean
  /** Nothing is missing: complete, each channel was seen to begin and to end, and what comes in pairs does. */
  readonly whole: boolean
}

/** Events in any order → lives. */
export function channelLives(events: readonly Cel[]): ChannelLives {
  const byName = new Map<string, ChannelLife>()
  const transfers: TransferEvent[] = []
  const parkings: Parking[] = []
  let complete = false
  for (const event of [...events].sort(inTime)) {
    if (event.event === 'LINKEDID_END') complete = true
    const life = byName.get(event.channel) ?? begin(event)
    byName.set(event.channel, life)
    note(life, event)
    if (event.event === 'BLINDTRANSFER' || event.event === 'ATTENDEDTRANSFER') transfers.push(transferOf(event))
    if (event.event === 'PARK_START') {
      parkings.push({ channel: event.channel, fromMs: event.happenedAtMs, untilMs: undefined })
    }
    if (event.event === 'PARK_END') {
      const open = parkings.findLast((p) => p.channel === event.channel && p.untilMs === undefined)
      if (open) open.untilMs = event.happenedAtMs
    }
  }
  const inOrder = [...byName.values()]
  for (const life of inOrder) closeOpen(life)
  const whole = complete && inOrder.every((life) => life.begun && life.ended) && !areMissingEvents(events)
  return { byName, inOrder, transfers, parkings, complete, whole }
}

/** Events of one instant: a channel begins before anything happens to it, and a call ends last. */
const RANK: Readonly<Record<string, number>> = { CHAN_START: -1, HANGUP: 1, CHAN_END: 2, LINKEDID_END: 3 }

/** By time; where times have whole seconds only, by arrival. */
export function inTime(a: Cel, b: Cel): number {
  if (a.happenedAtMs !== b.happenedAtMs) return a.happenedAtMs - b.happenedAtMs
  const whole = a.happenedAtMs % 1000 === 0
  const rank = (RANK[a.event] ?? 0) - (RANK[b.event] ?? 0)
  const arrival = a.arrival - b.arrival
  return (whole ? arrival || rank : rank || arrival) || (a.eventKey < b.eventKey ? -1 : 1)
}

function begin(event: Cel): ChannelLife {
  return {
    name: event.channel,
    uniqueid: event.uniqueid,
    startedAtMs: event.happenedAtMs,
    firstExten: event.exten,
    context: event.context,
    begun: event.event === 'CHAN_START',
    answeredAtMs: undefined,
    endedAtMs: event.happenedAtMs,
    ended: false,
    madeBy: '',
    number: '',
    callerName: '',
    accountcode: '',
    hangupCause: undefined,
    hangupSource: '',
    dialstatus: '',
    apps: [],
    bridges: [],
  }
}

function note(life: ChannelLife, event: Cel): void {
  const at = event.happenedAtMs
  if (!life.ended) {
    life.endedAtMs = Math.max(life.endedAtMs, at)
  }
  if (event.app === 'AppDial' || event.app === 'AppQueue' || event.app === 'AppDial2') life.madeBy = event.app
  if (life.number === '' && event.cidNum !== '') life.number = event.cidNum
  if (life.callerName === '' && event.cidName !== '') life.callerName = event.cidName
  if (event.accountcode !== '') life.accountcode = event.accountcode
  switch (event.event) {
    case 'ANSWER':
      life.answeredAtMs ??= at
      break
    case 'APP_START':
      life.apps.push({
        ...{ app: event.app, data: event.appdata, exten: event.exten, context: event.context },
        ...{ number: event.cidNum, name: event.cidName },
        ...{ fromMs: at, untilMs: Number.POSITIVE_INFINITY },
      })
      break
    case 'APP_END': {
      const open = life.apps.findLast((run) => run.untilMs === Number.POSITIVE_INFINITY && run.app === event.app)
      if (open) open.untilMs = at
      break
    }
    case 'BRIDGE_ENTER':
      enter(life, event)
      break
    case 'BRIDGE_EXIT':
      leave(life, at, extraOf(event).bridge_id)
      break
    case 'HANGUP':
      hangup(life, event)
      break
    case 'CHAN_END':
      end(life, at)
      break
  }
}

function enter(life: ChannelLife, event: Cel): void {
  const extra = extraOf(event)
  const technology = text(extra.bridge_technology)
  life.bridges.push({
    ...{ bridgeId: text(extra.bridge_id), holding: technology.startsWith('holding') },
    ...{ fromMs: event.happenedAtMs, untilMs: Number.POSITIVE_INFINITY, peer: event.peer },
  })
}

function leave(life: ChannelLife, atMs: number, bridgeId: unknown): void {
  const open = (stay: BridgeStay) => stay.untilMs === Number.POSITIVE_INFINITY
  const stay = life.bridges.findLast((s) => open(s) && s.bridgeId === bridgeId) ?? life.bridges.findLast(open)
  if (stay) stay.untilMs = atMs
}

function hangup(life: ChannelLife, event: Cel): void {
  const extra = extraOf(event)
  const cause = Number(extra.hangupcause)
  if (extra.hangupcause !== undefined && Number.isInteger(cause)) life.hangupCause = cause
  life.hangupSource = text(extra.hangupsource)
  life.dialstatus = text(extra.dialstatus)
  end(life, event.happenedAtMs)
}

/** Whatever was going on ends with its channel. */
function end(life: ChannelLife, atMs: number): void {
  if (life.ended) return
  life.ended = true
  life.endedAtMs = atMs
  closeOpen(life)
}

/** A channel whose end was not seen is taken to have gone on to its last event. */
function closeOpen(life: ChannelLife): void {
  for (const open of [...life.apps, ...life.bridges]) open.untilMs = Math.min(open.untilMs, life.endedAtMs)
}

function transferOf(event: Cel): TransferEvent {
  const extra = extraOf(event)
  const named = (value: unknown) => (value === 'N/A' ? '' : text(value))
  return {
    kind: event.event === 'BLINDTRANSFER' ? 'blind' : 'attended',
    atMs: event.happenedAtMs,
    channel: event.channel,
    exten: text(extra.extension),
    transferee: named(extra.transferee_channel_name),
    target: named(extra.transfer_target_channel_name),
    second: named(extra.channel2_name),
    secondUniqueid: named(extra.channel2_uniqueid),
  }
}

/** `extra` as Asterisk wrote it; what is not an object says nothing. */
function extraOf(event: Cel): Readonly<Record<string, unknown>> {
  if (!event.extra.startsWith('{')) return {}
  try {
    return JSON.parse(event.extra) as Record<string, unknown>
  } catch {
    return {} // cut by a backend's bound on its length
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
