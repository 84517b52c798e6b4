// What a person typed into the search box, read as what they can have meant: a number, the end of one, its beginning,
// an Asterisk call id, or a caller's name. Pure; the SQL is in search.ts.

/** One meaning of a search text. Digits hold no separators. */
export type CallSearch =
  /** linkedid or uniqueid; `epochMs` is the second inside it. */
  | { readonly kind: 'id'; readonly id: string; readonly epochMs: number }
  /** A number or its last digits, eight or more. */
  | { readonly kind: 'tail'; readonly digits: string }
  /** A short number (extension, short code) that must match whole. */
  | { readonly kind: 'exact'; readonly digits: string }
  | { readonly kind: 'prefix'; readonly digits: string }
  /** Anything else: the beginning of a caller's name. */
  | { readonly kind: 'name'; readonly text: string }

/** Eight digits are what the number index is built over; shorter ends would match too much to be of use. */
export const TAIL_DIGITS = 8

/** Reads a search text; undefined when it is blank. "+", blanks and the usual separators of numbers do not matter. */
export function parseCallSearch(text: string): CallSearch | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  // "1697300000.12", or with a system name in front: "pbx1-1697300000.12".
  const id = /^(?:\S+-)?(\d{9,10})\.\d+$/.exec(trimmed)
  if (id) return { kind: 'id', id: trimmed, epochMs: Number(id[1]) * 1000 }
  const number = /^\+?(\d+)(\*?)$/.exec(trimmed.replace(/[\s().\-/]/g, ''))
  if (!number) return { kind: 'name', text: trimmed }
  const digits = number[1]!
  if (number[2] === '*') return { kind: 'prefix', digits }
  return { kind: digits.length >= TAIL_DIGITS ? 'tail' : 'exact', digits }
}
