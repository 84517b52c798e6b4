// Dimensions as the pages name them: a row's name in the language of the reader, and the calls behind it.

import type { StatsBy, StatsRow } from '@tollbook/api/wire'
import { countryName } from '../format/country.ts'
import { messages } from '../i18n/messages.ts'
import { callsOf, type Filter, type View } from '../state/view.ts'
import type { MetricName } from './metric.ts'

export type Dimension = Exclude<
  StatsBy,
  'none' | 'hour' | 'day' | 'week' | 'month' | 'hour_of_day' | 'weekday' | 'weekday_hour'
>

export const OTHER = 'other'
export const NONE = 'none'

export function dimensionWord(by: Dimension): string {
  return messages().filter.names[by]
}

export function nameOf(by: Dimension, row: Pick<StatsRow, 'key' | 'label'>): string {
  const m = messages()
  if (row.key === OTHER) return m.analyse.othersOf
  if (row.key === NONE) return `${m.analyse.without} ${dimensionWord(by).toLowerCase()}`
  const words: Readonly<Record<string, string>> =
    { outcome: m.word.outcome, direction: m.filter.directions, disposition: m.filter.dispositions }[by as string] ?? {}
  if (by === 'country') return countryName(row.key)
  if (by === 'cause') return m.cause[row.key] ? `${row.key} ${m.cause[row.key]}` : row.key
  return words[row.key] ?? (row.label || row.key)
}

/** Which calls a row is of, as a filter; null where none can say it: a door must not open on others. */
export function keysOfRow(key: string): string | null {
  return key === OTHER ? null : key
}

/** The rows that were added up: all but those that have a row, or, where some are chosen already, these. */
export function keysOfOthers(
  view: View,
  by: Dimension,
  shown: readonly string[],
  rest: readonly string[],
): string | null {
  // A call with two tags is in two rows, and one that is shown may have one that is not.
  if (by === 'tag') return null
  if (view.filters[by] === undefined) return shown.length > 0 ? listOf(shown, '!') : null
  return rest.includes(OTHER) ? null : listOf(rest, '')
}

/** More would be no address any more. */
const MOST_KEYS = 60

function listOf(keys: readonly string[], sign: '' | '!'): string | null {
  const isSpelled = keys.length <= MOST_KEYS && keys.every((key) => !/[,!]/.test(key))
  return isSpelled ? sign + keys.join(',') : null
}

export function callsOfRow(view: View, by: Dimension, keys: string | null): string | null {
  return keys === null ? null : callsOf(view, { [by]: keys })
}

/** Which calls of a row a figure counts; figures that are of all of them are not here. */
const COUNTED: Partial<Readonly<Record<MetricName, Readonly<Partial<Record<Filter, string>>>>>> = {
  answered: { outcome: 'answered' },
  program: { outcome: 'program' },
  missed: { direction: 'inbound', outcome: '!answered' },
  short_calls: { outcome: 'answered', talk: '-9' },
  unrated: { rated: 'unrated' },
}

/**
 * The calls behind one figure of a row, fewer than the row's where it counts some of them, and among those that filters have
 * chosen already; null where none can be both. `keys`: of the row, '' of all.
 */
export function callsOfFigure(view: View, by: Dimension, keys: string | null, metric: MetricName): string | null {
  if (keys === null) return null
  const row: Partial<Record<Filter, string>> = keys === '' ? {} : { [by]: keys }
  const changes = { ...row }
  for (const [name, wanted] of Object.entries(COUNTED[metric] ?? {}) as [Filter, string][]) {
    const both = withinBoth(name, row[name] ?? view.filters[name], wanted)
    if (both === null) return null
    changes[name] = both
  }
  return callsOf(view, changes)
}

function withinBoth(name: Filter, set: string | undefined, wanted: string): string | null {
  if (set === undefined) return wanted
  if (name === 'talk') return withinRanges(set, wanted)
  const m = messages()
  const words = { outcome: m.word.outcome, direction: m.filter.directions }[name as string] ?? {
    rated: '',
    unrated: '',
  }
  const both = Object.keys(words).filter((word) => isOf(set, word) && isOf(wanted, word))
  return both.length === 0 ? null : both.join(',')
}

/** `a,b` or `!a,b`. */
function isOf(list: string, word: string): boolean {
  return list.startsWith('!') ? !list.slice(1).split(',').includes(word) : list.split(',').includes(word)
}

/** `5-9`, `5-`, `-9`. */
function withinRanges(one: string, other: string): string | null {
  const ends = [one, other].map((range) => /^(\d*)-(\d*)$/.exec(range))
  if (ends.some((end) => end === null)) return one
  const from = Math.max(...ends.map((end) => Number(end![1] || 0)))
  const to = Math.min(...ends.map((end) => (end![2] === '' ? Number.POSITIVE_INFINITY : Number(end![2]))))
  return from > to ? null : `${from === 0 ? '' : from}-${Number.isFinite(to) ? to : ''}`
}
