// Currencies by ISO 4217: the numeric code is what the database keeps, the letters are what people read.

/** ISO 4217 alphabetic code → numeric code, for the currencies telecom contracts are written in. */
const NUMERIC: Readonly<Record<string, number>> = {
  AED: 784,
  ARS: 32,
  AUD: 36,
  BDT: 50,
  BGN: 975,
  BRL: 986,
  CAD: 124,
  CHF: 756,
  CLP: 152,
  CNY: 156,
  COP: 170,
  CZK: 203,
  DKK: 208,
  EGP: 818,
  EUR: 978,
  GBP: 826,
  GHS: 936,
  HKD: 344,
  HUF: 348,
  IDR: 360,
  ILS: 376,
  INR: 356,
  JPY: 392,
  KES: 404,
  KRW: 410,
  KZT: 398,
  MAD: 504,
  MXN: 484,
  MYR: 458,
  NGN: 566,
  NOK: 578,
  NZD: 554,
  PEN: 604,
  PHP: 608,
  PKR: 586,
  PLN: 985,
  RON: 946,
  RSD: 941,
  RUB: 643,
  SAR: 682,
  SEK: 752,
  SGD: 702,
  THB: 764,
  TRY: 949,
  TWD: 901,
  UAH: 980,
  USD: 840,
  UYU: 858,
  VND: 704,
  ZAR: 710,
}
const LETTERS = new Map(Object.entries(NUMERIC).map(([letters, numeric]) => [numeric, letters]))

/** "EUR" → 978; undefined for a currency this house does not know. */
export function currencyNumber(letters: string): number | undefined {
  return Object.hasOwn(NUMERIC, letters) ? NUMERIC[letters] : undefined
}

/** 978 → "EUR"; undefined for an unknown number. */
export function currencyLetters(numeric: number): string | undefined {
  return LETTERS.get(numeric)
}
