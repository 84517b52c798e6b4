// Rollups of months, made of the days: the last step of the cascade, which reads no call.

import type { Tx } from '@tollbook/db'
import { COLUMN } from '@tollbook/selection'
import { dateOf, startOf, startOfNext } from '@tollbook/selection/local-time'
import { sql } from 'kysely'
import { CUBES, tableOf } from './cubes.ts'
import type { StatsTenant } from './parse.ts'
import { insertGrouped } from './rollup-days.ts'
import { SUM_NAMES } from './sums.ts'

/** Recomputes every month that these days (starts in ms) lie in. */
export async function rollUpMonths(tx: Tx, tenant: StatsTenant, days: readonly number[]): Promise<void> {
  const months = new Set(days.map((ms) => startOf(ms, 'month', tenant.zone)))
  for (const ms of months) {
    const first = sql`${dateOf(ms, tenant.zone)}::date`
    const next = sql`${dateOf(startOfNext(ms, 'month', tenant.zone), tenant.zone)}::date`
    const within = sql`tenant_id = ${tenant.tenantId} and day >= ${first} and day < ${next}`
    for (const cube of CUBES) {
      await sql`delete from ${sql.table(tableOf(cube, 'month'))}
        where tenant_id = ${tenant.tenantId} and day = ${first}`.execute(tx.q)
      const columns = sql.join(
        [...(cube.slots ? ['slot'] : []), ...cube.dimensions.map((d) => COLUMN[d]), ...SUM_NAMES].map((c) =>
          sql.ref(c),
        ),
      )
      const source = sql`(select ${first} as day, ${columns} from ${sql.table(tableOf(cube, 'day'))} where ${within}) d`
      await insertGrouped(cube, 'month', tenant, source).execute(tx.q)
    }
    await sql`delete from roll_spread_month where tenant_id = ${tenant.tenantId} and day = ${first}`.execute(tx.q)
    await sql`insert into roll_spread_month (tenant_id, day, kind, direction, seconds, calls)
      select tenant_id, ${first}, kind, direction, seconds, sum(calls) from roll_spread_day
      where ${within} group by tenant_id, kind, direction, seconds`.execute(tx.q)
    await sql`delete from roll_talk_month where tenant_id = ${tenant.tenantId} and day = ${first}`.execute(tx.q)
    await sql`insert into roll_talk_month (tenant_id, day, direction, extension, lengths)
      select ${tenant.tenantId}::int, ${first}, direction, extension, string_agg(int4send(s) || int4send(n), '' order by s)
      from (select direction, extension, s, sum(n)::int as n from roll_talk_day, unnest(seconds, calls) as u (s, n)
        where ${within} group by 1, 2, 3) d group by 3, 4`.execute(tx.q)
  }
}
