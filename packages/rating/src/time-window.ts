// When a rate holds: named windows of a deck, as rules over the wall clock of the deck's zone.

import { assert } from '@tollbook/kernel'

/** All that is given must hold. A span past midnight belongs to the day it began on. */
export type WindowRule = {
  /** ISO weekdays, 1 = Monday to 7 = Sunday; absent = every day. */
  readonly weekdays?: readonly number[]
  /** Minutes of the local day, 0 to 1440; `to` is exclusive, and at or before `from` it lies on the next day. */
  readonly fromMinute?: number
  readonly toMinute?: number
  /** Days, both inclusive: YYYY-MM-DD, or MM-DD for every year (which may run over New Year). */
  readonly fromDate?: string
  readonly toDate?: string
  /** Only on the deck's holidays, or never on them; absent = a holiday is a day like any other. */
  readonly holidays?: 'only' | 'except'
}

/** A named window: it holds whenever one of its rules does. */
export type TimeWindow = {
  /** 1 to 30, unique in a deck version; 0 stands for "always" and is no window. */
  readonly id: number
  readonly name: string
  /** Where windows overlap the higher one counts. "Always" is below all of them. */
  readonly priority: number
  readonly rules: readonly WindowRule[]
}

/** 1 January 1970 is day 0: a wall clock's date as the number of days since, whatever the zone. */
export type WallDay = number

export const MINUTES_A_DAY = 1440

/** Windows as a question to a wall clock: bit w of the answer is set when window w holds; bit 0, "always", is. */
export type CompiledWindows = {
  /** Local minutes of a day at which an answer may change, ascending, 0 first. */
  readonly minutes: readonly number[]
  readonly maskAt: (day: WallDay, minute: number) => number
}

/** Compiles the windows of a deck. A rule that cannot be read is a programmer's fault: see `windowProblem`. */
export function compileWindows(windows: readonly TimeWindow[], holidays: readonly string[]): CompiledWindows {
  const problem = windowProblem(windows, holidays)
  assert(problem === undefined, problem ?? '')
  const isHoliday = holidayTest(holidays)
  const tests = windows.flatMap(({ id, rules }) => rules.map((rule) => ({ bit: 1 << id, ...compileRule(rule) })))
  const minutes = new Set([0, ...tests.flatMap((t) => [t.from, t.to % MINUTES_A_DAY])])
  return {
    minutes: [...minutes].sort((a, b) => a - b),
    maskAt: (day, minute) => {
      let mask = 1
      for (const { bit, from, to, fits, holidays: wanted } of tests) {
        // A span past midnight is looked for twice: as today's, and as what is left of yesterday's.
        const begun = minute >= from && (to <= from || minute < to)
        const left = to <= from && minute < to
        const holds = (on: WallDay) => fits(on) && (wanted === undefined || isHoliday(on) === (wanted === 'only'))
        if ((begun && holds(day)) || (left && holds(day - 1))) mask |= bit
      }
      return mask
    },
  }
}

/** What is wrong with windows and holidays, in a sentence; undefined when a deck can be compiled with them. */
export function windowProblem(windows: readonly TimeWindow[], holidays: readonly string[]): string | undefined {
  const holiday = holidays.find((day) => !isDate(day))
  if (holiday !== undefined) return `"${holiday}" is not a day that exists, YYYY-MM-DD or MM-DD.`
  const ids = new Set<number>()
  for (const { id, name, priority, rules } of windows) {
    const of = (text: string) => `Time window "${name}": ${text}.`
    if (!Number.isInteger(id) || id < 1 || id > MOST_WINDOWS) return of(`its number is not 1 to ${MOST_WINDOWS}`)
    if (ids.has(id)) return of(`number ${id} is used twice`)
    if (!Number.isFinite(priority)) return of('its priority is not a number')
    const problem = rules.map(ruleProblem).find((found) => found !== undefined)
    if (problem !== undefined) return of(problem)
    ids.add(id)
  }
  return undefined
}

/** One bit each, beside "always", in a mask that stays a small integer. */
const MOST_WINDOWS = 30

function ruleProblem({ weekdays = [], fromMinute = 0, toMinute = 0, fromDate, toDate }: WindowRule) {
  const isMinute = (minute: number) => Number.isInteger(minute) && minute >= 0 && minute <= MINUTES_A_DAY
  if (!isMinute(fromMinute) || fromMinute === MINUTES_A_DAY) return `${fromMinute} is not a minute of the day`
  if (!isMinute(toMinute)) return `${toMinute} is not a minute of the day`
  const weekday = weekdays.find((day) => !Number.isInteger(day) || day < 1 || day > 7)
  if (weekday !== undefined) return `${weekday} is not a weekday, 1 (Monday) to 7`
  const date = [fromDate, toDate].find((day) => day !== undefined && !isDate(day))
  if (date !== undefined) return `"${date}" is not a day that exists, YYYY-MM-DD or MM-DD`
  const mixed = fromDate !== undefined && toDate !== undefined && fromDate.length !== toDate.length
  return mixed ? `"${fromDate}" and "${toDate}" are not of one form` : undefined
}

function compileRule(rule: WindowRule) {
  const { weekdays, fromMinute: from = 0, toMinute: to = MINUTES_A_DAY, fromDate, toDate } = rule
  const days = weekdays === undefined ? 0b11111110 : weekdays.reduce((bits, day) => bits | (1 << day), 0)
  const inDates = datesTest(fromDate, toDate)
  const fits = (day: WallDay) => ((days >>> isoWeekday(day)) & 1) === 1 && inDates(day)
  return { from, to, fits, holidays: rule.holidays }
}

/** Whether a day lies between two dates of one form, both inclusive; days of a year may run over New Year. */
function datesTest(fromDate: string | undefined, toDate: string | undefined): (day: WallDay) => boolean {
  if (fromDate === undefined && toDate === undefined) return () => true
  const yearly = (fromDate ?? toDate)!.length === 5
  const from = fromDate ?? (yearly ? '01-01' : '')
  const to = toDate ?? (yearly ? '12-31' : '~')
  const overNewYear = yearly && to < from
  return (day) => {
    const date = yearly ? dateOf(day).slice(5) : dateOf(day)
    return overNewYear ? date >= from || date <= to : date >= from && date <= to
  }
}

function holidayTest(holidays: readonly string[]): (day: WallDay) => boolean {
  const days = new Set(holidays)
  return (day) => {
    const date = dateOf(day)
    return days.has(date) || days.has(date.slice(5))
  }
}

/** YYYY-MM-DD or MM-DD of a day that exists (29 February in some years). */
function isDate(text: string): boolean {
  const date = text.length === 5 ? `2000-${text}` : text
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && dateOf(wallDay(date)) === date
}

/** The number of a day written YYYY-MM-DD. */
export function wallDay(date: string): WallDay {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / MS_A_DAY
}

/** A day as YYYY-MM-DD. */
export function dateOf(day: WallDay): string {
  return new Date(day * MS_A_DAY).toISOString().slice(0, 10)
}

/** 1 = Monday to 7 = Sunday; day 0 was a Thursday. */
export function isoWeekday(day: WallDay): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

export const MS_A_DAY = 86_400_000
