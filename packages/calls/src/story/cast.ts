// Who is who among the channels of a call: the caller, the channel that runs the dialplan for him, persons, hops, programs.
//
// A Local channel is a wire with two halves that are one path: the half that was dialled (";1") and the half that runs a
// dialplan (";2"). If that dialplan dials on, the wire is a hop; if it answers by itself, somebody sits at its end, unless
// it runs a program. The wire of an originated call has the caller at its first half. Rules may say otherwise.

import { isLocal, otherHalf, peerOf } from '../channel.ts'
import { targetsOf } from '../dialled-number.ts'
import type { Leg } from '../leg.ts'
import { type CompiledRules, classOfChannel } from '../rules/index.ts'
import { PROGRAMS } from '../talk.ts'
import type { ChannelLife, ChannelLives } from './channel-life.ts'

/** A destination: one channel, or both halves of a wire. */
export type Destination = {
  /** The channel that was dialled. */
  readonly front: ChannelLife
  /** The half at which somebody sits; the same as `front` for what is no wire. */
  readonly back: ChannelLife
  readonly endpoint: string
  readonly kind: 'person' | 'hop' | 'program'
  readonly trunk: boolean
  /** Dialled for the caller; else a party of its own, such as the target of an attended transfer. */
  readonly dialled: boolean
}

export type Cast = {
  readonly caller: ChannelLife
  /** The channel in which the caller's dialplan runs: his own, or the other half of his wire. */
  readonly runner: ChannelLife
  readonly originated: boolean
  readonly callerIsTrunk: boolean
  readonly destinations: readonly Destination[]
  /** By name of either half. */
  readonly byChannel: ReadonlyMap<string, Destination>
}

/**
 * The cast of a call that has at least one channel; `linkedid` names the first of them. `legs` are given when the lives
 * were drawn from them: then a wire of which nothing is known but its name is no telephone.
 */
export function castOf(lives: ChannelLives, linkedid: string, rules: CompiledRules, legs?: readonly Leg[]): Cast {
  const origin = lives.inOrder.find((life) => life.uniqueid === linkedid) ?? lives.inOrder[0]!
  const half = isLocal(origin.name) ? lives.byName.get(otherHalf(origin.name)) : undefined
  const [caller, runner] = origin.name.endsWith(';2') ? [half ?? origin, origin] : [origin, half ?? origin]
  const destinations: Destination[] = []
  const byChannel = new Map<string, Destination>()
  for (const life of lives.inOrder) {
    if (life === caller || life === runner || byChannel.has(life.name)) continue
    const other = isLocal(life.name) ? lives.byName.get(otherHalf(life.name)) : undefined
    const [front, back] = life.name.endsWith(';2') ? [other ?? life, life] : [life, other ?? life]
    const destination = destinationOf(front, back, rules, legs)
    destinations.push(destination)
    byChannel.set(front.name, destination)
    byChannel.set(back.name, destination)
  }
  return {
    caller,
    runner,
    originated: isLocal(caller.name) || caller.madeBy === 'AppDial2',
    callerIsTrunk: classOfChannel(rules, { channel: caller.name, context: caller.context }) === 'trunk',
    destinations: destinations.map((d) => (isOfAnother(d, runner, destinations) ? notDialled(d, byChannel) : d)),
    byChannel,
  }
}

function destinationOf(
  front: ChannelLife,
  back: ChannelLife,
  rules: CompiledRules,
  legs: readonly Leg[] | undefined,
): Destination {
  const ran = back.apps.at(-1)
  const byRule = classOfChannel(rules, { channel: front.name, context: back.context, app: ran?.app ?? '' })
  const kind = byRule === undefined || byRule === 'trunk' ? kindByStructure(front, back, legs) : byRule
  return {
    front,
    back,
    endpoint: peerOf(front.name),
    kind,
    trunk: byRule === 'trunk',
    dialled: front.madeBy === 'AppDial' || front.madeBy === 'AppQueue',
  }
}

/** Applications by which a dialplan goes on to somebody else. */
const GOES_ON: ReadonlySet<string> = new Set(['Dial', 'Queue', 'FollowMe', 'RetryDial', 'Page', 'Bridge'])

function kindByStructure(front: ChannelLife, back: ChannelLife, legs?: readonly Leg[]): Destination['kind'] {
  if (front === back) return isLocal(front.name) && legs ? 'hop' : 'person'
  if (back.apps.some((run) => GOES_ON.has(run.app)) || back.bridges.some((stay) => !stay.holding)) return 'hop'
  return back.apps.some((run) => PROGRAMS.has(run.app)) ? 'program' : 'person'
}

/** Dialled by somebody who is neither the caller nor a hop: the target of a telephone that consults by a call of its own. */
function isOfAnother(d: Destination, runner: ChannelLife, all: readonly Destination[]): boolean {
  if (!d.dialled || all.length < 2) return false
  const dialler = diallerOf(d, [runner, ...all.filter((o) => o !== d).map((o) => o.back)])
  return dialler !== undefined && dialler !== runner && all.some((o) => o.front === dialler && o.kind !== 'hop')
}

/** The channel that was dialling when this one began: the one that asked for this peer, else the last to begin dialling. */
function diallerOf(d: Destination, others: readonly ChannelLife[]): ChannelLife | undefined {
  const at = d.front.startedAtMs
  const peer = d.endpoint.toLowerCase()
  let found: { readonly life: ChannelLife; readonly named: boolean; readonly fromMs: number } | undefined
  for (const life of others) {
    for (const run of life.apps) {
      if (!GOES_ON.has(run.app) || run.fromMs > at || run.untilMs < at) continue
      const named = targetsOf(run.data).some((target) => target.toLowerCase() === peer)
      const better = !found || (named !== found.named ? named : run.fromMs > found.fromMs)
      if (better) found = { life, named, fromMs: run.fromMs }
    }
  }
  return found?.life
}

function notDialled(d: Destination, byChannel: Map<string, Destination>): Destination {
  const other = { ...d, dialled: false }
  byChannel.set(d.front.name, other)
  byChannel.set(d.back.name, other)
  return other
}
