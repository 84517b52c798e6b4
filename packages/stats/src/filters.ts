// Filters as SQL conditions. Names are looked up by the database in the tenant's own lists; a name nobody has matches
// no call (it must never silently mean "all").

import { type RawBuilder, sql } from 'kysely'
import { POSTGRES } from './dialect.ts'
import {
  COLUMN,
  COLUMN_DIMENSIONS,
  type ColumnDimension,
  DIRECTIONS,
  DISPOSITIONS,
  NONE_KEY,
  OUTCOMES,
} from './dimensions.ts'
import type { Choice, RangeName, StatsQuery } from './parse.ts'

/** How a column is named where the condition stands. */
export type ColumnOf = (name: string) => RawBuilder<unknown>

/** `and …` for each filter on a dimension: all that a rollup can be asked. */
export function dimensionConditions(query: StatsQuery, column: ColumnOf): RawBuilder<unknown> {
  return joined(
    COLUMN_DIMENSIONS.flatMap((dimension) => {
      const choice = query.filters[dimension]
      if (choice === undefined) return []
      if (dimension === 'tag') return [sql`and ${choice.not ? sql`not` : sql``} (${tagged(choice)})`]
      const ids = choice.values.map((value) => sql`(${idsOf(dimension, value, query.tenant.tenantId)})`)
      const any = ids.map((id) => sql`${column(COLUMN[dimension])} in ${id}`)
      return [choice.not ? sql`and not (${sql.join(any, sql` or `)})` : sql`and (${sql.join(any, sql` or `)})`]
    }),
  )
}

/** A call may have several tags, and is asked for by any of them. */
function tagged(choice: Choice): RawBuilder<unknown> {
  const rows = sql`select 1 from call_tag x where x.call_key = c.call_key and x.opened_at = c.opened_at`
  const any = choice.values.map((tag) =>
    tag === NONE_KEY ? sql`not exists (${rows})` : sql`exists (${rows} and x.tag = ${tag})`,
  )
  return sql.join(any, sql` or `)
}

/** All conditions, over single calls in the aliases of priced-calls.ts. */
export function callConditions(query: StatsQuery, column: ColumnOf): RawBuilder<unknown> {
  const all = [dimensionConditions(query, column)]
  for (const [name, choice] of Object.entries(query.numbers)) {
    const columns = name === 'number' ? ['from_number', 'to_number'] : [name]
    const any = columns.flatMap((c) => choice.regexes.map((regex) => POSTGRES.matches(sql.ref(`c.${c}`), regex)))
    all.push(choice.not ? sql`and not (${sql.join(any, sql` or `)})` : sql`and (${sql.join(any, sql` or `)})`)
  }
  for (const [name, range] of Object.entries(query.ranges)) {
    const value = RANGE[name as RangeName]
    if (range.least !== undefined) all.push(sql`and ${value} >= ${range.least}::numeric`)
    if (range.most !== undefined) all.push(sql`and ${value} <= ${range.most}::numeric`)
  }
  if (query.rated === 'unrated') all.push(sql`and u.call_key is not null`)
  if (query.rated === 'rated') all.push(sql`and u.call_key is null and g.call_key is not null`)
  return joined(all)
}

const RANGE: Readonly<Record<RangeName, RawBuilder<unknown>>> = {
  talk: sql`c.talk_s`,
  duration: sql`c.duration_s`,
  ring: sql`c.ring_s`,
  wait: sql`c.wait_s`,
  cost: sql`coalesce(g.cost, 0)`,
  revenue: sql`coalesce(g.revenue, 0)`,
}

function joined(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql.join(conditions, sql` `)
}

function idsOf(dimension: ColumnDimension, value: Choice['values'][number], tenantId: number): RawBuilder<unknown> {
  switch (dimension) {
    case 'direction':
      return sql`${DIRECTIONS.indexOf(value as (typeof DIRECTIONS)[number])}::int`
    case 'outcome':
      return sql`${OUTCOMES.indexOf(value as (typeof OUTCOMES)[number]) + 1}::int`
    case 'country':
    case 'cause':
      return sql`${value === NONE_KEY ? 0 : Number(value)}::int`
    case 'disposition':
      return sql`${DISPOSITIONS.indexOf(value as (typeof DISPOSITIONS)[number])}::int`
    case 'prefix':
    case 'did':
    case 'extension':
    case 'tag': // never asked: see tagged
      return sql`${value === NONE_KEY ? '' : value}::text`
    case 'account':
      if (value === NONE_KEY) return sql`0`
      return sql`select account_id from account where tenant_id = ${tenantId} and code = ${value}`
    case 'trunk':
      return (
        idOrNone(value) ??
        sql`
        select trunk_id from trunk where tenant_id = ${tenantId} and (name = ${value} or peer = ${value})`
      )
    case 'destination':
    case 'carrier':
    case 'department':
    case 'source': {
      const id = sql.ref(COLUMN[dimension])
      const named = sql`select ${id} from ${sql.table(dimension)} where tenant_id = ${tenantId} and name = ${value}`
      return idOrNone(value) ?? named
    }
  }
}

function idOrNone(value: string): RawBuilder<unknown> | undefined {
  if (value === NONE_KEY) return sql`0`
  return /^\d{1,9}$/.test(value) ? sql`${Number(value)}::int` : undefined
}
