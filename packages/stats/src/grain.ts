// Chooses which table answers a question exactly. The only place that knows what each rollup can tell.
// A rollup answers for what is rolled up; hours touched since are read from the calls themselves, so an answer is
// right the moment a call is committed and does not wait for the worker.

import { unitOf } from './buckets.ts'
import { type ColumnDimension, isTimeDimension } from './dimensions.ts'
import { dateOf, startOf, startOfDate, startOfNext } from './local-time.ts'
import { spreadsFor, sumsFor } from './metrics.ts'
import type { StatsQuery } from './parse.ts'
import { SUM_NAMES, type SumName } from './sums.ts'

export type Rollup = 'roll_traffic_quarter' | 'roll_account_day' | 'roll_destination_day'
export type Interval = { readonly fromMs: number; readonly toMs: number }

export type Grain = {
  /** Answers for the whole interval less `raw`; undefined when no rollup can. */
  readonly rollup: Rollup | undefined
  /** Disjoint, ascending: where single calls are read. */
  readonly raw: readonly Interval[]
}

/** Scattered touches beyond this many intervals are cheaper read as one. */
const MAX_RAW_INTERVALS = 8

const QUARTER_MS = 15 * 60_000
const HOUR_MS = 3_600_000

/** `touchedHours`: starts (ms) of the hours whose rollups are out of date, ascending. */
export function chooseGrain(query: StatsQuery, touchedHours: readonly number[]): Grain {
  const whole = [{ fromMs: query.fromMs, toMs: query.toMs }]
  const rollup = ROLLUPS.find((r) => answers(r, query))
  if (!rollup) return { rollup: undefined, raw: whole }
  const touched = touchedHours.map((ms) => ({ fromMs: ms, toMs: ms + HOUR_MS }))
  const widened = rollup.unit === 'day' ? touched.map((i) => wholeDays(i, query.zone)) : touched
  const raw = join(widened)
    .map((i) => ({ fromMs: Math.max(i.fromMs, query.fromMs), toMs: Math.min(i.toMs, query.toMs) }))
    .filter((i) => i.fromMs < i.toMs)
  const nothingLeft = raw[0]?.fromMs === query.fromMs && raw[0].toMs === query.toMs
  return nothingLeft || raw.length > MAX_RAW_INTERVALS
    ? { rollup: undefined, raw: whole }
    : { rollup: rollup.table, raw }
}

type Shape = {
  readonly table: Rollup
  readonly unit: 'quarter' | 'day'
  readonly columns: readonly ColumnDimension[]
  readonly lacks: readonly SumName[]
}

/** Sums that the rollups keep, those of days less than those of quarters. */
export const DAY_SUMS: readonly SumName[] = [
  ...([
    'calls',
    'legs',
    'attempts',
    'answered',
    'unrated',
    'talk_s',
    'duration_s',
    'billed_s',
    'revenue',
    'cost',
  ] as const),
]
export const QUARTER_SUMS: readonly SumName[] = [...DAY_SUMS, 'ring_s', 'wait_s']
const notIn = (kept: readonly SumName[]) => SUM_NAMES.filter((n) => !kept.includes(n))

// In order of preference: rows to be read for a month.
const ROLLUPS: readonly Shape[] = [
  {
    table: 'roll_traffic_quarter',
    unit: 'quarter',
    columns: ['trunk', 'direction', 'outcome', 'cause'],
    lacks: notIn(QUARTER_SUMS),
  },
  { table: 'roll_destination_day', unit: 'day', columns: ['destination', 'direction'], lacks: notIn(DAY_SUMS) },
  { table: 'roll_account_day', unit: 'day', columns: ['account', 'country', 'direction'], lacks: notIn(DAY_SUMS) },
]

function answers(rollup: Shape, query: StatsQuery): boolean {
  const has = (d: string) => (rollup.columns as readonly string[]).includes(d)
  if (!Object.keys(query.filters).every(has) || asksOfCalls(query)) return false
  if (query.split !== 'none' && !has(query.split)) return false
  if (sumsFor(query.metrics).some((s) => rollup.lacks.includes(s))) return false
  if (rollup.unit === 'quarter') {
    // Every border of an hour in every zone there is lies on a quarter, so only the ends can fall between.
    return (
      onQuarter(query.fromMs) &&
      onQuarter(query.toMs) &&
      (has(query.by) || query.by === 'none' || isTimeDimension(query.by))
    )
  }
  const whole = query.zone === query.tenant.zone && onDay(query.fromMs, query.zone) && onDay(query.toMs, query.zone)
  const hours = isTimeDimension(query.by) && unitOf(query.by) === 'hour'
  return whole && !hours && (has(query.by) || query.by === 'none' || isTimeDimension(query.by))
}

/** What only single calls can tell: numbers, lengths, amounts and distributions. */
function asksOfCalls(query: StatsQuery): boolean {
  const { numbers, ranges, rated } = query
  return (
    Object.keys({ ...numbers, ...ranges }).length > 0 || rated !== undefined || spreadsFor(query.metrics).length > 0
  )
}

function onQuarter(ms: number): boolean {
  return ms % QUARTER_MS === 0
}

function onDay(ms: number, zone: string): boolean {
  return startOfDate(dateOf(ms, zone), zone) === ms
}

function wholeDays(i: Interval, zone: string): Interval {
  return { fromMs: startOf(i.fromMs, 'day', zone), toMs: startOfNext(i.toMs - 1, 'day', zone) }
}

/** Overlapping and adjoining intervals as one. */
function join(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = []
  for (const next of intervals) {
    const last = joined.at(-1)
    if (last && next.fromMs <= last.toMs) {
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, next.toMs) }
    } else joined.push(next)
  }
  return joined
}
