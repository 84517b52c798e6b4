// Numbers of a workbook as the text a person sees. A workbook keeps doubles: what is meant is the shortest decimal that
// reads back as the same double ("5.7500000000000002E-2" is 0.0575), of the fifteen digits Excel itself goes by.

/** Which styles show dates, and from when days are counted. */
export type CellStyles = { readonly dates: ReadonlySet<number>; readonly from1904: boolean }

/** A number of a cell as plain decimal text; what is no number stays as it is. */
export function numberText(value: string): string {
  if (/^-?\d{1,15}$/.test(value)) return value
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) return value
  const shortest = String(number)
  return plainText(shortest.replace(/[^\d]|e.*$/g, '').length > 15 ? String(Number(number.toPrecision(15))) : shortest)
}

/** "1.5e-7" → "0.00000015". */
function plainText(text: string): string {
  const m = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!m) return text
  const [, sign = '', whole = '', fraction = ''] = m
  const exponent = Number(m[4])
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

const DAY_MS = 86_400_000
/** 1899-12-30, from which Excel counts days (and from 1904-01-01 when a workbook says so). */
const DAYS_TO_1970 = 25_569
const DAYS_TO_1904 = 1462
/** 9999-12-31. */
const LAST_DAY = 2_958_465

/** A date of a cell as "2026-01-31" or "2026-01-31 08:00:00"; undefined when the number is no date. 0 is a zero date. */
export function dateText(value: string, from1904 = false): string | undefined {
  const serial = Number(value) + (from1904 ? DAYS_TO_1904 : 0)
  if (serial === 0) return '0000-00-00'
  if (!(serial >= 1 && serial <= LAST_DAY)) return undefined
  // Days are kept as fractions: to the second is as exact as they are.
  const ms = Math.round((serial - DAYS_TO_1970) * (DAY_MS / 1000)) * 1000
  const text = new Date(ms).toISOString()
  return text.slice(11, 19) === '00:00:00' ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}
