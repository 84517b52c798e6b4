// Figures on the wire. Which metrics there are is told by the room that answers.

import { z } from '@hono/zod-openapi'
import { STATS_BY, STATS_SPLIT } from '@tollbook/stats'
import type * as wire from '../wire.ts'
import { Currency, Instant } from './values.ts'

const Value = z.union([z.string(), z.number(), z.null()])
const Values = z.record(z.string(), Value)

const Rows = z
  .array(
    z
      .object({
        key: z.string(),
        label: z.string(),
        split: z.string().optional(),
        splitLabel: z.string().optional(),
      })
      .catchall(Value),
  )
  .readonly()

export const StatsAnswer = z
  .object({
    from: Instant,
    to: Instant,
    zone: z.string(),
    by: z.enum(STATS_BY),
    split: z.enum(STATS_SPLIT),
    currency: Currency,
    rows: Rows,
    total: Values,
    approximate: z.array(z.string()).readonly(),
    before: z
      .object({
        from: Instant,
        to: Instant,
        rows: Rows,
        total: Values,
        approximate: z.array(z.string()).readonly(),
      })
      .optional()
      .openapi({
        description:
          'Where compare was asked for. By time it has rows of its own, else one for each row in the same order, and "other" at the end for what has no row now',
      }),
  })
  .openapi('StatsAnswer', {
    example: {
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-02T00:00:00.000Z',
      zone: 'UTC',
      by: 'outcome',
      split: 'none',
      currency: 'EUR',
      rows: [{ key: 'answered', label: 'answered', calls: 31, asr: 100, revenue: '4.200000' }],
      total: { calls: 36, asr: 86.11111111111111, revenue: '4.200000' },
      approximate: [],
    },
  }) satisfies z.ZodType<wire.StatsAnswer>
