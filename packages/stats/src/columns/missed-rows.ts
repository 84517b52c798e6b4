// Missed calls of the copy, each with when its caller was next spoken with, whoever called: the rows of files of missed callers, and of
// days for which there is none that holds good.

import type { Interval } from '../grain.ts'
import { namesOf } from './layout.ts'
import { DAY_MS, DAYS_AFTER } from './state.ts'

/**
 * Missed calls out of the table `calls`, opened within `of`: its columns, `back_us`, microseconds until the conversation, and
 * `back_key`, that call. Null = there was none in the week after; of two in the same microsecond the one with the lower key.
 */
export function missedRows(of: Interval): string {
  const missed = `outcome <> 1 and direction = 1 and ${within(of)}`
  const after = { fromMs: of.fromMs, toMs: of.toMs + DAYS_AFTER * DAY_MS }
  return `with missed as materialized (select ${namesOf('calls')} from calls where ${missed}),
    spoken as (
      select party_digits, party_text, opened_at, min(call_key) as call_key from calls
      where outcome = 1 and direction in (1, 2) and ${within(after)} and (party_digits >= 0 or party_text <> '')
        and (party_digits, party_text) in (select (party_digits, party_text) from missed) group by 1, 2, 3
    )
    select m.*, epoch_us(s.opened_at) - epoch_us(m.opened_at) as back_us, s.call_key as back_key
    from missed m asof left join spoken s
      on s.party_digits = m.party_digits and s.party_text = m.party_text and s.opened_at > m.opened_at`
}

/** Columns beside those of a call, with DuckDB's types. `rung`: telephones that rang, apart by US; null = not known here. */
export const BESIDE = 'back_us bigint, back_key uuid, rung varchar'

/** Opened within a time, as DuckDB is told where it takes no values. */
export function within({ fromMs, toMs }: Interval): string {
  return `opened_at >= ${instant(fromMs)} and opened_at < ${instant(toMs)}`
}

function instant(ms: number): string {
  return `timestamp '${new Date(ms).toISOString().replace('Z', '')}'`
}
