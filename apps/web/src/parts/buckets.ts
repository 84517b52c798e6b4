// Buckets of time as charts draw them: which grain fits, where each begins and ends, what stands under and over it.

import type { StatsAnswer } from '@tollbook/api/wire'
import { when } from '../format/time.ts'
import { instantOf, localTime, startOfDay, startOfMonth, weekday } from '../format/zone.ts'
import { messages } from '../i18n/messages.ts'
import { daysIn, type Span } from '../state/range.ts'

export type Grain = 'hour' | 'day' | 'week' | 'month'

export type Bucket = {
  readonly fromMs: number
  readonly toMs: number
  readonly weekend: boolean
  readonly midnight: boolean
}

const HOUR = 3_600_000
/** Beside the rail. */
const RAIL = 290

/** Room of a chart; hours need about six pixels each. */
export function chartWidth(): number {
  return innerWidth > 900 ? innerWidth - RAIL : innerWidth - 80
}

/** Grain for a width: about six pixels a bar, so hours on a desk for a week, days on a phone. */
export function grainFor(span: Span, width: number, wish: string | undefined): Exclude<Grain, 'week'> {
  const days = daysIn(span)
  if (days > 100) return 'month'
  const hoursFit = (days * 24 * 6 <= width && days <= 8) || days <= 1.1
  if (wish === 'day' && days > 1.1) return 'day'
  if (wish === 'hour' && days <= 16) return 'hour'
  return hoursFit ? 'hour' : 'day'
}

/** The grains a span can be looked at in: neither one bar nor thousands. */
export function grainsFor(span: Span): Grain[] {
  const days = daysIn(span)
  const grains: Grain[] = []
  if (days <= 16) grains.push('hour')
  if (days > 1.1 && days <= 370) grains.push('day')
  if (days >= 14 && days <= 1200) grains.push('week')
  if (days > 45) grains.push('month')
  return grains
}

/** Instants of the buckets: an hour's key carries its offset, days, weeks and months are local dates. */
export function bucketsOf(answer: Pick<StatsAnswer, 'rows' | 'to'>, grain: Grain, zone: string): Bucket[] {
  const starts = answer.rows.map((row) => startOfKey(row.key, zone))
  return starts.map((fromMs) => ({
    fromMs,
    toMs: endOf(grain, fromMs, zone),
    weekend: (grain === 'hour' || grain === 'day') && [0, 6].includes(weekday(zone, fromMs)),
    midnight: grain === 'hour' && localTime(zone, fromMs).hour === 0,
  }))
}

export function startOfKey(key: string, zone: string): number {
  if (key.includes('T')) return Date.parse(key)
  const [year = 1970, month = 1, day = 1] = key.split('-').map(Number)
  return instantOf(zone, year, month, day)
}

/** The part of a bucket that lies in the span: the first and last week of a range are cut by it. */
export function within(bucket: Bucket, span: Span): readonly [number, number] {
  return [Math.max(bucket.fromMs, span.fromMs), Math.min(bucket.toMs, span.toMs)]
}

function endOf(grain: Grain, fromMs: number, zone: string): number {
  if (grain === 'hour') return fromMs + HOUR
  if (grain === 'month') return startOfMonth(zone, fromMs, 1)
  return startOfDay(zone, fromMs, grain === 'week' ? 7 : 1)
}

/** Hours carry the name of their day at noon (or hours when there is one day); days and months their own. */
export function xTicks(buckets: readonly Bucket[], grain: Grain, zone: string) {
  const oneDay = buckets.length <= 25
  const text = (i: number): string | null => {
    const bucket = buckets[i]
    if (!bucket) return null
    if (grain === 'month') return when('month', zone, bucket.fromMs)
    if (grain === 'week') return when('day', zone, bucket.fromMs)
    if (grain === 'day')
      return buckets.length <= 8 ? when('weekdayOnly', zone, bucket.fromMs) : when('day', zone, bucket.fromMs)
    if (oneDay) return when('minute', zone, bucket.fromMs)
    const noon = when('minute', zone, bucket.fromMs) === '12:00'
    return noon
      ? when('weekday', zone, bucket.fromMs).replace(/,? [^ ]+$/, (month) => (buckets.length > 120 ? '' : month))
      : null
  }
  return {
    autoSkip: grain !== 'hour' || oneDay,
    callback: (_value: string | number, i: number) => text(i),
  }
}

export function bucketName(bucket: Bucket, grain: Grain, zone: string): string {
  if (grain === 'month') return when('monthLong', zone, bucket.fromMs)
  if (grain === 'day') return when('weekday', zone, bucket.fromMs)
  if (grain === 'week') return messages().analyse.weekOf(when('day', zone, bucket.fromMs))
  return `${when('weekday', zone, bucket.fromMs)}, ${when('minute', zone, bucket.fromMs)}–${when('minute', zone, bucket.toMs)}`
}
