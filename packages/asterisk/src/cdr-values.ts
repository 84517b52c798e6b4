// The shapes of values in a CDR, checked in place between two positions of a longer text: no strings are made.

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** `YYYY-MM-DD HH:MM:SS` with every part in its range (29 February is taken on trust). */
export function isTimeAt(text: string, from: number, to: number): boolean {
  if (to - from !== 19) return false
  if (text.charCodeAt(from + 4) !== 45 || text.charCodeAt(from + 7) !== 45 || text.charCodeAt(from + 10) !== 32)
    return false
  if (text.charCodeAt(from + 13) !== 58 || text.charCodeAt(from + 16) !== 58) return false
  const century = two(text, from)
  const month = two(text, from + 5)
  const day = two(text, from + 8)
  return (
    (century === 19 || century === 20) &&
    two(text, from + 2) >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= (DAYS[month - 1] ?? 0) &&
    inRange(two(text, from + 11), 23) &&
    inRange(two(text, from + 14), 59) &&
    inRange(two(text, from + 17), 60)
  )
}

function inRange(value: number, max: number): boolean {
  return value >= 0 && value <= max
}

function two(text: string, p: number): number {
  const tens = text.charCodeAt(p) - 48
  const ones = text.charCodeAt(p + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

/** Seconds as a whole number, the fraction cut off (`duration,f` prints `31.123456`); -1 when it is not a number. */
export function wholeSecondsAt(text: string, from: number, to: number): number {
  let dot = from
  while (dot < to && text.charCodeAt(dot) !== 46) dot++
  if (dot < to - 1 && numberAt(text, dot + 1, Math.min(to, dot + 10)) < 0) return -1
  return numberAt(text, from, dot)
}

/**
 * A whole number or -1. At most nine digits: 2^31 seconds is 68 years, and no PBX writes 10^9 CDRs between two starts.
 */
export function numberAt(text: string, from: number, to: number): number {
  if (to <= from || to - from > 9) return -1
  let n = 0
  for (let i = from; i < to; i++) {
    const d = text.charCodeAt(i) - 48
    if (d < 0 || d > 9) return -1
    n = n * 10 + d
  }
  return n
}

/** Capital letters and blanks: the words Asterisk knows and whatever a fork adds, but no sentence and no number. */
export function isDispositionAt(text: string, from: number, to: number): boolean {
  if (to - from < 4 || to - from > 20) return false
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i)
    if ((c < 65 || c > 90) && c !== 32) return false
  }
  return true
}

/** A value as it may stand in a message: quoted, one line, 40 characters. */
export function shown(value: string): string {
  const line = value.replaceAll(/\p{Cc}/gu, ' ')
  return `"${line.length > 40 ? `${line.slice(0, 40)}…` : line}"`
}
