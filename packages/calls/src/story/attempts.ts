// Which destinations were tried for the caller, and what came of each. A hop is told as forwarded and is no attempt.
//
// Asterisk has no event for ringing: a telephone rings from its channel's beginning until it answers or is given up,
// unless the cause of its hang-up says that it never rang (busy, congestion, no such number).

import { targetsOf } from '../dialled-number.ts'
import type { Attempt, AttemptResult, Talk } from './call-story.ts'
import type { Cast, Destination } from './cast.ts'
import type { ChannelLife } from './channel-life.ts'

/** Answered within this time it did not ring first, milliseconds. */
const AT_ONCE_MS = 30

/** The attempts in order of time; `memberOf` names the queue member behind a channel. */
export function attemptsOf(
  cast: Cast,
  talk: readonly Talk[],
  memberOf: (destination: Destination) => string,
): readonly Attempt[] {
  const dialled = cast.destinations.filter((d) => d.dialled)
  const attempts = dialled.map((d) => {
    const result = resultOf(d, dialled, cast, talk)
    const untilMs = d.front.answeredAtMs ?? d.front.endedAtMs
    const rings = !NEVER_RANG.has(result) && untilMs - d.front.startedAtMs > AT_ONCE_MS
    return {
      ...{ endpoint: d.endpoint, channel: d.front.name, member: memberOf(d), result, alerted: rings },
      ...{ fromMs: d.front.startedAtMs, untilMs, hangupCause: d.front.hangupCause },
    }
  })
  return [...attempts, ...neverMade(cast, dialled)].sort((a, b) => a.fromMs - b.fromMs)
}

const NEVER_RANG: ReadonlySet<AttemptResult> = new Set(['busy', 'congestion', 'unavailable', 'unallocated'])

/** Q.850 causes that tell by themselves. */
const BY_CAUSE: ReadonlyMap<number, AttemptResult> = new Map<number, AttemptResult>([
  [1, 'unallocated'],
  [2, 'unallocated'],
  [3, 'unallocated'],
  [28, 'unallocated'],
  [17, 'busy'],
  [21, 'busy'],
  [18, 'no_answer'],
  [19, 'no_answer'],
  [26, 'answered_elsewhere'],
  [20, 'unavailable'],
  [27, 'unavailable'],
  [34, 'congestion'],
  [38, 'congestion'],
  [41, 'congestion'],
  [42, 'congestion'],
  [44, 'congestion'],
])

function resultOf(d: Destination, all: readonly Destination[], cast: Cast, talk: readonly Talk[]): AttemptResult {
  if (d.kind === 'hop') return 'forwarded'
  if (d.front.answeredAtMs !== undefined) {
    const talked = d.kind === 'program' || talk.some((t) => t.with === d.front.name) || d.front.bridges.length > 0
    return talked ? 'answered' : 'answered_elsewhere'
  }
  const byCause = BY_CAUSE.get(d.front.hangupCause ?? 0) ?? BY_CAUSE.get(d.back.hangupCause ?? 0)
  if (byCause !== undefined) return byCause
  const endedAt = d.front.endedAtMs
  const taken = (o: Destination) => o !== d && o.front.answeredAtMs !== undefined && together(o.front, d.front)
  if (all.some((o) => o.kind !== 'hop' && taken(o))) return 'answered_elsewhere'
  return gaveUp(cast, endedAt) ? 'cancelled' : 'no_answer'
}

/** Two that were tried at the same time: one was taken while the other was still there. */
function together(taken: ChannelLife, other: ChannelLife): boolean {
  const at = taken.answeredAtMs!
  return other.startedAtMs <= at && other.endedAtMs >= at
}

/** How close to each other the ends of channels are that are hung up together, milliseconds. */
const TOGETHER_MS = 250

/** The caller hung up while it rang: his dialplan ended then, and not because its own time was over. */
function gaveUp({ caller, runner }: Cast, atMs: number): boolean {
  if (Math.abs(caller.endedAtMs - atMs) > TOGETHER_MS && Math.abs(runner.endedAtMs - atMs) > TOGETHER_MS) return false
  return callerHungUp(caller, runner) && (runner.dialstatus === '' || runner.dialstatus === 'CANCEL')
}

/** True when the end of the call came from the caller's side. */
export function callerHungUp(caller: ChannelLife, runner: ChannelLife): boolean {
  if (runner.dialstatus === 'CANCEL') return true
  if (runner.hangupSource === 'dialplan/builtin') return false
  if (runner.hangupSource !== '') return runner.hangupSource === caller.name || runner.hangupSource === runner.name
  return caller !== runner && caller.endedAtMs < runner.endedAtMs
}

/** Targets of Dial for which no channel could even be made. */
function neverMade(cast: Cast, dialled: readonly Destination[]): Attempt[] {
  const dials = [cast.runner, ...cast.destinations.filter((d) => d.kind === 'hop').map((d) => d.back)].flatMap((life) =>
    life.apps.filter((run) => run.app === 'Dial').map((run) => ({ run, life })),
  )
  return dials.flatMap(({ run }) => {
    const made = dialled.filter((d) => d.front.startedAtMs >= run.fromMs && d.front.startedAtMs <= run.untilMs)
    const targets = targetsOf(run.data)
    if (made.length >= targets.length) return []
    return targets
      .filter((target) => !made.some((d) => samePeer(d.endpoint, target)))
      .map((target) => ({
        ...{ endpoint: target, channel: '', member: '', result: 'unavailable' as const, alerted: false },
        ...{ fromMs: run.fromMs, untilMs: run.fromMs, hangupCause: undefined },
      }))
  })
}

function samePeer(endpoint: string, target: string): boolean {
  return endpoint.toLowerCase() === target.toLowerCase()
}
