// The words of the paper in its languages. Plain data; numbers and dates are put in by paper.ts.

import type { InvoiceLocale } from './document.ts'

export type Words = {
  readonly invoice: string
  readonly creditNote: string
  readonly to: string
  readonly account: string
  readonly taxId: string
  readonly due: string
  readonly calls: string
  readonly billed: string
  readonly subtotal: string
  readonly rounding: string
  readonly net: string
  readonly tax: string
  readonly total: string
  readonly otherCalls: string
  readonly late: (month: string) => string
  readonly correction: (month: string) => string
  readonly payTo: (iban: string, number: string) => string
  readonly howRounded: string
  /** With {n} and {m}. */
  readonly page: string
  readonly date: (isoDate: string) => string
  readonly month: (isoMonth: string) => string
  readonly period: (firstDay: string, lastDay: string, zone: string) => string
}

const EN_MONTHS = 'January February March April May June July August September October November December'.split(' ')
const split = (iso: string) => iso.split('-').map(Number) as [number, number, number]
const enMonth = (m: number) => EN_MONTHS[m - 1]!

const en: Words = {
  invoice: 'Invoice',
  creditNote: 'Credit note',
  to: 'To',
  account: 'Account',
  taxId: 'VAT',
  due: 'Due',
  calls: 'Calls',
  billed: 'Billed',
  subtotal: 'Calls',
  rounding: 'Rounding',
  net: 'Net',
  tax: 'VAT',
  total: 'Total',
  otherCalls: 'Other calls',
  late: (month) => `Late calls, ${month}`,
  correction: (month) => `Corrections, ${month}`,
  payTo: (iban, number) => `Pay to ${iban}, reference ${number}.`,
  howRounded: 'Each line is the sum of calls rounded one by one.',
  page: 'Page {n} of {m}',
  date: (iso) => `${split(iso)[2]} ${enMonth(split(iso)[1])} ${split(iso)[0]}`,
  month: (iso) => `${enMonth(split(iso)[1])} ${split(iso)[0]}`,
  period: (first, last, zone) => `${split(first)[2]}–${en.date(last)}, ${zone}`,
}

const zh: Words = {
  invoice: '账单',
  creditNote: '贷项通知单',
  to: '致',
  account: '账户',
  taxId: '税号',
  due: '应付',
  calls: '次数',
  billed: '计费时长',
  subtotal: '通话小计',
  rounding: '舍入',
  net: '净额',
  tax: '增值税',
  total: '合计',
  otherCalls: '其他通话',
  late: (month) => `${month}补记通话`,
  correction: (month) => `${month}更正`,
  payTo: (iban, number) => `请付至 ${iban}，附言 ${number}。`,
  howRounded: '每行为逐通舍入后的合计。',
  page: '第 {n} 页，共 {m} 页',
  date: (iso) => `${split(iso)[0]} 年 ${split(iso)[1]} 月 ${split(iso)[2]} 日`,
  month: (iso) => `${split(iso)[0]} 年 ${split(iso)[1]} 月`,
  period: (first, last, zone) => `${zh.month(first)} ${split(first)[2]}–${split(last)[2]} 日，${zone}`,
}

export const WORDS: Readonly<Record<InvoiceLocale, Words>> = { en, 'zh-CN': zh }

/** Any Chinese locale reads the Chinese paper, everybody else the English one. */
export function invoiceLocale(locale: string): InvoiceLocale {
  return /^zh\b/i.test(locale) ? 'zh-CN' : 'en'
}
