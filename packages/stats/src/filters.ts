// Filters as SQL conditions. Names are looked up by the database in the tenant's own lists; a name nobody has matches
// no call (it must never silently mean "all").

import { type RawBuilder, sql } from 'kysely'
import { COLUMN, COLUMN_DIMENSIONS, type ColumnDimension, DIRECTIONS, NONE_KEY, OUTCOMES } from './dimensions.ts'
import type { StatsQuery } from './parse.ts'

/** `and …` for each filter; `column` qualifies a column name. */
export function filterConditions(
  query: StatsQuery,
  column: (name: string) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const conditions = COLUMN_DIMENSIONS.flatMap((dimension) => {
    const value = query.filters[dimension]
    if (value === undefined) return []
    return [sql`and ${column(COLUMN[dimension])} in (${idsOf(dimension, value, query.tenant.tenantId)})`]
  })
  return conditions.length === 0 ? sql`` : sql.join(conditions, sql` `)
}

function idsOf(dimension: ColumnDimension, value: string, tenantId: number): RawBuilder<unknown> {
  switch (dimension) {
    case 'direction':
      return sql`${DIRECTIONS.indexOf(value as (typeof DIRECTIONS)[number])}::int`
    case 'outcome':
      return sql`${OUTCOMES.indexOf(value as (typeof OUTCOMES)[number]) + 1}::int`
    case 'country':
      return sql`${value === NONE_KEY ? 0 : Number(value)}::int`
    case 'account':
      if (value === NONE_KEY) return sql`0`
      return sql`select account_id from account where tenant_id = ${tenantId} and code = ${value}`
    case 'destination':
      return (
        idOrNone(value) ?? sql`select destination_id from destination where tenant_id = ${tenantId} and name = ${value}`
      )
    case 'trunk':
      return (
        idOrNone(value) ??
        sql`select trunk_id from trunk where tenant_id = ${tenantId} and (name = ${value} or peer = ${value})`
      )
  }
}

function idOrNone(value: string): RawBuilder<unknown> | undefined {
  if (value === NONE_KEY) return sql`0`
  return /^\d{1,9}$/.test(value) ? sql`${Number(value)}::int` : undefined
}
