// Whole days of the tenant in a question that trunk_day knows, added up; of one scope also hour by hour. What it does not know is left to
// the quarters: days that are not over, in a zone whose hours are others, touched, or taken apart by the question.

import type { Queryable } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import { instant } from '../priced-calls.ts'
import { type Stretches, without } from './changed-stretches.ts'
import { type Cell, keyOf, type Limits, type Scope } from './load-cells.ts'
import type { Hours, LocalDay } from './load-hours.ts'
import { SCOPE } from './load-row.ts'
import type { LoadQuery } from './parse-load.ts'

/** What the days of a trunk, a source, or all come to. */
export type DaysTotal = Omit<Cell, 'bucket'> & {
  readonly peakAtUs: number
  /** The hour that carried most, by its place in the question. */
  readonly busy: { readonly place: number; readonly takenUs: number; readonly starts: number }
}

export type DayLoads = {
  /** Those that are known; a scope without a total took nothing in any of them. */
  readonly known: readonly LocalDay[]
  readonly totals: ReadonlyMap<string, DaysTotal>
  /** What is still to be read and swept. */
  readonly rest: Stretches
}

export async function loadOfDays(
  q: Queryable,
  query: LoadQuery,
  nowMs: number,
  stretches: Stretches,
  hours: Hours,
  limits: Limits,
): Promise<DayLoads> {
  const asked = hours.days.filter((day) => day.toMs <= nowMs && isKept(day, stretches))
  if (asked.length === 0) return { known: [], totals: new Map(), rest: stretches }
  const rows = await readTotals(q, query, asked, limits)
  const isKnown = new Set(rows.flatMap((row) => row.known ?? []))
  const known = asked.filter((_, i) => isKnown.has(i + 1))
  const gone = known.map((day) => ({ fromUs: day.fromMs * 1000, toUs: day.toMs * 1000 }))
  return {
    known,
    totals: new Map(rows.map((row) => [keyOf(row), totalFrom(row, asked)])),
    rest: { swept: stretches.swept, kept: stretches.kept.flatMap((window) => without(window, gone)) },
  }
}

function isKept({ fromMs, toMs }: LocalDay, { kept }: Stretches): boolean {
  return kept.some((window) => window.fromUs <= fromMs * 1000 && toMs * 1000 <= window.toUs)
}

type Numbers = Record<Exclude<keyof Cell, 'bucket'>, string>
/** Places of days count from 1. */
type Row = Numbers & Scope & { known: number[] | null; top: string[]; busiest: string[] }

const TOLD = sql`taken_us, talk_us, starts, congested, cps, peak, peak_us, talk_peak, low, held, met, busy,
  hour_us[busy + 1] as busy_us, hour_starts[busy + 1] as busy_starts`

async function readTotals(
  q: Queryable,
  { tenantId, home }: LoadQuery,
  days: readonly LocalDay[],
  limits: Limits,
): Promise<readonly Row[]> {
  // Greatest of an array is greatest of its first element, then of the next: negated places put the earliest first.
  const { rows } = await sql<Row>`
    select scope, scope_id as "scopeId", array_agg(n) filter (where scope = ${SCOPE.all}) as known,
      sum(taken_us) as "takenUs", sum(talk_us) as "talkUs", sum(starts) as starts, sum(congested) as congested,
      max(cps) as cps, max(peak) as peak, max(talk_peak) as "talkPeak",
      coalesce(sum(case when peak >= channels then held[greatest(channels - low, 0) + 1] end), 0) as "limitUs",
      coalesce(sum(case when peak >= channels then met[greatest(channels - low, 0) + 1] end), 0) as met,
      max(array[peak, -n, peak_us]) as top, max(array[busy_us, -n, busy, busy_starts]) as busiest
    from ${among(tenantId, home, days, TOLD)}
    left join unnest(${[...limits.keys()]}::int[], ${[...limits.values()]}::int[]) as l (trunk_id, channels)
      on scope = ${SCOPE.trunk} and trunk_id = scope_id
    group by 1, 2`.execute(q.q)
  return rows
}

/** Longer than any day, shorter than two. */
const LONGEST = '30 hours'

/**
 * Rows of these days with the day's place. A row that begins with one of them and ends with one is one of them, if it is no longer
 * than a day; said so, since of a join with their list the planner knows nothing.
 */
function among(
  tenantId: number,
  zone: string,
  days: readonly LocalDay[],
  columns: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const instants = (of: (day: LocalDay) => number) =>
    sql`${days.map((day) => new Date(of(day)).toISOString())}::timestamptz[]`
  const starts = instants((day) => day.fromMs)
  return sql`(
    select scope, scope_id, width_bucket(from_at, ${starts}) as n, ${columns} from trunk_day
    where tenant_id = ${tenantId} and zone = ${zone} and from_at >= ${instant(days[0]!.fromMs)}
      and from_at < ${instant(days.at(-1)!.toMs)} and from_at = any(${starts})
      and to_at = any(${instants((day) => day.toMs)}) and to_at - from_at < ${LONGEST}::interval) d`
}

function totalFrom(row: Row, days: readonly LocalDay[]): DaysTotal {
  const [, topDay, topUs] = row.top.map(Number)
  const [takenUs, busyDay, place, starts] = row.busiest.map(Number)
  const dayAt = (negative: number) => days[-negative - 1]!
  return {
    ...{ takenUs: Number(row.takenUs), talkUs: Number(row.talkUs), starts: Number(row.starts) },
    ...{ congested: Number(row.congested), cps: Number(row.cps), peak: Number(row.peak) },
    ...{ talkPeak: Number(row.talkPeak), limitUs: Number(row.limitUs), met: Number(row.met) },
    peakAtUs: dayAt(topDay!).fromMs * 1000 + topUs!,
    busy: { place: dayAt(busyDay!).first + place!, takenUs: takenUs!, starts: starts! },
  }
}

/** Hours of known days of one scope: tells each with its place in the question. Hours of a day without a row are not told. */
export async function hoursOfDays(
  q: Queryable,
  { tenantId, home }: LoadQuery,
  { known }: DayLoads,
  { scope, scopeId }: Scope,
  tell: (place: number, takenUs: number, starts: number, peak: number) => void,
): Promise<void> {
  if (known.length === 0) return
  // As text: the driver takes an array apart letter by letter.
  const { rows } = await sql<{ n: number; us: string; starts: string; peak: string }>`
    select n, hour_us::text as us, hour_starts::text as starts, hour_peak::text as peak
    from ${among(tenantId, home, known, sql`hour_us, hour_starts, hour_peak`)} where scope = ${scope} and scope_id = ${scopeId}`.execute(
    q.q,
  )
  for (const row of rows) {
    const [us, starts, peak] = [row.us, row.starts, row.peak].map((text) => text.slice(1, -1).split(','))
    us!.forEach((taken, i) => {
      tell(known[row.n - 1]!.first + i, Number(taken), Number(starts![i]), Number(peak![i]))
    })
  }
}
