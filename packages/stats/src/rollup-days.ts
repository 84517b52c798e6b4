// roll_account_day and roll_destination_day: sums of the tenant's local days. Both come from one reading of the calls.

import type { Tx } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import { DAY_SUMS } from './grain.ts'
import { dateOf, startOf, startOfNext } from './local-time.ts'
import type { StatsTenant } from './parse.ts'
import { instant, pricedCalls } from './priced-calls.ts'
import { runsOf } from './runs.ts'
import { columnList, sumsOverCalls } from './sums.ts'

const HOUR_MS = 3_600_000
// The longest local day: consecutive days begin no further apart.
const LONGEST_DAY_MS = 26 * HOUR_MS

/** Recomputes every local day that these hours (starts in ms, ascending) lie in; answers how many days. */
export async function rollUpDays(tx: Tx, tenant: StatsTenant, hours: readonly number[]): Promise<number> {
  // An hour of the UTC clock lies in two local days where the offset is not whole hours.
  const starts = hours.flatMap((ms) => [startOf(ms, 'day', tenant.zone), startOf(ms + HOUR_MS - 1, 'day', tenant.zone)])
  const days = [...new Set(starts)].sort((a, b) => a - b)
  for (const run of runsOf(days, LONGEST_DAY_MS)) await rollUpRun(tx, tenant, run)
  return days.length
}

async function rollUpRun(tx: Tx, tenant: StatsTenant, run: readonly number[]): Promise<void> {
  const dates = run.map((ms) => dateOf(ms, tenant.zone))
  for (const table of ['roll_account_day', 'roll_destination_day'] as const) {
    await sql`delete from ${sql.table(table)} where tenant_id = ${tenant.tenantId}
      and day >= ${dates[0]!}::date and day <= ${dates.at(-1)!}::date`.execute(tx.q)
  }
  const from = instant(run[0]!)
  const to = instant(startOfNext(run.at(-1)!, 'day', tenant.zone))
  const when = sql<boolean>`opened_at >= ${from} and opened_at < ${to}`
  const borders = sql`${run.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
  const day = sql`(${dates}::date[])[width_bucket(c.opened_at, ${borders})]`
  // Grouped once by all that either table keeps; both then add up far fewer rows than there are calls.
  await sql`with fine as materialized (
      select c.account_id, c.destination_id, c.carrier_id, c.country_id, c.direction, ${day} as day,
        ${sumsOverCalls(DAY_SUMS)}
      from ${pricedCalls({ ...tenant, when, charges: true })} group by 1, 2, 3, 4, 5, 6
    ), by_account as (
      ${insertDays(tenant, 'roll_account_day', ['account_id', 'day', 'direction', 'country_id'])}
    )
    ${insertDays(tenant, 'roll_destination_day', ['destination_id', 'day', 'carrier_id', 'direction'])}`.execute(tx.q)
}

function insertDays(tenant: StatsTenant, table: string, key: readonly string[]): RawBuilder<unknown> {
  const columns = sql.join(key.map((k) => sql.ref(k)))
  const sums = sql.join(DAY_SUMS.map((n) => sql`sum(${sql.ref(n)})`))
  return sql`insert into ${sql.table(table)} (tenant_id, ${columns}, ${columnList(DAY_SUMS)})
    select ${tenant.tenantId}::int, ${columns}, ${sums} from fine group by ${columns}`
}
