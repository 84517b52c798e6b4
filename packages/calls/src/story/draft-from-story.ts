// The story of a call → the row that is kept of it: whole seconds, and what is charged for how long.

import { assert } from '@tollbook/kernel'
import {
  type CallDraft,
  type CallSegment,
  ENDING,
  type EndingName,
  NO_SEGMENTS,
  OUTCOME,
  type Outcome,
} from '../call.ts'
import type { Cel } from '../cel.ts'
import { peerOf } from '../channel.ts'
import { callerName, callerNumber, dialledNumber, isStep } from '../dialled-number.ts'
import { type Interval, secondsOf, unite } from '../intervals.ts'
import type { Leg } from '../leg.ts'
import type { CompiledRules } from '../rules/index.ts'
import { answeredFrom } from '../talk.ts'
import type { Attempt, CallStory } from './call-story.ts'
import { chargedSeconds } from './charged-seconds.ts'
import type { Outbound } from './outbound-parts.ts'
import { dispositionOf, extensionOf, namesOf } from './own-telephones.ts'
import { seizuresFromStory } from './seizures-of.ts'

/** `legs` in the order of the story, maybe none: then the events alone make the call. */
export function draftFromStory(
  story: CallStory,
  legs: readonly Leg[],
  outbound: readonly Outbound[],
  cel: readonly Cel[],
  rules: CompiledRules,
): CallDraft {
  const key = legs[0] ?? cel[0]
  assert(key, 'a call has a leg or an event')
  const startedAtMs = wholeSecond(story.startMs)
  const endedAtMs = wholeSecond(story.endMs)
  const talkRows = legs.filter((leg) => story.rows.some((row) => row.talkRow && row.legKey === leg.legKey))
  const talkS = chargedSeconds(
    talkRows,
    story.talk.map((t) => t.interval),
  )
  const [first, ...more] = outbound
  const answeredAtMs = firstTalk(story, talkRows) ?? first?.answeredAtMs
  const parties = partiesOf(story, legs, first)
  const outcome = OUTCOME_OF[story.ending]
  const attempts = story.rung.filter((attempt) => attempt.result !== 'forwarded')
  return {
    callKey: key.callKey,
    openedAtMs: key.openedAtMs,
    startedAtMs,
    answeredAtMs,
    endedAtMs,
    talkS,
    ringS: secondsOf(unite(attempts.filter((a) => a.alerted).map((a) => wholeSeconds([a.fromMs, a.untilMs])))),
    waitS: Math.max(0, Math.round(((answeredAtMs ?? endedAtMs) - startedAtMs) / 1000)),
    durationS: legs.length === 1 ? legs[0]!.durationS : Math.round((endedAtMs - startedAtMs) / 1000),
    billS: first?.billS ?? talkS,
    outcome,
    hangupCause: causeOf(story),
    legs: legs.length,
    attempts: attempts.length,
    final: story.complete,
    ...parties,
    linkedid: story.linkedid,
    segments: more.length === 0 ? NO_SEGMENTS : more.map(segmentOf),
    ending: ENDING[story.ending],
    path: story.path,
    did: story.did,
    extension: extensionOf({ ...parties, did: story.did }, rules),
    disposition: dispositionOf(outcome, legs),
    rung: namesOf(inVain(attempts), rules),
    seizures: seizuresFromStory(story.trunkLegs),
  }
}

/** Telephones that rang and were not the one that took it. */
function inVain(attempts: readonly Attempt[]): string[] {
  return attempts.filter((a) => a.alerted && a.result !== 'answered').map((a) => a.endpoint)
}

/** Who called whom, for which account, in by which peer and out by which. */
function partiesOf(story: CallStory, legs: readonly Leg[], first: Outbound | undefined) {
  const last = story.talk.at(-1)?.with
  return {
    fromNumber: legs.map(callerNumber).find((number) => number !== '') ?? story.caller.number,
    toNumber: first?.toNumber ?? (isStep(story.dialled) ? dialledNumber(legs) : story.dialled),
    fromName: legs[0] ? callerName(legs[0]) : story.caller.name,
    answeredBy: story.answeredBy?.endpoint ?? '',
    accountcode: legs.find((leg) => leg.accountcode !== '')?.accountcode ?? story.account,
    entryPeer: legs[0] ? peerOf(legs[0].channel) : story.caller.endpoint,
    exitPeer: first?.exitPeer ?? (last ? peerOf(last) : (story.rung.at(-1)?.endpoint ?? '')),
    context: legs[0]?.dcontext ?? '',
  }
}

const OUTCOME_OF: Readonly<Record<EndingName, Outcome>> = {
  unknown: OUTCOME.failed,
  answered_by_person: OUTCOME.answered,
  ivr_only: OUTCOME.program,
  voicemail: OUTCOME.program,
  closed_hours: OUTCOME.program,
  queue_abandoned: OUTCOME.noAnswer,
  queue_timeout: OUTCOME.noAnswer,
  no_answer: OUTCOME.noAnswer,
  cancelled: OUTCOME.noAnswer,
  busy: OUTCOME.busy,
  congestion: OUTCOME.failed,
  failed: OUTCOME.failed,
}

export function segmentOf(part: Outbound, i: number): CallSegment {
  const { answeredAtMs, billS, toNumber, exitPeer, accountcode } = part
  return { segment: i + 2, answeredAtMs, billS, toNumber, exitPeer, accountcode }
}

/** A row knows the second of its answer; a bridge that follows within two is the same answer. */
function firstTalk(story: CallStory, talkRows: readonly Leg[]): number | undefined {
  const talk = story.talk[0]?.interval[0]
  if (talk === undefined) return undefined
  const row = talkRows[0] && answeredFrom(talkRows[0])
  return row !== undefined && Math.abs(row - talk) < 2000 ? row : wholeSecond(talk)
}

/** Q.850: of the last attempt when nobody was reached, else 16, normal clearing. */
function causeOf(story: CallStory): number {
  if (story.talk.length > 0) return 16
  return story.rung.findLast((attempt) => attempt.hangupCause)?.hangupCause ?? 0
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

function wholeSeconds([from, until]: Interval): Interval {
  return [wholeSecond(from), wholeSecond(until)]
}
