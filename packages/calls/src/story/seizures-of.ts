// Which trunk channels a call took, and for how long: from its events, else from CDR rows.

import { NO_SEIZURES, type Seizure } from '../call.ts'
import { peerOf } from '../channel.ts'
import { DISPOSITION, type Leg } from '../leg.ts'
import { type CompiledRules, isTrunkPeer } from '../rules/index.ts'
import { answeredFrom, isAnswered } from '../talk.ts'
import type { TrunkLeg } from './call-story.ts'

/** Whole seconds: AMI tells no more, and the same call by a file is to be the same. */
export function seizuresFromStory(trunkLegs: readonly TrunkLeg[]): readonly Seizure[] {
  if (trunkLegs.length === 0) return NO_SEIZURES
  return trunkLegs
    .map(({ peer, side, fromMs, answeredAtMs, untilMs, cause }) => ({
      peer,
      outward: side === 'outbound',
      seizedAtMs: wholeSecond(fromMs),
      answeredAtMs: answeredAtMs === undefined ? undefined : wholeSecond(answeredAtMs),
      releasedAtMs: wholeSecond(untilMs),
      cause: cause ?? 0,
    }))
    .sort(inOrder)
}

/** Of a row alone: its channel, its far channel, or both. */
export function seizuresFromLegs(legs: readonly Leg[], rules: CompiledRules): readonly Seizure[] {
  let found: Map<string, Seizure> | undefined
  for (const leg of legs) {
    for (const outward of [false, true]) {
      const channel = outward ? leg.dstchannel : leg.channel
      if (channel === '') continue
      const peer = peerOf(channel)
      if (!isTrunkPeer(rules, peer)) continue
      found ??= new Map()
      const known = found.get(channel)
      const now = seizureOn(leg, peer, outward)
      found.set(channel, known === undefined ? now : together(known, now))
    }
  }
  return found === undefined ? NO_SEIZURES : [...found.values()].sort(inOrder)
}

function seizureOn(leg: Leg, peer: string, outward: boolean): Seizure {
  const answeredAtMs = outward ? (isAnswered(leg) ? answeredFrom(leg) : undefined) : answerOf(leg)
  return {
    peer,
    outward,
    seizedAtMs: leg.startedAtMs,
    answeredAtMs,
    releasedAtMs: leg.endedAtMs,
    cause: outward ? (CAUSE.get(leg.disposition) ?? 0) : 0,
  }
}

/** The side that called was answered when its dialplan answered, maybe before anybody took the call. */
function answerOf(leg: Leg): number | undefined {
  return leg.answeredAtMs ?? (isAnswered(leg) ? answeredFrom(leg) : undefined)
}

const CAUSE: ReadonlyMap<number, number> = new Map([
  [DISPOSITION.BUSY, 17],
  [DISPOSITION.CONGESTION, 34],
])

/** Several rows of one channel. */
function together(a: Seizure, b: Seizure): Seizure {
  const answers = [a.answeredAtMs, b.answeredAtMs].filter((ms) => ms !== undefined)
  return {
    ...a,
    seizedAtMs: Math.min(a.seizedAtMs, b.seizedAtMs),
    answeredAtMs: answers.length === 0 ? undefined : Math.min(...answers),
    releasedAtMs: Math.max(a.releasedAtMs, b.releasedAtMs),
    cause: answers.length === 0 ? b.cause || a.cause : 0,
  }
}

/** The same whatever order the facts came in. */
function inOrder(a: Seizure, b: Seizure): number {
  return (
    a.seizedAtMs - b.seizedAtMs ||
    Number(a.outward) - Number(b.outward) ||
    (a.peer < b.peer ? -1 : a.peer > b.peer ? 1 : 0) ||
    a.releasedAtMs - b.releasedAtMs ||
    a.cause - b.cause
  )
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
