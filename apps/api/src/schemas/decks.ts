// Decks in depth on the wire: versions, rates in full, sheets on their way in, what a version changes.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-tariffs.ts'
import { DeckRow, RateRow } from './money.ts'
import { Instant, Money, Name } from './values.ts'

/** A decimal of any places as people write it; its places are asked for where it is stored. */
export const DecimalText = z
  .string()
  .regex(/^-?\d{1,12}(\.\d{1,12})?$/, 'must be a decimal number')
  .openapi({ description: 'Decimal as text', example: '0.0575' })

const minute = z.int().min(0).max(1440).optional()

export const WindowInfo = z
  .object({
    id: z.int().min(1).max(30),
    name: Name,
    priority: z.int().min(-1000).max(1000),
    rules: z
      .array(
        z.object({
          weekdays: z.array(z.int().min(1).max(7)).max(7).readonly().optional(),
          fromMinute: minute,
          toMinute: minute,
          fromDate: z.string().max(10).optional(),
          toDate: z.string().max(10).optional(),
          holidays: z.enum(['only', 'except']).optional(),
        }),
      )
      .max(50)
      .readonly(),
  })
  .openapi('WindowInfo', {
    example: {
      id: 1,
      name: 'peak',
      priority: 10,
      rules: [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080 }],
    },
  }) satisfies z.ZodType<wire.WindowInfo>

const exampleVersion: wire.VersionRow = {
  version: 3,
  state: 'in-force',
  origin: 'import',
  rates: 1204,
  filename: 'retail.csv',
  note: '',
  createdAt: '2026-11-02T09:00:00.000Z',
  createdBy: 'ada@example.net',
  effectiveFrom: '2026-11-02T09:00:00.000Z',
  problemCount: 0,
}

export const VersionRow = z
  .object({
    version: z.int(),
    state: z.enum(['draft', 'scheduled', 'in-force', 'superseded', 'withdrawn']),
    origin: z.enum(['import', 'edit', 'rollback']),
    rates: z.int(),
    filename: z.string(),
    note: z.string(),
    createdAt: Instant,
    createdBy: z.string(),
    effectiveFrom: Instant.nullable(),
    problemCount: z.int(),
  })
  .openapi('VersionRow', { example: exampleVersion }) satisfies z.ZodType<wire.VersionRow>

const exampleDeck = {
  ...{ id: 1, name: 'Retail', side: 'sell' as const, currency: 'EUR', version: 3, rates: 1204 },
  ...{ importedAt: '2026-11-02T09:00:00.000Z', filename: 'retail.csv', isDefault: true },
}

export const DeckDetail = z
  .object({
    deck: DeckRow,
    zone: z.string(),
    rounding: z.enum(['half-up', 'half-even', 'up', 'down']),
    places: z.int(),
    mode: z.enum(['plain', 'a2billing']),
    windowChoice: z.enum(['start', 'split']),
    windows: z.array(WindowInfo).readonly(),
    holidays: z.array(z.string()).readonly(),
    versions: z.array(VersionRow).readonly(),
    usedBy: z.array(z.object({ kind: z.enum(['default', 'plan', 'carrier', 'account']), name: z.string() })).readonly(),
  })
  .openapi('DeckDetail', {
    example: {
      deck: exampleDeck,
      ...{ zone: 'Europe/Dublin', rounding: 'half-up', places: 4, mode: 'plain', windowChoice: 'start' },
      windows: [],
      holidays: [],
      versions: [exampleVersion],
      usedBy: [{ kind: 'default', name: 'Northgate Telecom' }],
    },
  }) satisfies z.ZodType<wire.DeckDetail>

export const DeckChange = z
  .object({
    name: Name,
    zone: z.string().max(64),
    rounding: z.enum(['half-up', 'half-even', 'up', 'down']),
    places: z.int().min(0).max(6),
    windowChoice: z.enum(['start', 'split']),
  })
  .partial()
  .openapi('DeckChange', { example: { name: 'Retail 2027' } })

const seconds = z.int().min(0).max(86_400)

export const TierInfo = z.object({
  seconds,
  pricePerMinute: DecimalText,
  entryFee: DecimalText,
  incrementSeconds: seconds,
}) satisfies z.ZodType<wire.TierInfo>

const rareFields = {
  match: z.enum(['prefix', 'pattern', 'default']),
  window: z.string(),
  windowId: z.int().min(0).max(30),
  validTo: Instant.nullable(),
  disconnectFee: DecimalText,
  disconnectAfterSeconds: seconds,
  anchor: z.enum(['first-block', 'zero']),
  minimumCharge: DecimalText,
  maximumCharge: DecimalText.nullable(),
  afterMaximum: z.enum(['free', 'stop']),
  graceSeconds: seconds,
  tiers: z.array(TierInfo).max(20).readonly(),
}

export const RateDetail = RateRow.extend(rareFields).openapi('RateDetail', {
  example: {
    ...{ prefix: '35386', destination: 'Ireland mobile', pricePerMinute: '0.25', connectFee: '0' },
    ...{ firstBlockSeconds: 60, incrementSeconds: 1, effectiveFrom: '2026-11-01T00:00:00.000Z' },
    ...{ match: 'prefix', window: '', windowId: 0, validTo: null, disconnectFee: '0', disconnectAfterSeconds: 0 },
    ...{ anchor: 'first-block', minimumCharge: '0', maximumCharge: null, afterMaximum: 'free', graceSeconds: 0 },
    tiers: [],
  },
}) satisfies z.ZodType<wire.RateDetail>

/** Since when a version counts, said by whoever puts it into force. */
export const EffectiveFrom = z.union([z.enum(['always', 'now']), Instant])

export const ActivateRequest = z
  .object({ effectiveFrom: EffectiveFrom })
  .openapi('ActivateRequest', { example: { effectiveFrom: 'now' } }) satisfies z.ZodType<wire.ActivateRequest>

/** Changes of one edit at most; more is an import. Fits the bound on JSON. */
const MOST_CHANGES = 1000

export const RateEdit = z
  .object({
    effectiveFrom: EffectiveFrom,
    note: z.string().max(500).optional(),
    set: z
      .array(
        z
          .object({
            ...rareFields,
            pricePerMinute: DecimalText,
            connectFee: DecimalText,
            firstBlockSeconds: seconds,
            incrementSeconds: seconds,
            effectiveFrom: Instant,
          })
          .partial()
          .extend({ prefix: z.string().max(64), destination: Name }),
      )
      .max(MOST_CHANGES)
      .readonly()
      .optional(),
    remove: z
      .array(z.object({ prefix: z.string().max(64), windowId: z.int().min(0).max(30) }))
      .max(MOST_CHANGES)
      .readonly()
      .optional(),
    windows: z.array(WindowInfo).max(30).readonly().optional(),
    holidays: z.array(z.iso.date()).max(2000).readonly().optional(),
  })
  .openapi('RateEdit', {
    example: {
      effectiveFrom: 'now',
      set: [{ prefix: '35386', destination: 'Ireland mobile', pricePerMinute: '0.27' }],
    },
  }) satisfies z.ZodType<wire.RateEdit>

const CHANGE_KINDS = ['new', 'raised', 'lowered', 'closed', 'terms', 'same'] as const
export const RateChangeKind = z.enum(CHANGE_KINDS)

const RateChange = z.object({
  kind: RateChangeKind,
  prefix: z.string(),
  window: z.string(),
  destination: z.string(),
  oldPrice: z.string().nullable(),
  newPrice: z.string().nullable(),
  terms: z.string(),
  seconds: z.int().nullable(),
  oldAmount: Money.nullable(),
  newAmount: Money.nullable(),
}) satisfies z.ZodType<wire.RateChange>

const count = z.int()

export const VersionDiff = z
  .object({
    deckId: z.int(),
    version: z.int(),
    against: z.int(),
    counts: z.object({ new: count, raised: count, lowered: count, closed: count, terms: count, same: count }),
    items: z.array(RateChange).readonly(),
    next: z.string().nullable(),
    warnings: z
      .array(
        z.object({
          kind: z.enum(['doubles', 'below-cost', 'closed-with-calls', 'newly-rated']),
          text: z.string(),
          prefix: z.string(),
        }),
      )
      .readonly(),
  })
  .openapi('VersionDiff', {
    example: {
      ...{ deckId: 1, version: 4, against: 3 },
      counts: { new: 0, raised: 1, lowered: 0, closed: 0, terms: 0, same: 1203 },
      items: [
        {
          ...{ kind: 'raised', prefix: '35386', window: '', destination: 'Ireland mobile', terms: '' },
          ...{ oldPrice: '0.25', newPrice: '0.27', seconds: 61, oldAmount: '0.254167', newAmount: '0.274500' },
        },
      ],
      next: null,
      warnings: [],
    },
  }) satisfies z.ZodType<wire.VersionDiff>
