// What is to be said about the data of a tenant, most urgent first: what is missing and what will fill it, what needs
// somebody, what is only good to know. Pure; the words are the readers' own.

import type { Gap } from '@tollbook/intake'
import type { SourceFacts } from './read-sources.ts'

/** `act`: somebody has to do something. `wait`: it mends itself. `note`: good to know. */
export type Severity = 'act' | 'wait' | 'note'

export type FindingKind =
  | 'not-listening'
  | 'refused'
  | 'out-of-reach'
  | 'gap-open'
  | 'gap-filling'
  | 'feed-refused'
  | 'feed-waiting'
  | 'rows-set-aside'
  | 'lost-calls'
  | 'long-calls'
  | 'clock-off'
  | 'configuration'
  | 'behind'
  | 'late-rows'

export type Finding = {
  readonly kind: FindingKind
  readonly severity: Severity
  /** Name of the source; '' = of no single one. */
  readonly source: string
  readonly count: number
  /** Since when, and of a gap until when; undefined = still. */
  readonly sinceMs: number | undefined
  readonly untilMs: number | undefined
  readonly detail: string
}

export type Facts = {
  readonly nowMs: number
  readonly sources: readonly SourceFacts[]
  readonly gaps: readonly Gap[]
  readonly rejects: number
  readonly lost: number
  readonly long: number
  readonly late: number
}

/** A state is confirmed every five seconds; silence for longer than this means that the listener is gone. */
const SILENT_MS = 30_000
/** More than this between two clocks puts calls into wrong seconds, and rates by the hour into wrong windows. */
export const CLOCK_OFF_MS = 2_000
/** What waits in the spool for longer is more than the usual moment. */
const BEHIND_MS = 5_000

const ORDER: Readonly<Record<Severity, number>> = { act: 0, wait: 1, note: 2 }

export function findingsOf(facts: Facts): Finding[] {
  const found = [
    ...facts.sources.flatMap((source) => [...ofConnection(source, facts), ...ofFeeds(source), ...ofSource(source)]),
    ...ofCounts(facts),
  ]
  return found.sort((a, b) => ORDER[a.severity] - ORDER[b.severity])
}

function finding(kind: FindingKind, severity: Severity, more: Partial<Finding> = {}): Finding {
  return { kind, severity, source: '', count: 1, sinceMs: undefined, untilMs: undefined, detail: '', ...more }
}

/** What tells later what was missed live. A refused one will not. */
function hasStore(source: SourceFacts): boolean {
  return source.feeds.some((feed) => feed.enabled && feed.state !== 'refused')
}

function ofConnection(source: SourceFacts, { nowMs, gaps }: Facts): Finding[] {
  const found: Finding[] = []
  const { live, name } = source
  if (live?.enabled) {
    const silent = live.seenAtMs !== undefined && nowMs - live.seenAtMs > SILENT_MS
    const since = { source: name, sinceMs: live.changedAtMs, detail: live.detail }
    if (silent) found.push(finding('not-listening', 'act', { ...since, sinceMs: live.seenAtMs }))
    else if (live.state === 'refused') found.push(finding('refused', 'act', since))
    else if (live.state === 'reconnecting')
      found.push(finding('out-of-reach', hasStore(source) ? 'wait' : 'act', since))
    const waits = live.waitingSinceMs !== undefined && nowMs - live.waitingSinceMs > BEHIND_MS
    if (waits) {
      found.push(finding('behind', 'wait', { source: name, count: live.waitingBytes, sinceMs: live.waitingSinceMs }))
    }
  }
  // One that still goes on is told by the state of the connection; it is a gap to be filled once it has an end.
  const open = gaps.filter((gap) => gap.sourceId === source.sourceId && gap.closedAtMs === undefined)
  const ended = open.filter((gap) => gap.untilMs !== undefined)
  const last = ended[0]
  if (last) {
    const span = { source: name, count: ended.length, sinceMs: ended.at(-1)?.fromMs, untilMs: last.untilMs }
    found.push(finding(hasStore(source) ? 'gap-filling' : 'gap-open', hasStore(source) ? 'wait' : 'act', span))
  }
  return found
}

function ofFeeds(source: SourceFacts): Finding[] {
  return source.feeds.flatMap((feed) => {
    if (!feed.enabled) return []
    const what = { source: source.name, detail: feed.detail === '' ? feed.name : `${feed.name}: ${feed.detail}` }
    if (feed.state === 'refused') return [finding('feed-refused', 'act', what)]
    return feed.state === 'waiting' ? [finding('feed-waiting', 'wait', what)] : []
  })
}

function ofSource(source: SourceFacts): Finding[] {
  const found: Finding[] = []
  const { name, clockOffsetMs } = source
  if (clockOffsetMs !== undefined && Math.abs(clockOffsetMs) > CLOCK_OFF_MS) {
    found.push(finding('clock-off', 'act', { source: name, count: clockOffsetMs }))
  }
  if (source.advice.length > 0) {
    found.push(finding('configuration', 'act', { source: name, count: source.advice.length }))
  }
  return found
}

function ofCounts({ rejects, lost, long, late }: Facts): Finding[] {
  return [
    ...(rejects > 0 ? [finding('rows-set-aside', 'act', { count: rejects })] : []),
    ...(long > 0 ? [finding('long-calls', 'act', { count: long })] : []),
    ...(lost > 0 ? [finding('lost-calls', 'note', { count: lost })] : []),
    ...(late > 0 ? [finding('late-rows', 'note', { count: late })] : []),
  ]
}
