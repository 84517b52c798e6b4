// Asterisk dial patterns ("_44[2-5]NXX.") as sets of digits, and the order in which they are preferred.
// Knows texts and digits; knows no rate and no deck.

import { err, ok, type Result } from '@tollbook/kernel'

/** A pattern ready to be compared with numbers. */
export type DialPattern = {
  readonly text: string
  /** The digits it begins with before anything variable: where the tree of prefixes keeps it. */
  readonly fixed: string
  /** What follows them: one set of digits a position, bit d for digit d. */
  readonly sets: Uint16Array
  /** '.' takes one digit or more after the sets, '!' none or more, '' none. */
  readonly tail: '' | '.' | '!'
  /** What `comparePatterns` compares, a place a position after `fixed`. */
  readonly order: readonly number[]
}

export type NotAPattern = { readonly kind: 'not-a-pattern'; readonly text: string; readonly reason: string }

/** Positions of a pattern, at most; as for prefixes, what a carrier's routing digits and E.164 need together. */
const LONGEST_PATTERN = 64

/**
 * Reads a pattern: "_", then digits, `X` (0-9), `Z` (1-9), `N` (2-9), sets such as `[2-57]`, and at the end `.` (one
 * digit or more) or `!` (none or more). Blanks and hyphens between positions mean nothing, as in Asterisk.
 * In A2Billing's manner `!` is not known and small letters are no wildcards.
 */
export function dialPattern(text: string, manner: 'plain' | 'a2billing' = 'plain'): Result<DialPattern, NotAPattern> {
  const fault = (reason: string) => err({ kind: 'not-a-pattern' as const, text, reason })
  if (!text.startsWith('_')) return fault('it does not begin with "_"')
  const sets: number[] = []
  let tail: DialPattern['tail'] = ''
  for (let at = 1; at < text.length; ) {
    const end = text[at] === '[' ? text.indexOf(']', at) + 1 : at + 1
    if (end === 0) return fault('a set has no "]"')
    const part = text.slice(at, end)
    at = end
    if (part === ' ' || part === '-') continue
    if (tail !== '') return fault(`something follows "${tail}"`)
    if (part === '.' || (part === '!' && manner === 'plain')) {
      tail = part
      continue
    }
    const set = setOf(part, manner)
    if (set === 0) return fault(`"${part}" stands for no digit`)
    sets.push(set)
  }
  if (sets.length > LONGEST_PATTERN) return fault(`it has more than ${LONGEST_PATTERN} positions`)
  if (sets.length === 0 && tail === '') return fault('it is empty')
  return ok(patternOf(text, sets, tail))
}

const WILDCARDS: Readonly<Record<string, number>> = { X: 0b1111111111, Z: 0b1111111110, N: 0b1111111100 }

/** Bit d for each digit d that `part` allows; 0 when it is no part of a pattern. */
function setOf(part: string, manner: 'plain' | 'a2billing'): number {
  if (/^\d$/.test(part)) return 1 << Number(part)
  if (!part.startsWith('[')) return WILDCARDS[manner === 'plain' ? part.toUpperCase() : part] ?? 0
  let set = 0
  const inner = part.slice(1, -1)
  if (!/^(\d(-\d)?)+$/.test(inner)) return 0
  for (const [, from, to] of inner.matchAll(/(\d)(?:-(\d))?/g)) {
    for (let digit = Number(from); digit <= Number(to ?? from); digit++) set |= 1 << digit
  }
  return set
}

function patternOf(text: string, sets: readonly number[], tail: DialPattern['tail']): DialPattern {
  let fixed = ''
  for (const set of sets) {
    if (sizeOf(set) !== 1) break
    fixed += String(31 - Math.clz32(set))
  }
  const rest = sets.slice(fixed.length)
  const end = tail === '' ? END : tail === '.' ? DOT : BANG
  return { text, fixed, sets: Uint16Array.from(rest), tail, order: [...rest.map(sizeOf), end] }
}

// What can stand at one position, the more specific the smaller: 1 to 10 is how many digits a set holds.
const END = 0
const DOT = 20
const BANG = 30

/** The order of a plain prefix: its digits and then "!". */
export const PREFIX_ORDER: readonly number[] = [BANG]

function sizeOf(set: number): number {
  let size = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) size++
  return size
}

/**
 * Which of two patterns with the same fixed digits comes first for a number that fits both: position by position from
 * the left, the one with fewer digits in its set, then the end of the pattern before ".", and "." before "!". That is
 * Asterisk's order; 0 when it does not tell them apart.
 */
export function comparePatterns(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** Whether `digits`, which begin with the fixed digits of `pattern`, fit the rest of it. */
export function fitsPattern({ fixed, sets, tail }: DialPattern, digits: string): boolean {
  const atLeast = fixed.length + sets.length
  const length = digits.length
  if (tail === '' ? length !== atLeast : length < atLeast + (tail === '.' ? 1 : 0)) return false
  for (let i = 0; i < sets.length; i++) {
    if (((sets[i]! >>> (digits.charCodeAt(fixed.length + i) - 48)) & 1) === 0) return false
  }
  return true
}
