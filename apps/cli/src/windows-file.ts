// Time windows of a deck as a file, with days and hours as people write them.

import { type TimeWindow, type WindowRule, windowProblem } from '@tollbook/rating'
import { CommandError } from './command.ts'
import { type JsonReader, readJson } from './json-reader.ts'

export type DeckWindows = { readonly windows: readonly TimeWindow[]; readonly holidays: readonly string[] }

/** The windows a file tells of, numbered in its order. */
export function readWindowsFile(text: string): DeckWindows {
  const file = readJson(text, 'bad-windows')
  const windows = file.list('windows').map(windowOf)
  const holidays = file.texts('holidays', [])
  file.end(['windows', 'holidays'])
  const problem = windowProblem(windows, holidays)
  if (problem !== undefined) throw new CommandError('bad-windows', problem)
  return { windows, holidays }
}

function windowOf(item: JsonReader, i: number): TimeWindow {
  const window = {
    id: i + 1,
    name: item.text('name'),
    priority: item.whole('priority', 0),
    rules: item.list('rules').map(ruleOf),
  }
  item.end(['name', 'priority', 'rules'])
  return window
}

function ruleOf(item: JsonReader): WindowRule {
  const weekdays = item.texts('weekdays', []).flatMap(weekdaysOf)
  const [from, to] = [item.text('from', ''), item.text('to', '')]
  const [fromDate, toDate] = [item.text('fromDate', ''), item.text('toDate', '')]
  const holidays = item.word('holidays', ['', 'only', 'except'], '')
  item.end(['weekdays', 'from', 'to', 'fromDate', 'toDate', 'holidays'])
  return {
    ...(weekdays.length > 0 && { weekdays }),
    ...(from !== '' && { fromMinute: minuteOf(from) }),
    ...(to !== '' && { toMinute: minuteOf(to) }),
    ...(fromDate !== '' && { fromDate }),
    ...(toDate !== '' && { toDate }),
    ...(holidays !== '' && { holidays }),
  }
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** ISO numbers of "Mon" or "Mon-Fri". */
function weekdaysOf(text: string): readonly number[] {
  const [first = '', last = first] = text.split('-')
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)]
  if (from < 0 || to < from)
    throw new CommandError('bad-windows', `"${text}" is no weekday: ${DAYS.join(', ')}, or Mon-Fri`)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i + 1)
}

/** Minutes since midnight of "08:30"; "24:00" is the end of the day. */
function minuteOf(text: string): number {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(text) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  if (hours === undefined || minutes === undefined || Number(minutes) > 59 || minute > 1440) {
    throw new CommandError('bad-windows', `"${text}" is no time of day such as 08:30`)
  }
  return minute
}
