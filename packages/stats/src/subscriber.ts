// One person however his number was spelled: +353860001111 calls, 00353860001111 or 0860001111 is called back.

import { type RawBuilder, sql } from 'kysely'

/** The last nine digits of a number of nine or more; else the number as it is. */
export function subscriber(number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${isLong(number)} then right(${number}, 9) else ${number} end`
}

/** The same in two columns, as the copy has it: nine digits are a whole number and '', any other number is -1 and itself. */
export function subscriberDigits(number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${isLong(number)} then right(${number}, 9)::int else -1 end`
}
export function subscriberText(number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${isLong(number)} then '' else ${number} end`
}

/** The number at the other end of call `c`: who called in, else who was called. */
export const otherNumber = sql`case c.direction when 1 then c.from_number else c.to_number end`

function isLong(number: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${number} ~ '^\\+?[0-9]{9,}$'`
}
