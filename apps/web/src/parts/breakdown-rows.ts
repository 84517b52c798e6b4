// Rows of a breakdown: sorted, cut to the first ones, the rest added up, so that every table closes to its total.
// Ratios of added rows are Σ/Σ; what cannot follow from sums (percentiles, NER) is null there.

import type { StatsRow } from '@tollbook/api/wire'
import { fromMicros, isRevenueUnknown, moneyShare, sumMoney, toMicros } from '../format/money.ts'
import { OTHER } from './dimension.ts'
import { type MetricName, metricKind, type Values } from './metric.ts'

export type BreakdownRows = {
  readonly rows: readonly StatsRow[]
  /** `keys`: of the rows that were added up. */
  readonly others: { readonly row: StatsRow; readonly count: number; readonly keys: readonly string[] } | null
}

/** `top` rows by `sort`, largest first (`up`: smallest first). */
export function cutRows(all: readonly StatsRow[], sort: MetricName, up: boolean, top: number): BreakdownRows {
  const known = all.filter((row) => row.key !== OTHER && row.calls !== 0)
  const sorted = [...known].sort((a, b) => (up ? compare(sort, a, b) : compare(sort, b, a)))
  const cut = all.filter((row) => row.key === OTHER && row.calls !== 0)
  const rest = [...(sorted.length > top + 1 ? sorted.slice(top) : []), ...cut]
  const first = sorted.length > top + 1 ? sorted.slice(0, top) : sorted
  return {
    rows: first,
    others:
      rest.length === 0
        ? null
        : { row: { key: OTHER, label: '', ...addRows(rest) }, count: rest.length, keys: rest.map((row) => row.key) },
  }
}

export function addRows(rows: readonly Values[]): Record<string, string | number | null> {
  const sums: Record<string, string | number | null> = {}
  const names = Object.keys(rows[0] ?? {}) as MetricName[]
  for (const name of names) {
    const values = rows.map((row) => row[name])
    if (!isKnown(name)) continue
    const { unit } = metricKind(name)
    if (unit === 'count' || unit === 'min') sums[name] = values.reduce<number>((sum, one) => sum + Number(one ?? 0), 0)
    else if (unit === 'money' && name !== 'arpm') sums[name] = sumMoney(values.map((one) => String(one ?? '0')))
    else sums[name] = null
  }
  const ratio = (a: string, b: string, by: number) => {
    const [part, whole] = [sums[a], sums[b]]
    return typeof part === 'number' && typeof whole === 'number' && whole !== 0 ? (by * part) / whole : null
  }
  if ('asr' in sums) sums.asr = ratio('answered', 'calls', 100)
  if ('asr_carrier' in sums) sums.asr_carrier = ratio('seized_answered', 'seizures', 100)
  if ('acd' in sums) sums.acd = ratio('minutes', 'answered', 60)
  if ('short_pct' in sums) sums.short_pct = ratio('short_calls', 'answered', 100)
  if ('margin_pct' in sums && typeof sums.margin === 'string' && typeof sums.revenue === 'string')
    sums.margin_pct = moneyShare(sums.margin, sums.revenue)
  if ('arpm' in sums) sums.arpm = perMinute(sums.revenue, sums.billed_minutes)
  for (const [name, whole] of AVERAGES) if (name in sums) sums[name] = averageOf(rows, name, whole)
  return sums
}

/** Averages and the count each is taken over. */
const AVERAGES = [
  ['time_to_answer', 'answered'],
  ['ring_time', 'calls'],
] as const

/** Σ(average × count) ÷ Σ count; null where a row does not tell how many. */
function averageOf(rows: readonly Values[], name: string, whole: string): number | null {
  let [sum, n] = [0, 0]
  for (const row of rows) {
    const [average, over] = [row[name], row[whole]]
    if (typeof over !== 'number') return null
    if (typeof average !== 'number') continue
    sum += average * over
    n += over
  }
  return n === 0 ? null : sum / n
}

/** Billed minutes are whole seconds by origin. */
function perMinute(revenue: unknown, minutes: unknown): string | null {
  if (typeof revenue !== 'string' || typeof minutes !== 'number') return null
  const seconds = BigInt(Math.round(minutes * 60))
  return seconds === 0n ? null : fromMicros((toMicros(revenue) * 60n) / seconds)
}

/** Rows that sold below what they cost, the worst first. */
export function losingRows(rows: readonly StatsRow[]): StatsRow[] {
  return rows
    .filter((row) => typeof row.margin === 'string' && toMicros(row.margin) < 0n)
    .filter((row) => !isRevenueUnknown({ revenue: String(row.revenue ?? '0'), unrated: Number(row.unrated ?? 0) }))
    .sort((a, b) => compare('margin', a, b))
}

function isKnown(name: string): name is MetricName {
  return metricKind(name as MetricName) !== undefined
}

function compare(metric: MetricName, a: Values, b: Values): number {
  const [x, y] = [a[metric] ?? null, b[metric] ?? null]
  if (x === null || y === null) return x === y ? 0 : x === null ? -1 : 1
  if (typeof x === 'string' && typeof y === 'string') {
    const [p, q] = [toMicros(x), toMicros(y)]
    return p < q ? -1 : p > q ? 1 : 0
  }
  return Number(x) - Number(y)
}
