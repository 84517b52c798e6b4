// The document as printed text: every number, date and label as the template sets it. Pure; knows no page and no font.
//
// Sums close on paper: lines and their total are printed exactly (with as many places as the finest of them has), then
// one rounding, then only whole cents. See docs/adr/0005-invoice-rounding.md.

import {
  addMoney,
  formatDecimal,
  formatMoney,
  type Micros,
  micros,
  parseDecimal,
  parseMoney,
  ZERO,
} from '@tollbook/kernel'
import type { InvoiceDocument } from './document.ts'
import { currencyPlaces } from './round-total.ts'
import { WORDS, type Words } from './words.ts'

/** A word, and on a bilingual paper the other language's beside it. */
type Pair = readonly [string] | readonly [string, string]
/** The paid digits and, if there are any, those below the smallest coin. */
type Amount = readonly [string] | readonly [string, string]

export type Paper = {
  readonly lang: string
  readonly region: string | null
  readonly title: Pair
  readonly number: string
  readonly issued: string
  readonly from: { readonly name: string; readonly lines: readonly string[] }
  readonly to: { readonly label: Pair; readonly name: string; readonly lines: readonly string[] }
  /** Nothing is due on a credit note: ''. */
  readonly due: string
  readonly total: string
  readonly heads: { readonly period: Pair; readonly calls: Pair; readonly billed: Pair; readonly currency: string }
  readonly lines: readonly PaperLine[]
  readonly subtotal: Omit<PaperLine, 'text'> & { readonly label: Pair }
  readonly sums: readonly { readonly label: Pair; readonly amount: Amount }[]
  readonly grand: { readonly label: Pair }
  readonly notes: readonly string[]
  readonly footer: string
  /** With {n} and {m} for the page's number and how many there are. */
  readonly page: string
}

type PaperLine = { readonly text: string; readonly calls: string; readonly billed: string; readonly amount: Amount }

export function paperOf(d: InvoiceDocument): Paper {
  const chinese = d.locale === 'zh-CN'
  const words = WORDS[d.locale]
  const pair = (pick: (w: Words) => string): Pair => (chinese ? [pick(words), pick(WORDS.en)] : [pick(words)])
  const places = currencyPlaces(d.currency)
  const fine = finestPlaces([...d.lines.map((l) => l.amount), d.net, d.rounding], places)
  const exact = (text: string) => amountOf(parseMoney(text), places, fine)
  const isCredit = parseMoney(d.total) < 0n
  const sum = (of: 'calls' | 'billedSeconds') => d.lines.reduce((n, l) => n + l[of], 0)
  return {
    lang: chinese ? 'zh' : 'en',
    region: chinese ? 'cn' : null,
    title: pair((w) => (isCredit ? w.creditNote : w.invoice)),
    number: d.number,
    issued: words.date(d.issuedOn),
    from: {
      name: d.from.name,
      lines: [...d.from.address, ...(d.from.taxId ? [`${words.taxId} ${d.from.taxId}`] : [])],
    },
    to: {
      label: pair((w) => w.to),
      name: d.to.name,
      lines: [...d.to.address, `${words.account} ${d.to.account}`],
    },
    due: isCredit ? '' : [...pair((w) => w.due), words.date(d.dueOn)].join(' '),
    total: withSymbol(parseMoney(d.total), d.currency, places),
    heads: {
      period: [words.period(d.firstDay, d.lastDay, d.zone)],
      calls: pair((w) => w.calls),
      billed: pair((w) => w.billed),
      currency: symbolOf(d.currency),
    },
    lines: d.lines.map((l) => ({
      text: l.description,
      calls: grouped(String(l.calls)),
      billed: clock(l.billedSeconds),
      amount: exact(l.amount),
    })),
    subtotal: {
      label: pair((w) => w.subtotal),
      calls: grouped(String(sum('calls'))),
      billed: clock(sum('billedSeconds')),
      amount: exact(d.net),
    },
    sums: sumsOf(d, pair, places, exact),
    grand: { label: pair((w) => w.total) },
    notes: [...(d.from.iban && !isCredit ? [words.payTo(d.from.iban, d.number)] : []), words.howRounded],
    footer: `${d.from.name} · ${d.number}`,
    page: words.page,
  }
}

function sumsOf(
  d: InvoiceDocument,
  pair: (pick: (w: Words) => string) => Pair,
  places: number,
  exact: (text: string) => Amount,
): Paper['sums'] {
  const payable = addMoney(parseMoney(d.net), parseMoney(d.rounding))
  const rounding =
    parseMoney(d.rounding) === ZERO ? [] : [{ label: pair((w) => w.rounding), amount: exact(d.rounding) }]
  const net = { label: pair((w) => w.net), amount: amountOf(payable, places, places) }
  if (d.taxRate === '') return rounding
  const percent = percentOf(d.taxRate)
  const tax = { label: pair((w) => `${w.tax} ${percent}`), amount: amountOf(parseMoney(d.tax), places, places) }
  return [...rounding, net, tax]
}

/** "0.23" → "23%", "0.0825" → "8.25%". */
function percentOf(fraction: string): string {
  const { units, scale } = parseDecimal(fraction)!
  return `${formatDecimal({ units: units * 100n, scale })}%`
}

/** Places that the finest of these amounts needs, at least the currency's. */
function finestPlaces(amounts: readonly string[], places: number): number {
  return Math.max(places, ...amounts.map((a) => (a.split('.')[1] ?? '').replace(/0+$/, '').length))
}

function amountOf(amount: Micros, places: number, fine: number): Amount {
  const [whole, fraction] = formatMoney(micros(amount < 0n ? -amount : amount)).split('.') as [string, string]
  const sign = amount < 0n ? '−' : ''
  const point = fine > 0 ? '.' : ''
  // Without coins (JPY) the point itself is already below the smallest unit.
  const paid = `${sign}${grouped(whole)}${places > 0 ? point : ''}${fraction.slice(0, places)}`
  const rest = `${places > 0 ? '' : point}${fraction.slice(places, fine)}`
  return rest === '' ? [paid] : [paid, rest]
}

function withSymbol(amount: Micros, currency: string, places: number): string {
  const symbol = symbolOf(currency)
  const [text] = amountOf(micros(amount < 0n ? -amount : amount), places, places)
  const gap = /[A-Za-z]$/.test(symbol) ? '\u00a0' : ''
  return `${amount < 0n ? '−' : ''}${symbol}${gap}${text}`
}

/** "€", "$", "CA$", "PLN": never the same for two currencies. */
function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency }).formatToParts(0)
  return parts.find((p) => p.type === 'currency')?.value ?? currency
}

/** Thousands by comma, as both languages write them. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Seconds as h:mm:ss. */
function clock(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${grouped(String(Math.floor(seconds / 3600)))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
