// The words in which PostgreSQL and DuckDB differ. Everything else in this room's questions over calls is common to both.
//
// In PostgreSQL a call `c` is joined with `g`, what its charges sum to, `u`, its unrated mark, `t`, its tags, `phone` and
// `payer`, the departments of its extension and account, and `z`, its tries on trunks. In DuckDB the copy holds all of that but the tags in one row `c`.

import { isWithin, type Stretch } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import { otherNumber, subscriber } from './subscriber.ts'

export type Dialect = {
  readonly name: 'postgres' | 'duckdb'
  /** The table of calls. */
  readonly calls: string
  /** Which of `values`, integers, belongs to the interval that an expression falls in. Borders ascend. */
  readonly pick: (
    value: RawBuilder<unknown>,
    borders: readonly string[],
    type: 'timestamptz' | 'date',
    values: readonly number[],
  ) => RawBuilder<unknown>
  readonly matches: (text: RawBuilder<unknown>, regex: string) => RawBuilder<boolean>
  /** An instant within one of these stretches, which ascend and are apart. */
  readonly within: (at: RawBuilder<unknown>, times: readonly Stretch[]) => RawBuilder<boolean>
  readonly instant: (ms: number) => RawBuilder<string>
  /** Which second, and which day of UTC, an instant is in: values to group by, days as numbers that follow each other. */
  readonly second: (instant: RawBuilder<unknown>) => RawBuilder<unknown>
  readonly day: (instant: RawBuilder<unknown>) => RawBuilder<unknown>
  /** Whole µs since 1970, and the instant of some. */
  readonly micros: (instant: RawBuilder<unknown>) => RawBuilder<unknown>
  readonly fromMicros: (us: RawBuilder<unknown>) => RawBuilder<unknown>
  /** Of two whole numbers, neither below 0, as a whole number. */
  readonly divided: (number: RawBuilder<unknown>, by: number) => RawBuilder<unknown>
  /** The sum of whole numbers, which is known to be below 2^53: of µs, 2.5 million calls at once for an hour. */
  readonly sumOfFew: (number: RawBuilder<unknown>) => RawBuilder<unknown>
  /** A row for each whole number between these, both included, in a list of what is selected. */
  readonly series: (first: RawBuilder<unknown>, last: RawBuilder<unknown>) => RawBuilder<unknown>
  /**
   * The people at the other end of calls (subscriber.ts), in kinds that have no person in common, each with the condition that
   * a call has one of this kind.
   */
  readonly people: readonly { readonly person: RawBuilder<unknown>; readonly known: RawBuilder<unknown> }[]
  readonly columns: {
    readonly billedSeconds: RawBuilder<unknown>
    readonly revenue: RawBuilder<unknown>
    readonly cost: RawBuilder<unknown>
    readonly prefix: RawBuilder<unknown>
    readonly tag: RawBuilder<unknown>
    readonly department: RawBuilder<unknown>
    readonly unrated: RawBuilder<boolean>
    readonly charged: RawBuilder<boolean>
    /** Whole seconds from start to answer; null = not answered. */
    readonly timeToAnswer: RawBuilder<unknown>
    /** Of a try on a trunk. */
    readonly tried: Readonly<
      Record<'trunk_id' | 'carrier_id' | 'cause' | 'outward' | 'answered_at', RawBuilder<unknown>>
    >
  }
}

export const POSTGRES: Dialect = {
  name: 'postgres',
  calls: 'call',
  // The array is a constant of fixed width: looked up in constant time, borders by bisection.
  pick: (value, borders, type, values) =>
    sql`(${`{${values.join(',')}}`}::int[])[width_bucket(${value}, ${[...borders]}::${sql.raw(type)}[])]`,
  matches: (text, regex) => sql<boolean>`${text} ~ ${regex}`,
  within: isWithin,
  instant: (ms) => sql<string>`${new Date(ms).toISOString()}::timestamptz`,
  second: (instant) => sql`date_trunc('second', ${instant})`,
  micros: (instant) => sql`(extract(epoch from ${instant}) * 1000000)::bigint`,
  fromMicros: (us) => sql`(timestamptz 'epoch' + ${us} * interval '1 microsecond')`,
  divided: (number, by) => sql`((${number}) / ${sql.lit(by)})`,
  sumOfFew: (number) => sql`sum(${number})::bigint`,
  series: (first, last) => sql`generate_series(${first}, ${last})`,
  day: (instant) => sql`floor(extract(epoch from ${instant}) / 86400)::int`,
  people: [{ person: subscriber(otherNumber), known: sql`${otherNumber} <> ''` }],
  columns: {
    billedSeconds: sql`g.billed_s`,
    revenue: sql`g.revenue`,
    cost: sql`g.cost`,
    prefix: sql`coalesce(g.prefix, '')`,
    tag: sql`coalesce(t.tag, '')`,
    department: sql`coalesce(phone.department_id, payer.department_id, 0)`,
    unrated: sql<boolean>`u.call_key is not null`,
    charged: sql<boolean>`g.call_key is not null`,
    // greatest() passes over nulls.
    timeToAnswer: sql`case when c.answered_at is not null
      then greatest(0, floor(extract(epoch from c.answered_at - c.started_at))) end`,
    tried: {
      trunk_id: sql`z.trunk_id`,
      carrier_id: sql`z.carrier_id`,
      cause: sql`z.cause`,
      outward: sql`z.outward`,
      answered_at: sql`z.answered_at`,
    },
  },
}

/** Borders lie on quarters of an hour in every zone there is. */
const QUARTER_MS = 15 * 60_000
const HOUR_MS = 3_600_000

export const DUCKDB: Dialect = {
  name: 'duckdb',
  calls: 'calls',
  pick: (value, borders, _type, values) => pickFromList(value, borders, values),
  matches: (text, regex) => sql<boolean>`regexp_matches(${text}, ${regex})`,
  within: isOnList,
  instant: (ms) => sql<string>`${new Date(ms).toISOString().replace('Z', '')}::timestamp`,
  // Whole numbers are read and grouped in a third of the time of instants and texts.
  second: (instant) => sql`epoch_us(${instant}) // 1000000`,
  micros: (instant) => sql`epoch_us(${instant})`,
  fromMicros: (us) => sql`make_timestamp(${us})`,
  divided: (number, by) => sql`((${number}) // ${sql.lit(by)})`,
  // Doubles are exact that far; whole numbers it adds up in 128 bits, which takes a tenth of the time of busy hours longer.
  sumOfFew: (number) => sql`sum(${number}::double)::bigint`,
  series: (first, last) => sql`unnest(range(${first}, ${last} + 1))`,
  day: (instant) => sql`(epoch_us(${instant}) // 86400000000)::int`,
  people: [
    { person: sql`c.party_digits`, known: sql`c.party_digits >= 0` },
    { person: sql`c.party_text`, known: sql`c.party_digits < 0 and c.party_text <> ''` },
  ],
  columns: {
    billedSeconds: sql`c.billed_s`,
    revenue: sql`c.revenue`,
    cost: sql`c.cost`,
    prefix: sql`c.prefix`,
    tag: sql`coalesce(t.tag, '')`,
    // The copy has it beside the call, see columns/read.ts.
    department: sql`c.department_id`,
    unrated: sql<boolean>`c.unrated`,
    charged: sql<boolean>`c.charged`,
    timeToAnswer: sql`c.tta_s`,
    tried: {
      trunk_id: sql`c.z_trunk_id`,
      carrier_id: sql`c.z_carrier_id`,
      cause: sql`c.z_cause`,
      outward: sql`c.z_outward`,
      answered_at: sql`c.z_answered_at`,
    },
  },
}

/** Looked up by number too. What lies before the first or after the last is in none. */
function isOnList(at: RawBuilder<unknown>, times: readonly Stretch[]): RawBuilder<boolean> {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return sql<boolean>`false`
  const borders = times.flatMap(({ fromMs, toMs }) => [fromMs, toMs]).map((ms) => new Date(ms).toISOString())
  const place = pickFromList(
    at,
    borders,
    borders.map((_, i) => (i % 2 === 0 ? 1 : 0)),
  )
  return sql<boolean>`(${at} >= ${DUCKDB.instant(first.fromMs)} and ${at} < ${DUCKDB.instant(last.toMs)} and ${place} = 1)`
}

/** More cases than these cost more than looking up in a list, whose length DuckDB pays for with every thousand calls. */
const MOST_RUNS = 16

/** Values that go up by one, perhaps around a circle, with each step of the same length: by division. */
type Run = { readonly startMs: number; readonly stepMs: number; readonly value: number }

function pickFromList(value: RawBuilder<unknown>, borders: readonly string[], values: readonly number[]) {
  const starts = borders.map((b) => Date.parse(b))
  const around = Math.max(...values) + 1
  const runs = runsOf(starts, values, around)
  if (runs.length > MOST_RUNS) return pickFromSteps(value, starts, values)
  const at = sql`epoch_ms(${value})`
  const of = ({ startMs, stepMs, value: first }: Run) =>
    sql`(${sql.lit(first)} + (${at} - ${sql.lit(startMs)}) // ${sql.lit(stepMs)}) % ${sql.lit(around)}`
  const cases = runs.slice(0, -1).map((run, i) => sql`when ${at} < ${sql.lit(runs[i + 1]!.startMs)} then ${of(run)}`)
  // What lies after the last border is the last interval's, however long.
  const last = sql`when ${at} >= ${sql.lit(starts.at(-1)!)} then ${sql.lit(values.at(-1)!)}`
  return sql`(case ${last} ${sql.join(cases, sql` `)} else ${of(runs.at(-1)!)} end)::int`
}

function runsOf(starts: readonly number[], values: readonly number[], around: number): readonly Run[] {
  const runs: Run[] = []
  for (const [i, startMs] of starts.entries()) {
    const stepMs = (starts[i + 1] ?? startMs + HOUR_MS) - startMs
    const run = runs.at(-1)
    const goesOn = run?.stepMs === stepMs && values[i] === (run.value + (startMs - run.startMs) / run.stepMs) % around
    if (!goesOn && (run === undefined || i + 1 < starts.length)) runs.push({ startMs, stepMs, value: values[i]! })
  }
  return runs
}

/** The intervals cut into even steps, hours where all borders are hours, and looked up by number. */
function pickFromSteps(value: RawBuilder<unknown>, starts: readonly number[], values: readonly number[]) {
  const step = starts.every((ms) => ms % HOUR_MS === 0) ? HOUR_MS : QUARTER_MS
  const first = Math.floor(starts[0]! / step)
  const last = Math.floor(starts.at(-1)! / step)
  const list: number[] = []
  let at = 0
  for (let place = first; place <= last; place++) {
    while (at + 1 < starts.length && Math.floor(starts[at + 1]! / step) <= place) at++
    list.push(values[at]!)
  }
  // Lists begin at 1. After the last border all is the last interval's.
  const place = sql`epoch_ms(${value}) // ${sql.lit(step)} - ${sql.lit(first - 1)}`
  return sql`(${sql.raw(`[${list.join(',')}]::int[]`)})[least(${place}, ${sql.lit(list.length)})]`
}
