// Figures that do not add up: the peak of calls begun in one second, and how many of the people whose calls were missed
// were spoken with afterwards. Asked of the calls for each group.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { type Alone, NO_FIGURES } from './figures.ts'
import { METRICS } from './metrics.ts'
import type { Asked, StatsQuery } from './parse.ts'
import { callGrouping, callsOf } from './select.ts'
import type { Cell } from './series.ts'
import { subscriber } from './subscriber.ts'

/** A missed caller counts as returned when a conversation follows within this. */
const RETURN_WITHIN = sql`interval '24 hours'`

/** True when a question asks for a figure that does not add up. */
export function asksAlone(query: StatsQuery): boolean {
  return query.metrics.some((m) => METRICS[m].alone !== undefined)
}

/** Puts these figures into their cells. */
export async function addAlone(
  q: Queryable,
  query: Asked,
  buckets: Buckets,
  cells: readonly Cell[],
): Promise<readonly Cell[]> {
  const found = new Map<string, Alone>()
  const wanted = new Set(query.metrics.map((m) => METRICS[m].alone))
  if (wanted.has('cps')) await peaks(q, query, buckets, found)
  if (wanted.has('returned')) await returned(q, query, buckets, found)
  return cells.map((cell) => {
    const alone = found.get(`${cell.key}\n${cell.split ?? '0'}`) ?? NO_FIGURES.alone
    return { ...cell, figures: { ...cell.figures, alone } }
  })
}

async function peaks(q: Queryable, query: Asked, buckets: Buckets, into: Map<string, Alone>): Promise<void> {
  const { d, s } = callGrouping(query, buckets)
  const { rows } = await sql<{ d: string; s: string; n: number }>`
    select d, s, max(n)::int as n from (
      select ${d} as d, ${s} as s, date_trunc('second', c.started_at), count(*) as n
      from ${callsOf(query, [query])} group by 1, 2, 3
    ) second group by d, s`.execute(q.q)
  for (const row of rows) into.set(`${row.d}\n${row.s}`, { ...into.get(`${row.d}\n${row.s}`), cps: row.n })
}

async function returned(q: Queryable, query: Asked, buckets: Buckets, into: Map<string, Alone>): Promise<void> {
  const { d, s } = callGrouping(query, buckets)
  const to = sql`${new Date(query.toMs).toISOString()}::timestamptz + ${RETURN_WITHIN}`
  const { rows } = await sql<{ d: string; s: string; missed: number; returned: number }>`
    with missed as (
      select ${d} as d, ${s} as s, ${subscriber(sql`c.from_number`)} as caller, c.opened_at
      from ${callsOf(query, [query])} and c.direction = 1 and c.outcome <> 1 and c.from_number <> ''
    ), spoken as (
      select ${subscriber(sql`case direction when 1 then from_number else to_number end`)} as number, opened_at from call
      where tenant_id = ${query.tenant.tenantId} and outcome = 1 and direction in (1, 2)
        and opened_at >= ${new Date(query.fromMs).toISOString()}::timestamptz and opened_at < ${to}
    ), later as (
      select m.d, m.s, m.caller, bool_or(p.number is not null) as back
      from missed m left join spoken p on p.number = m.caller
        and p.opened_at > m.opened_at and p.opened_at <= m.opened_at + ${RETURN_WITHIN}
      group by 1, 2, 3
    )
    select d, s, count(*)::int as missed, (count(*) filter (where back))::int as returned
    from later group by d, s`.execute(q.q)
  for (const row of rows) {
    const at = `${row.d}\n${row.s}`
    into.set(at, { ...into.get(at), missedCallers: row.missed, returnedCallers: row.returned })
  }
}
