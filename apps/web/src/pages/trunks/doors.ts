// From figures of load to the calls behind them.

import type { TrunkFigures } from '@tollbook/api/wire'
import { when } from '../../format/time.ts'
import { callsBetween, callsOf, type View } from '../../state/view.ts'

const HOUR = 3_600_000

/** The filter that names a trunk; none for all together. */
export function trunkFilter(trunk: TrunkFigures | null): Readonly<Record<string, string>> {
  if (trunk === null) return {}
  return { trunk: trunk.id === null ? 'none' : String(trunk.id) }
}

/** Calls of the range. */
export function trunkCalls(view: View, trunk: TrunkFigures | null): string {
  return callsOf(view, trunkFilter(trunk))
}

/** Calls that began in the hour of the clock that holds an instant: most of those in progress at it. */
export function callsAround(view: View, at: string, trunk: TrunkFigures | null): string {
  const from = Date.parse(at) - (Date.parse(at) % HOUR)
  return callsBetween(view, from, from + HOUR, trunkFilter(trunk))
}

/** Calls that began in the sixty minutes from an instant. */
export function callsFrom(view: View, at: string, trunk: TrunkFigures | null): string {
  const from = Date.parse(at)
  return callsBetween(view, from, from + HOUR, trunkFilter(trunk))
}

/** "Thu, 19 Nov, 10:42–11:42". */
export function hourText(view: View, at: string): string {
  const from = Date.parse(at)
  return `${when('weekday', view.zone, from)}, ${when('minute', view.zone, from)}–${when('minute', view.zone, from + HOUR)}`
}
