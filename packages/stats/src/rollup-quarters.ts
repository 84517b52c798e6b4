// roll_traffic_quarter: what went over each trunk in each quarter of an hour, by source, carrier, direction, outcome and
// cause; trunk channels at the trunk, carrier and cause of their own. roll_pulse_quarter is made of it.

import type { Tx } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import { CUBES } from './cubes.ts'
import { POSTGRES } from './dialect.ts'
import type { StatsTenant } from './parse.ts'
import { instant, pricedCalls } from './priced-calls.ts'
import { insertGrouped } from './rollup-days.ts'
import { runsOf } from './runs.ts'
import { columnList, SUM_NAMES, sumsOverCalls, sumsOverSeizures, sumsOverSums } from './sums.ts'

const HOUR_MS = 3_600_000
// A gap of a day costs less to scan than a statement of its own.
const GAP_MS = 24 * HOUR_MS

/** Recomputes the quarters of these hours (starts in ms, ascending). */
export async function rollUpQuarters(tx: Tx, tenant: StatsTenant, hours: readonly number[]): Promise<void> {
  for (const run of runsOf(hours, GAP_MS)) {
    const from = instant(run[0]!)
    const to = instant(run.at(-1)! + HOUR_MS)
    const list = sql`${run.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
    // The borders let partitions be skipped, the list (hashed once) says which hours between them are meant.
    const within = (column: RawBuilder<unknown>) => sql<boolean>`
      ${column} >= ${from} and ${column} < ${to} and date_bin('1 hour', ${column}, 'epoch') = any(${list})`
    await sql`delete from roll_traffic_quarter
      where tenant_id = ${tenant.tenantId} and ${within(sql.ref('quarter'))}`.execute(tx.q)
    const when = within(sql.ref('opened_at'))
    const calls = pricedCalls({ ...tenant, when, charges: true })
    const key = sql`trunk_id, quarter, source_id, carrier_id, direction, outcome, hangup_cause`
    await sql`insert into roll_traffic_quarter (tenant_id, ${key}, ${columnList(SUM_NAMES)})
      with part as (
        select c.trunk_id, date_bin('15 min', c.opened_at, 'epoch') as quarter, c.source_id, c.carrier_id,
          c.direction, c.outcome, c.hangup_cause, ${sumsOverCalls(SUM_NAMES)}
        from ${calls} group by 1, 2, 3, 4, 5, 6, 7
        union all
        select z.trunk_id, date_bin('15 min', c.opened_at, 'epoch'), c.source_id, z.carrier_id,
          c.direction, c.outcome, z.cause, ${sumsOverSeizures(SUM_NAMES, POSTGRES)}
        from call c join (select * from seizure where tenant_id = ${tenant.tenantId} and outward and ${when}) z
          on z.call_key = c.call_key and z.opened_at = c.opened_at
        where c.tenant_id = ${tenant.tenantId} and ${within(sql.ref('c.opened_at'))} group by 1, 2, 3, 4, 5, 6, 7
      )
      select ${tenant.tenantId}::int, ${key}, ${sumsOverSums(SUM_NAMES)} from part
      group by ${key}`.execute(tx.q)
    const pulse = CUBES.find((c) => c.name === 'pulse')!
    await sql`delete from roll_pulse_quarter
      where tenant_id = ${tenant.tenantId} and ${within(sql.ref('quarter'))}`.execute(tx.q)
    const source = sql`(select * from roll_traffic_quarter
      where tenant_id = ${tenant.tenantId} and ${within(sql.ref('quarter'))}) q`
    await insertGrouped(pulse, 'quarter', tenant, source).execute(tx.q)
  }
}
