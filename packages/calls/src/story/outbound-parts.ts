// The parts of a call that went out over a trunk and were answered: what an account is charged for and a carrier is paid
// for. One for each answered trunk channel, whoever dialled it: the caller, a forward, or the target of a transfer.

import { peerOf } from '../channel.ts'
import { isStep, numberInTarget, targetsOf } from '../dialled-number.ts'
import { type Interval, unite } from '../intervals.ts'
import type { Leg } from '../leg.ts'
import { type CompiledRules, classOfChannel } from '../rules/index.ts'
import { answeredFrom, isAnswered } from '../talk.ts'
import type { Cast } from './cast.ts'
import type { ChannelLife, ChannelLives } from './channel-life.ts'
import { chargedSeconds } from './charged-seconds.ts'
import { talkFromBridges } from './talk-from-bridges.ts'

export type Outbound = {
  readonly answeredAtMs: number
  readonly billS: number
  readonly toNumber: string
  readonly exitPeer: string
  readonly accountcode: string
}

/** From channel events, in the order in which they were answered. */
export function outboundFromEvents(lives: ChannelLives, cast: Cast, legs: readonly Leg[]): Outbound[] {
  return cast.destinations
    .filter((d) => d.trunk && d.front.answeredAtMs !== undefined)
    .flatMap((d): Outbound[] => {
      const contact = talkFromBridges(lives, cast, d.front).map((t) => t.interval)
      if (contact.length === 0) return []
      const rows = legs.filter((leg) => touches(leg, d.front.name) && isAnswered(leg))
      const first = rows[0] && answeredFrom(rows[0])
      const at = contact[0]![0]
      const answeredAtMs = first !== undefined && Math.abs(first - at) < 2000 ? first : Math.floor(at / 1000) * 1000
      return [
        {
          answeredAtMs,
          billS: chargedSeconds(rows, contact),
          toNumber: numberDialled(d.front, rows, lives, cast),
          exitPeer: d.endpoint,
          accountcode: rows.find((leg) => leg.accountcode !== '')?.accountcode ?? '',
        },
      ]
    })
    .sort((a, b) => a.answeredAtMs - b.answeredAtMs)
}

/** From CDR rows alone: each trunk channel that was talked on. */
export function outboundFromLegs(legs: readonly Leg[], rules: CompiledRules): Outbound[] {
  const byChannel = new Map<string, Leg[]>()
  for (const leg of legs) {
    if (leg.dstchannel === '' || !isAnswered(leg) || !isTrunk(leg.dstchannel, rules)) continue
    const same = byChannel.get(leg.dstchannel)
    if (same) same.push(leg)
    else byChannel.set(leg.dstchannel, [leg])
  }
  return [...byChannel]
    .map(([channel, rows]): Outbound => {
      const carried = legs.filter((leg) => leg.channel === channel && leg.dstchannel !== '' && isAnswered(leg))
      const all = [...rows, ...carried]
      const time: Interval[] = all.map((leg) => [answeredFrom(leg), answeredFrom(leg) + leg.billsec * 1000])
      const target = numberInTarget(rows[0]!.lastdata)
      return {
        answeredAtMs: Math.min(...rows.map(answeredFrom)),
        billS: chargedSeconds([], unite(time)),
        toNumber: numberOf(rows[0]!.dst, target),
        exitPeer: peerOf(channel),
        accountcode: rows.find((leg) => leg.accountcode !== '')?.accountcode ?? '',
      }
    })
    .sort((a, b) => a.answeredAtMs - b.answeredAtMs || (a.exitPeer < b.exitPeer ? -1 : 1))
}

function touches(leg: Leg, channel: string): boolean {
  return leg.dstchannel === channel || (leg.channel === channel && leg.dstchannel !== '')
}

function isTrunk(channel: string, rules: CompiledRules): boolean {
  return classOfChannel(rules, { channel }) === 'trunk'
}

/**
 * What the caller, a forward or a transfer dialled to get to this channel. Of Dials that follow each other Asterisk tells
 * the first only, so the row of the channel knows better what the trunk was asked for.
 */
function numberDialled(front: ChannelLife, rows: readonly Leg[], lives: ChannelLives, { runner }: Cast): string {
  const dials = lives.inOrder.flatMap((life) =>
    life.apps.filter(
      (run) => run.app === 'Dial' && run.fromMs <= front.startedAtMs && front.startedAtMs <= run.untilMs,
    ),
  )
  const peer = peerOf(front.name).toLowerCase()
  const asked = dials.filter((r) => targetsOf(r.data).some((target) => target.toLowerCase() === peer))
  const run = asked.at(-1) ?? dials.at(-1)
  const row = rows.find((leg) => leg.dstchannel === front.name && leg.lastapp === 'Dial')
  const target = row ? numberInTarget(row.lastdata) : run ? numberInTarget(run.data) : front.number
  const exten = run?.exten ?? runner.firstExten
  return numberOf(isStep(exten) ? runner.firstExten : exten, target)
}

/** Digits at the end that make two numbers the same subscriber, whatever stands in front for the trunk. */
const SAME_DIGITS = 6

/**
 * What was dialled, so long as the trunk was asked for the same subscriber; else what the trunk was asked for: a transfer
 * overwrites the number in the row of before it, and a short code stands for another number.
 */
function numberOf(dialled: string, target: string): string {
  if (isStep(dialled)) return target
  if (target === '') return dialled
  const same = dialled.slice(-SAME_DIGITS) === target.slice(-SAME_DIGITS)
  return same ? dialled : target
}
