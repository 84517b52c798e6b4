// The story of a call as lanes to draw: the caller, then each party that was tried, in the order in which they appear.
// Pure; draws nothing and says nothing.

import type { StoryAttempt, StoryInfo, StoryPhase } from '@tollbook/api/wire-story'
import { type Axis, timeAxis } from './time-axis.ts'

export type Piece = {
  readonly kind: 'menu' | 'ring' | 'wait' | 'talk' | 'park' | 'fail'
  readonly from: number
  readonly until: number
  /** Id of the party talked with; '' = none. */
  readonly with: string
}

export type Note = {
  readonly at: number
  readonly result: Exclude<StoryAttempt['result'], 'answered' | 'forwarded'> | 'transferred'
  readonly cause: number | null
}

export type Lane = {
  /** 'caller', or the id of a party. */
  readonly id: string
  readonly pieces: readonly Piece[]
  /** How it ended, where the pieces do not say. */
  readonly note: Note | null
}

const KIND: Readonly<Record<StoryPhase['kind'], Piece['kind']>> = {
  system: 'menu',
  ringing: 'wait',
  waiting: 'wait',
  talking: 'talk',
  parked: 'park',
}

/** A shorter stretch with a program is what answering or hanging up takes. */
const SYSTEM_S = 0.2

export function storyLanes(story: StoryInfo): Lane[] {
  const hops = new Set(story.attempts.filter((one) => one.result === 'forwarded').map((one) => one.party))
  // One that only dialled on is no party, unless somebody talked with it.
  const shown = story.parties.filter(({ id }) => !hops.has(id) || story.talk.some((talk) => talk.with === id))
  const others = shown.map(({ id }) => partyLane(story, id))
  others.sort((a, b) => firstOf(a) - firstOf(b))
  return [callerLane(story), ...others]
}

function callerLane(story: StoryInfo): Lane {
  const own = story.phases.filter(
    (phase) =>
      phase.party === 'caller' &&
      phase.kind !== 'talking' &&
      (phase.kind !== 'system' || phase.until - phase.from >= SYSTEM_S),
  )
  const waits = own.map(({ kind, from, until }) => ({ kind: KIND[kind], from, until, with: '' }))
  const talks = story.talk.map(({ from, until, with: party }) => ({ kind: 'talk' as const, from, until, with: party }))
  return { id: 'caller', pieces: [...merged(waits), ...talks].sort((a, b) => a.from - b.from), note: null }
}

function partyLane(story: StoryInfo, id: string): Lane {
  const tries = story.attempts.filter((one) => one.party === id)
  const pieces: Piece[] = tries.flatMap(({ alerted, from, until, result }): Piece[] => {
    if (alerted && until > from) return [{ kind: 'ring', from, until, with: '' }]
    return FAILED.has(result) ? [{ kind: 'fail', from, until: from, with: '' }] : []
  })
  for (const talk of story.talk)
    if (talk.with === id) pieces.push({ kind: 'talk', from: talk.from, until: talk.until, with: 'caller' })
  pieces.sort((a, b) => a.from - b.from)
  return { id, pieces, note: noteOf(story, id, tries.at(-1), pieces) }
}

const FAILED: ReadonlySet<string> = new Set(['busy', 'congestion', 'unavailable', 'unallocated'])

function noteOf(story: StoryInfo, id: string, last: StoryAttempt | undefined, pieces: readonly Piece[]): Note | null {
  const { transfer } = story
  if (transfer && transfer.transferer === id) return { at: transfer.at, result: 'transferred', cause: null }
  if (!last || last.result === 'answered' || last.result === 'forwarded') return null
  return { at: pieces.at(-1)?.until ?? last.until, result: last.result, cause: last.cause }
}

/** Overlapping pieces of one kind as one. */
function merged(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const at = out.findLastIndex((one) => one.kind === piece.kind)
    const last = out[at]
    if (last && piece.from <= last.until) out[at] = { ...last, until: Math.max(last.until, piece.until) }
    else out.push(piece)
  }
  return out
}

function firstOf(lane: Lane): number {
  return lane.pieces[0]?.from ?? lane.note?.at ?? Number.POSITIVE_INFINITY
}

/** The axis of the lanes: what lies before the first talk is what a long talk would squeeze. */
export function axisOfStory(story: StoryInfo, lanes: readonly Lane[]): Axis {
  const all = lanes.flatMap((lane) => lane.pieces)
  const length = Math.max(story.seconds, ...all.map((piece) => piece.until))
  const talk = Math.min(...all.filter((piece) => piece.kind === 'talk').map((piece) => piece.from))
  const early = all.filter((piece) => piece.kind !== 'talk' && piece.from < talk)
  const busyUntil = Math.min(talk, Math.max(0, ...early.map((piece) => piece.until)))
  return timeAxis(length, Number.isFinite(talk) ? busyUntil : 0)
}

/** Moments a line is drawn at: when somebody answered first, and the transfer. */
export function markedMoments(story: StoryInfo): number[] {
  const answered = Math.min(...story.talk.map((one) => one.from))
  return [...(Number.isFinite(answered) ? [answered] : []), ...(story.transfer ? [story.transfer.at] : [])]
}

export type Cluster<T> = { readonly at: number; readonly events: readonly T[] }

/** Marks that would stand on each other are one mark. */
const APART_PERCENT = 1.6

/** `events` in order of time, seconds. */
export function clustersOf<T extends { readonly at: number }>(events: readonly T[], axis: Axis): Cluster<T>[] {
  const out: { at: number; events: T[] }[] = []
  for (const event of events) {
    const last = out.at(-1)
    if (last && axis.at(event.at) - axis.at(last.at) < APART_PERCENT) last.events.push(event)
    else out.push({ at: event.at, events: [event] })
  }
  return out
}
