// Figures that do not add up: the peak of calls begun in one second, and how many of the people whose calls were missed
// were spoken with afterwards. Asked of the calls for each group.

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import type { Dialect } from './dialect.ts'
import type { Engine } from './engine.ts'
import { type Alone, NO_FIGURES } from './figures.ts'
import { METRICS } from './metrics.ts'
import type { Asked, StatsQuery } from './parse.ts'
import { callGrouping, callsOf } from './select.ts'
import type { Cell } from './series.ts'

/** A missed caller counts as returned when a conversation follows within this. */
export const RETURN_WITHIN_MS = 24 * 3_600_000
const RETURN_WITHIN = sql`interval '24 hours'`

/** True when a question asks for a figure that does not add up. */
export function asksAlone(query: StatsQuery): boolean {
  return query.metrics.some((m) => METRICS[m].alone !== undefined)
}

/** Puts these figures into their cells. */
export async function addAlone(
  engine: Engine,
  query: Asked,
  buckets: Buckets,
  cells: readonly Cell[],
): Promise<readonly Cell[]> {
  const found = new Map<string, Alone>()
  const wanted = new Set(query.metrics.map((m) => METRICS[m].alone))
  const calls = cells.reduce((sum, cell) => sum + cell.figures.calls, 0)
  if (wanted.has('cps')) await peaks(engine, query, buckets, calls, found)
  if (wanted.has('returned')) await returned(engine, query, buckets, found)
  return cells.map((cell) => {
    const alone = found.get(`${cell.key}\n${cell.split ?? '0'}`) ?? NO_FIGURES.alone
    return { ...cell, figures: { ...cell.figures, alone } }
  })
}

async function peaks(
  engine: Engine,
  query: Asked,
  buckets: Buckets,
  calls: number,
  into: Map<string, Alone>,
): Promise<void> {
  const { d, s } = callGrouping(query, buckets, engine.dialect)
  for (const piece of piecesOf(query, engine.dialect, calls)) {
    const rows = await engine.rows<{ d: string; s: string; n: number }>(sql`
      select d, s, max(n)::int as n from (
        select ${d} as d, ${s} as s, date_trunc('second', c.started_at), count(*) as n
        from ${callsOf(query, [query], engine.dialect)} ${piece} group by 1, 2, 3
      ) second group by d, s`)
    for (const row of rows) {
      const at = `${row.d}\n${row.s}`
      into.set(at, { ...into.get(at), cps: Math.max(row.n, into.get(at)?.cps ?? 0) })
    }
  }
}

/** DuckDB holds so many seconds of accounts in its memory; more would be sorted on the disk. */
const SECONDS_HELD = 2_000_000

/** Conditions that part calls by when they began, between seconds; together they are all calls. */
function piecesOf({ fromMs, toMs }: Asked, { name, instant }: Dialect, calls: number): RawBuilder<unknown>[] {
  const count = name === 'duckdb' ? Math.ceil(calls / SECONDS_HELD) : 1
  const seconds = Math.floor((toMs - fromMs) / 1000)
  const border = (i: number) => instant(fromMs - (fromMs % 1000) + Math.floor((seconds * i) / count) * 1000)
  return Array.from({ length: count }, (_, i) => {
    const from = i === 0 ? sql`` : sql`and c.started_at >= ${border(i)}`
    return i + 1 === count ? from : sql`${from} and c.started_at < ${border(i + 1)}`
  })
}

async function returned(engine: Engine, query: Asked, buckets: Buckets, into: Map<string, Alone>): Promise<void> {
  const { dialect } = engine
  const { d, s } = callGrouping(query, buckets, dialect)
  const party = dialect.columns.otherParty
  // Most people somebody spoke with had not been missed: DuckDB need not sort them.
  const ofMissed = dialect.name === 'duckdb' ? sql`and ${party} in (select caller from missed)` : sql``
  const rows = await engine.rows<{ d: string; s: string; missed: number; returned: number }>(sql`
    with missed as ${sql.raw(dialect.name === 'duckdb' ? 'materialized' : '')} (
      select ${d} as d, ${s} as s, ${party} as caller, c.opened_at
      from ${callsOf(query, [query], dialect)} and c.direction = 1 and c.outcome <> 1 and c.from_number <> ''
    ), spoken as (
      select ${party} as number, c.opened_at from ${sql.table(dialect.calls)} c
      where c.tenant_id = ${query.tenant.tenantId} and c.outcome = 1 and c.direction in (1, 2)
        and c.opened_at >= ${dialect.instant(query.fromMs)}
        and c.opened_at < ${dialect.instant(query.toMs)} + ${RETURN_WITHIN} ${ofMissed}
    ), later as (
      select m.d, m.s, m.caller, bool_or(p.number is not null and p.opened_at <= m.opened_at + ${RETURN_WITHIN}) as back
      from missed m ${nextSpoken(dialect)} group by 1, 2, 3
    )
    select d, s, count(*)::int as missed, (count(*) filter (where back))::int as returned
    from later group by d, s`)
  for (const row of rows) {
    const at = `${row.d}\n${row.s}`
    into.set(at, { ...into.get(at), missedCallers: row.missed, returnedCallers: row.returned })
  }
}

/** The conversations that could answer a missed call; in DuckDB only the next, which is the one that counts. */
function nextSpoken({ name }: Dialect): RawBuilder<unknown> {
  const after = sql`p.number = m.caller and p.opened_at > m.opened_at`
  if (name === 'duckdb') return sql`asof left join spoken p on ${after}`
  return sql`left join spoken p on ${after} and p.opened_at <= m.opened_at + ${RETURN_WITHIN}`
}
