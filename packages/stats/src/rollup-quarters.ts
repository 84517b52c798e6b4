// roll_traffic_quarter: what went over each trunk in each quarter of an hour, by direction, outcome and cause.

import type { Tx } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import { QUARTER_SUMS } from './grain.ts'
import type { StatsTenant } from './parse.ts'
import { instant, pricedCalls } from './priced-calls.ts'
import { runsOf } from './runs.ts'
import { columnList, sumsOverCalls } from './sums.ts'

const HOUR_MS = 3_600_000
// A gap of a day costs less to scan than a statement of its own.
const GAP_MS = 24 * HOUR_MS

/** Upper ends, in seconds, of the first eight classes of `talk_hist`; the ninth is longer. */
const TALK_CLASSES = [6, 15, 30, 60, 120, 300, 600, 1800] as const

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
    const calls = pricedCalls({ ...tenant, when: within(sql.ref('opened_at')), charges: true })
    await sql`insert into roll_traffic_quarter
        (tenant_id, trunk_id, quarter, direction, outcome, hangup_cause, ${columnList(QUARTER_SUMS)}, talk_hist)
      select ${tenant.tenantId}::int, c.trunk_id, date_bin('15 min', c.opened_at, 'epoch'),
        c.direction, c.outcome, c.hangup_cause, ${sumsOverCalls(QUARTER_SUMS)}, ${talkHistogram()}
      from ${calls} group by 2, 3, 4, 5, 6`.execute(tx.q)
  }
}

function talkHistogram(): RawBuilder<unknown> {
  const classes = [...TALK_CLASSES, undefined].map((end, i) => {
    const start = i === 0 ? 0 : TALK_CLASSES[i - 1]
    const below = end === undefined ? sql`` : sql`and c.talk_s < ${sql.lit(end)}`
    return sql`count(*) filter (where c.outcome = 1 and c.talk_s >= ${sql.lit(start)} ${below})`
  })
  return sql`array[${sql.join(classes)}]::int[]`
}
