// How far a spool is stored: not one position but the ranges that are not, because after a long absence of the database
// what comes now is stored before what waits.
//
// It is kept in the database, in the transaction that stores the records: so a crash loses and doubles nothing, not even
// in the counts; a file beside the spool could only be written before (losing) or after (doubling) the commit. A database
// restored from a backup brings its older position with it, and what the spool still holds is stored again.

import type { ZoneEvidence } from '@tollbook/calls'

/** From and to a position; null = to the end, whatever comes. The last range always is that one. */
export type Range = readonly [from: number, to: number | null]

export type DrainPosition = {
  /** Positions are those of the spool of this name. */
  readonly spool: string
  readonly ranges: readonly Range[]
  /** Whether the Cdr kept back at the beginning of the last range was given out already. */
  readonly flushed: boolean
  readonly zone: ZoneEvidence
}

/** What the database told, if it is about this spool; else everything that is still there. */
export function positionOf(told: unknown, spoolId: string, oldest: number): DrainPosition {
  const known = told as DrainPosition | undefined
  if (known?.spool !== spoolId)
    return { spool: spoolId, ranges: [[oldest, null]], flushed: false, zone: known?.zone ?? [] }
  return { ...known, ranges: known.ranges.map(([from, to]) => [Math.max(from, oldest), to] as const).filter(isSome) }
}

function isSome([from, to]: Range): boolean {
  return to === null || from < to
}
