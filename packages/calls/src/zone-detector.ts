// Which zone a PBX writes its times in, found by comparing them with the epoch in uniqueid. Nothing else in a CDR file
// says so. Keeps looking while a file streams by, because a file may cross a change of clocks.

import { parseLocalTime } from './local-time.ts'
import { epochOf } from './uniqueid.ts'
import { offsetName, type ZoneConverter, zoneConverter } from './zone-converter.ts'

export type ZoneDetector = {
  /** Looks at one row; cheap. Observe a batch of rows before converting it. */
  observe(row: { readonly start: string; readonly uniqueid: string }): void
  /** The zone that fits what was seen; undefined when no row held an epoch. One and the same object until it changes. */
  converter(): ZoneConverter | undefined
  /** What was seen in the newest `hours` local hours: a detector made of it goes on from there. */
  evidence(hours: number): ZoneEvidence
}

/** Local hour since 1970, offset in quarters of an hour, how many rows said so. */
export type ZoneEvidence = readonly (readonly [hour: number, quarters: number, rows: number])[]

const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000

/** Offset from UTC in quarters of an hour → how many rows of one local hour said so. */
type Votes = Map<number, number>

/**
 * A detector with nothing seen. A row votes for the difference between its start and its epoch, to the quarter hour.
 * Rows that began long after their channel (second legs) vote astray, so it is counted, never trusted one by one:
 * a single offset wins unless some IANA zone explains more rows, which happens exactly when clocks changed on the way.
 * Of zones that explain the same, `likely` (the tenant's own) is named.
 */
export function zoneDetector(likely?: string, evidence: ZoneEvidence = []): ZoneDetector {
  const hours = new Map<number, Votes>()
  for (const [hour, quarters, rows] of evidence) vote(hours, hour, quarters, rows)
  let current: ZoneConverter | undefined
  let doubts = evidence.length
  return {
    observe(row) {
      const local = parseLocalTime(row.start)
      const epoch = epochOf(row.uniqueid)
      if (epoch === undefined || !(local >= 0)) return
      const quarters = Math.round((local - epoch * 1000) / QUARTER_MS)
      if (quarters < -48 || quarters > 56) return // no zone is further from UTC than -12:00 or +14:00
      const hour = Math.floor(local / HOUR_MS)
      vote(hours, hour, quarters, 1)
      if (!current || !allows(current, hour, quarters)) doubts++
    },
    converter() {
      if (doubts > 0) {
        const best = bestZone(hours, likely) // some milliseconds, and only after a row that the zone so far does not explain
        if (best !== current?.zone) current = best === undefined ? undefined : zoneConverter(best)
        doubts = 0
      }
      return current
    },
    evidence(newest) {
      const kept = [...hours.keys()].sort((a, b) => b - a).slice(0, newest)
      return kept
        .reverse()
        .flatMap((hour) => [...hours.get(hour)!].map(([quarters, n]) => [hour, quarters, n] as const))
    },
  }
}

function vote(hours: Map<number, Votes>, hour: number, quarters: number, rows: number): void {
  const votes: Votes = hours.get(hour) ?? new Map()
  hours.set(hour, votes)
  votes.set(quarters, (votes.get(quarters) ?? 0) + rows)
}

/** Zones tried first, so that of many with one rule the best known is named. All others follow. */
const WELL_KNOWN = [
  ...['Europe/London', 'Europe/Berlin', 'Europe/Athens', 'America/New_York', 'America/Chicago', 'America/Denver'],
  ...['America/Los_Angeles', 'America/Halifax', 'America/Anchorage', 'America/St_Johns', 'America/Santiago'],
  ...[
    'Australia/Sydney',
    'Australia/Adelaide',
    'Pacific/Auckland',
    'Asia/Jerusalem',
    'Africa/Cairo',
    'Europe/Chisinau',
  ],
]

function bestZone(hours: ReadonlyMap<number, Votes>, likely: string | undefined): string | undefined {
  const { offset, votes, total } = mostVoted(hours)
  if (total === 0) return undefined
  const single = offsetName(offset * QUARTER_MS)
  const odd = oddHours(hours, offset)
  if (odd.length === 0) return single
  let best = { zone: single, score: votes }
  for (const zone of [
    ...(likely === undefined ? [] : [likely]),
    ...WELL_KNOWN,
    ...Intl.supportedValuesOf('timeZone'),
  ]) {
    const converter = zoneConverter(zone)
    // Cheap refusal: a zone that explains none of the odd hours cannot beat the single offset.
    if (!converter || !odd.some((o) => allows(converter, o.hour, o.quarters))) continue
    const score = scoreOf(converter, hours)
    if (score > best.score) best = { zone, score }
    if (best.score === total) break
  }
  return best.zone
}

function mostVoted(hours: ReadonlyMap<number, Votes>): { offset: number; votes: number; total: number } {
  const sums: Votes = new Map()
  let total = 0
  for (const votes of hours.values()) {
    for (const [quarters, n] of votes) {
      sums.set(quarters, (sums.get(quarters) ?? 0) + n)
      total += n
    }
  }
  let winner = { offset: 0, votes: 0, total }
  for (const [offset, votes] of sums) if (votes > winner.votes) winner = { offset, votes, total }
  return winner
}

type OddHour = { readonly hour: number; readonly quarters: number }

/** Clocks change by half an hour (Lord Howe), an hour, or two (Troll). */
const CHANGES = new Set([2, 4, 8])

/** Hours in which another offset, one change of clocks away, has at least as many votes as the winner of all. */
function oddHours(hours: ReadonlyMap<number, Votes>, winner: number): OddHour[] {
  const odd: OddHour[] = []
  for (const [hour, votes] of hours) {
    const forWinner = votes.get(winner) ?? 0
    for (const [quarters, n] of votes) {
      if (CHANGES.has(Math.abs(quarters - winner)) && n >= forWinner) odd.push({ hour, quarters })
    }
  }
  return odd
}

function scoreOf(converter: ZoneConverter, hours: ReadonlyMap<number, Votes>): number {
  let score = 0
  for (const [hour, votes] of hours) {
    for (const [quarters, n] of votes) if (allows(converter, hour, quarters)) score += n
  }
  return score
}

function allows(converter: ZoneConverter, hour: number, quarters: number): boolean {
  const offset = quarters * QUARTER_MS
  const first = converter.offsetsAt(hour * HOUR_MS)
  if (first[0] === offset || first[1] === offset) return true
  const last = converter.offsetsAt(hour * HOUR_MS + HOUR_MS - 1000)
  return last[0] === offset || last[1] === offset
}
