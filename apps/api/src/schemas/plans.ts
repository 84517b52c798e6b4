// Tariff plans on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-tariffs.ts'
import { DecimalText } from './decks.ts'
import { Name } from './values.ts'

const id = z.int().min(0)
const prefix = z.string().max(64)

export const PlanInfo = z
  .object({
    id,
    name: Name,
    choice: z.enum(['order', 'longest', 'lcr', 'lcd']),
    expectedSeconds: z.int(),
    decks: z
      .array(
        z.object({
          deckId: id,
          deck: z.string().optional(),
          side: z.enum(['sell', 'buy']).optional(),
          currency: z.string().optional(),
          markupKind: z.enum(['none', 'markup', 'margin']),
          markupPercent: DecimalText,
          markupPerMinute: DecimalText,
          markupPerCall: DecimalText,
          pricePlaces: z.int(),
        }),
      )
      .max(200)
      .readonly(),
    blocked: z
      .array(z.object({ prefix, note: z.string().max(200) }))
      .max(2000)
      .readonly(),
    packages: z
      .array(
        z.object({
          id: id.optional(),
          name: Name,
          kind: z.enum(['seconds', 'calls', 'unlimited']),
          amount: z.int().min(0),
          period: z.enum(['day', 'week', 'month']),
          startDay: z.int(),
          prefixes: z.array(prefix).max(2000).readonly(),
        }),
      )
      .max(200)
      .readonly(),
    accounts: z.int().optional(),
    isDefault: z.boolean().optional(),
  })
  .openapi('PlanInfo', {
    example: {
      ...{ id: 1, name: 'Business', choice: 'order', expectedSeconds: 60 },
      decks: [
        {
          ...{ deckId: 1, deck: 'Retail', side: 'sell', currency: 'EUR', markupKind: 'none' },
          ...{ markupPercent: '0', markupPerMinute: '0', markupPerCall: '0', pricePlaces: 4 },
        },
      ],
      blocked: [{ prefix: '88213', note: 'satellite' }],
      packages: [
        {
          ...{ id: 1, name: 'Irish minutes', kind: 'seconds', amount: 60_000, period: 'month', startDay: 1 },
          prefixes: ['353'],
        },
      ],
      accounts: 3,
      isDefault: false,
    },
  }) satisfies z.ZodType<wire.PlanInfo>
