// A story as `tollbook calls --json` and the API tell it: seconds with fractions, epochs in UTC, nothing left out.

import { peerOf } from '../channel.ts'
import { type Interval, unite } from '../intervals.ts'
import type { Attempt, CallStory, QueueVisit, Transfer } from './call-story.ts'

/** The wire form; names and units are part of the interface. */
export type StoryJson = ReturnType<typeof storyJson>

export function storyJson(story: CallStory) {
  const { caller, answeredBy, transfer, queue } = story
  const talk = unite(story.talk.map((t) => t.interval))
  const attempts = story.rung.filter((attempt) => attempt.result !== 'forwarded')
  return {
    linkedid: story.linkedid,
    uniqueids: story.uniqueids,
    start_epoch: epoch(story.startMs),
    end_epoch: epoch(story.endMs),
    direction: story.direction,
    caller: { number: caller.number, name: caller.name, endpoint: caller.endpoint },
    dialled: story.dialled,
    did: orNull(story.did),
    account: orNull(story.account),
    outcome: story.ending,
    answered_by: answeredBy
      ? {
          kind: answeredBy.kind,
          endpoint: answeredBy.endpoint,
          number: orNull(answeredBy.number),
          member: orNull(answeredBy.member),
        }
      : null,
    rung: story.rung.map(rungJson),
    attempts: attempts.length,
    transfer: transfer ? transferJson(transfer) : null,
    queue: queue ? queueJson(queue) : null,
    total_s: seconds(story.endMs - story.startMs),
    talk_s: seconds(lengthOf(talk)),
    talk_intervals: talk.map(([from, until]) => [epoch(from), epoch(until)]),
    time_to_answer_s: talk[0] ? seconds(talk[0][0] - story.startMs) : null,
    ring_s: seconds(lengthOf(unite(attempts.filter((a) => a.alerted).map((a) => [a.fromMs, a.untilMs])))),
    queue_wait_s: queue ? seconds(queue.leftAtMs - queue.joinedAtMs) : 0,
    system_s: seconds(lengthOf(story.system)),
    trunk_legs: story.trunkLegs.map((leg) => ({
      channel: leg.channel,
      trunk: trunkName(leg.peer),
      side: leg.side,
      seized_s: seconds(leg.seizedMs),
      answered_s: seconds(leg.answeredMs),
      answered_floor_s: Math.floor(leg.answeredMs / 1000),
      number: orNull(leg.number),
    })),
    cdr_rows: story.rows.map(({ uniqueid, sequence, role, talkRow }) => ({
      uniqueid,
      sequence: sequence ?? null,
      role,
      talk_row: talkRow,
    })),
    path: story.path,
    from_events: story.fromEvents,
    complete: story.complete,
  }
}

function transferJson(transfer: Transfer) {
  return {
    kind: transfer.kind,
    by: transfer.by,
    transferer: orNull(transfer.transferer),
    target_dialled: orNull(transfer.targetDialled),
    target_answered_by_person: transfer.targetAnsweredByPerson,
    at_epoch: epoch(transfer.atMs),
  }
}

function queueJson(queue: QueueVisit) {
  return {
    name: queue.name,
    result: queue.result,
    wait_s: seconds(queue.leftAtMs - queue.joinedAtMs),
    members_tried: queue.membersTried,
    connected_member: orNull(queue.connectedMember),
  }
}

function rungJson(attempt: Attempt) {
  return {
    endpoint: attempt.endpoint,
    member: orNull(attempt.member),
    result: attempt.result,
    alerted: attempt.alerted,
    ring_s: attempt.alerted ? seconds(attempt.untilMs - attempt.fromMs) : 0,
    hangup_cause: attempt.hangupCause ?? null,
    channel: orNull(attempt.channel),
    from_epoch: epoch(attempt.fromMs),
    until_epoch: epoch(attempt.untilMs),
  }
}

/** "PJSIP/carrier" → "carrier". */
function trunkName(peer: string): string {
  return peerOf(peer).replace(/^[^/]*\//, '')
}

function orNull(text: string): string | null {
  return text === '' ? null : text
}

/** Microseconds are what a PBX tells; more digits would be noise of the binary fraction. */
function epoch(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000
}

function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [from, until]) => sum + until - from, 0)
}
