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

/** The calls of a row; null for what a limit has added up: a door must not open on others. */
export function callsOfRow(view: View, by: Dimension, key: string): string | null {
  return key === OTHER ? null : callsOf(view, { [by]: key })
}

/** Which calls of a row a figure counts; figures that are of all of them are not here. */
const COUNTED: Partial<Readonly<Record<MetricName, Readonly<Partial<Record<Filter, string>>>>>> = {
  answered: { outcome: 'answered' },
  program: { outcome: 'program' },
  missed: { direction: 'inbound', outcome: '!answered' },
  short_calls: { outcome: 'answered', talk: '-9' },
  unrated: { rated: 'unrated' },
}

/** The calls behind one figure of a row, fewer than the row's where it counts some. Filters that are set already stand. */
export function callsOfFigure(view: View, by: Dimension, key: string, metric: MetricName): string | null {
  const row = key === '' ? {} : { [by]: key }
  const narrowed = COUNTED[metric] ?? {}
  const set = { ...view.filters, ...row }
  if (key === OTHER) return null
  return callsOf(view, Object.keys(narrowed).some((name) => name in set) ? row : { ...narrowed, ...row })
}
