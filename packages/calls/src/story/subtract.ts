// Time that is in one set of intervals and not in another.

import type { Interval } from '../intervals.ts'

/** Both disjoint and in order, as `unite` gives them. */
export function subtract(from: readonly Interval[], what: readonly Interval[]): Interval[] {
  const left: Interval[] = []
  for (const [start, end] of from) {
    let at = start
    for (const [begin, until] of what) {
      if (until <= at || begin >= end) continue
      if (begin > at) left.push([at, begin])
      at = Math.max(at, until)
    }
    if (end > at) left.push([at, end])
  }
  return left
}
