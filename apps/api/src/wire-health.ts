// What travels between api and browser about the health of data: sources hour by hour, gaps, what needs somebody.
// Types only; see wire.ts for how instants are written.

import type { Instant, SourceRow, WayName } from './wire.ts'

/** `none`: nobody listened yet, or no record store has told of this hour. `filled`: a gap a record store has closed. */
export type HourState = 'complete' | 'quiet' | 'filled' | 'gap' | 'none'

/** One source by one of its ways. */
export type WayHealth = {
  readonly way: WayName
  /** One letter an hour from `DataHealth.from` on: c complete, q quiet, f filled, g gap, - none. */
  readonly hours: string
  readonly received: number
  /** New legs; known from another way; known from this way. */
  readonly inserted: number
  readonly matched: number
  readonly duplicates: number
  /** Stored more than an hour after they ended. */
  readonly late: number
}

export type FeedHealth = {
  readonly id: number
  readonly kind: 'file' | 'table'
  readonly name: string
  readonly enabled: boolean
  readonly state: 'starting' | 'live' | 'waiting' | 'refused' | 'stopped'
  readonly detail: string
  readonly behindBytes: number
  readonly caughtUpAt: Instant | null
}

export type LiveHealth = {
  readonly state: SourceRow['state']
  readonly detail: string
  readonly enabled: boolean
  readonly asteriskVersion: string
  readonly changedAt: Instant | null
  readonly seenAt: Instant | null
  readonly lastEventAt: Instant | null
  /** In the spool and not yet in the database. */
  readonly waitingBytes: number
  readonly waitingSince: Instant | null
}

/** Lines of a configuration file that are wrong, and what they should be. `kind` is stable. */
export type ConfigAdvice = {
  readonly kind: string
  readonly file: string
  readonly section: string
  readonly remove: readonly string[]
  readonly add: readonly string[]
  readonly why: string
}

export type SourceHealth = {
  readonly name: string
  readonly zone: string
  readonly zoneDetected: string
  readonly bootedAt: Instant | null
  /** Its clock less ours; null = not known. */
  readonly clockOffsetMs: number | null
  readonly live: LiveHealth | null
  readonly feeds: readonly FeedHealth[]
  readonly ways: readonly WayHealth[]
  /** Rows set aside and still open. */
  readonly rejects: number
  readonly advice: readonly ConfigAdvice[]
}

export type GapRow = {
  readonly source: string
  readonly from: Instant
  /** Null while it goes on. */
  readonly until: Instant | null
  readonly cause: 'disconnected' | 'restarted' | 'not-running' | 'spool-full' | 'suspect' | 'session-expired'
  readonly detail: string
  readonly closedAt: Instant | null
  /** The file or table that told what happened meanwhile. */
  readonly closedBy: string
}

/** `act`: somebody has to do something. `wait`: it mends itself. `note`: good to know. `kind` is stable. */
export type HealthFinding = {
  readonly kind: string
  readonly severity: 'act' | 'wait' | 'note'
  readonly source: string
  readonly count: number
  readonly since: Instant | null
  readonly until: Instant | null
  readonly detail: string
}

/** A call whose events began and never ended, and of which no record came: Asterisk died with it. */
export type LostCallRow = {
  readonly source: string
  readonly linkedid: string
  readonly startedAt: Instant
  readonly lastEventAt: Instant
  readonly caller: string
  readonly callee: string
  readonly answered: boolean
  readonly why: 'restarted' | 'never-ended'
}

export type LongCallRow = {
  readonly key: string
  readonly source: string
  readonly startedAt: Instant
  readonly durationSeconds: number
  readonly from: string
  readonly to: string
  /** Not charged until somebody has looked. */
  readonly held: boolean
}

/** GET /api/v1/data-health?hours=72 */
export type DataHealth = {
  /** The first hour shown; the last is the present one. */
  readonly from: Instant
  readonly now: Instant
  readonly hours: number
  /** Findings that need somebody. */
  readonly needs: number
  readonly findings: readonly HealthFinding[]
  readonly sources: readonly SourceHealth[]
  readonly gaps: readonly GapRow[]
  readonly rejects: number
  readonly lost: readonly LostCallRow[]
  readonly long: readonly LongCallRow[]
}
