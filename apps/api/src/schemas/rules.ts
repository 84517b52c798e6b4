// Rules for calls on the wire, and calls made anew by them. What rules sent by somebody are worth is said by readRules.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-rules.ts'
import { Instant } from './values.ts'

const kind = z.enum(['person', 'hop', 'program', 'trunk'])
const direction = z.enum(['inbound', 'outbound', 'internal'])
const patterns = z.array(z.string()).readonly()

const exampleRules: wire.CallRules = {
  channels: [
    { match: 'PJSIP/trunk-*', is: 'trunk' },
    { match: 'Local/*@phones', is: 'person' },
  ],
  contexts: [{ context: 'from-pstn*', direction: 'inbound' }],
  closedHours: ['closed*'],
  voicemail: ['VoiceMail'],
  conference: ['ConfBridge'],
  ringGroup: ['ext-group'],
  ivr: ['ivr-*'],
  queue: ['Queue'],
  dids: ['+4420*'],
  reviewAfterHours: 4,
  finalAfterMinutes: 10,
}

export const CallRules = z
  .object({
    channels: z
      .array(z.object({ match: z.string(), context: z.string().optional(), app: z.string().optional(), is: kind }))
      .readonly(),
    contexts: z.array(z.object({ context: z.string(), direction })).readonly(),
    closedHours: patterns,
    voicemail: patterns,
    conference: patterns,
    ringGroup: patterns,
    ivr: patterns,
    queue: patterns,
    dids: patterns,
    reviewAfterHours: z.int(),
    finalAfterMinutes: z.int(),
  })
  .openapi('CallRules', { example: exampleRules })

/** Taken as it comes, so that every fault of it can be said in words (422) and not only that the shape is wrong. */
export const RulesBody = z
  .record(z.string(), z.unknown())
  .openapi('CallRulesBody', { description: 'CallRules; what is missing is empty', example: exampleRules })

export const Restitch = z
  .object({
    id: z.string(),
    source: z.string().openapi({ description: 'Empty = all sources' }),
    cause: z.enum(['rules', 'zone', 'asked']),
    state: z.enum(['queued', 'running', 'done', 'cancelled']),
    from: Instant.nullable(),
    to: Instant.nullable(),
    callsTotal: z.int().nullable(),
    callsSeen: z.int(),
    callsChanged: z.int(),
    callsInvoiced: z.int(),
    createdBy: z.string(),
    createdAt: Instant,
  })
  .openapi('Restitch', {
    example: {
      id: '019d3f2a-1c00-7a11-8b22-0123456789ab',
      source: '',
      cause: 'rules',
      state: 'running',
      from: null,
      to: null,
      callsTotal: 48_210,
      callsSeen: 12_000,
      callsChanged: 311,
      callsInvoiced: 0,
      createdBy: 'ada@example.org',
      createdAt: '2026-11-02T09:00:00.000Z',
    },
  }) satisfies z.ZodType<wire.Restitch>

export const RulesAnswer = z
  .object({
    source: z.string().openapi({ description: 'Empty = of the tenant' }),
    own: z.boolean(),
    revision: z.int(),
    appliedRevision: z.int(),
    rules: CallRules,
    restitch: Restitch.nullable(),
  })
  .openapi('RulesAnswer', {
    example: { source: '', own: true, revision: 2, appliedRevision: 2, rules: exampleRules, restitch: null },
  })

export const RulesPreviewRequest = z.object({ rules: RulesBody, days: z.int().min(1).max(366).optional() })

export const RulesPreview = z
  .object({
    from: Instant,
    seen: z.int(),
    changed: z.int(),
    complete: z.boolean(),
    fields: z.array(z.object({ field: z.string(), calls: z.int() })).readonly(),
    examples: z
      .array(
        z.object({
          key: z.string(),
          startedAt: Instant,
          from: z.string(),
          to: z.string(),
          before: z.record(z.string(), z.unknown()),
          after: z.record(z.string(), z.unknown()),
        }),
      )
      .readonly(),
  })
  .openapi('RulesPreview', {
    example: {
      from: '2026-10-26T09:00:00.000Z',
      seen: 412,
      changed: 1,
      complete: true,
      fields: [{ field: 'direction', calls: 1 }],
      examples: [
        {
          key: '019d3f2a-1c00-8a11-8b22-0123456789ab',
          startedAt: '2026-11-02T09:00:00.000Z',
          from: '201',
          to: '00353860001111',
          before: { direction: 0 },
          after: { direction: 2 },
        },
      ],
    },
  }) satisfies z.ZodType<wire.RulesPreview>

const text = z.string().max(200).optional()

export const RulesTrialRequest = z.object({ rules: RulesBody, channel: text, context: text, app: text, number: text })

export const RulesTrial = z
  .object({
    kind: kind.nullable(),
    rule: z.int(),
    direction: direction.nullable(),
    step: z.enum(['closedHours', 'voicemail', 'conference', 'ringGroup', 'ivr', 'queue']).nullable(),
    did: z.boolean(),
  })
  .openapi('RulesTrial', {
    example: { kind: 'trunk', rule: 1, direction: null, step: null, did: false },
  }) satisfies z.ZodType<wire.RulesTrial>
