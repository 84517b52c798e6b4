// Calls as this house keeps them → calls as the wire tells them.

import {
  type CallDetail,
  type CallSummary,
  DIRECTION,
  DISPOSITION,
  OUTCOME,
  type Unrated,
  unratedWord,
} from '@tollbook/calls'
import { ENDING } from '@tollbook/calls/search'
import type { CallStory } from '@tollbook/calls/story'
import { WAY, type Way } from '@tollbook/kernel'
import { DISPOSITIONS } from '@tollbook/selection'
import { lettersOf } from './session-info.ts'
import type * as wire from './wire.ts'
import { storyOnWire } from './wire-story-of.ts'

/** The wire's words for the numbers of the database, and back. */
export const DIRECTION_WORDS = DIRECTION satisfies Record<wire.Direction, number>
export const OUTCOME_WORDS: Readonly<Record<wire.Outcome, (typeof OUTCOME)[keyof typeof OUTCOME]>> = {
  answered: OUTCOME.answered,
  'no-answer': OUTCOME.noAnswer,
  busy: OUTCOME.busy,
  failed: OUTCOME.failed,
  program: OUTCOME.program,
}
export const WAY_NAMES: Readonly<Record<Way, wire.WayName>> = { 1: 'live', 2: 'file', 3: 'table', 4: 'push' }
const endingOf = wordOf(ENDING)
const directionOf = wordOf(DIRECTION_WORDS)
const outcomeOf = wordOf(OUTCOME_WORDS)
export const unratedOf = (reason: Unrated): wire.UnratedReason => unratedWord(reason)
const dispositionOf = wordOf(DISPOSITION)

export function callRow(call: CallSummary): wire.CallRow {
  return {
    key: call.callKey,
    startedAt: iso(call.startedAtMs),
    answeredAt: call.answeredAtMs === undefined ? null : iso(call.answeredAtMs),
    endedAt: iso(call.endedAtMs),
    from: call.fromNumber,
    fromName: call.fromName,
    to: call.toNumber,
    direction: directionOf(call.direction),
    outcome: outcomeOf(call.outcome),
    ending: endingOf(call.ending),
    path: call.path,
    final: call.final,
    talkSeconds: call.talkS,
    ringSeconds: call.ringS,
    waitSeconds: call.waitS,
    durationSeconds: call.durationS,
    legs: call.legs,
    did: call.did,
    extension: call.extension,
    disposition: DISPOSITIONS[call.disposition] ?? 'none',
    cause: call.hangupCause === 0 ? null : call.hangupCause,
    country: call.countryId === 0 ? null : call.countryId,
    tags: call.tags,
    account: call.account ?? null,
    trunk: call.trunk ?? null,
    carrier: call.carrier ?? null,
    destination: call.destination ?? null,
    source: call.source,
    currency: lettersOf(call.currency),
    revenue: call.revenue ?? null,
    cost: call.cost ?? null,
    unrated: call.unrated === undefined ? null : unratedOf(call.unrated),
  }
}

/** `traces` belong to the charges in order. */
export function callDetailOf(
  detail: CallDetail,
  story: CallStory | undefined,
  traces: readonly (readonly wire.TraceStep[])[],
): wire.CallDetail {
  return {
    call: callRow(detail.call),
    linkedid: detail.linkedid,
    answeredBy: detail.answeredBy,
    ringSeconds: detail.ringS,
    waitSeconds: detail.waitS,
    final: detail.final,
    legs: detail.legs.map((leg) => legRow(leg, story)),
    cel: detail.cel.map(({ happenedAtMs, cid_num: cidNum, cid_name: cidName, ...event }) => ({
      ...event,
      cidNum,
      cidName,
      happenedAt: iso(happenedAtMs),
    })),
    queueEvents: detail.queueEvents.map(({ happenedAtMs, ...event }) => ({ ...event, happenedAt: iso(happenedAtMs) })),
    story: story ? storyOnWire(story) : null,
    charges: detail.charges.map((charge, i) => chargeInfo(charge, traces[i] ?? [])),
    invoice: detail.invoice ?? null,
    segments: detail.segments.map((part) => ({
      ...{ line: part.segment, answeredAt: iso(part.answeredAtMs), seconds: part.billS },
      ...{ to: part.toNumber, peer: part.exitPeer, accountcode: part.accountcode },
    })),
    changes: detail.changes.map(({ changedAtMs, ...change }) => ({ ...change, changedAt: iso(changedAtMs) })),
  }
}

function legRow(leg: CallDetail['legs'][number], story: CallStory | undefined): wire.LegRow {
  const { startedAtMs, answeredAtMs, endedAtMs, disposition, durationS, sequence, ...rest } = leg
  const { legKey, receivedAtMs, seenIn, origins, ...text } = rest
  const row = story?.rows.find((one) => one.legKey === legKey)
  return {
    ...text,
    startedAt: iso(startedAtMs),
    answeredAt: answeredAtMs === undefined ? null : iso(answeredAtMs),
    endedAt: iso(endedAtMs),
    disposition: dispositionOf(disposition),
    durationSeconds: durationS,
    sequence: sequence ?? null,
    role: row?.role ?? '',
    talkRow: row?.talkRow ?? false,
    receivedAt: iso(receivedAtMs),
    seenIn: Object.values(WAY).flatMap((way) => ((seenIn >> (way - 1)) & 1 ? [WAY_NAMES[way]] : [])),
    origins: Object.fromEntries(
      Object.entries(origins).flatMap(([field, way]) => (way in WAY_NAMES ? [[field, WAY_NAMES[way as Way]]] : [])),
    ),
  }
}

function chargeInfo(charge: CallDetail['charges'][number], trace: readonly wire.TraceStep[]): wire.ChargeInfo {
  const { side, line, party, deck, deckId, deckVersion, prefix, destination, seconds, amount, reversed } = charge
  return {
    side,
    line,
    party,
    deck,
    deckId,
    deckVersion,
    prefix,
    destination,
    seconds,
    billedSeconds: charge.billedS,
    currency: lettersOf(charge.currency),
    amount,
    bookedAt: iso(charge.bookedAtMs),
    reversed,
    trace,
  }
}

function wordOf<Word extends string>(words: Readonly<Record<Word, number>>): (value: number) => Word {
  const back = new Map(Object.entries<number>(words).map(([word, value]) => [value, word as Word]))
  return (value) => {
    const word = back.get(value)
    if (word === undefined) throw new Error(`no word for ${value}`)
    return word
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
