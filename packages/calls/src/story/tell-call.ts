// What is known of a call → its story: from channel events where they are all there, else from its CDR rows.

import type { Cel } from '../cel.ts'
import { oldest } from '../home-legs.ts'
import type { Leg } from '../leg.ts'
import { answeredFrom, isAnswered } from '../talk.ts'
import type { CallStory } from './call-story.ts'
import { castOf } from './cast.ts'
import { type ChannelLife, type ChannelLives, channelLives } from './channel-life.ts'
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
  if (lives && areEnough(lives, legs)) {
    return tellFromEvents(lives, castOf(lives, linkedid, rules), { linkedid, legs, queueEvents, rules })
  }
  const story = tellFromLegs({ linkedid, legs, queueEvents, rules })
  return { ...story, complete: lives?.complete ?? false }
}

/**
 * Events decide when none is missing: whole lives, of the channels the rows name, and a bridge wherever a row says that
 * two channels were connected. A connection lost in the middle of a call leaves beginnings and ends, and no bridge.
 */
export function areEnough(lives: ChannelLives, legs: readonly Leg[]): boolean {
  if (!lives.whole) return false
  return legs.every((leg) => {
    const own = lives.byName.get(leg.channel)
    if (own === undefined) return false
    if (!isAnswered(leg) || leg.dstchannel === '' || leg.billsec === 0) return true
    return wasBridged(own, leg) && wasBridged(lives.byName.get(leg.dstchannel), leg)
  })
}

/** Rows know whole seconds. */
const SECOND_MS = 1000

function wasBridged(life: ChannelLife | undefined, leg: Leg): boolean {
  const from = answeredFrom(leg) - SECOND_MS
  const until = leg.endedAtMs + SECOND_MS
  return life?.bridges.some((stay) => stay.fromMs < until && stay.untilMs > from) ?? false
}

/** The linkedid of these events; of several, where calls were joined, the oldest, as Asterisk has it. */
export function linkedidOf(cel: readonly Cel[]): string {
  const first = cel[0]!.linkedid
  return cel.every((event) => event.linkedid === first) ? first : oldest(new Set(cel.map((event) => event.linkedid)))
}
