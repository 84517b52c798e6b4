// The cells of a rate sheet, one function each: text in, a value or a sentence for the user out.

import { err, ok, type Result } from '@tollbook/kernel'
import { LONGEST_PREFIX } from '@tollbook/rating'
import { instantOfLocal } from './local-instant.ts'

/** "+44 20", "0044-20", "4420" → "4420"; "*" is the default rate. An empty cell is a slip, not the default rate. */
export function prefixField(text: string): Result<string, string> {
  if (text === '*') return ok('')
  if (text === '') return err('Prefix is empty. Write * for a default rate.')
  const digits = text.replace(/[\s().\-/]/g, '').replace(/^(\+|00)/, '')
  if (!/^\d+$/.test(digits)) return err(`Prefix ${quoted(text)} is not a number.`)
  if (digits.length > LONGEST_PREFIX) return err(`Prefix ${quoted(text)} is longer than ${LONGEST_PREFIX} digits.`)
  return ok(digits)
}

/** A name as it is, blanks within made single. */
export function destinationField(text: string): Result<string, string> {
  const name = text.replace(/\s+/g, ' ')
  if (name === '') return err('Destination is empty.')
  if (name.length > 200) return err('Destination is longer than 200 characters.')
  return ok(name)
}

/**
 * How a decimal may be written: with a comma for the point, at most so many digits before and after it. Six before it
 * keep the dearest call there can be (a year of minutes) within what an amount holds.
 */
export type DecimalForm = { readonly comma: boolean; readonly whole: number; readonly places: number }

/** A decimal that is not negative, as plain text with a point; superfluous zeros at the end may be any number. */
export function decimalField(column: string, text: string, form: DecimalForm): Result<string, string> {
  const pointed = form.comma && !text.includes('.') ? text.replace(',', '.') : text
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(pointed)
  const [, minus, whole = '', fraction = ''] = match ?? []
  if (!match || whole + fraction === '') return err(`${column} ${quoted(text)} is not a decimal number.`)
  if (minus === '-') return err(`${column} ${quoted(text)} is negative.`)
  const significant = fraction.replace(/0+$/, '')
  if (significant.length > form.places) return err(`${column} ${quoted(text)} has more than ${form.places} decimals.`)
  const leading = whole.replace(/^0+(?=\d)/, '') || '0'
  if (leading.length > form.whole) return err(`${column} ${quoted(text)} is too large.`)
  return ok(significant === '' ? leading : `${leading}.${significant}`)
}

/** Whole seconds from `least` to a day. */
export function secondsField(column: string, text: string, least: number): Result<number, string> {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : -1
  if (seconds < least || seconds > 86_400) {
    return err(`${column} ${quoted(text)} is not a whole number of seconds from ${least} to 86400.`)
  }
  return ok(seconds)
}

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** "2026-01-31", "2026-01-31 08:00", with seconds and offset if wanted; without an offset it is local time of `zone`. */
export function effectiveField(text: string, zone: string): Result<number, string> {
  const m = INSTANT.exec(text)
  const wrong = err(`effective_from ${quoted(text)} is not a date like 2026-01-31 or 2026-01-31 08:00.`)
  if (!m) return wrong
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return wrong
  if (day > daysIn(year, month)) return wrong
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second)
  const offset = m[7]
  if (offset === undefined) return ok(instantOfLocal(asUtc, zone))
  if (offset === 'Z') return ok(asUtc)
  const sign = offset.startsWith('-') ? -1 : 1
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return ok(asUtc - sign * minutes * 60_000)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
}
