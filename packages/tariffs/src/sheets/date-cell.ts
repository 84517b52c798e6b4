// The date cells of a rate sheet, in any common form: text in, an instant or a sentence for the user out.

import { err, ok, type Result } from '@tollbook/kernel'
import { instantOfLocal } from './local-instant.ts'
import { quoted } from './number-cell.ts'
import { dateText } from './number-text.ts'

export type DateOrder = 'ymd' | 'dmy' | 'mdy'

/** "0000-00-00": no date, which one system takes for "ever" and another for "expired". It has to be asked. */
export const ZERO_DATE = /^0000[-/.]?00[-/.]?00(?:[T ]00:00(?::00)?)?$/

/** An instant. Without an offset it is wall-clock time of `zone`, without a time midnight. `order` settles 3/4/2026. */
export function dateCell(label: string, text: string, order: DateOrder, zone: string): Result<number, string> {
  const wrong = err(`${label} ${quoted(text)} is not a date like 2026-01-31 or 2026-01-31 08:00.`)
  if (text.length > 60) return wrong
  const serial = /^\d{5}(?:\.\d+)?$/.test(text) ? dateText(text) : undefined
  const m = TIME.exec(serial ?? text)
  const { day: dayText = '', hour = '0', minute = '0', second = '0', half = '', offset = '' } = m?.groups ?? {}
  const day = dayOf(dayText.trim(), order)
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  if (!m || day === undefined || hours > 23 || Number(minute) > 59 || Number(second) > 59) return wrong
  const [year, month, date] = day
  if (year < 1970 || month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return wrong
  const wallMs = Date.UTC(year, month - 1, date, hours, Number(minute), Number(second))
  if (offset === '') return ok(instantOfLocal(wallMs, zone))
  if (/[zuU]/i.test(offset)) return ok(wallMs)
  const digits = offset.replace(/\D/g, '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))
  return ok(wallMs - (offset.startsWith('-') ? -1 : 1) * minutes * 60_000)
}

const TIME =
  /^(?<day>.*?)(?:[T ,]\s*(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?\s*(?<half>[ap]\.?m\.?)?)?\s*(?<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?(?<=[T ,].*:.*))?$/i

/** Year, month, day. */
function dayOf(text: string, order: DateOrder): readonly [number, number, number] | undefined {
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  const first =
    compact ??
    /^(\d{4})[-/.\s](\d{1,2})[-/.\s](\d{1,2})\.?$/.exec(text) ??
    /^(\d{4})年(\d{1,2})月(\d{1,2})日?$/.exec(text)
  if (first) return [Number(first[1]), Number(first[2]), Number(first[3])]
  const last = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/.exec(text)
  if (last) return dayLast(Number(last[1]), Number(last[2]), yearOf(last[3]!), order)
  const named = /^(\d{1,2})(?:st|nd|rd|th)?\.?[-\s/]*(?:de\s+)?(\p{L}{3,12})\.?[-\s/,]*(?:de\s+)?(\d{4}|\d{2})$/u.exec(
    text,
  )
  if (named) return withName(Number(named[1]), named[2]!, yearOf(named[3]!))
  const american = /^(\p{L}{3,12})\.?[-\s]*(\d{1,2})(?:st|nd|rd|th)?[-\s,]+(\d{4}|\d{2})$/u.exec(text)
  return american ? withName(Number(american[2]), american[1]!, yearOf(american[3]!)) : undefined
}

/** What can be only one thing is that; the rest goes by the sheet's order. */
function dayLast(a: number, b: number, year: number, order: DateOrder): readonly [number, number, number] | undefined {
  if (order === 'mdy') return b > 12 || a <= 12 ? [year, a, b] : undefined
  if (order === 'dmy') return a > 12 || b <= 12 ? [year, b, a] : undefined
  if (a > 12) return [year, b, a]
  return b > 12 ? [year, a, b] : undefined
}

/** Whether a date cell shows an order of its own; undefined when it shows none. */
export function orderShown(text: string): DateOrder | 'either' | undefined {
  const m = /^(\d{1,2})([-/.])(\d{1,2})[-/.](?:\d{4}|\d{2})(?!\d)/.exec(text)
  if (!m) return undefined
  if (Number(m[1]) > 12) return 'dmy'
  if (Number(m[3]) > 12) return 'mdy'
  return m[2] === '.' ? 'dmy' : 'either'
}

function yearOf(text: string): number {
  return text.length === 2 ? 2000 + Number(text) : Number(text)
}

function withName(day: number, name: string, year: number): readonly [number, number, number] | undefined {
  const plain = name.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
  const month = MONTHS.findIndex((starts) => starts.some((start) => plain.startsWith(start))) + 1
  return month === 0 ? undefined : [year, month, day]
}

/** How months begin in English, German, Spanish, French and Polish. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'sty'],
  ['feb', 'fev', 'lut'],
  ['mar', 'maer', 'mrz'],
  ['apr', 'abr', 'avr', 'kwi'],
  ['may', 'mai', 'maj'],
  ['jun', 'juin', 'cze'],
  ['jul', 'juil', 'lip'],
  ['aug', 'ago', 'aou', 'sie'],
  ['sep', 'set', 'wrz'],
  ['oct', 'okt', 'paz'],
  ['nov', 'lis'],
  ['dec', 'dez', 'dic', 'gru'],
]

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
