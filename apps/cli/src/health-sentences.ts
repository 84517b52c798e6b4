// What the findings about a tenant's data say to a person at a terminal, and what to do next.

import type { Finding } from '@tollbook/health'
import { counted, grouped } from './text.ts'

/** One line. */
export function healthSentence(finding: Finding, nowMs: number): string {
  const { kind, source, count, detail } = finding
  const since = finding.sinceMs === undefined ? '' : ` for ${lengthOf(nowMs - finding.sinceMs)}`
  const because = detail === '' ? '' : ` (${detail})`
  switch (kind) {
    case 'not-listening':
      return `${source}: nobody has listened${since}; start Tollbook's ingest`
    case 'refused':
      return `${source}: the login is refused${because}; correct it: tollbook source connect`
    case 'out-of-reach':
      return finding.severity === 'wait'
        ? `${source}: out of reach${since}${because}; its record store will fill the gap`
        : `${source}: out of reach${since}${because}; no file or table of it is followed that could fill the gap`
    case 'gap-open':
      return `${source}: ${counted(count, 'gap')} nothing has filled; tollbook import its Master.csv of ${spanOf(finding)}`
    case 'gap-filling':
      return `${source}: ${counted(count, 'gap')} its record store will fill once it is read that far`
    case 'feed-refused':
      return `${source}: a record store cannot be read: ${detail}`
    case 'feed-waiting':
      return `${source}: a record store is being waited for: ${detail}`
    case 'rows-set-aside':
      return `${counted(count, 'row')} could not be read; retry or dismiss them on the page Data health`
    case 'lost-calls':
      return `${counted(count, 'call')} went down with Asterisk and left no record`
    case 'long-calls':
      return `${counted(count, 'call')} longer than 4 h wait to be looked at, uncharged`
    case 'clock-off':
      return `${source}: its clock is ${offTime(Math.abs(count))} ${count > 0 ? 'ahead' : 'behind'}; set it by NTP`
    case 'configuration':
      return `${source}: ${counted(count, 'line')} of configuration to change; tollbook doctor shows them`
    case 'behind':
      return `${source}: ${grouped(count)} bytes wait in the spool for the database`
    case 'late-rows':
      return `${counted(count, 'row')} came more than an hour after the call; their hours were counted again`
  }
}

function spanOf({ sinceMs, untilMs }: Finding): string {
  const text = (ms: number | undefined) => (ms === undefined ? '' : new Date(ms).toISOString().slice(0, 16))
  return `${text(sinceMs)} to ${text(untilMs)} UTC`
}

/** "2 min 10 s"; hours from two on, days from two on. */
export function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}

function offTime(ms: number): string {
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : lengthOf(ms)
}
