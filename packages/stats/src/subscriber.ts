// One person however his number was spelled: +353860001111 calls, 00353860001111 or 0860001111 is called back.

import { type RawBuilder, sql } from 'kysely'
import { POSTGRES } from './dialect.ts'

/** The last nine digits of a number of nine or more; else the number as it is. */
export function subscriber(number: RawBuilder<unknown>, { matches } = POSTGRES): RawBuilder<unknown> {
  return sql`case when ${matches(number, '^\\+?[0-9]{9,}$')} then right(${number}, 9) else ${number} end`
}
