// Lays sums out as rows: a time series along its buckets, the empty ones included; anything else by number of calls,
// the tail folded into one row "other". Pure.

import type { Bucket } from './buckets.ts'
import { OTHER_KEY } from './dimensions.ts'
import { addSums, NO_SUMS, type Sums } from './sums.ts'

export type Group = { readonly key: string; readonly label: string; readonly sums: Sums }

/** One group for each bucket, in order of time. */
export function fillSeries(buckets: readonly Bucket[], sums: ReadonlyMap<number, Sums>): readonly Group[] {
  return buckets.map((b, i) => ({ key: b.key, label: b.label, sums: sums.get(i) ?? NO_SUMS }))
}

/** Most calls first, equal ones by key. At most `limit` groups and, when there are more, one that holds the rest. */
export function topGroups(groups: readonly Group[], limit: number): readonly Group[] {
  const sorted = [...groups].sort((a, b) => b.sums.calls - a.sums.calls || (a.key < b.key ? -1 : 1))
  if (sorted.length <= limit) return sorted
  const rest = addUp(sorted.slice(limit))
  return [...sorted.slice(0, limit), { key: OTHER_KEY, label: OTHER_KEY, sums: rest }]
}

export function addUp(groups: readonly Group[]): Sums {
  return groups.reduce((sum, g) => addSums(sum, g.sums), NO_SUMS)
}
