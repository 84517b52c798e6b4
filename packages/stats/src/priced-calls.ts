// The one FROM clause over single calls: `c` the call, `g` what its charges sum to now, `u` its unrated mark.
// Charges are append-only (a rerate adds the negative line), so their plain sum is always today's price.

import { type RawBuilder, sql } from 'kysely'
import type { Interval } from './grain.ts'

export type PricedCallsOptions = {
  readonly tenantId: number
  /** ISO 4217 number: amounts in another currency are not added to it. */
  readonly currency: number
  /** Condition on `opened_at` alone. Adding an equivalent one on call_key would square the planner's selectivity. */
  readonly when: RawBuilder<boolean>
  /** False leaves the charges out when nobody asks for money or billed seconds; `g` is then not to be used. */
  readonly charges: boolean
  /** Adds `g.prefix`: by which prefix the call is sold; '' = it is not. */
  readonly prefix?: boolean
}

/** `call c left join … where …`; further conditions may be appended with `and`. */
export function pricedCalls({ tenantId, currency, when, charges, prefix }: PricedCallsOptions): RawBuilder<unknown> {
  // Lines that were taken back have a line of the same prefix with the opposite sign.
  const sold = sql`, case when sum(case when seconds < 0 or billed_s < 0 or amount < 0 then -1 else 1 end)
      filter (where side = 1) > 0
    then (array_agg(prefix order by revision desc, line desc) filter (where side = 1))[1] else '' end as prefix`
  const priced = sql`left join (
    select call_key, opened_at,
      sum(billed_s) filter (where side = 1) as billed_s,
      sum(amount) filter (where side = 1 and currency = ${currency}) as revenue,
      sum(amount) filter (where side = 2 and currency = ${currency}) as cost ${prefix ? sold : sql``}
    from charge where tenant_id = ${tenantId} and ${when} group by call_key, opened_at
  ) g on g.call_key = c.call_key and g.opened_at = c.opened_at`
  return sql`(select * from call where tenant_id = ${tenantId} and ${when}) c
    ${charges ? priced : sql``}
    left join (select call_key, opened_at from call_unrated where tenant_id = ${tenantId} and ${when}) u
      on u.call_key = c.call_key and u.opened_at = c.opened_at`
}

/** An instant as an SQL value. */
export function instant(ms: number): RawBuilder<string> {
  return sql<string>`${new Date(ms).toISOString()}::timestamptz`
}

/** Opened within any of these. */
export function anyOf(intervals: readonly Interval[], at = instant): RawBuilder<boolean> {
  const each = intervals.map((i) => sql`opened_at >= ${at(i.fromMs)} and opened_at < ${at(i.toMs)}`)
  return sql<boolean>`(${sql.join(each, sql` or `)})`
}
