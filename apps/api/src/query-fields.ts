// Query parameters that many lists share: a bound on the page, a cursor, ids, instants. All arrive as text.

import { z } from '@hono/zod-openapi'
import { Refusal } from './problem.ts'
import type { ActivateRequest } from './wire-tariffs.ts'

/** Rows of a page: 1 to `max`. */
export function limitField(max: number, otherwise: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a number of rows')
    .transform(Number)
    .refine((n) => n <= max, `must be at most ${max}`)
    .default(otherwise)
    .openapi({ type: 'integer', minimum: 1, maximum: max, default: otherwise })
}

export const cursorField = z
  .string()
  .max(1000)
  .optional()
  .openapi({ description: '`next` of the page before; absent for the first' })

export const idField = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a number')
  .transform(Number)
  .openapi({ type: 'integer' })

/** Number of a deck's version. */
export const versionField = z
  .string()
  .regex(/^\d{1,6}$/, 'must be the number of a version')
  .transform(Number)
  .openapi({ type: 'integer', example: 3 })

export const instantField = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time' })

/** From when a version counts, as the rooms take it: an instant in milliseconds. */
export function effectiveOf(from: ActivateRequest['effectiveFrom']): 'always' | 'now' | number {
  return from === 'always' || from === 'now' ? from : Date.parse(from)
}

/** Where a list goes on, as text that means nothing to the client. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Reads a cursor back; whatever this list did not hand out is refused. */
export function decodeCursor<S extends z.ZodType>(cursor: string | undefined, place: S): z.output<S> | undefined {
  if (cursor === undefined) return undefined
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw new Refusal('bad-cursor')
  }
  const parsed = place.safeParse(raw)
  if (!parsed.success) throw new Refusal('bad-cursor')
  return parsed.data
}

/** Cuts the one row too many off a list read with `limit + 1`, and says where it goes on. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  place: (row: Row) => readonly (string | number)[],
): { items: Item[]; next: string | null } {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  const next = rows.length > limit && last !== undefined ? encodeCursor(place(last)) : null
  return { items: kept.map(item), next }
}

/** An instant for the wire; null stays null. */
export function isoOf(at: Date): string
export function isoOf(at: Date | null): string | null
export function isoOf(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}

/** Text as a LIKE pattern that matches it literally anywhere. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
