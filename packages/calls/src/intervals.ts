// Sets of time: union, intersection and length. Talk is counted in these, so that nothing is counted twice.

/** Half-open [from, to) in milliseconds. */
export type Interval = readonly [from: number, to: number]

/** The same moments as disjoint intervals in order; empty ones fall out. */
export function unite(intervals: readonly Interval[]): Interval[] {
  if (intervals.length === 0) return []
  const sorted = intervals.filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** Moments that are in both; both disjoint and in order, as `unite` gives them. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common: Interval[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i]![0], b[j]![0])
    const to = Math.min(a[i]![1], b[j]![1])
    if (to > from) common.push([from, to])
    if (a[i]![1] < b[j]![1]) i++
    else j++
  }
  return common
}

/** Whole seconds of disjoint intervals. */
export function secondsOf(disjoint: readonly Interval[]): number {
  let ms = 0
  for (const [from, to] of disjoint) ms += to - from
  return Math.floor(ms / 1000)
}
