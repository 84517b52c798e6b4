// Which rows moved against the compared period by more than chance explains. Counts are taken as Poisson: a difference
// counts from 2.576 standard deviations of itself on (99 %, two-sided).

import type { StatsRow } from '@tollbook/api/wire'

const Z99 = 2.576
/** Below so many calls in both periods together the normal curve says nothing. */
const LEAST = 10

export type Move = {
  readonly row: Pick<StatsRow, 'key' | 'label'>
  readonly now: number
  readonly before: number
  /** Of the answered share, in per cent, where that moved too. */
  readonly asr: { readonly before: number; readonly now: number } | null
  readonly weight: number
}

export function movesOf(now: readonly StatsRow[], before: readonly StatsRow[], most: number): Move[] {
  const was = new Map(before.map((row) => [row.key, row]))
  const is = new Map(now.map((row) => [row.key, row]))
  const keys = [...new Set([...is.keys(), ...was.keys()])].filter((key) => key !== 'other' && key !== 'none')
  return keys
    .map((key) => moveOf(is.get(key), was.get(key)))
    .filter((one) => one !== null)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most)
}

function moveOf(now: StatsRow | undefined, before: StatsRow | undefined): Move | null {
  const row = now ?? before
  const [a, b] = [Number(now?.calls ?? 0), Number(before?.calls ?? 0)]
  if (!row || a + b < LEAST) return null
  const calls = Math.abs(a - b) / Math.sqrt(a + b)
  const [x, y] = [Number(now?.answered ?? 0), Number(before?.answered ?? 0)]
  const share = (x + y) / (a + b)
  const spread = a > 0 && b > 0 ? Math.sqrt(share * (1 - share) * (1 / a + 1 / b)) : 0
  const answered = spread > 0 ? Math.abs(x / a - y / b) / spread : 0
  if (calls < Z99 && answered < Z99) return null
  const asr = answered >= Z99 ? { before: (100 * y) / b, now: (100 * x) / a } : null
  return { row, now: a, before: b, asr, weight: Math.max(calls, answered) }
}
