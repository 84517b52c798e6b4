// From the exact net to what is to be paid: rounded once, taxed once. Why so: docs/adr/0005-invoice-rounding.md.

import {
  addMoney,
  type Decimal,
  divideRounding,
  MICROS_PER_UNIT,
  type Micros,
  micros,
  subtractMoney,
} from '@tollbook/kernel'

export type Total = {
  /** What brings the exact net to the currency's places; less than half of the last place. */
  readonly rounding: Micros
  readonly tax: Micros
  /** net + rounding + tax. */
  readonly total: Micros
}

/** `taxRate` is a fraction: 0.23 for 23 %. Both roundings are half-up, away from zero for a credit. */
export function roundTotal(net: Micros, taxRate: Decimal, places: number): Total {
  const step = MICROS_PER_UNIT / 10n ** BigInt(places)
  const payable = micros(divideRounding(net, step, 'half-up') * step)
  const tax = micros(divideRounding(payable * taxRate.units, step * 10n ** BigInt(taxRate.scale), 'half-up') * step)
  return { rounding: subtractMoney(payable, net), tax, total: addMoney(payable, tax) }
}

/** Decimal places of a currency by ISO 4217: 2 for EUR, 0 for JPY. */
export function currencyPlaces(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}
