// Instants as text in the zone of the page and the language of the reader. 24 hours, always.

import { localeTag } from '../state/preferences.ts'

type Shape =
  | 'time'
  | 'minute'
  | 'day'
  | 'weekday'
  | 'weekdayOnly'
  | 'weekdayLong'
  | 'date'
  | 'dateTime'
  | 'dayTime'
  | 'month'
  | 'monthLong'

const shapes: Record<Shape, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { day: 'numeric', month: 'short' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short' },
  weekdayOnly: { weekday: 'short' },
  weekdayLong: { weekday: 'long' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  dateTime: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  dayTime: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  month: { month: 'short', year: 'numeric' },
  monthLong: { month: 'long', year: 'numeric' },
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** `at` is milliseconds or an ISO instant; `locale` only where a paper is in the customer's language. */
export function when(shape: Shape, zone: string, at: number | string, locale = localeTag()): string {
  return plain(formatOf(shape, zone, locale).format(typeof at === 'number' ? at : Date.parse(at)))
}

/** An end-exclusive span, shown inclusive: "17–23 Nov", "09:00–10:00" within a day. */
export function spanText(zone: string, fromMs: number, toMs: number, locale = localeTag()): string {
  const days = (toMs - fromMs) / 86_400_000
  if (days < 0.9) {
    const day = when('weekday', zone, fromMs, locale)
    return `${day} ${when('minute', zone, fromMs, locale)}–${when('minute', zone, toMs, locale)}`
  }
  const lastMs = toMs - 1
  const sameYear = when('date', zone, lastMs).slice(-4) === when('date', zone, Date.now()).slice(-4)
  const shape = days < 1.1 ? 'weekday' : sameYear && days < 300 ? 'day' : 'date'
  if (locale.startsWith('zh')) return chineseSpan(shape, zone, fromMs, lastMs, locale)
  return plain(formatOf(shape, zone, locale).formatRange(fromMs, lastMs).replaceAll('\u2009', ''))
}

/** Intl gives 11/17 – 11/23; people write 11月17日–23日. */
function chineseSpan(shape: Shape, zone: string, fromMs: number, lastMs: number, locale: string): string {
  const first = when(shape, zone, fromMs, locale)
  const last = when(shape, zone, lastMs, locale)
  if (first === last) return first
  const month = /^.*月/.exec(first)?.[0]
  return `${first}–${month && last.startsWith(month) ? last.slice(month.length) : last}`
}

/** "Mon, 23 Nov" reads better without its first comma; Chinese has none. */
function plain(text: string): string {
  return text.replace(/^(\p{L}+), /u, '$1 ')
}

function formatOf(shape: Shape, zone: string, locale: string): Intl.DateTimeFormat {
  const key = `${shape}/${zone}/${locale}`
  let format = formats.get(key)
  if (!format) {
    // Short Chinese dates come as 11/17; people write 11月17日, which is what the long month gives.
    const month = locale.startsWith('zh') && shapes[shape].month ? { month: 'long' as const } : {}
    format = new Intl.DateTimeFormat(locale, { ...shapes[shape], ...month, timeZone: zone })
    formats.set(key, format)
  }
  return format
}
