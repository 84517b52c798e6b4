// From when a version counts, as people say it and as they are told.

import type { EffectiveFrom } from '@tollbook/tariffs'
import { DateTime } from 'luxon'
import { type Args, optional } from './command.ts'
import { parseInstant } from './parse-instant.ts'

/** The value of --effective; undefined when it was not given. */
export function effectiveFrom(args: Args, zone: string): EffectiveFrom | undefined {
  const text = optional(args, 'effective')
  return text === undefined || text === 'always' || text === 'now' ? text : parseInstant('effective', text, zone)
}

/** "from the beginning", "from now on", "from 2026-12-01 on". */
export function sinceText(from: EffectiveFrom, zone: string, nowMs: number): string {
  if (from === 'always' || from === 0) return 'from the beginning'
  if (from === 'now') return 'from now on'
  return `${from > nowMs ? 'from' : 'since'} ${localTime(from, zone)}${from > nowMs ? ' on' : ''}`
}

/** Wall-clock time there, as short as it can be: "2026-12-01", "2026-12-01 08:30". */
export function localTime(ms: number, zone: string): string {
  const at = DateTime.fromMillis(ms, { zone })
  return at.toFormat(
    +at === +at.startOf('day') ? 'yyyy-MM-dd' : at.second === 0 ? 'yyyy-MM-dd HH:mm' : 'yyyy-MM-dd HH:mm:ss',
  )
}
