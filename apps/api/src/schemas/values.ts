// The small values all answers are made of.

import { z } from '@hono/zod-openapi'

/** Decimal text with six places: "-12.500000". */
export const Money = z
  .string()
  .regex(/^-?\d+\.\d{6}$/)
  .openapi({ description: 'Decimal amount with six places', example: '12.500000' })

/** ISO 8601 in UTC. A day that is not in the calendar would be read as another one, and price calls from there. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/)
  .refine(isInCalendar, 'must be an instant such as 2026-11-02T09:00:00Z')
  .openapi({ description: 'Instant, ISO 8601 in UTC', format: 'date-time', example: '2026-11-02T09:00:00.000Z' })

/** ISO 4217 letters. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .openapi({ description: 'ISO 4217 code', example: 'EUR' })

export const Side = z.enum(['sell', 'buy'])

/** What a user calls things by: one line, no control characters, no half of a character (PostgreSQL would store another). */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text')

export const PartyRef = z.object({ id: z.int(), code: z.string(), name: z.string() })
export const NamedRef = z.object({ id: z.int(), name: z.string() })

function isInCalendar(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19)
}
