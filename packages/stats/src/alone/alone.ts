// Figures that do not add up: the peak of calls begun in one second, of calls at once, what they carried, and how many of the
// people whose calls were missed were spoken with afterwards. Asked of the calls, for each group and for all.

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from '../buckets.ts'
import type { Dialect } from '../dialect.ts'
import type { Engine, Stretch, WholeCalls } from '../engine.ts'
import { type Alone, NO_FIGURES } from '../figures.ts'
import { clip } from '../grain.ts'
import { METRICS } from '../metrics.ts'
import type { Asked, StatsQuery } from '../parse.ts'
import { callGrouping, callsOf } from '../select.ts'
import type { Cell } from '../series.ts'
import { CARRIED_MS, mostAtOnce } from './concurrency.ts'
import { mostOnPassage } from './passage.ts'
import { isCountedByGroup, secondPeaks } from './second-peaks.ts'
import { lengthsOf, trafficIn } from './traffic.ts'

/** A missed caller counts as returned when a conversation follows within this. */
export const RETURN_WITHIN_MS = 24 * 3_600_000
const RETURN_WITHIN = sql`interval '24 hours'`

/** True when a question asks for a figure that does not add up. */
export function asksAlone(query: StatsQuery): boolean {
  return query.metrics.some((m) => METRICS[m].alone !== undefined)
}

/** Cells, and figures of all calls that do not add up. */
export type AloneCells = { readonly cells: readonly Cell[]; readonly whole: Alone }

/** Puts these figures into their cells. `whole` is not right where a call is in several groups. */
export async function addAlone(
  calls: WholeCalls,
  query: Asked,
  buckets: Buckets,
  cells: readonly Cell[],
): Promise<AloneCells> {
  const found: Found = new Map()
  const wanted = new Set(query.metrics.map((m) => METRICS[m].alone))
  if (wanted.has('cps')) await peaks(calls, query, buckets, found)
  if (wanted.has('concurrent')) await concurrent(calls, query, buckets, found)
  if (wanted.has('carried') || wanted.has('busy')) await carried(calls, query, buckets, found)
  if (wanted.has('returned')) await returned(calls, query, buckets, found)
  const filled = cells.map((cell) => {
    const at = `${cell.key}\n${cell.split ?? '0'}`
    const alone = found.get(at)?.alone ?? NO_FIGURES.alone
    found.delete(at)
    return { ...cell, figures: { ...cell.figures, alone } }
  })
  const all = (found.get(ALL) ?? (query.by === 'none' && query.split === 'none' ? filled[0]?.figures : undefined))
    ?.alone
  // What is left: groups in which no call began, and calls went on that had begun before.
  const begunBefore = [...found.values()].flatMap(({ d, s, alone }): Cell[] =>
    d === null
      ? []
      : [{ key: String(d), split: query.split === 'none' ? undefined : String(s), figures: { ...NO_FIGURES, alone } }],
  )
  return { cells: [...filled, ...begunBefore], whole: all ?? begunBefore[0]?.figures.alone ?? NO_FIGURES.alone }
}

/** Groups have no null. */
type Group = { readonly d: string | number | null; readonly s: string | number | null }
const ALL = 'all'
type Found = Map<string, Group & { readonly alone: Alone }>

/** And in the same statement of all, where there are groups. */
function andAll(query: Asked, ofAll: RawBuilder<unknown>): RawBuilder<unknown> {
  return query.by === 'none' && query.split === 'none' ? sql`` : sql`union all ${ofAll}`
}

function put(into: Found, { d, s }: Group, figure: (before: Alone) => Alone): void {
  const at = d === null ? ALL : `${d}\n${s}`
  const before = into.get(at)?.alone ?? NO_FIGURES.alone
  into.set(at, { d, s, alone: { ...before, ...figure(before) } })
}

async function concurrent(calls: WholeCalls, query: Asked, buckets: Buckets, into: Found): Promise<void> {
  const over = { of: { fromMs: query.fromMs - CARRIED_MS, toMs: query.toMs }, engine: calls.engine }
  const most = calls.passage
    ? await mostOnPassage(over, await calls.passage(), query, buckets)
    : await mostAtOnce(over, query, buckets)
  for (const row of most)
    if (row.n !== null && row.n > 0)
      put(into, row, ({ concurrent: before }) => ({ concurrent: Math.max(row.n ?? 0, before ?? 0) }))
}

async function carried({ around }: WholeCalls, query: Asked, buckets: Buckets, into: Found): Promise<void> {
  const lengthOf = lengthsOf(query, buckets)
  for (const stretch of await around())
    for (const row of await trafficIn(stretch, query, buckets))
      put(into, row, ({ carriedUs, hourUs }) => ({
        carriedUs: BigInt(row.us) + (carriedUs ?? 0n),
        ...(row.hour_us === null ? {} : { hourUs: greater(BigInt(row.hour_us), hourUs ?? 0n) }),
        lengthMs: lengthOf(row.d),
      }))
}

const greater = (a: bigint, b: bigint) => (a > b ? a : b)

async function peaks(calls: WholeCalls, query: Asked, buckets: Buckets, into: Found): Promise<void> {
  if (calls.numbers && isCountedByGroup(query)) {
    for (const row of await secondPeaks(calls, calls.numbers, query, buckets))
      if (row.n > 0) put(into, row, () => ({ cps: row.n }))
    return
  }
  for (const { dialect, rows } of await calls.began()) {
    const of = { query, ...callGrouping(query, buckets, dialect), calls: callsOf(query, [query], dialect) }
    const packed = dialect.name === 'duckdb' ? await rows<Peak>(bySixSeconds(of)) : undefined
    const fits = packed?.every((row) => row.most === null || Number(row.most) <= MOST_IN_SIX)
    for (const row of packed && fits ? packed : await rows<Peak>(bySecond(of, dialect)))
      if (row.n !== null) put(into, row, ({ cps }) => ({ cps: Math.max(row.n ?? 0, cps ?? 0) }))
  }
}

type Counted = Record<'d' | 's' | 'calls', RawBuilder<unknown>> & { readonly query: Asked }
type Peak = Group & { readonly n: number | null; readonly most?: string | number | null }

function bySecond({ query, d, s, calls }: Counted, dialect: Dialect): RawBuilder<unknown> {
  return sql`
    with second as (
      select ${d} as d, ${s} as s, ${dialect.second(sql`c.started_at`)} as second, count(*) as n
      from ${calls} group by 1, 2, 3
    ), every as (select sum(n) as n from second group by second)
    select d, s, max(n)::int as n from second group by d, s
    ${andAll(query, sql`select null, null, max(n)::int from every`)}`
}

/** A counter has ten bits. */
const MOST_IN_SIX = 1023

/**
 * DuckDB is slow where there are nearly as many groups as calls: here are six seconds in one, each with its counter in the bits
 * of one number. Right where no six seconds had more calls than a counter holds, which `most` tells.
 */
function bySixSeconds({ query, d, s, calls }: Counted): RawBuilder<unknown> {
  const counters = [0, 1, 2, 3, 4, 5].map((i) => sql`(bits >> ${sql.lit(10 * i)}) & 1023`)
  const peak = sql`max(n) as most, max(greatest(${sql.join(counters)}))::int as n`
  return sql`
    with six as materialized (
      select ${d} as d, ${s} as s, epoch_us(c.started_at) // 6000000 as six, count(*) as n,
        sum(1::bigint << (10 * ((epoch_us(c.started_at) // 1000000) % 6))::int) as bits
      from ${calls} group by 1, 2, 3
    ), each_group as (select d, s, n, try_cast(bits as bigint) as bits from six),
    every as (select sum(n) as n, try_cast(sum(bits) as bigint) as bits from six group by six)
    select d, s, ${peak} from each_group group by d, s
    ${andAll(query, sql`select null, null, ${peak} from every`)}`
}

async function returned({ engine, opened }: WholeCalls, query: Asked, buckets: Buckets, into: Found): Promise<void> {
  for (const people of engine.dialect.people) {
    const parts = opened.map((stretch) => missedPeople(stretch, query, buckets, people))
    for (const row of await countPeople(engine, query, parts))
      put(into, row, ({ missedCallers, returnedCallers }) => ({
        missedCallers: (missedCallers ?? 0) + row.missed,
        returnedCallers: (returnedCallers ?? 0) + row.returned,
      }))
  }
}

/** Who is missed in two parts is one person: what they find is held until all are through. */
async function countPeople(
  engine: Engine,
  query: Asked,
  parts: readonly RawBuilder<unknown>[],
): Promise<readonly (Group & { missed: number; returned: number })[]> {
  const count = (people: RawBuilder<unknown>) => sql<Group & { missed: number; returned: number }>`
    with person as materialized (select d, s, person, bool_or(back) as back from (${people}) each_call group by 1, 2, 3)
    select d, s, count(*)::int as missed, (count(*) filter (where back))::int as returned from person group by d, s
    ${andAll(
      query,
      sql`select null, null, count(*)::int, (count(*) filter (where back))::int
        from (select bool_or(back) as back from person group by person) each`,
    )}`
  if (parts.length === 1) return await engine.rows(count(parts[0]!))
  try {
    for (const [i, part] of parts.entries())
      await engine.rows(
        i === 0 ? sql`create temp table found_people as ${part}` : sql`insert into found_people ${part}`,
      )
    return await engine.rows(count(sql`select * from found_people`))
  } finally {
    await engine.rows(sql`drop table if exists found_people`)
  }
}

/**
 * A row for each missed call, with its group and person. By days as long as the time to return in: of a conversation on the same day only
 * that it was later counts, and of one on the next day that it was not too late; so the last of a day and the first do for
 * all, and days with thousands of calls of one person take no longer than others.
 */
function missedPeople(
  { of, engine: { dialect } }: Stretch,
  query: Asked,
  buckets: Buckets,
  { person, known }: Dialect['people'][number],
): RawBuilder<unknown> {
  const { d, s } = callGrouping(query, buckets, dialect)
  const day = dialect.day(sql`c.opened_at`)
  const [within] = clip(of, query)
  return sql`
    with missed as materialized (
      select ${d} as d, ${s} as s, ${person} as person, ${day} as day, c.opened_at
      from ${callsOf(query, within ? [within] : [of], dialect)} and c.direction = 1 and c.outcome <> 1 and ${known}
    ), spoken as materialized (
      select ${person} as person, ${day} as day, min(c.opened_at) as first_at, max(c.opened_at) as last_at
      from ${sql.table(dialect.calls)} c
      where c.tenant_id = ${query.tenant.tenantId} and c.outcome = 1 and c.direction in (1, 2) and ${known}
        and c.opened_at >= ${dialect.instant(of.fromMs)} and c.opened_at < ${dialect.instant(of.toMs)} + ${RETURN_WITHIN}
        and (${person}, ${day}) in (select person, day from missed union all select person, day + 1 from missed)
      group by 1, 2
    )
    select m.d, m.s, m.person,
      coalesce(p.last_at > m.opened_at, false) or coalesce(n.first_at <= m.opened_at + ${RETURN_WITHIN}, false) as back
    from missed m left join spoken p on p.person = m.person and p.day = m.day
      left join spoken n on n.person = m.person and n.day = m.day + 1`
}
