// What the overview reads: one set of questions to /stats, asked together, so that every figure on the page is of one
// moment. Turns rows into numbers the page can draw; decides no wording.

import type { Outcome, StatsAnswer } from '@tollbook/api/wire'
import { readStats } from '../../api/routes.ts'
import { type Bucket, bucketsOf, type Grain as TimeGrain } from '../../parts/buckets.ts'
import { median, middleHalf, type Usual, usualSpan, weeksBefore } from '../../parts/usual.ts'
import { daysIn, type Span } from '../../state/range.ts'
import { queryOf, STATS_FILTERS, type View } from '../../state/view.ts'
import { type Attention, readAttention } from './attention.ts'

/** The overview shows no weeks: its ranges have names in days and months. */
export type Grain = Exclude<TimeGrain, 'week'>

export type Sums = {
  readonly calls: number
  readonly answered: number
  readonly legs: number
  readonly missed: number
  readonly unrated: number
  readonly minutes: number
  readonly revenue: string
  readonly cost: string
  readonly margin: string
}

export const STACK: readonly Outcome[] = ['answered', 'no-answer', 'busy', 'failed', 'program']

export type Destination = {
  readonly key: string
  readonly label: string
  readonly calls: number
  readonly answered: number
  readonly unrated: number
  readonly revenue: string
  readonly cost: string
  readonly margin: string
}

export type OverviewData = {
  readonly now: Sums
  readonly before: Sums | null
  readonly currency: string
  readonly grain: Grain
  readonly buckets: readonly Bucket[]
  /** Calls per bucket and outcome. */
  readonly series: Readonly<Record<Outcome, readonly number[]>>
  readonly seriesBefore: readonly number[] | null
  /** One row a day (a month in long ranges), for the sparklines. */
  readonly sparks: readonly Sums[]
  readonly outcomes: Readonly<Record<Outcome, { now: number; before: number | null }>>
  readonly destinations: readonly Destination[]
  readonly attention: Attention
  /** Calls of the same weekdays before, by bucket; null where there are too few weeks of them. */
  readonly usual: readonly Usual[] | null
  /** What all calls of the range usually are: the median of its weeks before. */
  readonly usualCalls: number | null
}

const ALL = 'calls,answered,legs,missed,unrated,minutes,revenue,cost,margin'

export async function readOverview(view: View, grain: Grain, signal: AbortSignal): Promise<OverviewData> {
  const { span, before } = view
  const ask = (of: Span, by: string, metrics: string, more: Record<string, string> = {}) =>
    readStats({ ...queryOf(view, of, STATS_FILTERS), ...more, by, metrics }, signal)
  const firstCallMs = view.tenant.firstCallAt === null ? null : Date.parse(view.tenant.firstCallAt)
  const earlier = usualSpan(span, view.zone, grain, firstCallMs)
  const [main, days, split, byOutcome, mainBefore, outcomeBefore, destinations, weeks, attention] = await Promise.all([
    ask(span, grain, ALL),
    grain === 'hour' && daysIn(span) > 1.1 ? ask(span, 'day', ALL) : null,
    ask(span, grain, 'calls', { split: 'outcome' }),
    ask(span, 'outcome', 'calls'),
    before ? ask(before, grain, ALL) : null,
    before ? ask(before, 'outcome', 'calls') : null,
    ask(span, 'destination', 'calls,answered,unrated,revenue,cost,margin', { limit: '500' }),
    earlier && ask(earlier, grain, 'calls'),
    readAttention(view, signal),
  ])

  const countOf = (answer: StatsAnswer, outcome: Outcome) =>
    number(answer.rows.find((row) => row.key === outcome)?.calls)
  const buckets = bucketsOf(main, grain, view.zone)
  const before8 = weeks && firstCallMs !== null ? weeksBefore(buckets, weeks, view.zone, firstCallMs) : null
  return {
    now: sumsOf(main.total),
    before: mainBefore ? sumsOf(mainBefore.total) : null,
    currency: main.currency,
    grain,
    buckets,
    series: seriesOf(main, split),
    seriesBefore: mainBefore ? mainBefore.rows.map((row) => number(row.calls)) : null,
    sparks: (days ?? main).rows.map((row) => sumsOf(row)),
    outcomes: Object.fromEntries(
      STACK.map((one) => [
        one,
        { now: countOf(byOutcome, one), before: outcomeBefore ? countOf(outcomeBefore, one) : null },
      ]),
    ) as OverviewData['outcomes'],
    destinations: destinations.rows.map((row) => ({
      key: row.key,
      label: row.label,
      calls: number(row.calls),
      answered: number(row.answered),
      unrated: number(row.unrated),
      revenue: text(row.revenue),
      cost: text(row.cost),
      margin: text(row.margin),
    })),
    attention,
    usual: before8?.map(middleHalf) ?? null,
    usualCalls: before8 && usualTotal(before8),
  }
}

function seriesOf(main: StatsAnswer, split: StatsAnswer): Record<Outcome, number[]> {
  const series = Object.fromEntries(STACK.map((one) => [one, main.rows.map(() => 0)])) as Record<Outcome, number[]>
  const place = new Map(main.rows.map((row, at) => [row.key, at]))
  for (const row of split.rows) {
    const at = place.get(row.key)
    const ofOutcome = series[row.split as Outcome]
    if (at !== undefined && ofOutcome) ofOutcome[at] = number(row.calls)
  }
  return series
}

/** Only weeks of which every bucket is known. */
function usualTotal(before8: readonly (readonly number[])[]): number | null {
  const known = Math.min(...before8.map((one) => one.length))
  return median(Array.from({ length: known }, (_, week) => before8.reduce((sum, one) => sum + (one[week] ?? 0), 0)))
}

function sumsOf(row: Readonly<Record<string, string | number | null | undefined>>): Sums {
  return {
    calls: number(row.calls),
    answered: number(row.answered),
    legs: number(row.legs),
    missed: number(row.missed),
    unrated: number(row.unrated),
    minutes: number(row.minutes),
    revenue: text(row.revenue),
    cost: text(row.cost),
    margin: text(row.margin),
  }
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '0'
}
