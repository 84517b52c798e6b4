// Lines of CSV (RFC 4180, CRLF) that a spreadsheet may open without harm.

import type { Cell } from './table.ts'

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(',')}\r\n`
}

/**
 * One field. What a spreadsheet would run as a formula gets an apostrophe in front, for callers choose their names;
 * plain numbers, also "+353…", are left as they are.
 */
export function csvField(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const formula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d[\d.]*$/.test(text)
  const safe = formula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
