// Counts, ratios and changes as text, in the language of the page. Knows no money and no time.

import { localeTag } from '../state/preferences.ts'

const formats = new Map<string, Intl.NumberFormat>()

/** "6,745"; with `places`, "75.7". The minus is a true minus. */
export function count(n: number, places = 0): string {
  const key = `${localeTag()}/${places}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(localeTag(), { minimumFractionDigits: places, maximumFractionDigits: places })
    formats.set(key, format)
  }
  return format.format(n).replace('-', '−')
}

/** part/whole in per cent, one place; "–" for an empty denominator. No unit: that stands in the head. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : count((100 * part) / whole, 1)
}

/** Change in per cent against what it was; null when there was nothing. */
export function change(now: number, before: number): number | null {
  return before === 0 ? null : 100 * (now / before - 1)
}

/** Bytes as "1.2 MB"; decimal units, as file managers show them. */
export function bytes(n: number): string {
  if (n < 1000) return `${count(n)} B`
  if (n < 1_000_000) return `${count(n / 1000, 0)} kB`
  if (n < 1_000_000_000) return `${count(n / 1_000_000, 1)} MB`
  return `${count(n / 1_000_000_000, 2)} GB`
}
