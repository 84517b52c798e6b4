// Filters as the URL and the api write them: lists ("a,b"), all but these ("!a,b"), number patterns, ranges ("10-60").
// The same name and spelling on every page, so that a figure opens the calls it counts.

export const DIMENSION_FILTERS = [
  ...(['account', 'department', 'extension', 'did', 'destination', 'country', 'prefix', 'trunk', 'carrier'] as const),
  ...(['direction', 'outcome', 'disposition', 'cause', 'source', 'tag'] as const),
] as const
export const NUMBER_FILTERS = ['number', 'from_number', 'to_number'] as const
export const SECONDS_FILTERS = ['talk', 'wait', 'ring', 'duration'] as const
export const MONEY_FILTERS = ['revenue', 'cost'] as const

/** By the clocks of the zone of the page. */
export const CLOCK_FILTERS = ['weekday', 'hour_of_day'] as const
export type ClockFilter = (typeof CLOCK_FILTERS)[number]

/** Filters that travel with every drill-down, in the order their chips stand. */
export const FILTERS = [
  'q',
  ...DIMENSION_FILTERS,
  ...CLOCK_FILTERS,
  'ending',
  ...NUMBER_FILTERS,
  ...SECONDS_FILTERS,
  ...MONEY_FILTERS,
  'rated',
  'invoice',
  'line',
] as const
export type Filter = (typeof FILTERS)[number]
export type Filters = Readonly<Partial<Record<Filter, string>>>

/** What /stats can filter by: all but the lines of an invoice. */
export const STATS_FILTERS: readonly Filter[] = FILTERS.filter((name) => name !== 'invoice' && name !== 'line')

/** One of these values, or none of them. */
export type Chosen = { readonly not: boolean; readonly values: readonly string[] }

/** Reads "a,b" or "!a,b". A comma with a space after it belongs to a name: "Ireland, mobile". */
export function readChosen(text: string): Chosen {
  const not = text.startsWith('!')
  const pieces = (not ? text.slice(1) : text).split(/,(?!\s)/).map((piece) => piece.trim())
  return { not, values: [...new Set(pieces)].filter((piece) => piece !== '') }
}

/** "9-11,14" as "9,10,11,14": each value by itself, as lists of choices have them. */
export function clockList(text: string): string {
  return text.replace(/(\d{1,2})-(\d{1,2})/g, (_, from: string, to: string) =>
    Array.from({ length: Math.max(1, Number(to) - Number(from) + 1) }, (_, i) => Number(from) + i).join(),
  )
}

/** Neighbours together: 9, 10, 11 and 14 are [9, 11] and [14, 14]. */
export function runsOf(values: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = []
  for (const value of [...values].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && value <= last[1] + 1) last[1] = value
    else runs.push([value, value])
  }
  return runs
}

/** The filter as text; undefined when nothing is chosen, which is no filter. */
export function writeChosen({ not, values }: Chosen): string | undefined {
  return values.length === 0 ? undefined : `${not ? '!' : ''}${values.join()}`
}

/** The first piece that is neither a number nor a pattern of Asterisk's dialplan; undefined when all can be asked. */
export function badNumber(text: string): string | undefined {
  return readChosen(text).values.find((piece) =>
    piece.startsWith('_') ? !PATTERN.test(piece) || !piece.match(SETS)?.every(isSet) : !PLAIN.test(piece),
  )
}

const PATTERN = /^_(?:[0-9XZN+*#]|\[[0-9*#+-]+\])+[.!]?$|^_[.!]$/i
const SETS = /\[[^\]]*\]|$/g
const PLAIN = /^[0-9A-Za-z+*#.@-]{1,80}$/

/** "[1-5*]": a dash stands between two digits that rise. */
function isSet(part: string): boolean {
  const rest = part.slice(1, -1).replace(/(\d)-(\d)/g, (_, from: string, to: string) => (from <= to ? '' : '-'))
  return !rest.includes('-')
}

/** Both ends belong to it; seconds or money, as the api writes them. */
export type Bounds = { readonly least: string; readonly most: string }

export function readBounds(text: string): Bounds | undefined {
  const match = /^(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?$/.exec(text)
  return match ? { least: match[1] ?? '', most: match[2] ?? '' } : undefined
}

/** A bound as it was typed: "90" or "1:30" for seconds, a decimal for money; undefined when it is none. */
export function boundOf(kind: 'seconds' | 'money', typed: string): string | undefined {
  const text = typed.trim()
  if (text === '') return ''
  if (kind === 'money') return /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? text : undefined
  const faced = /^(?:(\d{1,3}):)?(\d{1,6}):([0-5]\d)$/.exec(text)
  if (faced) return String(Number(faced[1] ?? 0) * 3600 + Number(faced[2]) * 60 + Number(faced[3]))
  return /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? text : undefined
}
