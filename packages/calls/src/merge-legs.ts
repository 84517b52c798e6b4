// The same leg told twice, by two ways or by two rows: of each field the richer value is kept. "Richer" is a total order
// on values that never looks at who came first, so that the merged leg is the same in whatever order its tellings came.

import { firstWay, type KnownLeg, type Origins } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { epochOf } from './uniqueid.ts'

/** The values of `mine`, each replaced by the other's where that is richer. Keys stay those of `mine`. */
export function mergeLegs(mine: KnownLeg, other: KnownLeg): KnownLeg {
  const seenIn = mine.from.seenIn | other.from.seenIn
  const a = mine.leg
  const b = other.leg
  const origins = originsOf(mine, other, seenIn)
  const merged: Record<string, unknown> = { ...a }
  for (const field of FIELDS) {
    const order = compare(field, mine, other)
    if (order < 0) merged[field] = b[field]
    origins.note(field, order, merged[field])
  }
  const times = compareTimes(a, b)
  for (const field of TIMES) {
    const order = times === 0 ? TIME_ORDER[field](a, b) : times
    if (order < 0) merged[field] = b[field]
    origins.note(field, order, merged[field])
  }
  const leg = { ...merged, extras: mergeExtras(a.extras, b.extras) } as Leg
  return { leg, from: { ...mine.from, seenIn, origins: origins.noted } }
}

/** True when both have the same values; keys, line and provenance are not looked at. */
export function sameValues(a: Leg, b: Leg): boolean {
  return (
    FIELDS.every((field) => a[field] === b[field]) &&
    TIMES.every((field) => a[field] === b[field]) &&
    (a.extras === b.extras || JSON.stringify(sorted(a.extras)) === JSON.stringify(sorted(b.extras)))
  )
}

type Field = (typeof FIELDS)[number]
const FIELDS = [
  ...(['linkedid', 'channel', 'dstchannel', 'src', 'dst', 'clid', 'dcontext', 'lastapp', 'lastdata'] as const),
  ...(['accountcode', 'peeraccount', 'userfield', 'did', 'recording'] as const),
  ...(['sequence', 'durationS', 'billsec', 'disposition', 'amaflags'] as const),
] as const

const TIMES = ['startedAtMs', 'answeredAtMs', 'endedAtMs'] as const

/** Who told a value: the way that first had what is kept now. */
function originsOf(mine: KnownLeg, other: KnownLeg, seenIn: number) {
  const first = firstWay(seenIn)
  const noted: Record<string, number> = {}
  const of = (known: KnownLeg, field: string) => known.from.origins[field] ?? firstWay(known.from.seenIn)
  return {
    noted: noted as Origins,
    note(field: string, order: number, value: unknown): void {
      if (value === '' || value === undefined) return
      const [a, b] = [of(mine, field), of(other, field)]
      const way = order > 0 ? a : order < 0 ? b : Math.min(a, b)
      if (way !== first) noted[field] = way
    },
  }
}

/** Above zero when `mine` is richer, below when the other is, 0 when they say the same. */
function compare(field: Field, mine: KnownLeg, other: KnownLeg): number {
  const a = mine.leg[field]
  const b = other.leg[field]
  if (field === 'linkedid') {
    // What the leg itself said counts more than what was told of its channel.
    const own = (known: KnownLeg) => (known.leg.linkedid !== '' && known.from.origins.linkedid !== 0 ? 1 : 0)
    if (own(mine) !== own(other)) return own(mine) - own(other)
  }
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return richerText(a, b)
  return ((a as number | undefined) ?? -1) - ((b as number | undefined) ?? -1)
}

/** Something over nothing, whole over damaged, long over cut; then by the text itself, so that it is decided at all. */
export function richerText(a: string, b: string): number {
  if (a === b) return 0
  if (a === '' || b === '') return a === '' ? -1 : 1
  const damaged = (text: string) => (text.includes('\uFFFD') ? 1 : 0)
  return damaged(b) - damaged(a) || a.length - b.length || (a > b ? 1 : -1)
}

/**
 * Whose times are to be believed when the starts differ: one way was read in another zone. A CDR begins with its channel
 * or later, so of two starts the first that is not before the channel is right.
 */
function compareTimes(a: Leg, b: Leg): number {
  const [startA, startB] = [seconds(a.startedAtMs), seconds(b.startedAtMs)]
  if (startA === startB) return 0
  const epoch = epochOf(a.uniqueid)
  if (epoch === undefined) return startB - startA
  const before = (start: number) => (start < epoch - 1 ? 1 : 0)
  if (before(startA) !== before(startB)) return before(startB) - before(startA)
  return before(startA) ? startA - startB : startB - startA
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** A fraction of a second is more than none; an end that was told is never before one reckoned from the duration. */
const TIME_ORDER: Readonly<Record<(typeof TIMES)[number], (a: Leg, b: Leg) => number>> = {
  startedAtMs: (a, b) => a.startedAtMs - b.startedAtMs,
  answeredAtMs(a, b) {
    if (a.answeredAtMs === undefined || b.answeredAtMs === undefined) {
      return (a.answeredAtMs ?? Number.NEGATIVE_INFINITY) === (b.answeredAtMs ?? Number.NEGATIVE_INFINITY)
        ? 0
        : a.answeredAtMs === undefined
          ? -1
          : 1
    }
    const told = Number(isReckoned(b)) - Number(isReckoned(a))
    return told || seconds(b.answeredAtMs) - seconds(a.answeredAtMs) || a.answeredAtMs - b.answeredAtMs
  },
  endedAtMs: (a, b) => a.endedAtMs - b.endedAtMs,
}

/** An answer that is no more than the seconds say may be reckoned (a table without answers) and up to a second off. */
function isReckoned(leg: Leg): boolean {
  return leg.answeredAtMs === leg.startedAtMs + (leg.durationS - leg.billsec) * 1000
}

function mergeExtras(a: Leg['extras'], b: Leg['extras']): Leg['extras'] {
  if (a === undefined || b === undefined) return a ?? b
  const merged: Record<string, string> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    if (merged[key] === undefined || richerText(merged[key], value) < 0) merged[key] = value
  }
  return merged
}

function sorted(extras: Leg['extras']): [string, string][] {
  return Object.entries(extras ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
}
