// "2026-11-23 12:48:05" → milliseconds, read as if the clock on the wall were UTC. Knows no zones.

/** Day number (days since 1970-01-01) of a local time as `parseLocalTime` gives it. */
export const DAY_MS = 86_400_000

/**
 * Milliseconds of a wall-clock text "YYYY-MM-DD HH:MM:SS" (a fraction or a "T" in the middle are accepted, the fraction
 * is dropped: Asterisk's own columns have whole seconds). NaN when it is not such a time or not a real day.
 * Arithmetic on character codes: this runs three times per CDR.
 */
export function parseLocalTime(text: string): number {
  if (text.length < 19 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return Number.NaN
  const between = text.charCodeAt(10)
  if (between !== SPACE && between !== LETTER_T) return Number.NaN
  if (text.length > 19 && text.charCodeAt(19) !== DOT) return Number.NaN
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hour = two(text, 11)
  const minute = two(text, 14)
  const second = two(text, 17)
  // A digit that is none makes NaN, and every comparison with NaN is false: so these are written as what must hold.
  const sane = month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 60
  if (!sane || !(day <= daysIn(year, month))) return Number.NaN
  return daysSinceEpoch(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000
}

const DASH = 45
const DOT = 46
const COLON = 58
const SPACE = 32
const LETTER_T = 84

function two(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48
  const b = text.charCodeAt(at + 1) - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : Number.NaN
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Gregorian calendar to day number; years are counted from March, so that the leap day comes last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
