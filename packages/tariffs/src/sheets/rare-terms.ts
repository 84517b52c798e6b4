// The terms few sheets have: fees at the end, minimum and maximum, grace, tiers, ends of validity, and what only
// A2Billing knows. What is at its default is left out.

import { err, ok, type Result } from '@tollbook/kernel'
import { ZERO_DATE } from './date-cell.ts'
import type { SheetField } from './layout.ts'
import { quoted } from './number-cell.ts'
import { labelOf, money, type RowReader, seconds } from './row-reader.ts'
import type { RateTerms, SheetExtras, SheetTier } from './sheet-rate.ts'

/** Columns that make it worth looking. */
const FIELDS: readonly SheetField[] = [
  ...(['valid-to', 'disconnect-fee', 'disconnect-after', 'minimum-charge', 'maximum-charge', 'after-maximum'] as const),
  ...(['grace', 'tiers', 'tier-1-price', 'added-seconds', 'round-to', 'block-charge'] as const),
]

type Mutable = { -readonly [K in keyof RateTerms]?: RateTerms[K] }

export function rareTerms(reader: RowReader, row: readonly string[]): Result<Partial<RateTerms>, string> {
  const terms: Mutable = {}
  for (const field of FIELDS) {
    if (!reader.has(field)) continue
    const fault = readInto(terms, reader, row, field)
    if (fault !== undefined) return err(fault)
  }
  return ok(terms)
}

function readInto(terms: Mutable, reader: RowReader, row: readonly string[], field: SheetField): string | undefined {
  const text = reader.cell(row, field)
  switch (field) {
    case 'valid-to':
      return validTo(terms, reader, text)
    case 'disconnect-fee':
      return amount(reader, row, field, (value) => (terms.disconnectFee = value))
    case 'minimum-charge':
      return amount(reader, row, field, (value) => (terms.minimumCharge = value))
    case 'maximum-charge':
      return text === '' ? undefined : amount(reader, row, field, (value) => (terms.maximumCharge = value), true)
    case 'disconnect-after':
      return wholeSeconds(reader, row, field, (value) => (terms.disconnectAfterS = value))
    case 'grace':
      return wholeSeconds(reader, row, field, (value) => (terms.graceS = value))
    case 'after-maximum':
      if (text !== '' && text !== 'free' && text !== 'stop')
        return `after_maximum ${quoted(text)} is neither free nor stop.`
      if (text === 'stop') terms.afterMaximum = 'stop'
      return undefined
    case 'tiers':
      return tiersText(terms, text)
    case 'tier-1-price':
      return sideBySide(terms, reader, row)
    default:
      return terms.extras === undefined ? extrasOf(terms, reader, row) : undefined
  }
}

function validTo(terms: Mutable, reader: RowReader, text: string): string | undefined {
  if (text === '') return undefined
  if (ZERO_DATE.test(text)) {
    return `valid_to ${quoted(text)} is a zero date, which A2Billing takes for expired. Leave it empty if the rate goes on.`
  }
  const end = reader.instant('valid_to', text)
  if (!end.ok) return end.error
  terms.validToMs = end.value
  return undefined
}

function amount(
  reader: RowReader,
  row: readonly string[],
  field: SheetField,
  set: (value: string) => void,
  zero = false,
): string | undefined {
  const value = money(reader, row, field, '0')
  if (!value.ok) return value.error
  if (zero || value.value !== '0') set(value.value)
  return undefined
}

function wholeSeconds(
  reader: RowReader,
  row: readonly string[],
  field: SheetField,
  set: (value: number) => void,
): string | undefined {
  const value = seconds(reader, row, field, 0)
  if (!value.ok) return value.error
  if (value.value) set(value.value)
  return undefined
}

/** Tiers in one cell as our export writes them: "60:0.10:0.05:6 120:0.20:0:6" = seconds, price, entry fee, increment. */
function tiersText(terms: Mutable, text: string): string | undefined {
  if (text === '') return undefined
  const tiers: SheetTier[] = []
  for (const part of text.split(/\s+/)) {
    const m = /^(\d{1,6}):(\d{1,6}(?:\.\d{1,10})?):(-?\d{1,6}(?:\.\d{1,10})?):(\d{1,5})$/.exec(part)
    if (!m || Number(m[1]) < 1) return `tiers ${quoted(text)} is not a list of seconds:price:entry fee:increment.`
    tiers.push({ seconds: Number(m[1]), pricePerMinute: m[2]!, entryFee: m[3]!, incrementS: Number(m[4]) })
  }
  if (tiers.length > MOST_TIERS) return `tiers ${quoted(text)} are more than ${MOST_TIERS}.`
  terms.tiers = tiers
  return undefined
}

export const MOST_TIERS = 20

/** A2Billing's three: the first that has no price or no length ends them, as its engine takes it. */
function sideBySide(terms: Mutable, reader: RowReader, row: readonly string[]): string | undefined {
  const tiers: SheetTier[] = []
  for (const n of [1, 2, 3] as const) {
    const price = money(reader, row, `tier-${n}-price`, '0')
    const length = seconds(reader, row, `tier-${n}-seconds`, 0)
    const fee = money(reader, row, `tier-${n}-fee`, '0')
    const increment = seconds(reader, row, `tier-${n}-increment`, 0)
    for (const part of [price, length, fee, increment]) if (!part.ok) return part.error
    if (!price.ok || !length.ok || !fee.ok || !increment.ok) continue
    if (price.value === '0' || !length.value) break
    tiers.push({
      seconds: length.value,
      pricePerMinute: price.value,
      entryFee: fee.value,
      incrementS: increment.value ?? 0,
    })
  }
  if (tiers.length > 0) terms.tiers = tiers
  return undefined
}

function extrasOf(terms: Mutable, reader: RowReader, row: readonly string[]): string | undefined {
  const numbers: number[] = []
  for (const field of ['added-seconds', 'round-from', 'round-to', 'block-charge-seconds'] as const) {
    const value = seconds(reader, row, field, 0)
    if (!value.ok) return value.error
    numbers.push(value.value ?? 0)
  }
  const charge = money(reader, row, 'block-charge', '0')
  if (!charge.ok) return charge.error
  const [addedS = 0, roundFromS = 0, roundToS = 0, blockChargeS = 0] = numbers
  const extras: SheetExtras = { addedS, roundFromS, roundToS, blockCharge: charge.value, blockChargeS }
  const says = addedS > 0 || (roundFromS > 0 && roundToS > 0) || (blockChargeS > 0 && charge.value !== '0')
  if (says) terms.extras = extras
  return says && reader.layout.mode !== 'a2billing'
    ? `${labelOf('added-seconds')} and its like are for decks in A2Billing's manner.`
    : undefined
}
