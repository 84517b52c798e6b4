// Dimensions as the pages name them: a row's name in the language of the reader, and the calls behind it.

import type { StatsBy, StatsRow } from '@tollbook/api/wire'
import { countryName } from '../format/country.ts'
import { messages } from '../i18n/messages.ts'
import { callsOf, type View } from '../state/view.ts'

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
