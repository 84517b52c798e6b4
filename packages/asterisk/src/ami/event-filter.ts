// Asks Asterisk to send this session only the events that are read. A help, not a need: a user who may not ask gets all of
// its classes, and what is not read is passed over.

import type { AmiSession } from './ami-target.ts'

/** FullyBooted passes every filter. */
const READ = [
  ...['Cdr', 'CEL', 'Reload', 'Shutdown', 'QueueCallerJoin', 'QueueCallerAbandon'],
  ...['AgentConnect', 'AgentRingNoAnswer', 'AgentComplete'],
]

/** `none`: refused, everything comes. `broken`: some are set and some are not, so that events are missing. */
export type EventFilter = 'by-name' | 'by-text' | 'none' | 'broken'

/**
 * Needs `write = system`. By name where the version has that (cheaper for Asterisk, and no value can look like a name);
 * else by a regular expression over the event. Never by name on an older one: it ignores MatchCriteria, and takes the
 * empty Filter for one that everything passes.
 * @param version of Asterisk, '' = not known.
 */
export async function setEventFilter(session: AmiSession, version: string): Promise<EventFilter> {
  if (!filtersByName(version)) {
    const set = await session.action('Filter', { Operation: 'Add', Filter: `^Event: (${READ.join('|')})` })
    if (set.ok) return set.value.name === 'Success' ? 'by-text' : 'none'
    return set.error.kind === 'silent' ? 'none' : 'broken'
  }
  for (const [i, name] of READ.entries()) {
    const set = await session.action('Filter', { Operation: 'Add', MatchCriteria: `name(${name})`, Filter: '' })
    if (!set.ok || set.value.name !== 'Success') return i === 0 && set.ok ? 'none' : 'broken'
  }
  return 'by-name'
}

/** 18.26, 20.11, 21.6, 22.1, and everything after. */
export function filtersByName(version: string): boolean {
  const m = /^(\d+)\.(\d+)/.exec(version)
  if (!m) return false
  const since = SINCE[Number(m[1])]
  return since === undefined ? Number(m[1]) > 22 : Number(m[2]) >= since
}

const SINCE: Readonly<Record<number, number>> = { 18: 26, 20: 11, 21: 6, 22: 1 }
