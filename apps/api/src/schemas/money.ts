// Accounts, decks and invoices on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire.ts'
import { Locale } from './people.ts'
import { Currency, Instant, Money, Name, PartyRef, Side } from './values.ts'

export const AccountRow = z
  .object({
    id: z.int(),
    code: z.string(),
    name: z.string(),
    currency: Currency,
    deckId: z.int(),
    deck: z.string(),
    planId: z.int().optional(),
    plan: z.string().optional(),
    locale: z.string(),
    email: z.string(),
    address: z.string(),
    balance: Money,
    lastCallAt: Instant.nullable(),
  })
  .openapi('AccountRow', {
    example: {
      id: 7,
      code: 'acme',
      name: 'Acme',
      currency: 'EUR',
      deckId: 1,
      deck: 'Retail',
      planId: 0,
      plan: '',
      locale: 'en',
      email: 'billing@example.net',
      address: '1 Quay Street\nDublin',
      balance: '12.500000',
      lastCallAt: '2026-11-02T09:00:00.000Z',
    },
  }) satisfies z.ZodType<wire.AccountRow>

const accountFields = {
  name: Name,
  deckId: z.int().min(0),
  planId: z.int().min(0),
  locale: Locale,
  email: z.union([z.literal(''), z.email().max(254)]),
  address: z.string().max(1000),
}

export const NewAccount = z
  .object({ ...accountFields, code: Name.max(80), currency: Currency })
  .partial()
  .required({ code: true, name: true })
  .openapi('NewAccount', { example: { code: 'acme', name: 'Acme' } }) satisfies z.ZodType<wire.NewAccount>

export const AccountChange = z
  .object(accountFields)
  .partial()
  .openapi('AccountChange', { example: { name: 'Acme Ltd', deckId: 1 } })

export const DeckRow = z
  .object({
    id: z.int(),
    name: z.string(),
    side: Side,
    currency: Currency,
    version: z.int(),
    rates: z.int(),
    importedAt: Instant.nullable(),
    filename: z.string(),
    isDefault: z.boolean(),
    scheduled: z.object({ version: z.int(), effectiveFrom: Instant }).nullish(),
    draft: z.int().nullish(),
  })
  .openapi('DeckRow', {
    example: {
      id: 1,
      name: 'Retail',
      side: 'sell',
      currency: 'EUR',
      version: 3,
      rates: 1204,
      importedAt: '2026-11-02T09:00:00.000Z',
      filename: 'retail.csv',
      isDefault: true,
      scheduled: { version: 4, effectiveFrom: '2026-12-01T00:00:00.000Z' },
      draft: null,
    },
  }) satisfies z.ZodType<wire.DeckRow>

export const RateRow = z
  .object({
    prefix: z.string(),
    destination: z.string(),
    pricePerMinute: z.string(),
    connectFee: z.string(),
    firstBlockSeconds: z.int(),
    incrementSeconds: z.int(),
    effectiveFrom: Instant,
  })
  .openapi('RateRow', {
    example: {
      prefix: '35386',
      destination: 'Ireland mobile',
      pricePerMinute: '0.25',
      connectFee: '0',
      firstBlockSeconds: 60,
      incrementSeconds: 1,
      effectiveFrom: '2026-11-01T00:00:00.000Z',
    },
  }) satisfies z.ZodType<wire.RateRow>

export const DeckImportReport = z
  .object({
    deckId: z.int(),
    name: z.string(),
    version: z.int(),
    rates: z.int(),
    problems: z.array(z.object({ line: z.int(), message: z.string(), raw: z.string() })).readonly(),
  })
  .openapi('DeckImportReport', {
    example: { deckId: 1, name: 'Retail', version: 3, rates: 1204, problems: [] },
  }) satisfies z.ZodType<wire.DeckImportReport>

const exampleInvoice: wire.InvoiceRow = {
  id: '019d3f2a-1c00-7a11-8b22-0123456789ab',
  number: '2026-0042',
  account: { id: 7, code: 'acme', name: 'Acme' },
  periodFrom: '2026-10-01T00:00:00.000Z',
  periodTo: '2026-11-01T00:00:00.000Z',
  currency: 'EUR',
  net: '100.000000',
  tax: '23.000000',
  total: '123.000000',
  calls: 318,
  issuedAt: '2026-11-02T09:00:00.000Z',
  dueOn: '2026-12-02',
}

export const InvoiceRow = z
  .object({
    id: z.string(),
    number: z.string(),
    account: PartyRef,
    periodFrom: Instant,
    periodTo: Instant,
    currency: Currency,
    net: Money,
    tax: Money,
    total: Money,
    calls: z.int(),
    issuedAt: Instant,
    dueOn: z.string(),
  })
  .openapi('InvoiceRow', { example: exampleInvoice }) satisfies z.ZodType<wire.InvoiceRow>

const InvoiceLine = z.object({
  line: z.int(),
  description: z.string(),
  destinationId: z.int(),
  calls: z.int(),
  seconds: z.int(),
  billedSeconds: z.int(),
  amount: Money,
}) satisfies z.ZodType<wire.InvoiceLine>

export const InvoiceDetail = z
  .object({
    invoice: InvoiceRow,
    zone: z.string(),
    locale: z.string(),
    from: z.object({ name: z.string(), address: z.array(z.string()).readonly(), taxId: z.string() }),
    to: z.object({ name: z.string(), address: z.array(z.string()).readonly() }),
    taxRate: z.string(),
    lines: z.array(InvoiceLine).readonly(),
  })
  .openapi('InvoiceDetail', {
    example: {
      invoice: exampleInvoice,
      zone: 'Europe/Dublin',
      locale: 'en',
      from: { name: 'Northgate Telecom', address: ['1 Quay Street'], taxId: 'IE1234567X' },
      to: { name: 'Acme', address: [] },
      taxRate: '0.23',
      lines: [],
    },
  }) satisfies z.ZodType<wire.InvoiceDetail>

/** A month of these centuries: four digits, a dash, 01 to 12. */
export const Month = z
  .string()
  .regex(/^(19|20|21)\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-10')
  .openapi({ example: '2026-10' })

export const InvoiceRunReport = z
  .object({ month: Month, created: z.int(), unchanged: z.int(), invoices: z.array(InvoiceRow).readonly() })
  .openapi('InvoiceRunReport', {
    example: { month: '2026-10', created: 1, unchanged: 0, invoices: [exampleInvoice] },
  }) satisfies z.ZodType<wire.InvoiceRunReport>

export const TrunkRow = z
  .object({
    id: z.int(),
    name: z.string(),
    peer: z.string(),
    carrier: z.object({ id: z.int(), name: z.string() }).nullable(),
    capacity: z.int().nullable(),
  })
  .openapi('TrunkRow', {
    example: { id: 5, name: 'Northlink', peer: 'PJSIP/northlink', carrier: { id: 2, name: 'Northlink' }, capacity: 30 },
  }) satisfies z.ZodType<wire.TrunkRow>

export const CarrierRow = z
  .object({ id: z.int(), name: z.string(), currency: Currency, deckId: z.int(), deck: z.string() })
  .openapi('CarrierRow', {
    example: { id: 2, name: 'Northlink', currency: 'EUR', deckId: 2, deck: 'Northlink A-Z' },
  }) satisfies z.ZodType<wire.CarrierRow>
