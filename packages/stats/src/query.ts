// One question from end to end: buckets, grain, select, rows, total. Each step is a file of its own.

import type { Queryable } from '@tollbook/db'
import { currencyLetters } from '@tollbook/kernel'
import { type Bucket, timeBuckets } from './buckets.ts'
import { isTimeDimension, type StatsBy } from './dimensions.ts'
import { chooseGrain } from './grain.ts'
import { namesOf } from './labels.ts'
import { deriveMetrics, type MetricValue } from './metrics.ts'
import type { StatsQuery } from './parse.ts'
import { selectSums } from './select.ts'
import { addUp, fillSeries, type Group, topGroups } from './series.ts'
import type { Sums } from './sums.ts'
import { touchedHours } from './touched.ts'

/** As it goes over the wire. Instants are ISO 8601 in UTC, `to` exclusive; currency by its letters. */
export type StatsResult = {
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly by: StatsBy
  readonly currency: string
  readonly rows: readonly ({ readonly key: string; readonly label: string } & Record<string, MetricValue>)[]
  readonly total: Readonly<Record<string, MetricValue>>
}

/** Answers a parsed question. Right at every moment: hours not rolled up yet are read from the calls. */
export async function queryStats(q: Queryable, query: StatsQuery): Promise<StatsResult> {
  const { fromMs, toMs, zone, by, tenant, metrics } = query
  const buckets = isTimeDimension(by) ? timeBuckets(fromMs, toMs, by, zone) : []
  const touched = await touchedHours(q, tenant.tenantId, fromMs, toMs)
  const sums = await selectSums(q, query, chooseGrain(query, touched), buckets)
  const groups = await groupsOf(q, query, buckets, sums)
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    zone,
    by,
    currency: currencyLetters(tenant.currency) ?? '',
    rows: groups.map((g) => ({ key: g.key, label: g.label, ...deriveMetrics(metrics, g.sums) })),
    total: deriveMetrics(metrics, addUp(groups)),
  }
}

async function groupsOf(
  q: Queryable,
  query: StatsQuery,
  buckets: readonly Bucket[],
  sums: ReadonlyMap<number, Sums>,
): Promise<readonly Group[]> {
  const { by } = query
  if (isTimeDimension(by)) return fillSeries(buckets, sums)
  if (by === 'none') return [...sums.values()].map((s) => ({ key: 'all', label: 'all', sums: s }))
  const nameOf = await namesOf(q, by, query.tenant.tenantId, [...sums.keys()])
  return topGroups(
    [...sums].map(([id, s]) => ({ ...nameOf(id), sums: s })),
    query.limit,
  )
}
