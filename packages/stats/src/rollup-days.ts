// Rollups of the tenant's local days. Those of traffic are made of its quarters; all others come from one reading of the
// calls, and distributions from another.

import type { Tx } from '@tollbook/db'
import { COLUMN } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import { CUBES, type Cube, SPREAD_KIND, tableOf } from './cubes.ts'
import { POSTGRES } from './dialect.ts'
import { dateOf, startOf, startOfNext } from './local-time.ts'
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

type Run = {
  readonly tenant: StatsTenant
  readonly when: RawBuilder<boolean>
  readonly dayOf: (at: RawBuilder<unknown>) => RawBuilder<unknown>
}

async function rollUpRun(tx: Tx, tenant: StatsTenant, days: readonly number[]): Promise<void> {
  const dates = days.map((ms) => dateOf(ms, tenant.zone))
  const span = sql`tenant_id = ${tenant.tenantId} and day >= ${dates[0]!}::date and day <= ${dates.at(-1)!}::date`
  for (const name of [...CUBES.map((c) => c.name), 'spread' as const])
    await sql`delete from ${sql.table(tableOf(name, 'day'))} where ${span}`.execute(tx.q)
  const from = instant(days[0]!)
  const to = instant(startOfNext(days.at(-1)!, 'day', tenant.zone))
  const borders = sql`${days.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
  const dayOf = (at: RawBuilder<unknown>) => sql`(${dates}::date[])[width_bucket(${at}, ${borders})]`
  const run: Run = { tenant, dayOf, when: sql<boolean>`opened_at >= ${from} and opened_at < ${to}` }
  for (const cube of CUBES.filter((c) => c.quarters)) {
    const time = sql.ref('quarter')
    const source = sql`(select *, ${dayOf(time)} as day from ${sql.table(tableOf(cube.name, 'quarter'))}
      where tenant_id = ${tenant.tenantId} and ${time} >= ${from} and ${time} < ${to}) q`
    await insertGrouped(cube, 'day', tenant, source).execute(tx.q)
  }
  await fromCalls(tx, run)
  for (const name of SPREAD_NAMES) await spreadOf(tx, run, name)
}

/** Grouped once by all that any cube keeps; each then adds up fewer rows than there are calls. */
async function fromCalls(tx: Tx, { tenant, when, dayOf }: Run): Promise<void> {
  const cubes = CUBES.filter((c) => !c.quarters)
  const columns = [...new Set(cubes.flatMap((c) => c.dimensions.map((d) => COLUMN[d])))]
  const group = sql.join(columns.map((c) => sql.ref(`c.${c}`)))
  const fine = sql`select ${group}, ${dayOf(sql.ref('c.opened_at'))} as day, ${sumsOverCalls(SUM_NAMES)}
    from ${pricedCalls({ ...tenant, when, charges: true })}
    group by ${group}, day`
  const inserts = cubes.map((cube) => insertGrouped(cube, 'day', tenant, sql.table('fine')))
  const [last, ...first] = [...inserts].reverse()
  const named = first.map((insert, i) => sql`${sql.ref(`into_${i}`)} as (${insert})`)
  await sql`with fine as materialized (${fine}), ${sql.join(named)} ${last!}`.execute(tx.q)
}

async function spreadOf(tx: Tx, { tenant, when, dayOf }: Run, name: SpreadName): Promise<void> {
  const { seconds, of } = spreadOver(name, POSTGRES)
  await sql`insert into roll_spread_day (tenant_id, day, kind, direction, seconds, calls)
    select ${tenant.tenantId}::int, ${dayOf(sql.ref('c.opened_at'))}, ${SPREAD_KIND[name]}::int, c.direction,
      ${seconds}, count(*)
    from (select * from call where tenant_id = ${tenant.tenantId} and ${when}) c where ${of}
    group by 2, 4, 5`.execute(tx.q)
}

/** Adds rows of sums up into a cube's table; `source` has a column `day`. Seizures are left 0 where calls know none. */
export function insertGrouped(
  cube: Cube,
  unit: 'day' | 'month',
  tenant: StatsTenant,
  source: RawBuilder<unknown>,
  day: RawBuilder<unknown> = sql.ref('day'),
): RawBuilder<unknown> {
  const columns = sql.join(cube.dimensions.map((d) => sql.ref(COLUMN[d])))
  const sums = cube.quarters
    ? sumsOverSums(SUM_NAMES)
    : sql.join(SUM_NAMES.map((n) => (cube.sums.includes(n) ? sql`coalesce(sum(${sql.ref(n)}), 0)` : sql`0`)))
  return sql`insert into ${sql.table(tableOf(cube.name, unit))} (tenant_id, day, ${columns}, ${columnList(SUM_NAMES)})
    select ${tenant.tenantId}::int, ${day}, ${columns}, ${sums} from ${source} group by ${day}, ${columns}`
}
