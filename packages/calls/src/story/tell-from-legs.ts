// The story of a call from CDR rows alone. Rows cannot tell a caller who gave up from a telephone nobody took, nor the time
// in a queue from talk; where they leave a choice, this says what is most likely and never more talk than they show.

import type { EndingName } from '../call.ts'
import { isLocal } from '../channel.ts'
import { dialledNumber } from '../dialled-number.ts'
import { type Interval, intersect, unite } from '../intervals.ts'
import { DISPOSITION, type Leg } from '../leg.ts'
import { answeredFrom, isAnswered, reachesPhone, talkOf } from '../talk.ts'
import type { CallStory, Talk } from './call-story.ts'
import { castOf } from './cast.ts'
import { livesFromLegs } from './lives-from-legs.ts'
import { type StoryFacts, tellFromCast } from './tell-from-events.ts'

export function tellFromLegs(facts: StoryFacts): CallStory {
  const { legs } = facts
  const lives = livesFromLegs(legs)
  const cast = castOf(lives, facts.linkedid, facts.rules, legs)
  const talk = talkOnLegs(legs)
  const story = tellFromCast(lives, cast, talk, facts)
  const answered = legs.some((leg) => reachesPhone(leg, legs) && isAnswered(leg))
  return {
    ...story,
    uniqueids: [...new Set(legs.map((leg) => leg.uniqueid))],
    dialled: dialledNumber(legs),
    // A call taken for less than a second has no talk to show, but was answered.
    ending: answered ? 'answered_by_person' : withoutPerson(story.ending, legs),
    fromEvents: false,
  }
}

/** With whom, as the far channel of the row; never more than `talkOf` counts for the whole call. */
function talkOnLegs(legs: readonly Leg[]): Talk[] {
  const answered = legs.filter((leg) => reachesPhone(leg, legs) && isAnswered(leg))
  const whole = talkOf(answered)
  const perRow = answered.flatMap((leg) => {
    const own: Interval = [answeredFrom(leg), answeredFrom(leg) + leg.billsec * 1000]
    return intersect(unite([own]), whole).map((interval) => ({ interval, with: leg.dstchannel }))
  })
  return perRow.sort((a, b) => a.interval[0] - b.interval[0])
}

/** Corrections by what only the dispositions say. */
function withoutPerson(ending: EndingName, legs: readonly Leg[]): EndingName {
  const has = (d: number) =>
    legs.some((leg) => leg.disposition === d && !(isLocal(leg.channel) && leg.dstchannel === ''))
  if (ending === 'failed' || ending === 'no_answer') {
    if (has(DISPOSITION.CANCEL)) return 'cancelled'
    if (has(DISPOSITION.CONGESTION)) return 'congestion'
  }
  return ending
}
