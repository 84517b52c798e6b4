// From figures of load to the calls behind them.

import type { TrunkFigures } from '@tollbook/api/wire'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
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

/** Erlangs of sixty minutes as they come about: "1,704.6 min in use ÷ 60 min = 28.41 Erlang". */
export function erlangText(erlangs: number): string {
  return messages().load.tip.erlangF(count(erlangs * 60, 1), count(erlangs, 2))
}

/** Calls of the range that began in an hour of the clock, on whichever day. */
export function callsOnClock(view: View, clock: number, trunk: TrunkFigures | null): string {
  return callsOf(view, { ...trunkFilter(trunk), hour_of_day: String(clock) })
}
