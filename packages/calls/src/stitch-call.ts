// The legs and channel events of one call key → the call as a person would tell it. Pure: the same facts give the same call,
// in whatever order and however often they came. From the events where they are all there, else from CDR rows alone.

import { assert } from '@tollbook/kernel'
import { type CallDraft, NO_PATH, NO_SEGMENTS, NOBODY, OUTCOME, type Outcome } from './call.ts'
import type { Cel } from './cel.ts'
import { isLocal, otherHalf, peerOf } from './channel.ts'
import { callerName, callerNumber, dialledNumber } from './dialled-number.ts'
import { type Interval, secondsOf, unite } from './intervals.ts'
import { DISPOSITION, type Leg } from './leg.ts'
import { type CompiledRules, isTrunkPeer } from './rules/index.ts'
import { castOf } from './story/cast.ts'
import { type ChannelLives, channelLives } from './story/channel-life.ts'
import { draftFromStory, segmentOf } from './story/draft-from-story.ts'
import { endingFromLegs } from './story/ending-from-legs.ts'
import { joinsOf } from './story/joins-of.ts'
import { legsInOrder } from './story/legs-in-order.ts'
import { outboundFromEvents, outboundFromLegs } from './story/outbound-parts.ts'
import { didOf, dispositionOf, extensionOf, namesOf } from './story/own-telephones.ts'
import { seizuresFromLegs } from './story/seizures-of.ts'
import { areEnough, linkedidOf } from './story/tell-call.ts'
import { tellFromEvents } from './story/tell-from-events.ts'
import { answeredFrom, isAnswered, PROGRAMS, reachesPhone, talkOf } from './talk.ts'

/**
 * Makes the call of its legs and channel events, by the rules of its source. There must be a leg, or events that are all
 * there (`eventsAreEnough`). Hang-up cause and finality are not in CDR rows: 0, false, until the events tell.
 */
export function stitchCall(legs: readonly Leg[], cel: readonly Cel[], rules: CompiledRules): CallDraft {
  const lives = cel.length === 0 ? undefined : channelLives(cel)
  if (lives && areEnough(lives, legs)) return fromEvents(lives, legs, cel, rules)
  assert(legs.length > 0, 'a call has at least one leg')
  const only = legs.length === 1 ? legs[0]! : undefined
  const draft = only && !isLocal(only.dstchannel) ? plainCall(only, rules) : stitchLegs(legsInOrder(legs), rules)
  return lives?.complete ? { ...draft, final: true, joins: joinsOf(lives) } : draft
}

/** True when channel events alone make a call: nothing of it is missing. */
export function eventsAreEnough(cel: readonly Cel[]): boolean {
  return channelLives(cel).whole
}

function fromEvents(lives: ChannelLives, legs: readonly Leg[], cel: readonly Cel[], rules: CompiledRules): CallDraft {
  const inOrder = legsInOrder(legs)
  const linkedid = linkedidOf(cel)
  const cast = castOf(lives, linkedid, rules)
  const story = tellFromEvents(lives, cast, { linkedid, legs: inOrder, queueEvents: [], rules })
  const draft = draftFromStory(story, inOrder, outboundFromEvents(lives, cast, inOrder), cel, rules)
  const joins = joinsOf(lives)
  return joins.length === 0 ? draft : { ...draft, joins }
}

/** Most calls are one leg: the same answers without looking for others. A property compares the two. */
function plainCall(leg: Leg, rules: CompiledRules): CallDraft {
  const alone = [leg]
  const reached = leg.dstchannel !== ''
  const answered = reached && isAnswered(leg)
  const answeredAtMs = answered ? answeredFrom(leg) : undefined
  const ringsUntil = answeredAtMs ?? leg.startedAtMs + leg.durationS * 1000
  const talkS = answered ? leg.billsec : 0
  const peer = peerOf(leg.dstchannel)
  const outcome = answered ? OUTCOME.answered : outcomeWithoutPerson(alone)
  const entryPeer = peerOf(leg.channel)
  const answeredBy = answered ? peer : ''
  const did = didOf(leg.dst, isTrunkPeer(rules, entryPeer), alone, rules)
  return {
    callKey: leg.callKey,
    openedAtMs: leg.openedAtMs,
    startedAtMs: leg.startedAtMs,
    answeredAtMs,
    endedAtMs: leg.endedAtMs,
    talkS,
    ringS: reached ? Math.max(0, Math.floor((ringsUntil - leg.startedAtMs) / 1000)) : 0,
    waitS: Math.max(0, Math.round(((answeredAtMs ?? leg.endedAtMs) - leg.startedAtMs) / 1000)),
    durationS: leg.durationS,
    billS: talkS,
    outcome,
    hangupCause: 0,
    legs: 1,
    attempts: reached ? 1 : 0,
    final: false,
    fromNumber: callerNumber(leg),
    toNumber: dialledNumber(alone),
    fromName: callerName(leg),
    answeredBy,
    accountcode: leg.accountcode,
    linkedid: leg.linkedid === '' ? leg.uniqueid : leg.linkedid,
    entryPeer,
    exitPeer: peer,
    context: leg.dcontext,
    segments: NO_SEGMENTS,
    ending: endingFromLegs(alone, outcome),
    path: NO_PATH,
    did,
    extension: extensionOf({ entryPeer, answeredBy, context: leg.dcontext, did }, rules),
    disposition: dispositionOf(outcome, alone),
    rung: rangInVain(leg) ? namesOf([peer], rules) : NOBODY,
    seizures: seizuresFromLegs(alone, rules),
  }
}

function stitchLegs(inOrder: readonly Leg[], rules: CompiledRules): CallDraft {
  const first = inOrder[0]!
  const toPhones = inOrder.filter((leg) => reachesPhone(leg, inOrder))
  const answered = toPhones.filter(isAnswered)
  const talk = talkOf(answered)
  const talkS = secondsOf(talk)
  const winner = firstAnswered(answered)
  const answeredAtMs = talk[0]?.[0] ?? (winner && answeredFrom(winner))
  const outcome = winner ? OUTCOME.answered : outcomeWithoutPerson(inOrder)
  const [outbound, ...more] = answered.length > 0 ? outboundFromLegs(inOrder, rules) : []
  const startedAtMs = least(inOrder, (leg) => leg.startedAtMs)
  const endedAtMs = -least(inOrder, (leg) => -leg.endedAtMs)
  const entryPeer = peerOf(first.channel)
  const answeredBy = winner ? peerOf(winner.dstchannel) : ''
  const did = didOf(first.dst, isTrunkPeer(rules, entryPeer), inOrder, rules)
  const reachedLast = lastTalked(answered) ?? toPhones.at(-1) ?? inOrder.findLast((leg) => leg.dstchannel !== '')
  return {
    callKey: first.callKey,
    openedAtMs: first.openedAtMs,
    startedAtMs,
    answeredAtMs,
    endedAtMs,
    talkS,
    ringS: ringSeconds(toPhones),
    waitS: Math.max(0, Math.round(((answeredAtMs ?? endedAtMs) - startedAtMs) / 1000)),
    durationS: inOrder.length === 1 ? first.durationS : Math.round((endedAtMs - startedAtMs) / 1000),
    billS: outbound?.billS ?? talkS,
    outcome,
    hangupCause: 0,
    legs: inOrder.length,
    attempts: distinctChannels(toPhones),
    final: false,
    fromNumber: callerNumber(inOrder.find((leg) => callerNumber(leg) !== '') ?? first),
    toNumber: outbound?.toNumber ?? dialledNumber(inOrder),
    fromName: callerName(first),
    answeredBy,
    accountcode: inOrder.find((leg) => leg.accountcode !== '')?.accountcode ?? '',
    linkedid: first.linkedid === '' ? first.uniqueid : first.linkedid,
    entryPeer,
    exitPeer: outbound?.exitPeer ?? (reachedLast ? peerOf(reachedLast.dstchannel) : ''),
    context: first.dcontext,
    segments: more.length === 0 ? NO_SEGMENTS : more.map(segmentOf),
    ending: endingFromLegs(inOrder, outcome),
    path: NO_PATH,
    did,
    extension: extensionOf({ entryPeer, answeredBy, context: first.dcontext, did }, rules),
    disposition: dispositionOf(outcome, inOrder),
    rung: namesOf(inVain(toPhones, winner), rules),
    seizures: seizuresFromLegs(inOrder, rules),
  }
}

/** A telephone that was dialled and neither taken nor busy. */
function rangInVain(leg: Leg): boolean {
  const { disposition, dstchannel } = leg
  return dstchannel !== '' && (disposition === DISPOSITION['NO ANSWER'] || disposition === DISPOSITION.CANCEL)
}

function inVain(toPhones: readonly Leg[], winner: Leg | undefined): string[] {
  return toPhones
    .filter((leg) => leg.dstchannel !== winner?.dstchannel && rangInVain(leg))
    .map((leg) => peerOf(leg.dstchannel))
}

/** Up to so many legs are compared each with each: for the two or three of most calls that is less than a Map costs. */
const FEW = 8

function distinctChannels(legs: readonly Leg[]): number {
  if (legs.length > FEW) return new Set(legs.map((leg) => leg.dstchannel)).size
  return legs.filter((leg, i) => !legs.some((later, j) => j > i && later.dstchannel === leg.dstchannel)).length
}

function least(legs: readonly Leg[], of: (leg: Leg) => number): number {
  let least = Number.POSITIVE_INFINITY
  for (const leg of legs) least = Math.min(least, of(leg))
  return least
}

/** Who took the call: the first leg on which people talked, else the first that was answered at all. */
function firstAnswered(answered: readonly Leg[]): Leg | undefined {
  let winner: Leg | undefined
  for (const leg of answered) {
    if (!winner) winner = leg
    else if (winner.billsec === 0 && leg.billsec > 0) winner = leg
    else if (winner.billsec > 0 === leg.billsec > 0 && answeredFrom(leg) < answeredFrom(winner)) winner = leg
  }
  return winner
}

/** After a transfer: the party talked with at the end. */
function lastTalked(answered: readonly Leg[]): Leg | undefined {
  let last: Leg | undefined
  for (const leg of answered) {
    if (!last || (leg.billsec > 0 && answeredFrom(leg) >= answeredFrom(last))) last = leg
  }
  return last
}

/** Time in which at least one phone was tried and nobody had taken that attempt yet, seconds. */
function ringSeconds(toPhones: readonly Leg[]): number {
  const rings: Interval[] = toPhones.map((leg) => {
    const until = isAnswered(leg) ? answeredFrom(leg) : leg.startedAtMs + leg.durationS * 1000
    return [leg.startedAtMs, until]
  })
  return secondsOf(unite(rings))
}

function outcomeWithoutPerson(inOrder: readonly Leg[]): Outcome {
  const tried = inOrder.filter((leg) => leg.dstchannel !== '')
  const byItself = inOrder.filter((leg) => leg.dstchannel === '' && isAnswered(leg))
  // After a failed attempt only a program counts as an answer: a dialplan that answers and then hangs up is none.
  const program = tried.length === 0 ? byItself.length > 0 : byItself.some((leg) => PROGRAMS.has(leg.lastapp))
  if (program) return OUTCOME.program
  return failureOf(tried.length > 0 ? tried : withoutCallersHalf(inOrder))
}

/** What rang beats what was busy, and that beats what failed: the best that a caller got. */
function failureOf(legs: readonly Leg[]): Outcome {
  const has = (d: number) => legs.some((leg) => leg.disposition === d)
  if (has(DISPOSITION['NO ANSWER']) || has(DISPOSITION.CANCEL) || has(DISPOSITION.ANSWERED)) return OUTCOME.noAnswer
  return has(DISPOSITION.BUSY) ? OUTCOME.busy : OUTCOME.failed
}

/** An originated call says NO ANSWER on its own half whatever happened; the other half knows. */
function withoutCallersHalf(legs: readonly Leg[]): readonly Leg[] {
  const channels = new Set(legs.map((leg) => leg.channel))
  const others = legs.filter((leg) => !(leg.channel.endsWith(';1') && channels.has(otherHalf(leg.channel))))
  return others.length > 0 ? others : legs
}
