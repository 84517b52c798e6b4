// Chooses which tables answer a question exactly: whole months, whole days, quarters of an hour, and single calls for
// the rest. A rollup answers for what is rolled up; hours touched since are read from the calls themselves, so an answer
// is right the moment a call is committed and does not wait for the worker.

import { needsSingleCalls } from '@tollbook/selection'
import { startOf, startOfHour, startOfNext, startOfNextHour } from '@tollbook/selection/local-time'
import { unitOf } from './buckets.ts'
import { CUBES, type Cube, SPREAD_CUBE, TALK_CUBE, type Unit } from './cubes.ts'
import { isClock, isTimeDimension } from './dimensions.ts'
import { sumsFor } from './metrics.ts'
import type { StatsQuery } from './parse.ts'
import type { SpreadName } from './sums.ts'

export type Interval = { readonly fromMs: number; readonly toMs: number }
export type Part = { readonly unit: Unit; readonly intervals: readonly Interval[] }

/** Parts and `raw` are disjoint and together the whole interval. */
export type Grain = {
  /** Undefined when no rollup can answer; there are no parts then. */
  readonly cube: Cube | undefined
  readonly parts: readonly Part[]
  /** Where single calls are read. */
  readonly raw: readonly Interval[]
}

/** Touches scattered over more intervals than this are read as one. */
const MAX_TOUCHED = 64

const QUARTER_MS = 15 * 60_000
const HOUR_MS = 3_600_000

/** What the worker has not, or not yet, put into days. */
export type Pending = {
  /** Starts (ms) of the hours whose rollups are out of date, ascending. */
  readonly touchedHours: readonly number[]
  /** Days that are kept by hours, ascending. */
  readonly openDays: readonly Interval[]
}

export function chooseGrain(query: StatsQuery, pending: Pending): Grain {
  const names = sumsFor(query.metrics)
  const cube = CUBES.find((c) => answers(c, query) && names.every((n) => c.sums.includes(n)))
  return grainOf(cube, query, pending)
}

/** The same for a distribution. */
export function chooseSpreadGrain(query: StatsQuery, name: SpreadName, pending: Pending): Grain {
  const cubes = name === 'talk' ? [SPREAD_CUBE, TALK_CUBE] : [SPREAD_CUBE]
  return grainOf(
    cubes.find((c) => answers(c, query)),
    query,
    pending,
  )
}

function grainOf(cube: Cube | undefined, query: StatsQuery, { touchedHours, openDays }: Pending): Grain {
  const whole = { fromMs: query.fromMs, toMs: query.toMs }
  if (!cube) return { cube, parts: [], raw: [whole] }
  const touched = join(touchedHours.map((ms) => ({ fromMs: ms, toMs: ms + HOUR_MS })))
  const first = touched[0]
  const few = touched.length > MAX_TOUCHED && first ? [{ fromMs: first.fromMs, toMs: touched.at(-1)!.toMs }] : touched
  const found = new Map<Unit, Interval[]>()
  let rest: readonly Interval[] = gaps(whole, few)
  for (const unit of unitsFor(cube, query)) {
    // Open days have no rows by day, and no others have them by hour.
    const [fit, unfit] = unit === 'quarter' ? [rest, []] : dividedBy(openDays, rest, unit === 'hour')
    const inside = fit.map((i) => ({ i, whole: wholeUnits(i, unit, query.tenant.zone) }))
    const kept = inside.flatMap((each) => each.whole ?? [])
    if (kept.length > 0) found.set(unit, kept)
    rest = [...unfit, ...inside.flatMap((each) => (each.whole ? gaps(each.i, [each.whole]) : [each.i]))]
  }
  const raw = [...few.flatMap((i) => clip(i, whole)), ...rest]
  const parts = [...found].map(([unit, intervals]) => ({ unit, intervals }))
  return { cube, parts, raw: joinAll(raw) }
}

/** Of as many days a table with a row for each trunk and cause and quarter of an hour is half as long as that of the calls. */
const MANY_QUARTERS_MS = 7 * 24 * HOUR_MS

/** The quarters of an hour for which a copy by columns is read sooner, single calls as they are; none where they are few. */
export function manyQuarters({ cube, parts }: Grain): readonly Interval[] {
  const intervals = parts.find((part) => part.unit === 'quarter')?.intervals ?? []
  const lengthMs = intervals.reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0)
  return cube?.quarters === 'traffic' && lengthMs >= MANY_QUARTERS_MS ? intervals : []
}

function answers(cube: Cube, query: StatsQuery): boolean {
  const has = (d: string) =>
    d === 'department' ? cube.departments === true : (cube.dimensions as readonly string[]).includes(d)
  if (needsSingleCalls(query)) return false
  if (cube.slots && !isClock(query.by) && query.clock?.hours === undefined) return false
  return (
    Object.keys(query.filters).every(has) &&
    (query.split === 'none' || has(query.split)) &&
    (query.by === 'none' || isTimeDimension(query.by) || has(query.by))
  )
}

/** Longest first. Hours, days and months are the tenant's own. */
function unitsFor(cube: Cube, query: StatsQuery): readonly Unit[] {
  const { by, clock } = query
  const timed = isTimeDimension(by) ? unitOf(by) : undefined
  const own = query.zone === query.tenant.zone
  // What a row must not hold together: by what rows are asked for, and by which hours and days are chosen.
  const byHour = timed === 'hour' || clock?.hours !== undefined
  const byDay = (timed !== undefined && by !== 'month') || clock !== undefined
  // A table that knows the hour of the week tells hours and weekdays of its days and months.
  const tellsMonth = cube.slots ? timed === undefined || by === 'month' || isClock(by) : !byDay
  const tellsDay = cube.slots ? by !== 'hour' : !byHour
  const units: Unit[] = []
  if (own && tellsMonth) units.push('month')
  if (own && tellsDay) units.push('day')
  if (cube.hours && (own || (timed === undefined && clock === undefined))) units.push('hour')
  return cube.quarters ? [...units, 'quarter'] : units
}

/** Of `intervals` first what lies within (or, not `inside`, outside) `days`, then the rest. */
function dividedBy(days: readonly Interval[], intervals: readonly Interval[], inside: boolean): Interval[][] {
  const within = intervals.flatMap((i) => days.flatMap((day) => clip(day, i)))
  const without = intervals.flatMap((i) => gaps(i, days))
  return inside ? [within, without] : [without, within]
}

/** The whole units within an interval. Every border of an hour in every zone there is lies on a quarter. */
function wholeUnits({ fromMs, toMs }: Interval, unit: Unit, zone: string): Interval | undefined {
  const first = startOfUnit(fromMs, unit, zone)
  const inside = {
    fromMs: first === fromMs ? first : startAfter(fromMs, unit, zone),
    toMs: startOfUnit(toMs, unit, zone),
  }
  return inside.fromMs < inside.toMs ? inside : undefined
}

function startOfUnit(ms: number, unit: Unit, zone: string): number {
  if (unit === 'quarter') return ms - (ms % QUARTER_MS)
  return unit === 'hour' ? startOfHour(ms, zone) : startOf(ms, unit, zone)
}

function startAfter(ms: number, unit: Unit, zone: string): number {
  if (unit === 'quarter') return ms - (ms % QUARTER_MS) + QUARTER_MS
  return unit === 'hour' ? startOfNextHour(ms, zone) : startOfNext(ms, unit, zone)
}

/** What of `whole` lies in none of these, which ascend and are disjoint. */
export function gaps(whole: Interval, without: readonly Interval[]): readonly Interval[] {
  const left: Interval[] = []
  let at = whole.fromMs
  for (const { fromMs, toMs } of without) {
    if (fromMs > at) left.push({ fromMs: at, toMs: Math.min(fromMs, whole.toMs) })
    at = Math.max(at, toMs)
  }
  if (at < whole.toMs) left.push({ fromMs: at, toMs: whole.toMs })
  return left.filter((i) => i.fromMs < i.toMs)
}

export function clip(i: Interval, within: Interval): readonly Interval[] {
  const clipped = { fromMs: Math.max(i.fromMs, within.fromMs), toMs: Math.min(i.toMs, within.toMs) }
  return clipped.fromMs < clipped.toMs ? [clipped] : []
}

/** In any order. */
export function joinAll(intervals: readonly Interval[]): readonly Interval[] {
  return join([...intervals].sort((a, b) => a.fromMs - b.fromMs))
}

/** Overlapping and adjoining intervals, ascending, as one. */
export function join(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = []
  for (const next of intervals) {
    const last = joined.at(-1)
    if (last && next.fromMs <= last.toMs) {
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, next.toMs) }
    } else joined.push(next)
  }
  return joined
}
