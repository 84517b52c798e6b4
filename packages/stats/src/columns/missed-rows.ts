// Missed calls of the copy, each with when its caller was next spoken with, whoever called: the rows of files of missed callers, and of
// days for which there is none that holds good.

import type { Interval } from '../grain.ts'
import { namesOf } from './layout.ts'

/** What a missed call has beside the columns of a call. `rung`: telephones that rang, apart by US; null = not known here. */
export const BESIDE = 'back_us, back_key, rung'

/**
 * Of the missed calls in `calls` opened within `of` those whose caller was spoken with in the time after: `back_us`, microseconds
 * until then, and `back_key`, the conversation; of two in the same microsecond the one with the lower key.
 */
export function returns(calls: string, of: Interval, afterMs: number): string {
  const after = { fromMs: of.fromMs, toMs: of.toMs + afterMs }
  // By digits first, which rules out nearly all: two columns, one of them text, take three times as long.
  return `with missed as materialized (
      select call_key, opened_at, party_digits, party_text from ${calls} where ${isMissed(of)}
    ), spoken as (
      select party_digits, party_text, opened_at, min(call_key) as call_key from ${calls}
      where outcome = 1 and direction in (1, 2) and ${within(after)} and (party_digits >= 0 or party_text <> '')
        and party_digits in (select party_digits from missed) group by 1, 2, 3
    )
    select m.call_key, epoch_us(s.opened_at) - epoch_us(m.opened_at) as back_us, s.call_key as back_key
    from missed m asof join spoken s
      on s.party_digits = m.party_digits and s.party_text = m.party_text and s.opened_at > m.opened_at`
}

/** All missed calls within `of`, with what `returns`, a table or a statement, tells of them. */
export function missedRows(calls: string, of: Interval, found: string): string {
  return `select ${namesOf('calls')}, back_us, back_key from (select * from ${calls} where ${isMissed(of)}) c
    left join ${found} b using (call_key)`
}

/** Opened within a time, as DuckDB is told where it takes no values. */
export function within({ fromMs, toMs }: Interval): string {
  return `opened_at >= ${instant(fromMs)} and opened_at < ${instant(toMs)}`
}

function isMissed(of: Interval): string {
  return `outcome <> 1 and direction = 1 and ${within(of)}`
}

function instant(ms: number): string {
  return `timestamp '${new Date(ms).toISOString().replace('Z', '')}'`
}
