// What is known of a call → its story: from channel events where they are all there, else from its CDR rows.

import type { Cel } from '../cel.ts'
import { oldest } from '../home-legs.ts'
import type { Leg } from '../leg.ts'
import { answeredFrom, isAnswered } from '../talk.ts'
import type { CallStory } from './call-story.ts'
import { type ChannelLives, channelLives } from './channel-life.ts'
import { legsInOrder } from './legs-in-order.ts'
import { type StoryFacts, tellFromEvents } from './tell-from-events.ts'
import { tellFromLegs } from './tell-from-legs.ts'

export type CallFacts = Omit<StoryFacts, 'linkedid'> & { readonly cel: readonly Cel[] }

/** Pure: the same facts give the same story, in whatever order they came. There must be a leg or whole events. */
export function tellCall(facts: CallFacts): CallStory {
  const legs = legsInOrder(facts.legs)
  const lives = facts.cel.length === 0 ? undefined : channelLives(facts.cel)
  const linkedid = facts.cel.length > 0 ? linkedidOf(facts.cel) : legs[0]?.linkedid || legs[0]?.uniqueid || ''
  const { queueEvents, rules } = facts
  if (lives && areEnough(lives, legs)) return tellFromEvents(lives, { linkedid, legs, queueEvents, rules })
  const story = tellFromLegs({ linkedid, legs, queueEvents, rules })
  return { ...story, complete: lives?.complete ?? false }
}

/** Events decide when none is missing: whole lives, of the channels the rows name, and bridges if anybody talked. */
export function areEnough(lives: ChannelLives, legs: readonly Leg[]): boolean {
  if (!lives.whole) return false
  for (const leg of legs) {
    const life = lives.byName.get(leg.channel)
    if (!life || (isAnswered(leg) && life.answeredAtMs === undefined)) return false
    if (leg.dstchannel !== '' && !lives.byName.has(leg.dstchannel)) return false
  }
  const talked = legs.some((leg) => isAnswered(leg) && leg.dstchannel !== '' && answeredFrom(leg) < leg.endedAtMs)
  return !talked || lives.inOrder.some((life) => life.bridges.length > 0)
}

/** The linkedid of these events; of several, where calls were joined, the oldest, as Asterisk has it. */
export function linkedidOf(cel: readonly Cel[]): string {
  const first = cel[0]!.linkedid
  return cel.every((event) => event.linkedid === first) ? first : oldest(new Set(cel.map((event) => event.linkedid)))
}
