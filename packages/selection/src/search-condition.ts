// What was typed into the search box as a condition over a call `c`. What each costs on 30 M calls is told beside it.

import { timeFirstUuid } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'
import { type CallSearch, TAIL_DIGITS } from './number-search.ts'

type Condition = RawBuilder<unknown>

/** True for the calls that this search means. */
export function searchCondition(search: CallSearch): Condition {
  switch (search.kind) {
    case 'tail':
      return eitherNumber((number) => endsAlike(number, search.digits))
    case 'exact':
      // The Bloom index is over right(number, 8), which for a short number is the number.
      return eitherNumber((number) => sql`right(${number}, ${sql.lit(TAIL_DIGITS)}) = ${search.digits}`)
    case 'prefix':
      return eitherNumber((number) => sql`ltrim(${number}, '+') like ${`${search.digits}%`}`)
    case 'name':
      return sql`starts_with(lower(c.from_name), ${search.text.toLowerCase()})`
    case 'id':
      return byId(search)
  }
}

/** The lowest key a call of this millisecond can have. */
export function lowestKey(ms: number): string {
  return timeFirstUuid(ms, new Uint8Array(10))
}

function eitherNumber(match: (number: Condition) => Condition): Condition {
  return sql`(${match(sql`c.to_number`)} or ${match(sql`c.from_number`)})`
}

/**
 * The last eight digits agree (12 months of 30 M: 177 ms), and one number is the end of the other once prefixes for
 * "international" and "national" are off: what is dialled as 00353… is found as +353…, and the other way round.
 */
function endsAlike(number: Condition, digits: string): Condition {
  const bare = digits.replace(/^0+/, '')
  const written = sql`ltrim(${number}, '+0')`
  return sql`(right(${number}, ${sql.lit(TAIL_DIGITS)}) = ${digits.slice(-TAIL_DIGITS)}
    and (right(${written}, ${bare.length}) = ${bare} or right(${bare}, length(${written})) = ${written}))`
}

/** A leg's own uniqueid can be this much younger than the call it belongs to. */
const LONGEST_CALL_MS = 4 * 3_600_000

/** linkedid holds the second at which the call was opened, so only calls of that second are read; uniqueid of a later
 * leg lies within a long call's length after it. */
function byId({ id, epochMs }: { id: string; epochMs: number }): Condition {
  const second = sql`c.opened_at >= ${new Date(epochMs)} and c.opened_at < ${new Date(epochMs + 1000)}`
  const from = sql`${new Date(epochMs - LONGEST_CALL_MS)}`
  const to = sql`${new Date(epochMs + 1000)}`
  return sql`((c.linkedid = ${id} and ${second}) or c.call_key in (
    select l.call_key from leg l
    where l.uniqueid = ${id} and l.opened_at >= ${from} and l.opened_at < ${to}
      and l.call_key >= ${lowestKey(Math.max(0, epochMs - LONGEST_CALL_MS))}::uuid
      and l.call_key < ${lowestKey(epochMs + 1000)}::uuid))`
}
