// The number cells of a rate sheet: prices in whatever way they are written, and seconds. Text in, a plain decimal (or a
// whole number) or a sentence for the user out. Digits stay text: no float comes near a price.

import { err, ok, type Result } from '@tollbook/kernel'

/** How a decimal may be written, and what is made of it. */
export type DecimalForm = {
  /** The comma is the decimal mark; the point then groups thousands. */
  readonly comma: boolean
  /** Digits at most before and after the point. Six before it keep a year of minutes within what an amount holds. */
  readonly whole: number
  readonly places: number
  /** Multiplies and divides: 60 for a price per second, a hundredth for cents. */
  readonly times?: 1 | 60
  readonly cents?: boolean
  readonly signed?: boolean
}

/** Signs and words around a price: "€ 0.05", "0.05 USD/min". What stands there says nothing that a head does not. */
const AROUND =
  /^(?:[\p{Sc}\s]|(?:[A-Z]{2,3}\p{Sc}?|zł|kr\.?|fr\.?)(?=[\s\d.,\p{Sc}-]))+|(?:[\p{Sc}\s]|[A-Z]{3}|zł|kr|\/?\s?per min(?:ute)?|\/\s?min(?:ute)?\.?)+$/giu
const PLAIN = /^\d+(?:\.\d+)?$/

/** Characters a number may be written in, signs and words around it included: no pattern sees more than that. */
const LONGEST_NUMBER = 100

/** A decimal as plain text with a point, without superfluous zeros. Thousands may be grouped by blanks, ' . or ,. */
export function decimalCell(label: string, text: string, form: DecimalForm): Result<string, string> {
  const no = (why: string) => err(`${label} ${quoted(text)} ${why}`)
  if (text.length > LONGEST_NUMBER) return no('is not a decimal number.')
  let bare = text
  let cents = form.cents === true
  if (!PLAIN.test(text) || (form.comma && text.includes('.'))) {
    bare = text.replace(/[\u2212\u2013]/g, '-')
    if (/\d\s?(?:¢|c|ct|cts|cent|cents)$/i.test(bare)) {
      bare = bare.replace(/\s?(?:¢|c|ct|cts|cent|cents)$/i, '')
      cents = true
    }
    bare = bare.replace(AROUND, '').replace(/^\((.*)\)$/, '-$1')
    if (/\d[eE][+-]?\d+$/.test(bare)) return no('is not a decimal number.')
    const pointed = ungrouped(bare, form.comma)
    if (pointed === undefined) return no('is not a decimal number.')
    if (pointed === 'either') return no('may be a decimal or thousands. Write it with one mark.')
    bare = pointed
  }
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(bare)
  const [, sign = '', whole = '', fraction = ''] = match ?? []
  if (!match || whole + fraction === '') return no('is not a decimal number.')
  if (whole.length + fraction.length > 60) return no('has too many digits.')
  if (sign === '-' && form.signed !== true && /[1-9]/.test(whole + fraction)) return no('is negative.')
  const scaled = scale(whole, fraction, form.times ?? 1, cents ? 2 : 0)
  if (scaled.fraction.length > form.places) return no(`has more than ${form.places} decimals.`)
  if (scaled.whole.length > form.whole) return no('is too large.')
  const plain = scaled.fraction === '' ? scaled.whole : `${scaled.whole}.${scaled.fraction}`
  return ok(sign === '-' && plain !== '0' ? `-${plain}` : plain)
}

/**
 * Grouping taken out and the point for a decimal mark. A lone mark that is not the sheet's, before exactly three digits,
 * may be either: a price is not guessed by a factor of a thousand. With zero before it, it can only be a decimal.
 */
function ungrouped(text: string, comma: boolean): string | 'either' | undefined {
  const tight = text.replace(/(?<=\d)[\s'’\u00a0\u202f](?=\d{3}(?:\D|$))/g, '')
  const [mark, group] = comma ? [',', '.'] : ['.', ',']
  if (!tight.includes(group)) {
    const marks = tight.split(mark).length - 1
    if (marks <= 1) return tight.replace(mark, '.')
    return GROUPED[mark as ',' | '.'].test(tight) ? tight.replaceAll(mark, '') : undefined
  }
  if (tight.includes(mark)) {
    const at = tight.lastIndexOf(mark)
    const whole = tight.slice(0, at)
    return GROUPED[group as ',' | '.'].test(whole) ? `${whole.replaceAll(group, '')}.${tight.slice(at + 1)}` : undefined
  }
  if (GROUPED[group as ',' | '.'].test(tight))
    return tight.split(group).length > 2 ? tight.replaceAll(group, '') : 'either'
  // A point among decimal commas is a slip that leaves no doubt; a comma among points too.
  return tight.split(group).length === 2 ? tight.replace(group, '.') : undefined
}

/** Groups of three; never after a lone zero. */
const GROUPED = { ',': /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/, '.': /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/ }

function scale(whole: string, fraction: string, times: 1 | 60, down: number): { whole: string; fraction: string } {
  let digits = whole + fraction
  let places = fraction.length + down
  if (times !== 1) digits = (BigInt(digits) * BigInt(times)).toString()
  digits = digits.padStart(places + 1, '0')
  const point = digits.length - places
  places = 0
  return {
    whole: digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0',
    fraction: digits.slice(point).replace(/0+$/, ''),
  }
}

/** Whole seconds from `least` to a day: "60", "60 s", "60.0". */
export function secondsCell(label: string, text: string, least: number): Result<number, string> {
  const m =
    text.length > LONGEST_NUMBER ? null : /^(\d{1,6})(?:[.,]0+)?\s*(?:s|sec|secs|seconds|sek|秒)?\.?$/i.exec(text)
  const seconds = m ? Number(m[1]) : -1
  if (seconds < least || seconds > 86_400) {
    return err(`${label} ${quoted(text)} is not a whole number of seconds from ${least} to 86400.`)
  }
  return ok(seconds)
}

export type Blocks = { readonly firstBlockS: number; readonly incrementS: number; readonly anchor?: 'first-block' }

/** "60/6": first block and increment; "60+6": the same, counted after the first for certain; "60": both. */
export function blocksCell(label: string, text: string): Result<Blocks, string> {
  const m =
    text.length > LONGEST_NUMBER
      ? null
      : /^(\d{1,6})\s*(?:s|sec|seconds)?(?:\s*([/+:;-])\s*(\d{1,6})\s*(?:s|sec|seconds)?)?$/i.exec(text)
  const wrong = err(`${label} ${quoted(text)} is not a first block and an increment like 60/6.`)
  if (!m) return wrong
  const first = Number(m[1])
  const increment = m[3] === undefined ? first : Number(m[3])
  if (first > 86_400 || increment < 1 || increment > 86_400) return wrong
  return ok({ firstBlockS: first, incrementS: increment, ...(m[2] === '+' ? { anchor: 'first-block' as const } : {}) })
}

export function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
}
