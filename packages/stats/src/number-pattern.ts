// Patterns of numbers as Asterisk writes them in its dialplan, as SQL. Used by figures and by the search of calls alike.

/** A number as it stands, or a pattern: `_` in front, then X 0–9, Z 1–9, N 2–9, [1-5], `.` one or more, `!` none or more. */
const PATTERN = /^_(?:[0-9XZN+*#]|\[[0-9*#+-]+\])*[.!]?$/i
const PLAIN = /^[0-9A-Za-z+*#.@-]{1,80}$/

const CLASSES: Readonly<Record<string, string>> = { X: '[0-9]', Z: '[1-9]', N: '[2-9]', '.': '.+', '!': '.*' }

/** The anchored regular expression of a number or pattern, good for PostgreSQL and DuckDB; undefined = not readable. */
export function numberRegex(text: string): string | undefined {
  if (!text.startsWith('_')) return PLAIN.test(text) ? `^${escaped(text)}$` : undefined
  if (!PATTERN.test(text) || text.length > 80 || text === '_') return undefined
  const parts = text.slice(1).match(/\[[^\]]*\]|./g) ?? []
  const bodies = parts.map((part) =>
    part.startsWith('[') ? setOf(part) : (CLASSES[part.toUpperCase()] ?? escaped(part)),
  )
  return bodies.includes(undefined) ? undefined : `^${bodies.join('')}$`
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
export type NumberChoice = { readonly not: boolean; readonly regexes: readonly string[] }

/** Reads `_0044.,2001`, with `!` in front for all but these; undefined where a piece is neither number nor pattern. */
export function parseNumbers(text: string): NumberChoice | undefined {
  const not = text.startsWith('!')
  const pieces = (not ? text.slice(1) : text).split(',').map((piece) => piece.trim())
  const regexes = pieces.map(numberRegex).filter((regex) => regex !== undefined)
  return regexes.length === pieces.length && pieces.length > 0 ? { not, regexes } : undefined
}
