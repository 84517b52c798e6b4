// Rollups of the tenant's local days. Those of traffic and of the clock are made of quarters, those with few rows of the
// cube that knows more; all others come from one reading of the calls, and distributions from another.

import type { Tx } from '@tollbook/db'
import { COLUMN } from '@tollbook/selection'
import { dateOf, startOf, startOfNext } from '@tollbook/selection/local-time'
import { type RawBuilder, sql } from 'kysely'
import { timeBuckets } from './buckets.ts'
import { CUBES, type Cube, SPREAD_CUBE, SPREAD_KIND, TALK_CUBE, tableOf, timeColumnOf } from './cubes.ts'
import { POSTGRES } from './dialect.ts'
import type { StatsTenant } from './parse.ts'
import { instant, pricedCalls } from './priced-calls.ts'
import { runsOf } from './runs.ts'
import {
  columnList,
  SPREAD_NAMES,
  type SpreadName,
  SUM_NAMES,
  spreadOver,
  sumsOverCalls,
  sumsOverSums,
} from './sums.ts'

const HOUR_MS = 3_600_000
// The longest local day: consecutive days begin no further apart.
const LONGEST_DAY_MS = 26 * HOUR_MS

/** Recomputes every local day that these hours (starts in ms, ascending) lie in; answers the days' starts, ascending. */
export async function rollUpDays(tx: Tx, tenant: StatsTenant, hours: readonly number[]): Promise<readonly number[]> {
  // An hour of the UTC clock lies in two local days where the offset is not whole hours.
  const starts = hours.flatMap((ms) => [startOf(ms, 'day', tenant.zone), startOf(ms + HOUR_MS - 1, 'day', tenant.zone)])
  const days = [...new Set(starts)].sort((a, b) => a - b)
  for (const run of runsOf(days, LONGEST_DAY_MS)) await rollUpRun(tx, tenant, run)
  return days
}

/** Calls of a time, sorted into days, or hours of the open day. */
export type Piece = {
  readonly tenant: StatsTenant
  readonly unit: 'day' | 'hour'
  readonly when: RawBuilder<boolean>
  /** Which day or hour an instant lies in. */
  readonly of: (at: RawBuilder<unknown>) => RawBuilder<unknown>
}

async function rollUpRun(tx: Tx, tenant: StatsTenant, days: readonly number[]): Promise<void> {
  const dates = days.map((ms) => dateOf(ms, tenant.zone))
  const span = sql`tenant_id = ${tenant.tenantId} and day >= ${dates[0]!}::date and day <= ${dates.at(-1)!}::date`
  for (const cube of [...CUBES, SPREAD_CUBE, TALK_CUBE])
    await sql`delete from ${sql.table(tableOf(cube, 'day'))} where ${span}`.execute(tx.q)
  const toMs = startOfNext(days.at(-1)!, 'day', tenant.zone)
  const [from, to] = [instant(days[0]!), instant(toMs)]
  const borders = sql`${days.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
  const dayOf = (at: RawBuilder<unknown>) => sql`(${dates}::date[])[width_bucket(${at}, ${borders})]`
  const slots = slotsOf(days[0]!, toMs, tenant.zone)
  for (const cube of CUBES.filter((c) => c.quarters)) {
    const time = sql.ref('quarter')
    const source = sql`(select *, ${dayOf(time)} as day ${cube.slots ? sql`, ${slots} as slot` : sql``}
      from ${sql.table(tableOf(cube, 'quarter'))}
      where tenant_id = ${tenant.tenantId} and ${time} >= ${from} and ${time} < ${to}) q`
    await insertGrouped(cube, 'day', tenant, source).execute(tx.q)
  }
  const piece: Piece = {
    tenant,
    unit: 'day',
    of: dayOf,
    when: sql<boolean>`opened_at >= ${from} and opened_at < ${to}`,
  }
  await fromCalls(
    tx,
    piece,
    CUBES.filter((c) => !c.quarters && !c.of),
  )
  for (const cube of CUBES) {
    const parent = CUBES.find((c) => c.name === cube.of)
    if (!parent) continue
    const source = sql`(select * from ${sql.table(tableOf(parent, 'day'))} where ${span}) d`
    await insertGrouped(cube, 'day', tenant, source).execute(tx.q)
  }
  await spreadsFromCalls(tx, piece)
}

/** The hour of the week of each quarter. */
function slotsOf(fromMs: number, toMs: number, zone: string): RawBuilder<unknown> {
  const { borders } = timeBuckets(fromMs, toMs, 'weekday_hour', zone)
  const starts = borders.map((b) => new Date(b.startMs).toISOString())
  const slots = borders.map((b) => b.bucket)
  return POSTGRES.pick(sql.ref('quarter'), starts, 'timestamptz', slots)
}

/** Grouped once by all that any of these cubes keeps; each then adds up fewer rows than there are calls. */
export async function fromCalls(tx: Tx, { tenant, unit, when, of }: Piece, cubes: readonly Cube[]): Promise<void> {
  const columns = [...new Set(cubes.flatMap((c) => c.dimensions.map((d) => COLUMN[d])))]
  const group = sql.join(columns.map((c) => sql.ref(`c.${c}`)))
  const time = sql.ref(timeColumnOf(unit))
  const fine = sql`select ${group}, ${of(sql.ref('c.opened_at'))} as ${time}, ${sumsOverCalls(SUM_NAMES)}
    from ${pricedCalls({ ...tenant, when, charges: true })}
    group by ${group}, ${time}`
  const inserts = cubes.map((cube) => insertGrouped(cube, unit, tenant, sql.table('fine')))
  const [last, ...first] = [...inserts].reverse()
  const named = first.map((insert, i) => sql`, ${sql.ref(`into_${i}`)} as (${insert})`)
  await sql`with fine as materialized (${fine}) ${sql.join(named, sql` `)} ${last!}`.execute(tx.q)
}

export async function spreadsFromCalls(tx: Tx, piece: Piece): Promise<void> {
  const { tenant, unit, when, of } = piece
  const time = sql.ref(timeColumnOf(unit))
  const at = of(sql.ref('c.opened_at'))
  const calls = sql`(select * from call where tenant_id = ${tenant.tenantId} and ${when}) c`
  const into = (name: SpreadName) => sql`insert into ${sql.table(tableOf(SPREAD_CUBE, unit))}
    (tenant_id, ${time}, kind, direction, seconds, calls) select ${tenant.tenantId}::int, ${time}, ${SPREAD_KIND[name]}::int,`
  for (const name of SPREAD_NAMES.filter((n) => n !== 'talk')) {
    const { seconds, of: some } = spreadOver(name, POSTGRES)
    await sql`${into(name)} direction, seconds, count(*)
      from (select ${at} as ${time}, c.direction, ${seconds} as seconds from ${calls} where ${some}) c
      group by ${time}, direction, seconds`.execute(tx.q)
  }
  const talk = spreadOver('talk', POSTGRES)
  await sql`with fine as materialized (
      select ${at} as ${time}, c.direction, c.extension, ${talk.seconds} as seconds, count(*)::int as calls
      from ${calls} where ${talk.of} group by 1, 2, 3, 4
    ), by_direction as (
      ${into('talk')} direction, seconds, sum(calls) from fine group by ${time}, direction, seconds
    )
    insert into ${sql.table(tableOf(TALK_CUBE, unit))} (tenant_id, ${time}, direction, extension, seconds, calls)
    select ${tenant.tenantId}::int, ${time}, direction, extension, array_agg(seconds order by seconds),
      array_agg(calls order by seconds)
    from fine group by ${time}, direction, extension`.execute(tx.q)
}

/** Adds rows of sums up into a cube's table; `source` has its column of time. Seizures are left 0 where calls know none. */
export function insertGrouped(
  cube: Cube,
  unit: 'quarter' | 'hour' | 'day' | 'month',
  tenant: StatsTenant,
  source: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const known = cube.dimensions.map((d) => COLUMN[d])
  const key = sql.join(
    [timeColumnOf(unit), ...(cube.slots && unit !== 'quarter' ? ['slot'] : []), ...known].map((c) => sql.ref(c)),
  )
  const sums = cube.quarters
    ? sumsOverSums(SUM_NAMES)
    : sql.join(SUM_NAMES.map((n) => (cube.sums.includes(n) ? sql`coalesce(sum(${sql.ref(n)}), 0)` : sql`0`)))
  return sql`insert into ${sql.table(tableOf(cube, unit))} (tenant_id, ${key}, ${columnList(SUM_NAMES)})
    select ${tenant.tenantId}::int, ${key}, ${sums} from ${source} group by ${key}`
}
