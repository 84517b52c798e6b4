// All that is known of one group of calls before metrics are derived: its sums, distributions of lengths, and figures
// that do not add up. Pure.

import { addSums, NO_SUMS, type SpreadName, type Sums } from './sums.ts'

/** Seconds → calls. */
export type Spread = ReadonlyMap<number, number>

/** Figures that cannot be had from those of parts: each is asked of the calls for each group, and for the whole. */
export type Alone = {
  readonly cps?: number
  readonly concurrent?: number
  /** µs in which calls went on, in all and in the busiest hour of the clock, and how long the time was they are of, ms. */
  readonly carriedUs?: bigint
  readonly hourUs?: bigint
  readonly lengthMs?: number
  readonly missedCallers?: number
  readonly returnedCallers?: number
}

export type Figures = Sums & { readonly spreads: Readonly<Partial<Record<SpreadName, Spread>>>; readonly alone: Alone }

export const NO_FIGURES: Figures = { ...NO_SUMS, spreads: {}, alone: {} }

/** Sums and distributions of both; what does not add up is unknown. */
export function addFigures(a: Figures, b: Figures): Figures {
  const spreads: Partial<Record<SpreadName, Spread>> = {}
  for (const name of ['talk', 'wait', 'tta'] as const) {
    const [x, y] = [a.spreads[name], b.spreads[name]]
    if (x || y) spreads[name] = x && y ? addSpreads(x, y) : (x ?? y)!
  }
  return { ...addSums(a, b), spreads, alone: {} }
}

function addSpreads(a: Spread, b: Spread): Spread {
  const both = new Map(a)
  for (const [seconds, n] of b) both.set(seconds, (both.get(seconds) ?? 0) + n)
  return both
}

/** Nearest rank: the least length such that at least `percent` of the calls are no longer; null of none. */
export function percentile(spread: Spread | undefined, percent: number): number | null {
  if (!spread || spread.size === 0) return null
  const sorted = [...spread].sort(([a], [b]) => a - b)
  const total = sorted.reduce((n, [, calls]) => n + calls, 0)
  let below = 0
  // 100 · below ≥ percent · total is the rank without a division.
  for (const [seconds, calls] of sorted) {
    below += calls
    if (100 * below >= percent * total) return seconds
  }
  return null
}
