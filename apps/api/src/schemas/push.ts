// Pushed CDRs and the tokens to push them with, on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-push.ts'
import { Instant, Name } from './values.ts'

const KEY = '019d3f2a-1c00-7a11-8b22-0123456789ab'

export const PushAnswer = z
  .object({
    inserted: z.int(),
    duplicates: z.int(),
    rejected: z.int(),
    items: z
      .array(
        z.object({
          index: z.int(),
          status: z.enum(['inserted', 'duplicate', 'rejected']),
          call: z.string().nullable(),
          reason: z.string().exactOptional(),
        }),
      )
      .readonly(),
  })
  .openapi('PushAnswer', {
    example: {
      inserted: 1,
      duplicates: 0,
      rejected: 1,
      items: [
        { index: 0, status: 'inserted', call: KEY },
        { index: 1, status: 'rejected', call: null, reason: 'it has no start time (column start or calldate)' },
      ],
    },
  }) satisfies z.ZodType<wire.PushAnswer>

/** Described only: a record may have further fields, and one that is wrong is answered for by itself. */
export const PushedCdr = z
  .looseObject({
    uniqueid: z.string().optional(),
    linkedid: z.string().optional(),
    sequence: z.int().optional(),
    start: z.string().optional().openapi({ description: 'An ISO instant, or local text (also as calldate)' }),
    answer: z.string().nullable().optional(),
    end: z.string().optional().openapi({ description: 'Without it answer and end follow from the seconds' }),
    duration: z.number(),
    billsec: z.number(),
    disposition: z.string(),
    src: z.string().optional(),
    dst: z.string().optional(),
    channel: z.string().optional(),
    dstchannel: z.string().optional(),
    lastapp: z.string().optional(),
    lastdata: z.string().optional(),
    dcontext: z.string().optional(),
    clid: z.string().optional(),
    accountcode: z.string().optional(),
    peeraccount: z.string().optional(),
    amaflags: z.string().optional(),
    userfield: z.string().optional(),
    zone: z.string().optional().openapi({ description: 'Of its local times; before that of the request' }),
  })
  .openapi('PushedCdr', {
    example: {
      uniqueid: '1795438085.1',
      linkedid: '1795438085.1',
      sequence: 7,
      start: '2026-11-23T12:48:05Z',
      answer: '2026-11-23T12:48:16Z',
      end: '2026-11-23T12:48:36Z',
      duration: 31,
      billsec: 20,
      disposition: 'ANSWERED',
      src: '201',
      dst: '35312345678',
      channel: 'PJSIP/201-00000001',
      dstchannel: 'PJSIP/trunk-00000002',
      accountcode: 'acme',
    },
  })

export const PushTokenRow = z
  .object({ id: z.int(), source: z.string(), name: z.string(), createdAt: Instant, usedAt: Instant.nullable() })
  .openapi('PushTokenRow', {
    example: { id: 1, source: 'pbx', name: 'cron of pbx', createdAt: '2026-11-02T09:00:00.000Z', usedAt: null },
  }) satisfies z.ZodType<wire.PushTokenRow>

export const PushTokenWish = z
  .object({ source: Name.max(100), name: Name.max(100) })
  .openapi('PushTokenWish', { example: { source: 'pbx', name: 'cron of pbx' } })

export const NewPushToken = z.object({ id: z.int(), token: z.string() }).openapi('NewPushToken', {
  example: { id: 1, token: 'tbp_1_the-43-letters-that-follow-are-shown-only-once' },
}) satisfies z.ZodType<wire.NewPushToken>
