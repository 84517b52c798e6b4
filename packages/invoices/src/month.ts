// Calendar months of a zone as instants and dates.

import { assert } from '@tollbook/kernel'
import { DateTime } from 'luxon'

/** A local month: fromMs ≤ t < toMs. */
export type Month = {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
  readonly firstDay: string
  /** Inclusive. */
  readonly lastDay: string
}

/** True for "2026-10"; the doors ask before they call `runInvoices`. */
export function isMonth(text: string): boolean {
  return /^(19|20|21)\d{2}-(0[1-9]|1[0-2])$/.test(text)
}

/** False while the month lies ahead, where nothing can stand on an invoice; the doors ask this too. */
export function hasMonthBegun(name: string, zone: string, nowMs: number): boolean {
  return monthIn(name, zone).fromMs <= nowMs
}

export function monthIn(name: string, zone: string): Month {
  assert(isMonth(name), `not a month: ${name}`)
  const start = DateTime.fromISO(`${name}-01`, { zone })
  assert(start.isValid, `unknown zone: ${zone}`)
  // From the first day again: a midnight that the clocks skip must not make the next month begin at one o'clock.
  const next = start.plus({ months: 1 }).startOf('month')
  return {
    name,
    fromMs: earliest(start),
    toMs: earliest(next),
    firstDay: start.toFormat('yyyy-MM-dd'),
    lastDay: next.minus({ days: 1 }).toFormat('yyyy-MM-dd'),
  }
}

/** The local months from the one that holds `sinceMs` up to and including `last`. */
export function monthsUpTo(sinceMs: number, last: Month, zone: string): readonly Month[] {
  const months: Month[] = [last]
  while (months[0]!.fromMs > sinceMs) {
    const before = DateTime.fromMillis(months[0]!.fromMs - 1, { zone })
    months.unshift(monthIn(before.toFormat('yyyy-MM'), zone))
  }
  return months
}

/** Local date of an instant, and of the day so many days later. */
export function dateIn(ms: number, zone: string, daysLater = 0): string {
  return DateTime.fromMillis(ms, { zone }).plus({ days: daysLater }).toFormat('yyyy-MM-dd')
}

// Where clocks go back over midnight the local midnight exists twice.
function earliest(at: DateTime): number {
  return Math.min(...at.getPossibleOffsets().map((d) => d.toMillis()))
}
