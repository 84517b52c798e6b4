// Currency letters from outside this room as the number the database keeps.

import { assert, currencyNumber } from '@tollbook/kernel'

/** "EUR" → 978. Letters are checked at the door (API, CLI, importer); unknown ones here are a programmer's fault. */
export function requireCurrency(letters: string): number {
  const numeric = currencyNumber(letters)
  assert(numeric !== undefined, `unknown currency ${JSON.stringify(letters)}`)
  return numeric
}
