// What the traffic page asks: the measure over time and against the compared period, the weekday by hour grid, and one
// day against the eight same weekdays before it. Turns rows into grids; decides no wording.

import type { StatsAnswer } from '@tollbook/api/wire'
import { readStats } from '../../api/routes.ts'
import { localTime, startOfDay } from '../../format/zone.ts'
import { type Grain, startOfKey } from '../../parts/buckets.ts'
import { type MetricName, metricHeight, metricsFor } from '../../parts/metric.ts'
import type { Cell } from '../../parts/save-file.ts'
import { middleHalf, USUAL } from '../../parts/usual.ts'
import { dateSpan, type Span } from '../../state/range.ts'
import { queryOf, STATS_FILTERS, type View } from '../../state/view.ts'

export const MEASURES = ['calls', 'minutes', 'asr', 'acd', 'missed', 'revenue'] as const satisfies readonly MetricName[]
export type Measure = (typeof MEASURES)[number]

export type TrafficData = {
  readonly series: StatsAnswer
  readonly before: StatsAnswer | null
  readonly heat: StatsAnswer
}

export async function readTraffic(
  view: View,
  grain: Grain,
  measure: Measure,
  signal: AbortSignal,
): Promise<TrafficData> {
  const metrics = metricsFor([measure, 'calls'])
  const ask = (span: Span, by: string) =>
    readStats({ ...queryOf(view, span, STATS_FILTERS), by, metrics, limit: 200 }, signal)
  const [series, before, heat] = await Promise.all([
    ask(view.span, grain),
    view.before ? ask(view.before, grain) : null,
    ask(view.span, 'weekday_hour'),
  ])
  return { series, before, heat }
}

export type DayHour = {
  readonly hour: number
  readonly fromMs: number
  readonly now: Cell
  readonly weekBefore: Cell
  /** Heights of the middle half of the usual; null where there was nothing to take it from. */
  readonly low: number | null
  readonly high: number | null
}

export type DayData = { readonly hours: readonly DayHour[]; readonly currency: string; readonly fromMs: number }

/** The day of the URL, or the last whole day of the range: today is not over yet. */
export function comparedDay(view: View, nowMs: number): number {
  const asked = view.query.day
  if (asked && /^\d{4}-\d\d-\d\d$/.test(asked)) return startOfKey(asked, view.zone)
  const last = startOfDay(view.zone, Math.min(view.span.toMs, nowMs) - 1)
  const over = startOfDay(view.zone, last, 1) <= nowMs
  return over || last <= view.span.fromMs ? last : startOfDay(view.zone, last, -1)
}

export async function readDay(view: View, dayMs: number, measure: Measure, signal: AbortSignal): Promise<DayData> {
  const days = Array.from({ length: USUAL + 1 }, (_, weeks) => {
    const fromMs = startOfDay(view.zone, dayMs, -7 * weeks)
    return dateSpan(view.zone, fromMs, startOfDay(view.zone, fromMs, 1))
  })
  const metrics = metricsFor([measure])
  const answers = await Promise.all(
    days.map((day) => readStats({ ...queryOf(view, day, STATS_FILTERS), by: 'hour', metrics }, signal)),
  )
  const [today, ...usual] = answers as [StatsAnswer, ...StatsAnswer[]]
  const byHour = usual.map((answer) => hoursOf(answer, measure, view.zone))
  const hours = today.rows.map((row) => {
    const fromMs = startOfKey(row.key, view.zone)
    const { hour } = localTime(view.zone, fromMs)
    const heights = byHour
      .map((hoursOfDay) => metricHeight(measure, hoursOfDay.get(hour) ?? null))
      .filter((one) => one !== null)
    return { hour, fromMs, now: row[measure] ?? null, weekBefore: byHour[0]?.get(hour) ?? null, ...middleHalf(heights) }
  })
  return { hours, currency: today.currency, fromMs: dayMs }
}

export type HeatCell = { readonly value: Cell; readonly calls: number }

/** Seven rows, Monday first, of 24 cells. */
export function heatGrid(heat: StatsAnswer, measure: Measure): readonly (readonly HeatCell[])[] {
  const byKey = new Map(heat.rows.map((row) => [row.key, row]))
  return Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: 24 }, (_, hour) => {
      const row = byKey.get(`${day + 1}-${String(hour).padStart(2, '0')}`)
      return { value: row?.[measure] ?? null, calls: Number(row?.calls ?? 0) }
    }),
  )
}

function hoursOf(answer: StatsAnswer, measure: Measure, zone: string): ReadonlyMap<number, Cell> {
  return new Map(
    answer.rows.map((row) => [localTime(zone, startOfKey(row.key, zone)).hour, row[measure] ?? null] as const),
  )
}
