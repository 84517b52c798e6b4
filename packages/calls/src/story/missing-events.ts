// Whether events of a call are missing that must have been: what begins also ends, and nobody is in a bridge alone. Counts
// only, so the order does not matter. A connection that was cut for a moment loses events in the middle of a call, and
// half a bridge would be told as no talk at all, whatever the rows say.

import type { Cel } from '../cel.ts'

/** True when something is missing. Held against every recording: in those of Asterisk 16 and 22 nothing is out of pairs. */
export function areMissingEvents(events: readonly Cel[]): boolean {
  const channels = new Map<string, Ends>()
  const inside = new Map<string, number>()
  const bridges = new Map<string, Set<string>>()
  const move = (what: string, by: number) => inside.set(what, (inside.get(what) ?? 0) + by)
  for (const { event, channel, extra } of events) {
    const ends = channels.get(channel) ?? { gone: false, hungUp: false }
    channels.set(channel, ends)
    if (event === 'CHAN_END') ends.gone = true
    else if (event === 'HANGUP') ends.hungUp = true
    else if (event === 'BRIDGE_EXIT') move(`${channel}|${bridgeOf(extra)}`, -1)
    else if (event === 'BRIDGE_ENTER') {
      move(`${channel}|${bridgeOf(extra)}`, 1)
      meet(bridges, bridgeOf(extra), channel, extra)
    }
  }
  const isCut = [...channels.values()].some(({ gone, hungUp }) => !gone || !hungUp)
  return isCut || [...inside.values()].some((n) => n !== 0) || [...bridges.values()].some((met) => met.size < 2)
}

type Ends = { gone: boolean; hungUp: boolean }

function bridgeOf(extra: string): string {
  return /"bridge_id":"([^"]*)"/.exec(extra)?.[1] ?? ''
}

/** In a holding bridge (parking) one is alone: it counts as its own company. */
function meet(bridges: Map<string, Set<string>>, id: string, channel: string, extra: string): void {
  const met = bridges.get(id) ?? new Set()
  bridges.set(id, met.add(channel))
  if (extra.includes('"bridge_technology":"holding')) met.add('')
}
