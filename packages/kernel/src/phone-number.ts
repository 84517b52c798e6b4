// Telephone numbers as digits. What a user or a PBX wrote stays text; this room only knows how to read it.

import { digitsOfErased } from './erased-number.ts'

declare const digitsBrand: unique symbol

/** The digits of a number in international form without "+" or prefix: "442071838750". Never empty. */
export type PhoneDigits = string & { readonly [digitsBrand]: true }

/** How one tenant dials: which prefixes mean "international", which means "national", and its home country code. */
export type NumberPlan = {
  /** For example ["00", "011"]; tried in this order after "+". */
  readonly internationalPrefixes: readonly string[]
  /** Trunk prefix for national calls, for example "0"; empty when there is none. */
  readonly nationalPrefix: string
  /** Country calling code of the PBX, for example "353"; empty when numbers are to be left as they are. */
  readonly countryCode: string
  /** What is dialled before the number proper, "9" for an outside line or a routing code: taken off once, first. */
  readonly stripPrefixes?: readonly string[]
}

export const PLAIN_PLAN: NumberPlan = { internationalPrefixes: ['00', '011'], nationalPrefix: '', countryCode: '' }

/** By which rule of the plan a number was read. */
export type NumberRule = 'plus' | 'international-prefix' | 'national-prefix' | 'as-dialled'

/** A dialled string as it was understood: the digits, the rule, and what was taken off its front before ('' = nothing). */
export type ReadNumber = { readonly digits: PhoneDigits; readonly rule: NumberRule; readonly stripped: string }

/**
 * A dialled string in international form, or undefined when it holds no number (names, "s", feature codes).
 * Visual separators and a trailing "#" are dropped; then the longest of the plan's strip prefixes is taken off, once,
 * unless nothing would be left. "+" and international prefixes are taken off; a national prefix is replaced by the
 * country code when the plan knows one; other digits stay as they are (already international, or short codes).
 */
export function toPhoneDigits(dialled: string, plan: NumberPlan): PhoneDigits | undefined {
  return readNumber(dialled, plan)?.digits
}

/** As `toPhoneDigits`, and how it came to it. */
export function readNumber(dialled: string, plan: NumberPlan): ReadNumber | undefined {
  const erased = digitsOfErased(dialled)
  // In international form already: an erased number is placed and priced by the digits that were kept.
  if (erased !== undefined) {
    return erased === '' ? undefined : { digits: erased as PhoneDigits, rule: 'plus', stripped: '' }
  }
  const bare = isDigits(dialled) ? dialled : dialled.replace(/[\s().\-/]/g, '').replace(/#$/, '')
  const stripped = stripPrefixOf(bare, plan.stripPrefixes)
  const text = stripped === '' ? bare : bare.slice(stripped.length)
  const read = (digits: string, rule: NumberRule): ReadNumber | undefined =>
    isDigits(digits) ? { digits: digits as PhoneDigits, rule, stripped } : undefined
  if (text.startsWith('+')) return read(text.slice(1), 'plus')
  if (!isDigits(text)) return undefined
  for (const prefix of plan.internationalPrefixes) {
    if (prefix !== '' && text.startsWith(prefix) && text.length > prefix.length)
      return read(text.slice(prefix.length), 'international-prefix')
  }
  if (plan.countryCode !== '' && plan.nationalPrefix !== '' && text.startsWith(plan.nationalPrefix)) {
    return read(plan.countryCode + text.slice(plan.nationalPrefix.length), 'national-prefix')
  }
  return read(text, 'as-dialled')
}

/** The longest of `prefixes` that `text` begins with and is longer than; '' = none. */
function stripPrefixOf(text: string, prefixes: readonly string[] | undefined): string {
  let longest = ''
  if (prefixes === undefined) return longest
  for (const prefix of prefixes) {
    if (prefix.length > longest.length && prefix.length < text.length && text.startsWith(prefix)) longest = prefix
  }
  return longest
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return text !== ''
}
