// Telephone numbers as digits. What a user or a PBX wrote stays text; this room only knows how to read it.

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

/**
 * A dialled string in international form, or undefined when it holds no number (names, "s", feature codes).
 * Visual separators are dropped. "+" and the plan's international prefixes are taken off; a national prefix is replaced
 * by the country code when the plan knows one; other digits stay as they are (already international, or short codes).
 */
export function toPhoneDigits(dialled: string, plan: NumberPlan): PhoneDigits | undefined {
  const text = isDigits(dialled) ? dialled : dialled.replace(/[\s().\-/]/g, '')
  if (!isDigits(text) && !/^\+\d+$/.test(text)) return undefined
  if (text.startsWith('+')) return nonEmpty(text.slice(1))
  for (const prefix of plan.internationalPrefixes) {
    if (prefix !== '' && text.startsWith(prefix) && text.length > prefix.length)
      return nonEmpty(text.slice(prefix.length))
  }
  if (plan.countryCode !== '' && plan.nationalPrefix !== '' && text.startsWith(plan.nationalPrefix)) {
    return nonEmpty(plan.countryCode + text.slice(plan.nationalPrefix.length))
  }
  return nonEmpty(text)
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return text !== ''
}

function nonEmpty(digits: string): PhoneDigits | undefined {
  return digits === '' ? undefined : (digits as PhoneDigits)
}
