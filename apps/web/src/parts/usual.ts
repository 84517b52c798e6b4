// What is usual: the middle half of the eight same weekdays before, hour by hour or day by day. Weeks from before the
// first call tell nothing, and fewer than four tell no range.

import type { StatsAnswer } from '@tollbook/api/wire'
import { addDays, startOfDay } from '../format/zone.ts'
import { dateSpan, type Span } from '../state/range.ts'
import { type Bucket, type Grain, startOfKey } from './buckets.ts'

/** How many same weekdays make the usual. */
export const USUAL = 8
const LEAST = 4

export type Usual = { readonly low: number | null; readonly high: number | null }

/** What has to be read to know what is usual in a span; null for months and where too few weeks lie before it. */
export function usualSpan(span: Span, zone: string, grain: Grain, firstCallMs: number | null): Span | null {
  if (grain !== 'hour' && grain !== 'day') return null
  if (firstCallMs === null || addDays(zone, span.fromMs, -7 * LEAST) < firstCallMs) return null
  return dateSpan(zone, startOfDay(zone, span.fromMs, -7 * USUAL), addDays(zone, span.toMs, -7))
}

/** The calls each bucket had in the weeks before, the week before first; shorter where Tollbook knows fewer weeks. */
export function weeksBefore(
  buckets: readonly Bucket[],
  earlier: Pick<StatsAnswer, 'rows'>,
  zone: string,
  firstCallMs: number,
): number[][] {
  const calls = new Map(earlier.rows.map((row) => [startOfKey(row.key, zone), Number(row.calls ?? 0)]))
  const firstDay = startOfDay(zone, firstCallMs)
  return buckets.map(({ fromMs }) =>
    Array.from({ length: USUAL }, (_, i) => addDays(zone, fromMs, -7 * (i + 1)))
      .filter((atMs) => atMs >= firstDay)
      .map((atMs) => calls.get(atMs) ?? 0),
  )
}

/** Quartiles by linear interpolation; none of fewer than four values. */
export function middleHalf(values: readonly number[]): Usual {
  return values.length < LEAST
    ? { low: null, high: null }
    : { low: quantile(values, 0.25), high: quantile(values, 0.75) }
}

/** Null of fewer than four values, as the middle half is. */
export function median(values: readonly number[]): number | null {
  return values.length < LEAST ? null : quantile(values, 0.5)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? 0
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}
