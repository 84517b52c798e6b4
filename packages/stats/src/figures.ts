// All that is known of one group of calls before metrics are derived: its sums, distributions of lengths, and figures
// that do not add up. Pure.

import { addSums, NO_SUMS, type SpreadName, type Sums } from './sums.ts'

/** How many calls had which length: pairs of seconds and calls, in parts that add up, in no order. */
export type Spread = Int32Array | readonly [Spread, Spread]

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
    if (x || y) spreads[name] = x && y ? [x, y] : (x ?? y)!
  }
  return { ...addSums(a, b), spreads, alone: {} }
}

/** Lengths below this, 18 hours, are counted in an array, which is ten times as quick as anything else. */
const FEW_S = 65_536

/** Nearest rank: the least length such that at least `percent` of the calls are no longer; null of none. */
export function percentile(spread: Spread | undefined, percent: number): number | null {
  if (!spread) return null
  const { short, long, total } = counted(spread)
  if (total === 0) return null
  let below = 0
  // 100 · below ≥ percent · total is the rank without a division.
  for (let seconds = 0; seconds < short.length; seconds++) {
    below += short[seconds]!
    if (short[seconds]! > 0 && 100 * below >= percent * total) return seconds
  }
  for (const [seconds, calls] of [...long].sort(([a], [b]) => a - b)) {
    below += calls
    if (100 * below >= percent * total) return seconds
  }
  return null
}

function counted(spread: Spread) {
  const parts = partsOf(spread)
  const longest = parts.reduce((most, pairs) => longestOf(pairs, most), -1)
  const short = new Float64Array(Math.min(longest + 1, FEW_S))
  const long = new Map<number, number>()
  let total = 0
  for (const pairs of parts) {
    for (let i = 0; i < pairs.length; i += 2) {
      const [seconds, calls] = [pairs[i]!, pairs[i + 1]!]
      total += calls
      if (seconds < FEW_S) short[seconds]! += calls
      else long.set(seconds, (long.get(seconds) ?? 0) + calls)
    }
  }
  return { short, long, total }
}

function longestOf(pairs: Int32Array, most: number): number {
  for (let i = 0; i < pairs.length; i += 2) most = Math.max(most, pairs[i]!)
  return most
}

/** They may be nested as deep as there are groups. */
function partsOf(spread: Spread): readonly Int32Array[] {
  const parts: Int32Array[] = []
  const left: Spread[] = [spread]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next instanceof Int32Array) parts.push(next)
    else left.push(...next)
  }
  return parts
}
