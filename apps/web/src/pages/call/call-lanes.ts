// The timeline of a call as a value: who takes part, what each did when, and an axis on which short rings next to long
// talks stay readable. Pure; draws nothing.

import type { CallDetail, LegRow, Outcome } from '@tollbook/api/wire'

export type Piece = {
  readonly kind: 'ring' | 'talk' | 'wait' | 'program' | 'busy'
  readonly from: number
  readonly to: number
  /** Whole seconds as Asterisk counted them, where that is not the difference of the printed times. */
  readonly seconds?: number
}

export type Lane = {
  /** Channel without its unique suffix: "PJSIP/204". */
  readonly who: string
  readonly sub: string
  readonly pieces: readonly Piece[]
  /** How it ended, when that is not plain from the pieces; `at` in seconds. */
  readonly note: { readonly at: number; readonly kind: 'elsewhere' | 'notAnswered' | 'busy' | 'failed' } | null
}

export type Axis = {
  /** Whole length in seconds, at least one. */
  readonly length: number
  /** Up to here the axis is drawn wider; null when it is even. */
  readonly wideUntil: number | null
  /** Per cent from the left. */
  at(seconds: number): number
}

/**
 * Lanes of a call: the caller first, then each party that was dialled, in the order of the legs. What a program did is
 * drawn on the caller's lane, for nobody else took part; so are the wires inside the PBX when a telephone is behind them.
 */
export function lanesOf(detail: CallDetail): readonly Lane[] {
  const { call } = detail
  const startMs = Date.parse(call.startedAt)
  const second = (at: string) => Math.max(0, (Date.parse(at) - startMs) / 1000)
  const end = second(call.endedAt)
  const answered = call.answeredAt === null ? null : second(call.answeredAt)
  const others = mergeLanes(dialled(detail.legs).map((leg) => laneOfLeg(leg, second, answered)))
  const heard = detail.legs.flatMap((leg) => laneOfLeg(leg, second, answered).pieces)
  const spoken = union(heard.filter((piece) => piece.kind === 'talk'))
  // While people talk, a program on one of the legs (the wait of a wire inside the PBX) is not what the caller hears.
  const programs = union(heard.filter((piece) => piece.kind === 'program' && !spoken.some((one) => meet(one, piece))))
  const talks = [...spoken, ...programs].sort((a, b) => a.from - b.from)
  const caller: Lane = {
    who: call.fromName || call.from,
    sub: call.fromName ? call.from : '',
    pieces: fill(alone(talks, call.talkSeconds), answered ?? end, end),
    note: null,
  }
  return [caller, ...others]
}

/** Telephones and trunks that rang; a leg that was busy or failed at once rang nowhere. */
export function phonesRung(detail: CallDetail): number {
  const rang = dialled(detail.legs).filter((leg) => ['answered', 'no-answer'].includes(outcomeOfLeg(leg)))
  return new Set(rang.map((leg) => peerOf(leg.dstchannel))).size
}

/** Legs toward a dialled channel. A Local channel is a wire inside the PBX: it counts only where nothing else does. */
function dialled(legs: readonly LegRow[]): readonly LegRow[] {
  const all = legs.filter((leg) => leg.dstchannel !== '')
  const real = all.filter((leg) => !leg.dstchannel.startsWith('Local/'))
  return real.length > 0 ? real : all
}

function laneOfLeg(leg: LegRow, second: (at: string) => number, callAnswered: number | null): Lane {
  const from = second(leg.startedAt)
  const to = second(leg.endedAt)
  const answered = leg.answeredAt === null ? null : second(leg.answeredAt)
  const outcome = outcomeOfLeg(leg)
  if (leg.dstchannel === '') {
    const kind = outcome === 'busy' ? 'busy' : leg.billsec > 0 ? 'program' : 'wait'
    return { who: '', sub: '', pieces: [{ kind, from, to }], note: null }
  }
  const pieces: Piece[] = []
  if (outcome === 'answered' && answered !== null) {
    if (answered > from) pieces.push({ kind: 'ring', from, to: answered })
    pieces.push({ kind: 'talk', from: answered, to, seconds: leg.billsec })
  } else if (outcome === 'busy' || outcome === 'failed') {
    pieces.push({ kind: 'busy', from, to: Math.max(to, from) })
  } else {
    pieces.push({ kind: 'ring', from, to })
  }
  const note =
    outcome === 'answered'
      ? null
      : {
          at: to,
          kind:
            outcome === 'busy'
              ? ('busy' as const)
              : outcome === 'failed'
                ? ('failed' as const)
                : callAnswered !== null && to <= callAnswered + 1.5
                  ? ('elsewhere' as const)
                  : ('notAnswered' as const),
        }
  return { who: peerOf(leg.dstchannel), sub: leg.dst, pieces, note }
}

/** Several legs toward one party share its lane; how the last one ended is how it ended. */
function mergeLanes(lanes: readonly Lane[]): Lane[] {
  const byParty = new Map<string, Lane>()
  for (const lane of lanes) {
    const had = byParty.get(lane.who)
    byParty.set(lane.who, had ? { ...had, pieces: [...had.pieces, ...lane.pieces], note: lane.note } : lane)
  }
  return [...byParty.values()]
}

/** "PJSIP/204-0000a1f5" → "PJSIP/204". */
export function peerOf(channel: string): string {
  return channel.replace(/-[0-9a-f]{6,}(;\d)?$/i, '')
}

export function outcomeOfLeg(leg: LegRow): Outcome {
  if (leg.disposition === 'ANSWERED') return 'answered'
  if (leg.disposition === 'BUSY') return 'busy'
  if (leg.disposition === 'FAILED' || leg.disposition === 'CONGESTION') return 'failed'
  return 'no-answer'
}

function meet(a: Piece, b: Piece): boolean {
  return a.from < b.to && b.from < a.to
}

/** Overlapping pieces of one kind as one. */
function union(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && piece.from <= last.to && last.kind === piece.kind)
      out[out.length - 1] = { ...last, to: Math.max(last.to, piece.to) }
    else out.push({ kind: piece.kind, from: piece.from, to: piece.to })
  }
  return out
}

/** One talk is as long as the call says it is. */
function alone(talks: readonly Piece[], seconds: number): readonly Piece[] {
  const [only] = talks
  return talks.length === 1 && only?.kind === 'talk' ? [{ ...only, seconds }] : talks
}

/** The caller waits wherever nobody talks with them, from the start to the answer (or the end). */
function fill(talks: readonly Piece[], firstAnswer: number, end: number): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const talk of talks) {
    if (talk.from > at + 0.05) pieces.push({ kind: 'wait', from: at, to: talk.from })
    pieces.push(talk)
    at = Math.max(at, talk.to)
  }
  if (talks.length === 0) pieces.push({ kind: 'wait', from: 0, to: Math.max(firstAnswer, end) })
  else if (end > at + 0.5) pieces.push({ kind: 'wait', from: at, to: end })
  return pieces
}

/** Share of the width that the beginning gets when it would otherwise be squeezed. */
const WIDE_SHARE = 46
/** A beginning that has this share by itself needs no help. */
const SQUEEZED_BELOW = 0.25

export function axisOf(detail: CallDetail, lanes: readonly Lane[]): Axis {
  const start = Date.parse(detail.call.startedAt)
  const length = Math.max(
    1,
    (Date.parse(detail.call.endedAt) - start) / 1000,
    ...lanes.flatMap((lane) => lane.pieces.map((piece) => piece.to)),
  )
  const rings = lanes.flatMap((lane) =>
    lane.pieces.filter((p) => p.kind !== 'talk' && p.from < length / 2 && p.to < length / 2),
  )
  const busyUntil = Math.max(0, ...rings.map((piece) => piece.to))
  const wideUntil = Math.ceil((busyUntil * 1.4) / 5) * 5
  const squeezed = busyUntil > 0 && busyUntil / length < SQUEEZED_BELOW && wideUntil < length
  if (!squeezed) return { length, wideUntil: null, at: (s) => (100 * clamp(s, length)) / length }
  return {
    length,
    wideUntil,
    at: (s) => {
      const t = clamp(s, length)
      if (t <= wideUntil) return (t / wideUntil) * WIDE_SHARE
      return WIDE_SHARE + ((t - wideUntil) / (length - wideUntil)) * (100 - WIDE_SHARE)
    },
  }
}

type Tick = { readonly at: number; readonly key: boolean }

/** Moments worth a tick: start, first answer, where the axis changes, end; not closer than a label is wide. */
export function ticksOf(detail: CallDetail, axis: Axis): readonly Tick[] {
  const { call } = detail
  const answered = call.answeredAt === null ? null : (Date.parse(call.answeredAt) - Date.parse(call.startedAt)) / 1000
  const wished = [
    { at: 0, key: false },
    { at: axis.length, key: false },
    ...(answered !== null && answered > 0 ? [{ at: answered, key: true }] : []),
    ...(axis.wideUntil !== null ? [{ at: axis.wideUntil, key: false }] : [{ at: axis.length / 2, key: false }]),
  ]
  const kept: Tick[] = []
  for (const tick of wished) {
    const apart = (one: Tick) => Math.abs(axis.at(one.at) - axis.at(tick.at)) > 9
    // Labels are whole seconds: two moments of the same second would read as the axis standing still.
    if (kept.every((one) => apart(one) && Math.round(one.at) !== Math.round(tick.at))) kept.push(tick)
  }
  return kept.sort((a, b) => a.at - b.at)
}

function clamp(seconds: number, length: number): number {
  return Math.max(0, Math.min(length, seconds))
}
