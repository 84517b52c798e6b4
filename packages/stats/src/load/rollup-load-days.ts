// Keeps trunk_day: rows of the tenant's local days that are over, made of quarters, always the whole day anew. Days that are not
// over have none, since calls come to them all the time; when one is over, all its hours are touched (`open-days.ts`).

import type { Tx } from '@tollbook/db'
import { startOfNext, startsOfDays } from '@tollbook/selection/local-time'
import { type RawBuilder, sql } from 'kysely'
import type { StatsTenant } from '../parse.ts'
import { instant } from '../priced-calls.ts'
import { runsOf } from '../runs.ts'
import { hoursOfDay } from './load-hours.ts'
import { SCOPE } from './load-row.ts'
import type { Window } from './sweep.ts'

export type DayTenant = Pick<StatsTenant, 'tenantId' | 'zone'>

type Day = { readonly fromMs: number; readonly toMs: number }

/** The longest local day: consecutive days begin no further apart. */
const LONGEST_DAY_MS = 26 * 3_600_000
/** Days made in one statement: of a hundred trunks some hundred thousand quarters. */
const RUN = 31
/** Days of a zone that was changed, made anew in one transaction with what else it does. */
const STALE = 100

/**
 * Makes anew the days of the tenant's zone in which quarters changed. Days of another zone, which the tenant had, go: those that
 * changed at once, others by and by.
 */
export async function rollUpLoadDays(
  tx: Tx,
  tenant: DayTenant,
  changed: readonly Window[],
  nowMs: number,
): Promise<void> {
  const gone = [...(await deleteDays(tx, tenant, changed)), ...(await deleteStale(tx, tenant))]
  const spans = [...changed.map((w) => ({ fromMs: w.fromUs / 1000, toMs: w.toUs / 1000 })), ...gone]
  const days = new Map<number, Day>()
  for (const span of spans)
    for (const day of daysOf(span, tenant.zone)) if (day.toMs <= nowMs) days.set(day.fromMs, day)
  const starts = [...days.keys()].sort((a, b) => a - b)
  for (const run of runsOf(starts, LONGEST_DAY_MS)) {
    for (let i = 0; i < run.length; i += RUN)
      await makeDays(
        tx,
        tenant,
        run.slice(i, i + RUN).map((ms) => days.get(ms)!),
      )
  }
}

function daysOf({ fromMs, toMs }: Day, zone: string): readonly Day[] {
  const starts = startsOfDays(fromMs, toMs, zone)
  return starts.map((ms, i) => ({ fromMs: ms, toMs: starts[i + 1] ?? startOfNext(ms, 'day', zone) }))
}

/** Deletes the days, of whatever zone, that overlap one of these; answers them. */
async function deleteDays(tx: Tx, { tenantId }: DayTenant, windows: readonly Window[]): Promise<readonly Day[]> {
  const gone: Day[] = []
  for (const { fromUs, toUs } of windows) {
    const { rows } = await sql<Deleted>`delete from trunk_day where tenant_id = ${tenantId}
      and from_at < ${instant(toUs / 1000)} and from_at > ${instant(fromUs / 1000 - LONGEST_DAY_MS)}
      and to_at > ${instant(fromUs / 1000)} returning scope, from_at, to_at`.execute(tx.q)
    gone.push(...daysFrom(rows))
  }
  return gone
}

async function deleteStale(tx: Tx, { tenantId, zone }: DayTenant): Promise<readonly Day[]> {
  const { rows } = await sql<Deleted>`delete from trunk_day where tenant_id = ${tenantId} and (from_at, zone) in (
      select from_at, zone from trunk_day where tenant_id = ${tenantId} and scope = ${SCOPE.all} and scope_id = 0
        and zone <> ${zone} order by from_at limit ${STALE})
    returning scope, from_at, to_at`.execute(tx.q)
  return daysFrom(rows)
}

type Deleted = { scope: number; from_at: Date; to_at: Date }

function daysFrom(rows: readonly Deleted[]): readonly Day[] {
  return rows
    .filter((row) => row.scope === SCOPE.all)
    .map((row) => ({ fromMs: row.from_at.getTime(), toMs: row.to_at.getTime() }))
}

async function makeDays(tx: Tx, { tenantId, zone }: DayTenant, days: readonly Day[]): Promise<void> {
  const [from, to] = [instant(days[0]!.fromMs), instant(days.at(-1)!.toMs)]
  // A day may be there already, and unchanged, when one of another zone lay across it.
  await sql`delete from trunk_day where tenant_id = ${tenantId} and zone = ${zone} and from_at >= ${from}
    and from_at < ${to}`.execute(tx.q)
  const hours = days.flatMap((day, d) =>
    hoursOfDay(day.fromMs, day.toMs, zone).map((startMs, place) => ({ startMs, place, day: d + 1 })),
  )
  const at = (ms: readonly number[]) => sql`${ms.map((each) => new Date(each).toISOString())}::timestamptz[]`
  const starts = at(hours.map((hour) => hour.startMs))
  await sql`
    with hour as (select * from unnest(${hours.map((hour) => hour.day)}::int[], ${hours.map((hour) => hour.place)}::int[])
      with ordinality as h (day, place, n)
    ), day as (select * from unnest(${at(days.map((day) => day.fromMs))}, ${at(days.map((day) => day.toMs))})
      with ordinality as d (from_at, to_at, day)
    ), quarter as materialized (
      select d.day, n, scope, scope_id, (extract(epoch from quarter - from_at) * 1000000)::bigint + peak_us as peak_us,
        starts, congested, cps, peak, talk_peak, taken_us, talk_us, low, held, met
      from (select *, width_bucket(quarter, ${starts}) as n from trunk_quarter
        where tenant_id = ${tenantId} and quarter >= ${from} and quarter < ${to}) q
      join hour using (n) join day d on d.day = hour.day
    ), ${SUMMED}
    insert into trunk_day (${sql.join(COLUMNS.map((column) => sql.ref(column)))})
    select ${tenantId}::int, scope, scope_id, from_at, ${zone}::text, to_at, s.starts, congested, cps, s.peak[1], -s.peak[2], talk_peak,
      taken_us, talk_us, low, coalesce(held, '{}'), coalesce(met, '{}'),
      array_position(h.us, (select max(u) from unnest(h.us) as u)) - 1, h.us, h.starts, h.peak
    from sums s join day using (day) join hours h using (day, scope, scope_id)
    left join levels using (day, scope, scope_id)`.execute(tx.q)
}

const COLUMNS = [
  ...([
    'tenant_id',
    'scope',
    'scope_id',
    'from_at',
    'zone',
    'to_at',
    'starts',
    'congested',
    'cps',
    'peak',
    'peak_us',
  ] as const),
  ...([
    'talk_peak',
    'taken_us',
    'talk_us',
    'low',
    'held',
    'met',
    'busy',
    'hour_us',
    'hour_starts',
    'hour_peak',
  ] as const),
]

/** Quarters added up by day, by hour of the day, and by level, where each level holds also what was above it. */
const SUMMED: RawBuilder<unknown> = sql`
  sums as (
    select day, scope, scope_id, sum(starts) as starts, sum(congested) as congested, max(cps) as cps,
      max(array[peak, -peak_us]) as peak, max(talk_peak) as talk_peak, sum(taken_us) as taken_us, sum(talk_us) as talk_us,
      min(low) as low, max(low + greatest(cardinality(held), cardinality(met))) - 1 as high
    from quarter group by 1, 2, 3
  ), of_hour as (
    select n, scope, scope_id, sum(taken_us) as us, sum(starts) as starts, max(peak) as peak from quarter group by 1, 2, 3
  ), hours as (
    select day, scope, scope_id, array_agg(coalesce(us, 0) order by place)::bigint[] as us,
      array_agg(coalesce(o.starts, 0) order by place)::int[] as starts, array_agg(coalesce(o.peak, 0) order by place) as peak
    from (select s.day, scope, scope_id, n, place from sums s join hour using (day)) s
    left join of_hour o using (n, scope, scope_id) group by 1, 2, 3
  ), level as (
    select day, scope_id, low + i - 1 as level, sum(h) as held, sum(m) as met
    from quarter, unnest(held, met) with ordinality as u (h, m, i) where scope = ${SCOPE.trunk} group by 1, 2, 3
  ), levels as (
    select day, scope, scope_id, array_agg(held order by level)::bigint[] as held, array_agg(met order by level)::int[] as met
    from (
      select s.day, s.scope, scope_id, level,
        sum(coalesce(l.held, 0)) over up as held, sum(coalesce(l.met, 0)) over up as met
      from (select *, generate_series(low, high) as level from sums where scope = ${SCOPE.trunk}) s
      left join level l using (day, scope_id, level)
      window up as (partition by s.day, scope_id order by level desc)
    ) l group by 1, 2, 3
  )`
