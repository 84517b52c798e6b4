// Reads the sums of a question, from the tables the grain names, in one statement. Knows no metric and no label.

import type { Queryable } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import type { Bucket } from './buckets.ts'
import { COLUMN, isTimeDimension } from './dimensions.ts'
import { filterConditions } from './filters.ts'
import type { Grain, Interval, Rollup } from './grain.ts'
import { dateOf } from './local-time.ts'
import { sumsFor } from './metrics.ts'
import type { StatsQuery } from './parse.ts'
import { instant, pricedCalls } from './priced-calls.ts'
import { readSums, type Sums, sumsOverCalls, sumsOverSums } from './sums.ts'

/**
 * Sums by group. The number is the bucket's place (0-based) for a time series, else the id in the database; 0 when
 * there is no grouping. Groups without calls are absent.
 */
export async function selectSums(
  q: Queryable,
  query: StatsQuery,
  grain: Grain,
  buckets: readonly Bucket[],
): Promise<ReadonlyMap<number, Sums>> {
  const names = sumsFor(query.metrics)
  const parts: RawBuilder<unknown>[] = []
  if (grain.rollup) parts.push(fromRollup(query, grain.rollup, grain.raw, buckets))
  if (grain.raw.length > 0) parts.push(fromCalls(query, grain.raw, buckets))
  const { rows } = await sql<{ d: number } & Record<string, string | number>>`
    with part as (${sql.join(parts, sql` union all `)})
    select d, ${sumsOverSums(names)} from part group by d`.execute(q.q)
  return new Map(rows.map((row) => [row.d, readSums(row)]))
}

function fromCalls(query: StatsQuery, raw: readonly Interval[], buckets: readonly Bucket[]): RawBuilder<unknown> {
  const names = sumsFor(query.metrics)
  const calls = pricedCalls({
    tenantId: query.tenant.tenantId,
    currency: query.tenant.currency,
    when: anyOf(raw),
    charges: names.some((n) => n === 'billed_s' || n === 'revenue' || n === 'cost'),
  })
  const column = (name: string) => sql.ref(`c.${name}`)
  return sql`select ${groupOf(query, buckets, column, 'instant', 'opened_at')} as d, ${sumsOverCalls(names)}
    from ${calls} where true ${filterConditions(query, column)} group by 1`
}

function anyOf(intervals: readonly Interval[]): RawBuilder<boolean> {
  const each = intervals.map((i) => sql`opened_at >= ${instant(i.fromMs)} and opened_at < ${instant(i.toMs)}`)
  return sql<boolean>`(${sql.join(each, sql` or `)})`
}

function fromRollup(
  query: StatsQuery,
  rollup: Rollup,
  except: readonly Interval[],
  buckets: readonly Bucket[],
): RawBuilder<unknown> {
  const kind = rollup === 'roll_traffic_quarter' ? 'instant' : 'date'
  const time = kind === 'instant' ? 'quarter' : 'day'
  const at = (ms: number) => (kind === 'instant' ? instant(ms) : sql`${dateOf(ms, query.zone)}::date`)
  const within = (i: Interval) => sql`${sql.ref(time)} >= ${at(i.fromMs)} and ${sql.ref(time)} < ${at(i.toMs)}`
  const column = (name: string) => sql.ref(name)
  const out = except.map((i) => sql`and not (${within(i)})`)
  return sql`select ${groupOf(query, buckets, column, kind, time)} as d, ${sumsOverSums(sumsFor(query.metrics))}
    from ${sql.table(rollup)} where tenant_id = ${query.tenant.tenantId} and ${within(query)}
    ${out.length === 0 ? sql`` : sql.join(out, sql` `)} ${filterConditions(query, column)} group by 1`
}

/** The expression a row is grouped by. Buckets are found by their borders, so zones are settled before we come here. */
function groupOf(
  query: StatsQuery,
  buckets: readonly Bucket[],
  column: (name: string) => RawBuilder<unknown>,
  kind: 'instant' | 'date',
  time: string,
): RawBuilder<unknown> {
  if (query.by === 'none') return sql`0`
  if (!isTimeDimension(query.by)) return sql`${column(COLUMN[query.by])}::int`
  const borders =
    kind === 'instant'
      ? sql`${buckets.map((b) => new Date(b.startMs).toISOString())}::timestamptz[]`
      : sql`${buckets.map((b) => dateOf(b.startMs, query.zone))}::date[]`
  return sql`width_bucket(${column(time)}, ${borders}) - 1`
}
