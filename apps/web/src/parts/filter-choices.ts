// What a filter can be set to: the values there are in the range, with their calls, and the names behind ids.

import type { StatsAnswer } from '@tollbook/api/wire'
import { readStats } from '../api/routes.ts'
import { messages } from '../i18n/messages.ts'
import { CLOCK_FILTERS, type ClockFilter, DIMENSION_FILTERS, type Filter, runsOf } from '../state/filters.ts'
import { useLoad } from '../state/load.ts'
import { queryOf, type View } from '../state/view.ts'
import { type Dimension, NONE, nameOf, OTHER } from './dimension.ts'

export type Choice = { readonly value: string; readonly text: string; readonly calls: number | undefined }

const MOST = 500

/** Values that are listed though no call in the range has them. */
const CLOSED: Readonly<Partial<Record<Filter, readonly string[]>>> = {
  direction: ['inbound', 'outbound', 'internal', 'transit', 'unknown'],
  outcome: ['answered', 'no-answer', 'busy', 'failed', 'program'],
  disposition: ['answered', 'no-answer', 'busy', 'failed', 'congestion', 'cancel'],
  rated: ['unrated', 'rated'],
  weekday: ['1', '2', '3', '4', '5', '6', '7'],
  hour_of_day: Array.from({ length: 24 }, (_, hour) => String(hour)),
  /** Those worth looking for by themselves; the others are outcomes. */
  ending: [
    ...(['queue_abandoned', 'queue_timeout', 'cancelled', 'voicemail', 'ivr_only', 'closed_hours'] as const),
    ...(['no_answer', 'busy', 'congestion', 'failed'] as const),
  ],
}

/** Names of ids met so far, so that a chip reads "Cuba" at once; per tenant and dimension. */
const met = new Map<string, string>()

export function isDimension(name: Filter): name is Filter & Dimension {
  return (DIMENSION_FILTERS as readonly string[]).includes(name)
}

export function isClock(name: Filter): name is ClockFilter {
  return (CLOCK_FILTERS as readonly string[]).includes(name)
}

/** "Mon–Fri", "09:00–12:00, 14:00–15:00". */
export function clockText(name: ClockFilter, values: readonly string[]): string {
  const { days } = messages().analyse
  const texts = runsOf(values.map(Number)).map(([first, last]) => {
    if (name === 'hour_of_day') return `${onClock(first)}–${onClock(last + 1)}`
    return first === last ? days[first - 1] : `${days[first - 1]}–${days[last - 1]}`
  })
  return texts.join(', ')
}

function onClock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`
}

/** Where what is typed can be asked for, though the list does not have it. */
export function isOpen(name: Filter): boolean {
  return CLOSED[name] === undefined
}

/** The choices of a filter, those with most calls first, under the other filters of the view. */
export function useChoices(view: View, name: Filter): readonly Choice[] | undefined {
  const only = DIMENSION_FILTERS.filter((one) => one !== name)
  const query = { ...queryOf(view, view.span, only), by: name, metrics: 'calls', limit: MOST }
  const remote = isDimension(name)
  const { data, error } = useLoad<StatsAnswer | undefined>(remote ? JSON.stringify(query) : 'closed', (signal) =>
    remote ? readStats(query, signal) : Promise.resolve(undefined),
  )
  const closed = CLOSED[name] ?? []
  if (!remote) return closed.map((value) => ({ value, text: valueText(view, name, value), calls: undefined }))
  if (data === undefined || data.by !== name) return error ? [] : undefined
  remember(view, name, data)
  const rows = data.rows
    .filter((row) => row.key !== OTHER)
    .map((row) => ({ value: row.key, text: nameOf(name, row), calls: Number(row.calls ?? 0) }))
    .sort((a, b) => (b.calls ?? 0) - (a.calls ?? 0))
  const missing = closed.filter((value) => !rows.some((row) => row.value === value))
  return [...rows, ...missing.map((value) => ({ value, text: valueText(view, name, value), calls: 0 }))]
}

/** Names of these values as a chip shows them; asked for where they are ids not met yet. */
export function useNames(view: View, name: Filter, values: readonly string[]): readonly string[] {
  const asked = isDimension(name)
    ? values.filter((value) => isId(name, value) && !met.has(place(view, name, value)))
    : []
  const query = { ...queryOf(view, view.span, []), by: name, [name]: asked.join(), metrics: 'calls', limit: MOST }
  const { data } = useLoad<StatsAnswer | undefined>(asked.length > 0 ? JSON.stringify(query) : 'met', (signal) =>
    asked.length > 0 ? readStats(query, signal) : Promise.resolve(undefined),
  )
  if (data && isDimension(name) && data.by === name) remember(view, name, data)
  return values.map((value) => valueText(view, name, value))
}

/** One value in words: of a closed list, a country, a cause, or a name met before. */
export function valueText(view: View, name: Filter, value: string): string {
  const m = messages()
  if (name === 'ending') return (m.word.ending as Readonly<Record<string, string>>)[value] ?? value
  if (isClock(name)) return clockText(name, [value])
  if (name === 'rated') return m.filter.rated[value as keyof typeof m.filter.rated] ?? value
  return isDimension(name) ? nameOf(name, { key: value, label: met.get(place(view, name, value)) ?? '' }) : value
}

function remember(view: View, by: Dimension, answer: StatsAnswer): void {
  for (const row of answer.rows) if (row.label) met.set(place(view, by, row.key), row.label)
}

function place(view: View, name: string, value: string): string {
  return `${view.tenant.slug}/${name}/${value}`
}

/** An account is named by its code, which its name explains; the others by a number. */
function isId(name: Dimension, value: string): boolean {
  if (value === NONE) return false
  if (name === 'account') return true
  return /^\d+$/.test(value) && ['destination', 'trunk', 'carrier', 'source', 'department'].includes(name)
}
