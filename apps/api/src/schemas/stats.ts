// Figures on the wire. Which metrics there are is told by the room that answers.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire.ts'
import { Currency, Instant } from './values.ts'

const Value = z.union([z.string(), z.number(), z.null()])
const Values = z.record(z.string(), Value)

export const StatsAnswer = z
  .object({
    from: Instant,
    to: Instant,
    zone: z.string(),
    by: z.enum([
      'none',
      'hour',
      'day',
      'week',
      'month',
      'destination',
      'account',
      'outcome',
      'direction',
      'country',
      'trunk',
    ]),
    currency: Currency,
    rows: z.array(z.object({ key: z.string(), label: z.string() }).catchall(Value)).readonly(),
    total: Values,
  })
  .openapi('StatsAnswer', {
    example: {
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-02T00:00:00.000Z',
      zone: 'UTC',
      by: 'outcome',
      currency: 'EUR',
      rows: [{ key: 'answered', label: 'answered', calls: 31, asr: 1, revenue: '4.200000' }],
      total: { calls: 36, asr: 0.861, revenue: '4.200000' },
    },
  }) satisfies z.ZodType<wire.StatsAnswer>
