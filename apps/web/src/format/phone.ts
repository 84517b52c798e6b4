// Telephone numbers as people read them. Only numbers in international form are grouped; what was dialled stays as dialled.

const ONE_DIGIT = new Set(['1', '7'])
const TWO_DIGITS = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
)

/** "+353865550143" → "+353 86 555 0143"; "204" and "00353…" come back untouched. Spaces are no-break spaces. */
export function phone(number: string): string {
  const match = /^\+(\d{7,15})$/.exec(number)
  if (!match) return number
  const digits = match[1] as string
  const code = ONE_DIGIT.has(digits[0] as string) ? 1 : TWO_DIGITS.has(digits.slice(0, 2)) ? 2 : 3
  return [`+${digits.slice(0, code)}`, ...groups(digits.slice(code))].join('\u00a0')
}

/** Groups of the national part: the last is four digits, the ones before are two or three. */
function groups(rest: string): string[] {
  const sizes: Record<number, readonly number[]> = {
    6: [3, 3],
    7: [3, 4],
    8: [4, 4],
    9: [2, 3, 4],
    10: [3, 3, 4],
    11: [3, 4, 4],
    12: [4, 4, 4],
  }
  const out: string[] = []
  let at = 0
  for (const size of sizes[rest.length] ?? [rest.length]) {
    out.push(rest.slice(at, at + size))
    at += size
  }
  return out
}
