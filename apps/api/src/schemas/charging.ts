// What is asked of charging on the wire: a call simulated, calls priced anew, holes in tariffs.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-tariffs.ts'
import { TraceStep, UnratedReason } from './calls.ts'
import { Currency, Instant, Money, Name, NamedRef, PartyRef } from './values.ts'

const RouteOffer = z.object({
  trunk: z.string(),
  trunkId: z.int(),
  carrier: z.string(),
  deck: z.string(),
  prefix: z.string(),
  pricePerMinute: z.string().nullable(),
  cost: Money.nullable(),
  currency: z.string(),
  margin: Money.nullable(),
  marginPercent: z.string().nullable(),
  outcome: z.enum(['priced', 'no-rate', 'expired', 'ambiguous', 'no-deck']),
}) satisfies z.ZodType<wire.RouteOffer>

export const Simulation = z
  .object({
    account: PartyRef.nullable(),
    plan: z.string(),
    number: z.string(),
    digits: z.string(),
    at: Instant,
    zone: z.string(),
    seconds: z.int(),
    currency: Currency,
    outcome: z.enum([
      ...(['charged', 'no-rate', 'blocked', 'expired', 'ambiguous', 'no-deck', 'not-a-number', 'no-account'] as const),
    ]),
    destination: z.string(),
    prefix: z.string(),
    deck: z.string(),
    deckId: z.int(),
    deckVersion: z.int(),
    billedSeconds: z.int(),
    freeSeconds: z.int(),
    amount: Money.nullable(),
    trace: z.array(TraceStep).readonly(),
    talk: z.object({ credit: Money, seconds: z.int(), costs: Money, next: Money.nullable() }).nullable(),
    routes: z.array(RouteOffer).readonly(),
  })
  .openapi('Simulation', {
    example: {
      account: { id: 7, code: 'acme', name: 'Acme' },
      ...{ plan: '', number: '00353860001111', digits: '353860001111', at: '2026-11-02T09:00:00.000Z' },
      ...{ zone: 'Europe/Dublin', seconds: 61, currency: 'EUR', outcome: 'charged', destination: 'Ireland mobile' },
      ...{ prefix: '35386', deck: 'Retail', deckId: 1, deckVersion: 3, billedSeconds: 61, freeSeconds: 0 },
      amount: '0.254200',
      trace: [{ kind: 'match', values: { prefix: '35386', destination: 'Ireland mobile' }, amount: null }],
      talk: { credit: '5.000000', seconds: 1200, costs: '5.000000', next: '5.004200' },
      routes: [],
    },
  }) satisfies z.ZodType<wire.Simulation>

export const Coverage = z
  .object({
    from: Instant,
    to: Instant,
    unrated: z
      .array(
        z.object({
          prefix: z.string(),
          country: z.int(),
          reason: UnratedReason,
          calls: z.int(),
          seconds: z.int(),
          lastAt: Instant,
        }),
      )
      .readonly(),
    belowCost: z
      .array(
        z.object({
          destination: NamedRef,
          carrier: NamedRef,
          calls: z.int(),
          seconds: z.int(),
          currency: z.string(),
          revenue: Money,
          cost: Money,
          margin: Money,
        }),
      )
      .readonly(),
  })
  .openapi('Coverage', {
    example: {
      from: '2026-10-01T00:00:00.000Z',
      to: '2026-11-01T00:00:00.000Z',
      unrated: [
        {
          ...{ prefix: '8821655', country: 0, reason: 'no-rate', calls: 12, seconds: 840 },
          lastAt: '2026-10-30T17:03:00.000Z',
        },
      ],
      belowCost: [],
    },
  }) satisfies z.ZodType<wire.Coverage>

const exampleLine: wire.RevaluationLine = {
  ...{ key: '7', label: 'acme Acme', currency: 'EUR', calls: 318, seconds: 61_000 },
  ...{ old: '100.000000', new: '102.300000', difference: '2.300000', newlyRated: 0, noLongerRated: 0 },
}

export const Revaluation = z
  .object({
    id: z.string(),
    kind: z.enum(['impact', 'rerate']),
    state: z.enum(['counting', 'ready', 'applying', 'done', 'cancelled', 'failed']),
    from: Instant,
    to: Instant,
    account: PartyRef.nullable(),
    deck: NamedRef.nullable(),
    version: z.int().nullable(),
    reasons: z.array(UnratedReason).readonly(),
    reason: z.string(),
    createdAt: Instant,
    createdBy: z.string(),
    finishedAt: Instant.nullable(),
    callsTotal: z.int(),
    callsSeen: z.int(),
    callsChanged: z.int(),
    callsInvoiced: z.int(),
    error: z.string(),
    totals: z
      .array(
        z.object({ currency: Currency, old: Money, new: Money, difference: Money, percent: z.string().nullable() }),
      )
      .readonly(),
    lines: z
      .array(
        z.object({
          key: z.string(),
          label: z.string(),
          currency: Currency,
          calls: z.int(),
          seconds: z.int(),
          old: Money,
          new: Money,
          difference: Money,
          newlyRated: z.int(),
          noLongerRated: z.int(),
        }),
      )
      .readonly(),
  })
  .openapi('Revaluation', {
    example: {
      ...{ id: '019d3f2a-1c00-7a11-8b22-0123456789ab', kind: 'rerate', state: 'ready', error: '' },
      ...{ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', account: null, version: null },
      deck: { id: 1, name: 'Retail' },
      ...{ reasons: [], reason: 'new prices', createdAt: '2026-11-02T09:00:00.000Z', createdBy: 'ada@example.net' },
      ...{ finishedAt: null, callsTotal: 318, callsSeen: 318, callsChanged: 120, callsInvoiced: 0 },
      totals: [{ currency: 'EUR', old: '100.000000', new: '102.300000', difference: '2.300000', percent: '2.3' }],
      lines: [exampleLine],
    },
  }) satisfies z.ZodType<wire.Revaluation>

export const RevaluationRequest = z
  .object({
    kind: z.enum(['impact', 'rerate']),
    from: Instant.optional(),
    to: Instant.optional(),
    accountId: z.int().optional(),
    deckId: z.int().optional(),
    version: z.int().optional(),
    reasons: z.array(UnratedReason).max(7).readonly().optional(),
    reason: z.string().max(500).optional(),
  })
  .openapi('RevaluationRequest', {
    example: { kind: 'impact', deckId: 1, version: 4 },
  }) satisfies z.ZodType<wire.RevaluationRequest>

export const CreditProposal = z
  .object({
    account: PartyRef,
    callKey: z.string(),
    invoice: z.object({ id: z.string(), number: z.string() }),
    currency: Currency,
    charged: Money,
    wouldBe: Money,
    difference: Money,
    proposedAt: Instant,
  })
  .openapi('CreditProposal', {
    example: {
      account: { id: 7, code: 'acme', name: 'Acme' },
      callKey: '019d3f2a-1c00-8a11-8b22-0123456789ab',
      invoice: { id: '019d3f2a-1c00-7a11-8b22-0123456789ab', number: '2026-0042' },
      ...{ currency: 'EUR', charged: '0.254200', wouldBe: '0.200000', difference: '-0.054200' },
      proposedAt: '2026-11-02T09:00:00.000Z',
    },
  }) satisfies z.ZodType<wire.CreditProposal>

export const NewCarrier = z
  .object({ name: Name.max(80), currency: Currency.optional(), deckId: z.int().min(0).optional() })
  .openapi('NewCarrier', { example: { name: 'Northlink', currency: 'EUR', deckId: 2 } })
export const CarrierChange = z
  .object({ name: Name.max(80), deckId: z.int().min(0) })
  .partial()
  .openapi('CarrierChange', { example: { deckId: 2 } })
export const TrunkChange = z
  .object({
    peer: Name.max(80),
    name: Name.max(80),
    carrierId: z.int().min(0),
    capacity: z.int().min(0).max(100_000),
  })
  .partial()
  .openapi('TrunkChange', { example: { carrierId: 2 } })
export const NewTrunk = z
  .object({
    peer: Name.max(80),
    name: Name.max(80).optional(),
    carrierId: z.int().min(0).optional(),
    capacity: z.int().min(0).max(100_000).optional(),
  })
  .openapi('NewTrunk', { example: { peer: 'PJSIP/northlink', carrierId: 2 } })
