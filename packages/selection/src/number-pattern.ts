// Numbers and patterns of numbers as Asterisk writes them in its dialplan, as anchored regular expressions.

import { TAIL_DIGITS } from './number-search.ts'

/** A number as it stands, or a pattern: `_` in front, then X 0–9, Z 1–9, N 2–9, [1-5], `.` one or more, `!` none or more. */
const PATTERN = /^_(?:[0-9XZN+*#]|\[[0-9*#+-]+\])*[.!]?$/i
const PLAIN = /^[0-9A-Za-z+*#.@-]{1,80}$/

const CLASSES: Readonly<Record<string, string>> = { X: '[0-9]', Z: '[1-9]', N: '[2-9]', '.': '.+', '!': '.*' }

/** What a number must match. */
export type NumberMatch = {
  /** Anchored, good for PostgreSQL and DuckDB. */
  readonly regex: string
  /** The last eight characters every match ends with, or a shorter number whole: what the number index is over. */
  readonly tail: string | undefined
}

/** Reads a number or a pattern; undefined = not readable. */
export function numberMatch(text: string): NumberMatch | undefined {
  if (!text.startsWith('_')) {
    return PLAIN.test(text) ? { regex: `^${escaped(text)}$`, tail: text.slice(-TAIL_DIGITS) } : undefined
  }
  if (!PATTERN.test(text) || text.length > 80 || text === '_') return undefined
  const parts = text.slice(1).match(/\[[^\]]*\]|./g) ?? []
  const bodies = parts.map((part) =>
    part.startsWith('[') ? setOf(part) : (CLASSES[part.toUpperCase()] ?? escaped(part)),
  )
  if (bodies.includes(undefined)) return undefined
  const last = parts.slice(-TAIL_DIGITS)
  const fixed = last.length === TAIL_DIGITS && last.every((part) => /^[0-9+*#]$/.test(part))
  return { regex: `^${bodies.join('')}$`, tail: fixed ? last.join('') : undefined }
}

/** `[1-5*]` with its ranges written out, so that no character of it can mean anything to a regular expression. */
function setOf(part: string): string | undefined {
  const all = new Set<string>()
  const inner = part.slice(1, -1)
  for (let i = 0; i < inner.length; i++) {
    const from = inner[i]!
    const to = inner[i + 1] === '-' ? inner[i + 2] : undefined
    if (to === undefined) {
      if (from === '-') return undefined
      all.add(from)
      continue
    }
    if (!/\d/.test(from) || !/\d/.test(to) || from > to) return undefined
    for (let digit = Number(from); digit <= Number(to); digit++) all.add(String(digit))
    i += 2
  }
  return `[${[...all].sort().map(escaped).join('')}]`
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\#]/g, '\\$&')
}

/** Several numbers or patterns; `not` = all but these. */
export type NumberChoice = { readonly not: boolean; readonly matches: readonly NumberMatch[] }

/** Reads `_0044.,2001`, with `!` in front for all but these; undefined where a piece is neither number nor pattern. */
export function parseNumbers(text: string): NumberChoice | undefined {
  const not = text.startsWith('!')
  const pieces = (not ? text.slice(1) : text).split(',').map((piece) => piece.trim())
  const matches = pieces.map(numberMatch).filter((match) => match !== undefined)
  return matches.length === pieces.length && pieces.length > 0 ? { not, matches } : undefined
}
