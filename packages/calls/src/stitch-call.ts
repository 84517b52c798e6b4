// The legs of one call key → the call as a person would tell it. Pure: the same set of legs gives the same call, in
// whatever order and however often they came. Decides from CDR rows alone; knows no trunk, account or price.

import { assert } from '@tollbook/kernel'
import { type CallDraft, NO_SEGMENTS, OUTCOME, type Outcome } from './call.ts'
import { isLocal, otherHalf, peerOf } from './channel.ts'
import { callerName, callerNumber, dialledNumber } from './dialled-number.ts'
import { type Interval, secondsOf, unite } from './intervals.ts'
import { DISPOSITION, type Leg } from './leg.ts'
import { answeredFrom, isAnswered, PROGRAMS, reachesPhone, talkOf } from './talk.ts'

/** Makes the call of one or more legs that share a call key. Hang-up cause and finality are not in CDR rows: 0, false. */
export function stitchCall(legs: readonly Leg[]): CallDraft {
  assert(legs.length > 0, 'a call has at least one leg')
  const only = legs.length === 1 ? legs[0]! : undefined
  return only && !isLocal(only.dstchannel) ? plainCall(only) : stitchLegs(distinctInOrder(legs))
}

/** Most calls are one leg: the same answers without looking for others. A property compares the two. */
function plainCall(leg: Leg): CallDraft {
  const alone = [leg]
  const reached = leg.dstchannel !== ''
  const answered = reached && isAnswered(leg)
  const answeredAtMs = answered ? answeredFrom(leg) : undefined
  const ringsUntil = answeredAtMs ?? leg.startedAtMs + leg.durationS * 1000
  const talkS = answered ? leg.billsec : 0
  const peer = peerOf(leg.dstchannel)
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
    outcome: answered ? OUTCOME.answered : outcomeWithoutPerson(alone),
    hangupCause: 0,
    legs: 1,
    attempts: reached ? 1 : 0,
    final: false,
    fromNumber: callerNumber(leg),
    toNumber: dialledNumber(alone),
    fromName: callerName(leg),
    answeredBy: answered ? peer : '',
    accountcode: leg.accountcode,
    linkedid: leg.linkedid === '' ? leg.uniqueid : leg.linkedid,
    entryPeer: peerOf(leg.channel),
    exitPeer: peer,
    context: leg.dcontext,
    segments: NO_SEGMENTS,
  }
}

function stitchLegs(inOrder: readonly Leg[]): CallDraft {
  const first = inOrder[0]!
  const toPhones = inOrder.filter((leg) => reachesPhone(leg, inOrder))
  const answered = toPhones.filter(isAnswered)
  const talk = talkOf(answered)
  const talkS = secondsOf(talk)
  const winner = firstAnswered(answered)
  const answeredAtMs = talk[0]?.[0] ?? (winner && answeredFrom(winner))
  const startedAtMs = least(inOrder, (leg) => leg.startedAtMs)
  const endedAtMs = -least(inOrder, (leg) => -leg.endedAtMs)
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
    billS: talkS,
    outcome: winner ? OUTCOME.answered : outcomeWithoutPerson(inOrder),
    hangupCause: 0,
    legs: inOrder.length,
    attempts: distinctChannels(toPhones),
    final: false,
    fromNumber: callerNumber(inOrder.find((leg) => callerNumber(leg) !== '') ?? first),
    toNumber: dialledNumber(inOrder),
    fromName: callerName(first),
    answeredBy: winner ? peerOf(winner.dstchannel) : '',
    accountcode: inOrder.find((leg) => leg.accountcode !== '')?.accountcode ?? '',
    linkedid: first.linkedid === '' ? first.uniqueid : first.linkedid,
    entryPeer: peerOf(first.channel),
    exitPeer: reachedLast ? peerOf(reachedLast.dstchannel) : '',
    context: first.dcontext,
    segments: NO_SEGMENTS,
  }
}

/**
 * The legs once each, the caller's own channel first (its uniqueid is the linkedid), then what its Local wire leads to,
 * then by start and sequence. The leg key breaks ties, so that the order never depends on how they arrived.
 */
function distinctInOrder(legs: readonly Leg[]): Leg[] {
  const byTime = distinctLegs(legs).sort(
    (a, b) => a.startedAtMs - b.startedAtMs || (a.sequence ?? 0) - (b.sequence ?? 0) || (a.legKey < b.legKey ? -1 : 1),
  )
  const origin = byTime.find((leg) => leg.uniqueid === leg.linkedid)
  if (!origin) return byTime
  const wire = otherHalf(origin.channel)
  const rank = (leg: Leg) => (leg.uniqueid === origin.uniqueid ? 0 : wire !== '' && leg.channel === wire ? 1 : 2)
  return byTime.sort((a, b) => rank(a) - rank(b)) // stable: keeps the order of time within a rank
}

/** Up to so many legs are compared each with each: for the two or three of most calls that is less than a Map costs. */
const FEW = 8

function distinctLegs(legs: readonly Leg[]): Leg[] {
  if (legs.length > FEW) return [...new Map(legs.map((leg) => [leg.legKey, leg])).values()]
  return legs.filter((leg, i) => !legs.some((later, j) => j > i && later.legKey === leg.legKey))
}

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
