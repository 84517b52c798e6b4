// Calls on the wire: a row of the list, and one call whole.

import { z } from '@hono/zod-openapi'
import { DISPOSITIONS } from '@tollbook/selection'
import type * as wire from '../wire.ts'
import { StoryInfo } from './story.ts'
import { Currency, Instant, Money, NamedRef, PartyRef, Side } from './values.ts'

export const Direction = z.enum(['unknown', 'inbound', 'outbound', 'internal', 'transit'])
export const Outcome = z.enum(['answered', 'no-answer', 'busy', 'failed', 'program'])
export const UnratedReason = z.enum([
  'no-account',
  'no-deck',
  'no-rate',
  'not-a-number',
  'blocked',
  'expired',
  'ambiguous',
  'held',
])

export const Ending = z.enum([
  ...['unknown', 'answered_by_person', 'ivr_only', 'queue_abandoned', 'queue_timeout', 'busy', 'no_answer'],
  ...['congestion', 'cancelled', 'failed', 'voicemail', 'closed_hours'],
] as const)
const WayName = z.enum(['live', 'file', 'table', 'push'])

const exampleCall: wire.CallRow = {
  key: '019d3f2a-1c00-8a11-8b22-0123456789ab',
  startedAt: '2026-11-02T09:00:00.000Z',
  answeredAt: '2026-11-02T09:00:07.000Z',
  endedAt: '2026-11-02T09:01:08.000Z',
  from: '201',
  fromName: 'Ada Byrne',
  to: '00353860001111',
  direction: 'outbound',
  outcome: 'answered',
  ending: 'answered_by_person',
  path: [],
  final: true,
  talkSeconds: 61,
  ringSeconds: 7,
  waitSeconds: 0,
  durationSeconds: 68,
  legs: 1,
  did: '',
  extension: '201',
  disposition: 'answered',
  cause: 16,
  country: 372,
  tags: ['follow up'],
  account: { id: 7, code: 'acme', name: 'Acme' },
  trunk: { id: 5, name: 'Northlink' },
  carrier: { id: 2, name: 'Northlink' },
  destination: { id: 3, name: 'Ireland mobile' },
  source: 'pbx',
  currency: 'EUR',
  revenue: '0.254167',
  cost: '0.100000',
  unrated: null,
}

export const CallRow = z
  .object({
    key: z.string(),
    startedAt: Instant,
    answeredAt: Instant.nullable(),
    endedAt: Instant,
    from: z.string(),
    fromName: z.string(),
    to: z.string(),
    direction: Direction,
    outcome: Outcome,
    ending: Ending,
    path: z.array(z.string()).readonly(),
    final: z.boolean(),
    talkSeconds: z.int(),
    ringSeconds: z.int(),
    waitSeconds: z.int().openapi({ description: 'In queues' }),
    durationSeconds: z.int(),
    legs: z.int(),
    did: z.string().openapi({ description: 'Number of yours that was called from outside' }),
    extension: z.string().openapi({ description: 'Telephone of yours that called, else the one that answered' }),
    disposition: z.enum(DISPOSITIONS),
    cause: z.int().nullable().openapi({ description: 'Q.850' }),
    country: z.int().nullable().openapi({ description: 'ISO 3166-1 number' }),
    tags: z.array(z.string()).readonly(),
    account: PartyRef.nullable(),
    trunk: NamedRef.nullable(),
    carrier: NamedRef.nullable(),
    destination: NamedRef.nullable(),
    source: z.string(),
    currency: Currency,
    revenue: Money.nullable(),
    cost: Money.nullable(),
    unrated: UnratedReason.nullable(),
  })
  .openapi('CallRow', { example: exampleCall }) satisfies z.ZodType<wire.CallRow>

export const PageOfCalls = z
  .object({
    items: z.array(CallRow).readonly(),
    next: z.string().nullable(),
    count: z
      .object({ calls: z.int(), capped: z.boolean().openapi({ description: 'There are more' }) })
      .nullable()
      .openapi({ description: 'Null when it was not asked for, or cannot be had soon' }),
  })
  .openapi('PageOfCalls', {
    example: { items: [exampleCall], next: null, count: { calls: 1, capped: false } },
  }) satisfies z.ZodType<wire.PageOfCalls>

const LegRow = z.object({
  startedAt: Instant,
  answeredAt: Instant.nullable(),
  endedAt: Instant,
  channel: z.string(),
  dstchannel: z.string(),
  src: z.string(),
  dst: z.string(),
  clid: z.string(),
  dcontext: z.string(),
  lastapp: z.string(),
  lastdata: z.string(),
  disposition: z.string(),
  durationSeconds: z.int(),
  billsec: z.int(),
  accountcode: z.string(),
  userfield: z.string(),
  uniqueid: z.string(),
  linkedid: z.string(),
  sequence: z.int().nullable(),
  role: z.string().openapi({ description: 'billable_leg, attempt_failed, local_half, …; empty = not told' }),
  talkRow: z.boolean(),
  receivedAt: Instant,
  seenIn: z.array(WayName).readonly(),
  origins: z.record(z.string(), WayName),
}) satisfies z.ZodType<wire.LegRow>

const CelRow = z.object({
  happenedAt: Instant,
  event: z.string(),
  channel: z.string(),
  uniqueid: z.string(),
  exten: z.string(),
  context: z.string(),
  app: z.string(),
  appdata: z.string(),
  cidNum: z.string(),
  cidName: z.string(),
  peer: z.string(),
  accountcode: z.string(),
  userfield: z.string(),
  extra: z.string(),
}) satisfies z.ZodType<wire.CelRow>

const QueueEventRow = z.object({
  happenedAt: Instant,
  event: z.string(),
  queue: z.string(),
  agent: z.string(),
  data: z.array(z.string()).readonly(),
}) satisfies z.ZodType<wire.QueueEventRow>

export const TraceStep = z.object({
  kind: z.enum([
    ...['number', 'plan', 'candidates', 'match', 'window', 'package', 'seconds', 'tier', 'price', 'connect-fee'],
    ...['disconnect-fee', 'entry-fee', 'block-fee', 'markup', 'minimum', 'maximum', 'rounding', 'total'],
  ] as const),
  values: z.record(z.string(), z.string()),
  amount: z.string().nullable(),
}) satisfies z.ZodType<wire.TraceStep>

const ChargeInfo = z.object({
  side: Side,
  line: z.int().openapi({ description: '1 = the call itself; on from 2 its segments' }),
  party: z.string(),
  deck: z.string(),
  deckId: z.int(),
  deckVersion: z.int(),
  prefix: z.string(),
  destination: z.string(),
  seconds: z.int(),
  billedSeconds: z.int(),
  currency: Currency,
  amount: Money,
  bookedAt: Instant,
  reversed: z.boolean(),
  trace: z.array(TraceStep).readonly(),
}) satisfies z.ZodType<wire.ChargeInfo>

const SegmentInfo = z.object({
  line: z.int(),
  answeredAt: Instant,
  seconds: z.int(),
  to: z.string(),
  peer: z.string(),
  accountcode: z.string(),
}) satisfies z.ZodType<wire.SegmentInfo>

const CallChange = z.object({
  revision: z.int(),
  changedAt: Instant,
  cause: z.enum(['late-rows', 'events', 'rules', 'zone', 'merged']),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<wire.CallChange>

export const CallDetail = z
  .object({
    call: CallRow,
    linkedid: z.string(),
    answeredBy: z.string(),
    ringSeconds: z.int(),
    waitSeconds: z.int(),
    final: z.boolean(),
    legs: z.array(LegRow).readonly(),
    cel: z.array(CelRow).readonly(),
    queueEvents: z.array(QueueEventRow).readonly(),
    story: StoryInfo.nullable(),
    charges: z.array(ChargeInfo).readonly(),
    invoice: z.object({ id: z.string(), number: z.string() }).nullable(),
    segments: z.array(SegmentInfo).readonly(),
    changes: z.array(CallChange).readonly(),
  })
  .openapi('CallDetail', {
    example: {
      call: exampleCall,
      linkedid: '1793610000.12',
      answeredBy: 'PJSIP/northlink',
      ringSeconds: 7,
      waitSeconds: 0,
      final: true,
      legs: [],
      cel: [],
      queueEvents: [],
      story: null,
      charges: [],
      invoice: null,
      segments: [],
      changes: [],
    },
  }) satisfies z.ZodType<wire.CallDetail>
