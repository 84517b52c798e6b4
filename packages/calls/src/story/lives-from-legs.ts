// CDR rows → the lives of their channels, as far as rows tell: for calls without channel events. A row is the path from its
// channel to its far channel; the far one is known to have been dialled then, and to have answered when people talked.

import { callerName, callerNumber } from '../dialled-number.ts'
import { DISPOSITION, type Leg } from '../leg.ts'
import { answeredFrom, isAnswered } from '../talk.ts'
import type { ChannelLife, ChannelLives, Parking } from './channel-life.ts'

/** `legs` in the order of the story. */
export function livesFromLegs(legs: readonly Leg[]): ChannelLives {
  const byName = new Map<string, ChannelLife>()
  const parkings: Parking[] = []
  for (const leg of legs) {
    ownLife(byName, leg)
    if (leg.dstchannel !== '') farLife(byName, leg)
    if (leg.lastapp === 'Park') parkings.push({ channel: leg.channel, fromMs: leg.startedAtMs, untilMs: leg.endedAtMs })
  }
  return { byName, inOrder: [...byName.values()], transfers: [], parkings, complete: false, whole: false }
}

function ownLife(byName: Map<string, ChannelLife>, leg: Leg): void {
  const life = byName.get(leg.channel) ?? emptyLife(leg.channel, leg.uniqueid, leg.startedAtMs)
  byName.set(leg.channel, life)
  const { startedAtMs: fromMs, endedAtMs } = leg
  life.startedAtMs = Math.min(life.startedAtMs, fromMs)
  life.endedAtMs = Math.max(life.endedAtMs, endedAtMs)
  if (leg.answeredAtMs !== undefined) {
    life.answeredAtMs = Math.min(life.answeredAtMs ?? Number.POSITIVE_INFINITY, leg.answeredAtMs)
  }
  if (life.context === '') life.context = leg.dcontext
  if (life.firstExten === '') life.firstExten = leg.dst
  if (life.number === '') life.number = callerNumber(leg)
  if (life.callerName === '') life.callerName = callerName(leg)
  if (life.accountcode === '') life.accountcode = leg.accountcode
  const before = life.apps.at(-1)
  if (before?.app === leg.lastapp && before.data === leg.lastdata) before.untilMs = endedAtMs
  else if (leg.lastapp !== '') {
    life.apps.push({
      ...{ app: leg.lastapp, data: leg.lastdata, exten: leg.dst, context: leg.dcontext, fromMs, untilMs: endedAtMs },
      ...{ number: callerNumber(leg), name: callerName(leg) },
    })
  }
  talkOn(life, leg)
}

const CAUSE: ReadonlyMap<number, number> = new Map([
  [DISPOSITION.BUSY, 17],
  [DISPOSITION.CONGESTION, 34],
])

function farLife(byName: Map<string, ChannelLife>, leg: Leg): void {
  const life = byName.get(leg.dstchannel) ?? emptyLife(leg.dstchannel, '', leg.startedAtMs)
  byName.set(leg.dstchannel, life)
  life.endedAtMs = Math.max(life.endedAtMs, leg.endedAtMs)
  life.madeBy = leg.lastapp === 'Queue' ? 'AppQueue' : 'AppDial'
  life.hangupCause ??= CAUSE.get(leg.disposition)
  if (isAnswered(leg)) life.answeredAtMs ??= answeredFrom(leg)
  talkOn(life, leg)
}

function talkOn(life: ChannelLife, leg: Leg): void {
  if (leg.dstchannel === '' || !isAnswered(leg)) return
  const fromMs = answeredFrom(leg)
  const untilMs = fromMs + leg.billsec * 1000
  const peer = life.name === leg.channel ? leg.dstchannel : leg.channel
  life.bridges.push({ bridgeId: String(leg.legKey), holding: false, fromMs, untilMs, peer })
}

function emptyLife(name: string, uniqueid: string, startedAtMs: number): ChannelLife {
  return {
    ...{ name, uniqueid, startedAtMs, endedAtMs: startedAtMs, answeredAtMs: undefined, begun: true, ended: true },
    ...{ firstExten: '', context: '', madeBy: '', number: '', callerName: '', accountcode: '' },
    ...{ hangupCause: undefined, hangupSource: '', dialstatus: '', apps: [], bridges: [] },
  }
}
