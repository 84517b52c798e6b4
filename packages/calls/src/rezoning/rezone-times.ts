// Times that were read in one zone, read in another: the wall clock the PBX wrote is found again, and read anew. Pure.

import type { Leg } from '../leg.ts'
import { epochOf } from '../uniqueid.ts'
import type { ZoneConverter } from '../zone-converter.ts'

const HOUR_MS = 3_600_000
/** Told seconds are cut, so two of them may lie one nearer or further apart than what was measured. */
const CUT_MS = 2_000

/** What a leg's times would have been, had they been read in `to`. */
export function rezoneLeg(leg: Leg, from: ZoneConverter, to: ZoneConverter): Leg {
  const epoch = epochOf(leg.uniqueid)
  const startedAtMs = rezoneInstant(leg.startedAtMs, from, to, epoch === undefined ? undefined : epoch * 1000 - 1000)
  const endedAtMs = elapsed(leg.endedAtMs, leg.startedAtMs, leg.durationS)
    ? startedAtMs + leg.endedAtMs - leg.startedAtMs
    : nearest(leg.endedAtMs, from, to, startedAtMs + leg.durationS * 1000)
  if (leg.answeredAtMs === undefined) return { ...leg, startedAtMs, endedAtMs }
  const answeredAtMs = elapsed(leg.endedAtMs, leg.answeredAtMs, leg.billsec)
    ? endedAtMs - (leg.endedAtMs - leg.answeredAtMs)
    : nearest(leg.answeredAtMs, from, to, endedAtMs - leg.billsec * 1000)
  return { ...leg, startedAtMs, answeredAtMs, endedAtMs }
}

/** The instant a wall clock stands for in `to`; of several the first that is not before `notBeforeMs`. */
export function rezoneInstant(
  atMs: number,
  from: ZoneConverter,
  to: ZoneConverter,
  notBeforeMs: number | undefined,
): number {
  const instants = wallClocks(atMs, from).map((local) => to.toInstant(local, notBeforeMs ?? 0))
  if (notBeforeMs === undefined) return instants[0]!
  return instants.filter((at) => at >= notBeforeMs).sort((a, b) => a - b)[0] ?? instants[0]!
}

function nearest(atMs: number, from: ZoneConverter, to: ZoneConverter, expectedMs: number): number {
  const far = (at: number) => Math.abs(at - expectedMs)
  return wallClocks(atMs, from)
    .map((local) => to.toInstant(local, expectedMs - 1000))
    .sort((a, b) => far(a) - far(b))[0]!
}

/** True when the two lie as far apart as was measured: no change of clocks, real or imagined, is between them. */
function elapsed(laterMs: number, earlierMs: number, seconds: number): boolean {
  const over = laterMs - earlierMs - seconds * 1000
  return over >= 0 && over < CUT_MS
}

/**
 * What the clock on the wall may have shown: one time; two where clocks went forward, because a time that was skipped is
 * read as one that was not. The usual one comes first.
 */
function wallClocks(atMs: number, zone: ZoneConverter): number[] {
  const about = atMs + zone.offsetsAt(atMs)[0]
  const around = [-3, 0, 3].flatMap((hours) => [...zone.offsetsAt(about + hours * HOUR_MS)])
  const locals = [...new Set(around)].map((offset) => atMs + offset)
  const good = locals.filter((local) => zone.toInstant(local, atMs) === atMs)
  // The skipped one is read by the smaller offset, so it shows less.
  return good.length === 0 ? [about] : good.sort((a, b) => b - a)
}
