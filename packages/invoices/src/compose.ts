// Makes the paper from grouped entries. Pure: no clock, no database; the sum of its lines is the sum of the entries.

import {
  assert,
  currencyLetters,
  type Decimal,
  formatDecimal,
  formatMoney,
  type Micros,
  micros,
} from '@tollbook/kernel'
import type { InvoiceDocument, InvoiceDocumentLine } from './document.ts'
import { dateIn, type Month } from './month.ts'
import type { EntryGroup } from './open-entries.ts'
import type { InvoiceAccount, InvoiceTenant } from './parties.ts'
import { currencyPlaces, roundTotal } from './round-total.ts'
import { invoiceLocale, WORDS } from './words.ts'

/** Days from issue to due date. */
const DUE_DAYS = 30

export type Composition = {
  readonly tenant: InvoiceTenant
  readonly account: InvoiceAccount
  /** ISO 4217 number. */
  readonly currency: number
  readonly number: string
  readonly issuedAtMs: number
  readonly months: readonly Month[]
  readonly groups: readonly EntryGroup[]
}

/**
 * Lines are ordered: destinations of the month by amount, then late calls and then corrections, each by month. Line n
 * of the document is made from `orderGroups(groups)[n - 1]`.
 */
export function composeInvoice(c: Composition): InvoiceDocument {
  const { tenant, account, groups } = c
  const currency = currencyLetters(c.currency)
  assert(currency !== undefined, `unknown currency ${c.currency}`)
  const locale = invoiceLocale(account.locale)
  const net = micros(groups.reduce((sum, g) => sum + g.amount, 0n))
  const noTax: Decimal = { units: 0n, scale: 0 }
  const { rounding, tax, total } = roundTotal(net, tenant.taxRate ?? noTax, currencyPlaces(currency))
  const month = c.months.at(-1)!
  return {
    version: 1,
    number: c.number,
    locale,
    issuedOn: dateIn(c.issuedAtMs, tenant.zone),
    dueOn: dateIn(c.issuedAtMs, tenant.zone, DUE_DAYS),
    firstDay: month.firstDay,
    lastDay: month.lastDay,
    zone: tenant.zone,
    currency,
    from: { name: tenant.name, address: tenant.address, taxId: tenant.taxId, iban: tenant.iban },
    to: { name: account.name, address: account.address, account: account.code },
    lines: orderGroups(groups).map((g, i) => lineOf(g, i + 1, c.months, locale)),
    net: formatMoney(net),
    rounding: formatMoney(rounding),
    taxRate: tenant.taxRate ? formatDecimal(tenant.taxRate) : '',
    tax: formatMoney(tax),
    total: formatMoney(total),
  }
}

const ORDER = { calls: 0, late: 1, correction: 2 } as const

export function orderGroups(groups: readonly EntryGroup[]): readonly EntryGroup[] {
  return [...groups].sort(
    (a, b) =>
      ORDER[a.section] - ORDER[b.section] ||
      (a.section === 'calls' ? descending(a.amount, b.amount) : a.month - b.month) ||
      a.destinationId - b.destinationId,
  )
}

function descending(a: Micros, b: Micros): number {
  return a === b ? 0 : a > b ? -1 : 1
}

function lineOf(
  group: EntryGroup,
  line: number,
  months: readonly Month[],
  locale: InvoiceDocument['locale'],
): InvoiceDocumentLine {
  const words = WORDS[locale]
  const month = words.month(months[group.month]!.name)
  const description = {
    calls: group.destination === '' ? words.otherCalls : group.destination,
    late: words.late(month),
    correction: words.correction(month),
  }[group.section]
  return {
    line,
    section: group.section,
    description,
    destinationId: group.destinationId,
    calls: group.calls,
    seconds: group.seconds,
    billedSeconds: group.billedSeconds,
    amount: formatMoney(group.amount),
  }
}
