// The story of a call as this house tells it → as the wire does: seconds after its start, parties by their telephone.

import { type CallStory, peerOf } from '@tollbook/calls/story'
import type * as wire from './wire-story.ts'

export function storyOnWire(story: CallStory): wire.StoryInfo {
  const ids = partyIds(story)
  const idOf = (channel: string) => ids.get(channel) ?? 'caller'
  const at = (ms: number) => Math.round(ms - story.startMs) / 1000
  const { transfer, queue, answeredBy } = story
  return {
    startedAt: new Date(story.startMs).toISOString(),
    seconds: at(story.endMs),
    caller: story.caller,
    dialled: story.dialled,
    did: story.did,
    ending: story.ending,
    answeredBy: answeredBy?.endpoint ?? null,
    parties: partiesOf(story, ids),
    attempts: story.rung.map((one) => ({
      party: one.endpoint,
      result: one.result,
      alerted: one.alerted,
      from: at(one.fromMs),
      until: at(one.untilMs),
      cause: one.hangupCause ?? null,
    })),
    transfer: transfer
      ? {
          kind: transfer.kind,
          by: transfer.by,
          transferer: transfer.transferer === story.caller.endpoint ? 'caller' : transfer.transferer,
          target: transfer.targetDialled,
          targetAnswered: transfer.targetAnsweredByPerson,
          at: at(transfer.atMs),
        }
      : null,
    queue: queue
      ? { name: queue.name, result: queue.result, from: at(queue.joinedAtMs), until: at(queue.leftAtMs) }
      : null,
    talk: story.talk.map(({ interval: [from, until], with: person }) => ({
      with: idOf(person),
      from: at(from),
      until: at(until),
    })),
    phases: story.phases.map(({ party, kind, fromMs, untilMs }) => ({
      party: idOf(party),
      kind,
      from: at(fromMs),
      until: at(untilMs),
    })),
    path: story.path,
    fromEvents: story.fromEvents,
    complete: story.complete,
  }
}

/** Everybody but the caller, by channel: whoever was tried, whoever was talked with. */
function partyIds(story: CallStory): Map<string, string> {
  const ids = new Map<string, string>()
  for (const { channel, endpoint } of story.rung) ids.set(channel === '' ? endpoint : channel, endpoint)
  for (const { with: person } of story.talk) if (!ids.has(person)) ids.set(person, peerOf(person))
  return ids
}

function partiesOf(story: CallStory, ids: ReadonlyMap<string, string>): wire.StoryParty[] {
  const { answeredBy, rung, transfer } = story
  return [...new Set([...rung.map((one) => one.endpoint), ...ids.values()])].map((id) => {
    const answered = answeredBy?.endpoint === id ? answeredBy : undefined
    const member = rung.find((one) => one.endpoint === id && one.member !== '')?.member
    // Whoever is only talked with came by the transfer.
    const target = transfer && !rung.some((one) => one.endpoint === id) ? transfer.targetDialled : ''
    return { id, number: answered?.number || target, member: member ?? answered?.member ?? '' }
  })
}
