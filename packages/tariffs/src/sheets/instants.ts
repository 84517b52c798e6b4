// Dates of a sheet, each different text read once: a sheet of 200,000 rates has a handful of them.

import type { Result } from '@tollbook/kernel'
import { type DateOrder, dateCell } from './date-cell.ts'

export type ReadInstant = (label: string, text: string) => Result<number, string>

export function instantsOf(order: DateOrder, zone: string): ReadInstant {
  const known = new Map<string, Result<number, string>>()
  return (label, text) => {
    const key = `${label}\t${text}`
    let instant = known.get(key)
    if (instant === undefined) {
      instant = dateCell(label, text, order, zone)
      if (known.size < MOST_KNOWN) known.set(key, instant)
    }
    return instant
  }
}

const MOST_KNOWN = 10_000
