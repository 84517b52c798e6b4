// One source and one way, hour by hour: what came, what was quiet, what was missed and what was filled in later. Pure.

import type { Gap, SourceHour } from '@tollbook/intake'
import { WAY, type Way } from '@tollbook/kernel'

/** `none`: nobody listened yet, or no record store has told of this hour. */
export type HourState = 'complete' | 'quiet' | 'filled' | 'gap' | 'none'

export type Strip = {
  readonly sourceId: number
  readonly way: Way
  /** From the first hour asked for to the present one. */
  readonly states: readonly HourState[]
  readonly received: number
  readonly inserted: number
  readonly matched: number
  readonly duplicates: number
  readonly late: number
}

export type Span = { readonly fromMs: number; readonly untilMs: number }

export type StripFacts = {
  /** A whole hour. */
  readonly fromMs: number
  readonly nowMs: number
  readonly sourceId: number
  readonly way: Way
  readonly hours: readonly SourceHour[]
  readonly gaps: readonly Gap[]
  /** Of which time this way has told everything there is: listening, or a file that was read to its end. */
  readonly heard: readonly Span[]
}

export const HOUR_MS = 3_600_000

/** A gap is the live connection's: a file has none, what it has not told is `none`. */
export function hourStrip(facts: StripFacts): Strip {
  const { fromMs, nowMs, sourceId, way } = facts
  const own = facts.hours.filter((hour) => hour.sourceId === sourceId && hour.way === way)
  const came = new Map(own.map((hour) => [hour.hourMs, hour.received]))
  const gaps = way === WAY.live ? facts.gaps.filter((gap) => gap.sourceId === sourceId) : []
  const states: HourState[] = []
  for (let at = fromMs; at <= nowMs; at += HOUR_MS) {
    const within = (from: number, until: number) => from < at + HOUR_MS && until >= at
    const touching = gaps.filter((gap) => within(gap.fromMs, gap.untilMs ?? nowMs))
    if (touching.some((gap) => gap.closedAtMs === undefined)) states.push('gap')
    else if (touching.length > 0) states.push('filled')
    else if ((came.get(at) ?? 0) > 0) states.push('complete')
    else states.push(facts.heard.some((span) => within(span.fromMs, span.untilMs)) ? 'quiet' : 'none')
  }
  const sum = (of: (hour: SourceHour) => number) => own.reduce((total, hour) => total + of(hour), 0)
  return {
    sourceId,
    way,
    states,
    received: sum((hour) => hour.received),
    inserted: sum((hour) => hour.inserted),
    matched: sum((hour) => hour.matched),
    duplicates: sum((hour) => hour.duplicates),
    late: sum((hour) => hour.late),
  }
}
