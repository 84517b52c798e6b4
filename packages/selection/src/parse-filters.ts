// Filters as they are written: lists, lists of all but these, patterns of numbers, and ranges.

import { CLOCK_FILTERS, type Clock, clockWords, parseClock } from './clock.ts'
import { COLUMN_DIMENSIONS, type ColumnDimension, DIRECTIONS, DISPOSITIONS, ENDINGS, OUTCOMES } from './dimensions.ts'
import { type NumberChoice, parseNumbers } from './number-pattern.ts'
import { type CallSearch, parseCallSearch } from './number-search.ts'

/** One of these values, or none of them. */
export type Choice = { readonly not: boolean; readonly values: readonly string[] }

export const NUMBER_FILTERS = ['from_number', 'to_number', 'number'] as const
export type NumberFilter = (typeof NUMBER_FILTERS)[number]

export const RANGE_FILTERS = ['talk', 'duration', 'ring', 'wait', 'cost', 'revenue'] as const
export type RangeName = (typeof RANGE_FILTERS)[number]
/** Both ends belong to it; decimal text, seconds or money. */
export type Range = { readonly least?: string; readonly most?: string }

/** What is asked of calls, names as they were written. */
export type Filters = {
  readonly filters: Readonly<Partial<Record<ColumnDimension, Choice>>>
  readonly numbers: Readonly<Partial<Record<NumberFilter, NumberChoice>>>
  readonly ranges: Readonly<Partial<Record<RangeName, Range>>>
  readonly rated?: 'rated' | 'unrated'
  readonly ending?: Choice
  /** By the clocks of the zone in which the question is asked. */
  readonly clock?: Clock
  readonly search?: CallSearch
}

/** All filters by name, for doors that pass on what they were given. */
export const FILTER_NAMES: readonly string[] = [
  ...COLUMN_DIMENSIONS,
  ...NUMBER_FILTERS,
  ...RANGE_FILTERS,
  ...CLOCK_FILTERS,
  ...['rated', 'ending', 'q'],
]

/** Longest text of a filter and most values in it; a longer list is a report of its own. */
const MAX_CHARS = 2_000
const MAX_VALUES = 100

type Raw = Readonly<Record<string, string | undefined>>
type Fail = (field: string, message: string) => void

/** Reads all filters; each fault is told to `fail`. */
export function parseFilters(raw: Raw, fail: Fail): Filters {
  const given = (name: string): string | undefined => {
    const text = raw[name]?.trim()
    if (text === undefined || text === '') return undefined
    if (text.length <= MAX_CHARS) return text
    fail(name, `is longer than ${MAX_CHARS} characters`)
    return undefined
  }
  const filters: Partial<Record<ColumnDimension, Choice>> = {}
  for (const name of COLUMN_DIMENSIONS) {
    const text = given(name)
    if (text !== undefined) filters[name] = parseChoice(name, text, fail)
  }
  const numbers: Partial<Record<NumberFilter, NumberChoice>> = {}
  for (const name of NUMBER_FILTERS) {
    const text = given(name)
    const choice = text === undefined ? undefined : parseNumbers(text)
    if (choice) numbers[name] = choice
    else if (text !== undefined) fail(name, 'must be numbers or patterns (_2XXN, _0044.) separated by commas')
  }
  const ranges: Partial<Record<RangeName, Range>> = {}
  for (const name of RANGE_FILTERS) {
    const text = given(name)
    const range = text === undefined ? undefined : parseRange(text)
    if (range) ranges[name] = range
    else if (text !== undefined) fail(name, 'must be a range: 10-60, 60- or -10')
  }
  const times = CLOCK_FILTERS.map((name) => {
    const text = given(name)
    const values = text === undefined ? undefined : parseClock(name, text)
    if (text !== undefined && values === undefined) fail(name, clockWords(name))
    return values
  })
  const [hours, weekdays] = times
  const rated = given('rated')
  if (rated !== undefined && rated !== 'rated' && rated !== 'unrated') fail('rated', 'must be one of rated, unrated')
  const ending = given('ending')
  const search = given('q')
  return {
    filters,
    numbers,
    ranges,
    ...(rated === 'rated' || rated === 'unrated' ? { rated } : {}),
    ...(hours || weekdays ? { clock: { ...(hours && { hours }), ...(weekdays && { weekdays }) } } : {}),
    ...(ending === undefined ? {} : { ending: parseChoice('ending', ending, fail) }),
    ...(search === undefined ? {} : { search: parseCallSearch(search)! }),
  }
}

/** True where only single calls can tell: no rollup knows numbers, lengths, amounts, endings. */
export function needsSingleCalls(filters: Filters): boolean {
  const { numbers, ranges, rated, ending, search } = filters
  return Object.keys({ ...numbers, ...ranges }).length > 0 || [rated, ending, search].some((one) => one !== undefined)
}

/** `a`, `a,b` or `!a,b`. Names of destinations hold commas: what no list of ids or words is, is one name. */
function parseChoice(name: ColumnDimension | 'ending', text: string, fail: Fail): Choice {
  const not = text.startsWith('!')
  const body = not ? text.slice(1) : text
  const pieces = body.split(/,(?!\s)/).map((piece) => piece.trim())
  const values = [...new Set(pieces)].filter((piece) => piece !== '')
  if (values.length === 0) fail(name, 'is an empty list')
  if (values.length > MAX_VALUES) fail(name, `has more than ${MAX_VALUES} values`)
  const closed = CLOSED[name]
  const bad = closed ? values.filter((value) => !closed.is(value)) : []
  if (bad.length > 0) fail(name, `must be ${closed!.words}`)
  return { not, values }
}

type Closed = { readonly is: (value: string) => boolean; readonly words: string }
const numeric = (words: string): Closed => ({ is: (v) => /^(\d{1,3}|none)$/.test(v), words })
const listed = (list: readonly string[]): Closed => ({
  is: (v) => list.includes(v),
  words: `one of ${list.join(', ')}`,
})
const CLOSED: Readonly<Partial<Record<ColumnDimension | 'ending', Closed>>> = {
  direction: listed(DIRECTIONS),
  outcome: listed(OUTCOMES),
  disposition: listed(DISPOSITIONS),
  ending: listed(ENDINGS),
  country: numeric('an ISO 3166-1 number'),
  cause: numeric('a Q.850 cause'),
}

/** `10-60`, `60-`, `-10`; undefined when it is none. */
function parseRange(text: string): Range | undefined {
  const m = /^(\d{1,9}(?:\.\d{1,6})?)?-(\d{1,9}(?:\.\d{1,6})?)?$/.exec(text)
  if (!m || (m[1] === undefined && m[2] === undefined)) return undefined
  return { ...(m[1] === undefined ? {} : { least: m[1] }), ...(m[2] === undefined ? {} : { most: m[2] }) }
}
