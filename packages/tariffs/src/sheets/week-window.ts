// A2Billing's weekly span of a rate, minutes since Monday 00:00 with both ends inclusive, as a window of the deck.

import { err, ok, type Result } from '@tollbook/kernel'
import type { TimeWindow, WindowRule } from '@tollbook/rating'

/** Windows that were asked for, by name. */
export type WeekWindows = Map<string, readonly WindowRule[]>

const DAY = 1440
const LAST = 7 * DAY - 1
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** Windows a deck can have. */
export const MOST_WINDOWS = 30

/** Name of the window from one minute to another; '' for the whole week. */
export function weekWindow(
  windows: WeekWindows,
  known: ReadonlySet<string>,
  fromText: string,
  toText: string,
): Result<string, string> {
  const [from, to] = [fromText || '0', toText || String(LAST)].map((text) =>
    /^\d{1,5}$/.test(text) ? Number(text) : -1,
  )
  if (from === undefined || to === undefined || from < 0 || to > LAST || to < from) {
    return err(`Minutes of the week "${fromText}" to "${toText}" are no span from Monday to Sunday.`)
  }
  if (from === 0 && to === LAST) return ok('')
  const name = `${clock(from)} – ${clock(to + 1)}`
  if (!windows.has(name) && !known.has(name)) {
    if (windows.size + known.size >= MOST_WINDOWS)
      return err(`There are more than ${MOST_WINDOWS} different spans of the week.`)
    windows.set(name, rulesOf(from, to))
  }
  return ok(name)
}

/** The windows rows asked for, with ids that are free beside those the deck has. */
export function withWeekWindows(known: readonly TimeWindow[], week: WeekWindows): readonly TimeWindow[] {
  const all = [...known]
  for (const [name, rules] of week) {
    if (all.some((w) => w.name === name)) continue
    const id = Array.from({ length: MOST_WINDOWS }, (_, i) => i + 1).find((n) => all.every((w) => w.id !== n))
    if (id !== undefined) all.push({ id, name, priority: 0, rules })
  }
  return all
}

function clock(minute: number): string {
  const [day, rest] = [Math.floor(minute / DAY) % 7, minute % DAY]
  return `${DAYS[day]} ${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`
}

/** One rule for each part of a day; days that are alike share one. */
function rulesOf(from: number, to: number): readonly WindowRule[] {
  const byPart = new Map<string, { weekdays: number[]; fromMinute: number; toMinute: number }>()
  for (let day = Math.floor(from / DAY); day <= Math.floor(to / DAY); day++) {
    const fromMinute = Math.max(from - day * DAY, 0)
    const toMinute = Math.min(to + 1 - day * DAY, DAY)
    const part = byPart.get(`${fromMinute} ${toMinute}`) ?? { weekdays: [], fromMinute, toMinute }
    part.weekdays.push(day + 1)
    byPart.set(`${fromMinute} ${toMinute}`, part)
  }
  return [...byPart.values()]
}
