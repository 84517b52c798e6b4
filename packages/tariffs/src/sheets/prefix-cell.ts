// The prefix cell of a rate sheet: one prefix, several, ranges, a pattern, the default rate. Text in, prefixes or a
// sentence for the user out.

import { err, ok, type Result } from '@tollbook/kernel'
import { dialPattern, LONGEST_PREFIX } from '@tollbook/rating'
import { quoted } from './number-cell.ts'

type Manner = 'plain' | 'a2billing'

/** What one cell may stand for: a whole range of five digits is a slip, and a million rows of it would fill a disk. */
export const MOST_PREFIXES = 10_000

/**
 * "44", "+44 20", "0044-20" → that prefix; "44-49, 33" → seven of them; "1868/1876", "44;45", one a line; "_44NXX." a
 * pattern; "*" the default rate, which is ''. An empty cell is a slip, not the default rate.
 */
export function prefixCell(text: string, manner: Manner = 'plain'): Result<readonly string[], string> {
  if (/^(?!00)\d+$/.test(text) && text.length <= LONGEST_PREFIX) return ok([text])
  if (text === '') return err('Prefix is empty. Write * for a default rate.')
  if (/^(\*|default|defaultprefix)$/i.test(text)) return ok([''])
  if (text.startsWith('_')) return patterns(text, manner)
  if (/^\d(?:\.\d+)?E\+?\d+$/i.test(text)) {
    return err(`Prefix ${quoted(text)} has lost its digits in a spreadsheet. Format the column as text.`)
  }
  return listed(text.replace(/^(\d+)\.0+$/, '$1'), '')
}

/** Codes within a country: each of the list after the country's own digits. No codes: the country itself. */
export function areaCells(country: string, area: string): Result<readonly string[], string> {
  const code = prefixCell(country)
  if (!code.ok) return code
  const [digits = ''] = code.value
  if (code.value.length !== 1 || digits === '' || digits.startsWith('_')) {
    return err(`Country code ${quoted(country)} is not one number.`)
  }
  if (area === '' || area === '*') return ok([digits])
  // Within a country, what stands apart is another code.
  return listed(
    area
      .replace(/^(\d+)\.0+$/, '$1')
      .replace(/\s+/g, ' ')
      .replace(/(?<=\d) (?=\d)/g, ','),
    digits,
  )
}

function listed(text: string, before: string): Result<readonly string[], string> {
  const prefixes: string[] = []
  for (const part of text.split(/[,;/|&\n]|\s(?:and|und|et|y|i)\s/)) {
    if (part.trim() === '') continue
    const found = partOf(part.trim(), before, MOST_PREFIXES - prefixes.length)
    if (!found.ok) return found
    for (const prefix of found.value) prefixes.push(prefix)
  }
  if (prefixes.length === 0) return err(`Prefix ${quoted(text)} is not a number.`)
  return ok(new Set(prefixes).size === prefixes.length ? prefixes : [...new Set(prefixes)])
}

/** Characters of one prefix or range, blanks and signs included. */
const LONGEST_PART = 200

function partOf(text: string, before: string, left: number): Result<readonly string[], string> {
  const separate = severalByBlanks(text)
  if (separate) return separate.length > left ? err(tooMany(text)) : ok(separate.map((digits) => before + digits))
  if (text.length > LONGEST_PART) return err(`Prefix ${quoted(text)} is not a number.`)
  const range = /^([\d\s()]+?)\s*(?:-|–|—|\.\.|\bto\b|\bbis\b)\s*([\d\s()]+)$/.exec(text)
  if (range) {
    const [from, to] = [range[1]!.replace(/\D/g, ''), range[2]!.replace(/\D/g, '')]
    if (from.length === to.length && !from.startsWith('00')) return rangeOf(text, from, to, before, left)
  }
  const bare = text.replace(/[\s().\-–]/g, '')
  const digits = before === '' ? bare.replace(/^(\+|00)/, '') : bare
  if (!/^\d+$/.test(digits)) return err(`Prefix ${quoted(text)} is not a number.`)
  const prefix = before + digits
  if (prefix.length > LONGEST_PREFIX) return err(`Prefix ${quoted(text)} is longer than ${LONGEST_PREFIX} digits.`)
  return left > 0 ? ok([prefix]) : err(tooMany(text))
}

/**
 * Blanks within one number mean nothing ("44 20"). Groups of equal length that begin alike, or more digits than any
 * number has, are several ("1242 1246 1268").
 */
function severalByBlanks(text: string): readonly string[] | undefined {
  const groups = text.split(/\s+/)
  if (groups.length < 2 || !groups.every((group) => /^\d+$/.test(group))) return undefined
  const [first = ''] = groups
  const alike =
    first.length >= 3 && groups.every((g) => g.length === first.length && g.slice(0, 2) === first.slice(0, 2))
  return alike || groups.join('').length > 15 ? groups : undefined
}

function rangeOf(
  text: string,
  from: string,
  to: string,
  before: string,
  left: number,
): Result<readonly string[], string> {
  if (before.length + from.length > LONGEST_PREFIX)
    return err(`Prefix ${quoted(text)} is longer than ${LONGEST_PREFIX} digits.`)
  const [first, last] = [BigInt(from), BigInt(to)]
  if (last < first) return err(`Range ${quoted(text)} runs backwards.`)
  if (last - first >= BigInt(left)) return err(tooMany(text))
  const prefixes: string[] = []
  for (let n = first; n <= last; n++) prefixes.push(before + n.toString().padStart(from.length, '0'))
  return ok(prefixes)
}

function tooMany(text: string): string {
  return `${quoted(text)} makes more than ${MOST_PREFIXES} prefixes in one cell.`
}

function patterns(text: string, manner: Manner): Result<readonly string[], string> {
  const found: string[] = []
  for (const part of text.split(/[,;|\n]\s*(?=_)/)) {
    // Blanks and hyphens mean nothing outside of sets, and small letters are the same as capitals: one spelling a pattern.
    const tight = part.trim().replace(/[\s-](?![^[]*\])/g, '')
    const pattern = manner === 'plain' ? tight.toUpperCase() : tight
    const known = dialPattern(pattern, manner)
    if (!known.ok) return err(`Pattern ${quoted(part.trim())}: ${known.error.reason}.`)
    if (!found.includes(pattern)) found.push(pattern)
  }
  return ok(found)
}
