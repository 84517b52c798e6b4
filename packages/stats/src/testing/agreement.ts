// Compares what the query answers with the reference: every metric by every dimension.

import type { Queryable } from '@tollbook/db'
import { STATS_BY } from '../dimensions.ts'
import { METRIC_NAMES } from '../metrics.ts'
import { parseStatsQuery, type StatsTenant } from '../parse.ts'
import { queryStats } from '../query.ts'
import { type Fact, referenceOf, type World } from './reference.ts'

export type Compared = {
  readonly zone: string
  readonly from: string
  readonly to: string
  readonly split?: string
  /** Only these, as in a question. */
  readonly hour_of_day?: string
  readonly weekday?: string
}
type Rows = Record<string, Record<string, unknown>>
/** What is answered and what should be; one for each dimension. */
export type Answered = { readonly what: string; readonly got: Rows; readonly want: Rows }

// Ratios are divided in another order here than there.
const twelve = (value: unknown) => (typeof value === 'number' ? +value.toPrecision(12) : value)
const tidy = (row: Record<string, unknown>) => Object.fromEntries(METRIC_NAMES.map((m) => [m, twelve(row[m])]))

export async function answersAndReferences(
  q: Queryable,
  tenant: StatsTenant,
  facts: readonly Fact[],
  { split = 'none', ...compared }: Compared,
  world: Partial<World> = {},
): Promise<Answered[]> {
  const all: Answered[] = []
  for (const by of STATS_BY) {
    if (by === split) continue
    const query = parseStatsQuery({ ...compared, by, split, metrics: METRIC_NAMES.join(',') }, tenant)
    if (!query.ok) throw new Error(JSON.stringify(query.error))
    const answer = await queryStats(q, query.value)
    const reference = referenceOf(facts, { ...query.value, split, ...world })
    const rows = answer.rows.filter((r) => Number(r.calls) > 0 || Number(r.seizures) > 0)
    all.push({
      what: `${Object.values(compared).join(' ')} by ${by} split ${split}`,
      got: {
        ...Object.fromEntries(rows.map((r) => [`${r.key}/${r.split ?? ''}`, tidy(r)])),
        total: tidy(answer.total),
      },
      want: {
        ...Object.fromEntries([...reference.rows].map(([key, row]) => [key, tidy(row)])),
        total: tidy(reference.total),
      },
    })
  }
  return all
}
