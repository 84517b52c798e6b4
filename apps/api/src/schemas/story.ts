// What happened on a call, on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-story.ts'
import { Instant } from './values.ts'

/** Seconds after the start of the call. */
const Moment = z.number()

const Attempt = z.object({
  party: z.string(),
  result: z.enum([
    ...['answered', 'answered_elsewhere', 'busy', 'no_answer', 'cancelled', 'congestion', 'unavailable'],
    ...['unallocated', 'forwarded'],
  ] as const),
  alerted: z.boolean(),
  from: Moment,
  until: Moment,
  cause: z.int().nullable(),
})

const Transfer = z.object({
  kind: z.enum(['blind', 'attended', 'redirect']),
  by: z.enum(['callee', 'caller', 'system']),
  transferer: z.string(),
  target: z.string(),
  targetAnswered: z.boolean(),
  at: Moment,
})

const Queue = z.object({
  name: z.string(),
  result: z.enum(['connected', 'abandoned', 'timeout', 'left']),
  from: Moment,
  until: Moment,
})

const Phase = z.object({
  party: z.string(),
  kind: z.enum(['system', 'ringing', 'waiting', 'talking', 'parked']),
  from: Moment,
  until: Moment,
})

export const StoryInfo = z
  .object({
    startedAt: Instant,
    seconds: z.number(),
    caller: z.object({ number: z.string(), name: z.string(), endpoint: z.string() }),
    dialled: z.string(),
    did: z.string(),
    ending: z.enum([
      ...['unknown', 'answered_by_person', 'ivr_only', 'queue_abandoned', 'queue_timeout', 'busy', 'no_answer'],
      ...['congestion', 'cancelled', 'failed', 'voicemail', 'closed_hours'],
    ] as const),
    answeredBy: z.string().nullable(),
    parties: z.array(z.object({ id: z.string(), number: z.string(), member: z.string() })).readonly(),
    attempts: z.array(Attempt).readonly(),
    transfer: Transfer.nullable(),
    queue: Queue.nullable(),
    talk: z.array(z.object({ with: z.string(), from: Moment, until: Moment })).readonly(),
    phases: z.array(Phase).readonly(),
    path: z.array(z.string()).readonly(),
    fromEvents: z.boolean(),
    complete: z.boolean(),
  })
  .openapi('StoryInfo', {
    description: 'All times are seconds after the start of the call.',
    example: {
      startedAt: '2026-11-02T09:00:00.000Z',
      seconds: 68,
      caller: { number: '201', name: 'Ada Byrne', endpoint: 'PJSIP/201' },
      dialled: '00353860001111',
      did: '',
      ending: 'answered_by_person',
      answeredBy: 'PJSIP/northlink',
      parties: [{ id: 'PJSIP/northlink', number: '', member: '' }],
      attempts: [{ party: 'PJSIP/northlink', result: 'answered', alerted: true, from: 0.1, until: 7, cause: 16 }],
      transfer: null,
      queue: null,
      talk: [{ with: 'PJSIP/northlink', from: 7, until: 68 }],
      phases: [{ party: 'caller', kind: 'ringing', from: 0.1, until: 7 }],
      path: [],
      fromEvents: true,
      complete: true,
    },
  }) satisfies z.ZodType<wire.StoryInfo>
