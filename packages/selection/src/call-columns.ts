// How conditions name what they ask of a call `c`, where the call stands alone. Who joins charges and marks anyway
// names those instead.

import { type RawBuilder, sql } from 'kysely'
import type { Stretch } from './clock.ts'

/** How a column of `call` is named where the condition stands. */
export type ColumnOf = (name: string) => RawBuilder<unknown>

export type CallColumns = {
  readonly column: ColumnOf
  /** Sums in the tenant's currency, 0 where there is no charge. */
  readonly cost: RawBuilder<unknown>
  readonly revenue: RawBuilder<unknown>
  /** There should be a charge and is none. */
  readonly unrated: RawBuilder<boolean>
  readonly charged: RawBuilder<boolean>
  readonly matches: (text: RawBuilder<unknown>, regex: string) => RawBuilder<boolean>
  /** Opened in one of these stretches, which ascend and are apart. */
  readonly within: (times: readonly Stretch[]) => RawBuilder<boolean>
}

/** Columns of a call that nothing is joined to. `currency`: ISO 4217 number. */
export function columnsOfCall(currency: number): CallColumns {
  return {
    column: (name) => (name === 'prefix' ? soldBy : columnOfCall(name)),
    cost: sumOf(2, currency),
    revenue: sumOf(1, currency),
    unrated: sql<boolean>`exists (select 1 from call_unrated u where ${ofCall('u')})`,
    charged: sql<boolean>`exists (select 1 from charge h where ${ofCall('h')})`,
    matches: (text, regex) => sql<boolean>`${text} ~ ${regex}`,
    within: (times) => isWithin(sql.ref('c.opened_at'), times),
  }
}

/** An instant within one of these stretches: in an array of their borders it is at an odd place then. */
export function isWithin(at: RawBuilder<unknown>, times: readonly Stretch[]): RawBuilder<boolean> {
  if (times.length === 0) return sql<boolean>`false`
  const borders = times.flatMap(({ fromMs, toMs }) => [new Date(fromMs).toISOString(), new Date(toMs).toISOString()])
  return sql<boolean>`width_bucket(${at}, ${borders}::timestamptz[]) % 2 = 1`
}

/** A column of `c` itself, the department found by its members. */
export function columnOfCall(name: string): RawBuilder<unknown> {
  return name === 'department_id' ? department : sql.ref(`c.${name}`)
}

const ofCall = (alias: string) =>
  sql`${sql.ref(`${alias}.call_key`)} = c.call_key and ${sql.ref(`${alias}.opened_at`)} = c.opened_at`

/** Charges are append-only, so their plain sum is always today's price. */
const sumOf = (side: 1 | 2, currency: number) => sql`coalesce((select sum(h.amount) from charge h
  where ${ofCall('h')} and h.side = ${sql.lit(side)} and h.currency = ${currency}), 0)`

/** The prefix by which the call is sold now; '' = it is not. Lines taken back have a line with the opposite sign. */
const soldBy = sql`coalesce((select case when sum(case when h.seconds < 0 or h.billed_s < 0 or h.amount < 0 then -1 else 1 end) > 0
    then (array_agg(h.prefix order by h.revision desc, h.line desc))[1] end
  from charge h where ${ofCall('h')} and h.side = 1), '')`

/** The department of the extension, else that of the account. */
const department = sql`coalesce(
  (select m.department_id from department_member m
    where m.tenant_id = c.tenant_id and m.kind = 1 and m.value = c.extension and c.extension <> ''),
  (select m.department_id from department_member m join account a on a.tenant_id = m.tenant_id and a.code = m.value
    where m.tenant_id = c.tenant_id and m.kind = 2 and a.account_id = c.account_id), 0)`
