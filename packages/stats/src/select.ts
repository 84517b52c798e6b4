// Reads the sums of a question, from the tables the grain names, in one statement each. Knows no metric and no label.

import {
  type CallColumns,
  COLUMN,
  type ColumnDimension,
  type ColumnOf,
  callConditions,
  dimensionConditions,
  isWithin,
  type Stretch,
  TEXT_DIMENSIONS,
} from '@tollbook/selection'
import { dateOf } from '@tollbook/selection/local-time'
import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { type Cube, tableOf, timeColumnOf, type Unit } from './cubes.ts'
import { type Dialect, POSTGRES } from './dialect.ts'
import { isClock, isTimeDimension } from './dimensions.ts'
import type { Engine } from './engine.ts'
import { addFigures, NO_FIGURES } from './figures.ts'
import type { Grain, Interval, Part } from './grain.ts'
import { sumsFor } from './metrics.ts'
import type { Asked } from './parse.ts'
import { anyOf, instant, pricedCalls } from './priced-calls.ts'
import type { Cell } from './series.ts'
import { CHARGE_SUMS, readSums, SEIZURE_SUMS, sumsOverCalls, sumsOverSeizures, sumsOverSums } from './sums.ts'

/** Which tables answer, and who is asked. */
export type Source = { readonly grain: Grain; readonly engine: Engine }

/** The two expressions a row is grouped by. */
export type Grouping = { readonly d: RawBuilder<unknown>; readonly s: RawBuilder<unknown> }

/**
 * Figures by group. `key` is the bucket's place for a question about time, else the value in the database as text; '0'
 * when there is no grouping; `split` likewise. Groups without calls are absent.
 */
export async function selectCells(query: Asked, sums: readonly Source[], buckets: Buckets): Promise<readonly Cell[]> {
  const cells = new Map<string, Cell>()
  for (const source of sums) {
    for (const row of await sumsFrom(query, source, buckets)) {
      const at = `${row.d}\n${row.s}`
      const figures = addFigures(cells.get(at)?.figures ?? NO_FIGURES, { ...NO_FIGURES, ...readSums(row) })
      cells.set(at, { key: String(row.d), split: query.split === 'none' ? undefined : String(row.s), figures })
    }
  }
  return [...cells.values()]
}

type SumsRow = { d: string | number; s: string | number } & Record<string, string | number>

async function sumsFrom(query: Asked, { grain, engine }: Source, buckets: Buckets): Promise<readonly SumsRow[]> {
  const { dialect } = engine
  const names = sumsFor(query.metrics)
  const parts: RawBuilder<unknown>[] = []
  for (const part of grain.cube ? grain.parts : []) {
    const { rows, d, s } = rollupPart(query, grain.cube!, part, buckets)
    parts.push(sql`select ${d} as d, ${s} as s, ${sumsOverSums(names)} from ${rows} group by 1, 2`)
  }
  if (grain.raw.length > 0) {
    const { d, s } = callGrouping(query, buckets, dialect)
    parts.push(
      sql`select ${d} as d, ${s} as s, ${sumsOverCalls(names, dialect)}
        from ${callsOf(query, grain.raw, dialect)} group by 1, 2`,
    )
    if (names.some((n) => SEIZURE_SUMS.includes(n))) parts.push(fromSeizures(query, grain.raw, buckets, dialect))
  }
  return await engine.rows<SumsRow>(sql`
    with part as (${sql.join(parts, sql` union all `)})
    select d, s, ${sumsOverSums(names)} from part group by d, s`)
}

function fromSeizures(query: Asked, raw: readonly Interval[], buckets: Buckets, dialect: Dialect): RawBuilder<unknown> {
  const { d, s } = groupingOf(query, buckets, columnOfSeizure(dialect), 'instant', 'opened_at', dialect)
  return sql`select ${d} as d, ${s} as s, ${sumsOverSeizures(sumsFor(query.metrics), dialect)}
    from ${callsOf(query, raw, dialect, true)} and ${dialect.columns.tried.outward} group by 1, 2`
}

/**
 * `calls where …` of a question within these intervals; further conditions may be appended. `tries`: a row for each try
 * on a trunk, of calls with several.
 */
export function callsOf(query: Asked, raw: readonly Interval[], dialect: Dialect, tries = false): RawBuilder<unknown> {
  const column = tries ? columnOfSeizure(dialect) : columnOfPriced(dialect)
  const calls = dialect.name === 'postgres' ? pricedTables(query, raw, tries) : copied(raw, dialect, tries)
  const tags = sql`left join (select call_key, opened_at, tag from call_tag
    where tenant_id = ${query.tenant.tenantId} and ${anyOf(raw, dialect.instant)}) t
    on t.call_key = c.call_key and t.opened_at = c.opened_at`
  const isByDepartment = dialect.name === 'postgres' && (query.by === 'department' || query.split === 'department')
  return sql`${calls} ${query.by === 'tag' || query.split === 'tag' ? tags : sql``} ${isByDepartment ? members('c') : sql``}
    where true ${callConditions(query.selection, { ...pricedIn(dialect), column })}`
}

/** The copy's tables hold one tenant. */
function copied(raw: readonly Interval[], dialect: Dialect, tries: boolean): RawBuilder<unknown> {
  return sql`(select * from ${sql.table(tries ? 'seizures' : dialect.calls)} where ${anyOf(raw, dialect.instant)}) c`
}

function pricedTables(query: Asked, raw: readonly Interval[], tries: boolean): RawBuilder<unknown> {
  const prefix = query.by === 'prefix' || query.split === 'prefix' || query.filters.prefix !== undefined
  const priced = query.rated !== undefined || query.ranges.cost !== undefined || query.ranges.revenue !== undefined
  const calls = pricedCalls({
    tenantId: query.tenant.tenantId,
    currency: query.tenant.currency,
    when: anyOf(raw),
    charges: prefix || priced || sumsFor(query.metrics).some((n) => CHARGE_SUMS.includes(n)),
    prefix,
  })
  const seizures = sql`join (select * from seizure where tenant_id = ${query.tenant.tenantId} and ${anyOf(raw)}) z
    on z.call_key = c.call_key and z.opened_at = c.opened_at`
  return sql`${calls} ${tries ? seizures : sql``}`
}

export function callGrouping(query: Asked, buckets: Buckets, dialect: Dialect): Grouping {
  return groupingOf(query, buckets, columnOfPriced(dialect), 'instant', 'opened_at', dialect)
}

/** How conditions name what they ask of a priced call. */
export function columnsOfPriced(dialect: Dialect): CallColumns {
  return { ...pricedIn(dialect), column: columnOfPriced(dialect) }
}

function columnOfPriced({ columns }: Dialect): ColumnOf {
  return (name) => {
    if (name === 'department_id') return columns.department
    return name === 'prefix' || name === 'tag' ? columns[name] : sql.ref(`c.${name}`)
  }
}

/** What charges and marks say of a call. */
function pricedIn({ columns, matches, within }: Dialect) {
  const { unrated, charged } = columns
  return {
    cost: sql`coalesce(${columns.cost}, 0)`,
    revenue: sql`coalesce(${columns.revenue}, 0)`,
    unrated,
    charged,
    matches,
    within: (times: readonly Stretch[]) => within(sql.ref('c.opened_at'), times),
  }
}

/** A try belongs to the trunk, carrier and cause it had itself, and to all else its call belongs to. */
function columnOfSeizure(dialect: Dialect): ColumnOf {
  const { tried } = dialect.columns
  return (name) => {
    if (name === 'trunk_id' || name === 'carrier_id') return tried[name]
    return name === 'hangup_cause' ? tried.cause : columnOfPriced(dialect)(name)
  }
}

/** Rows of a cube's table at one level, with their groups. */
export function rollupPart(query: Asked, cube: Cube, part: Part, buckets: Buckets) {
  const kind = part.unit === 'quarter' || part.unit === 'hour' ? ('instant' as const) : ('date' as const)
  const time = timeColumnOf(part.unit)
  const at = (ms: number) => (kind === 'instant' ? instant(ms) : sql`${dateOf(ms, query.zone)}::date`)
  const within = part.intervals.map(
    (i) => sql`(${sql.ref(time)} >= ${at(i.fromMs)} and ${sql.ref(time)} < ${at(i.toMs)})`,
  )
  const column = (name: string) => sql.ref(name)
  const rows = sql`${rowsOf(query, cube, part.unit)} where tenant_id = ${query.tenant.tenantId}
    and (${sql.join(within, sql` or `)}) ${dimensionConditions(query.selection, column)} ${onClock(query, cube, part.unit)}`
  if (!cube.slots || kind === 'instant' || !isClock(query.by))
    return { rows, ...groupingOf(query, buckets, column, kind, time, POSTGRES) }
  // Its hours of the week are a column: the borders of all hours would be thousands of dates that nobody reads.
  const { s } = groupingOf({ ...query, by: 'none' }, buckets, column, kind, time, POSTGRES)
  return { rows, s, d: query.by === 'hour_of_day' ? sql`(slot % 24)::text` : sql`slot::text` }
}

/** A cube's table; with the department of each row where it is asked for: of its extension, else of its account. */
function rowsOf({ by, split }: Asked, cube: Cube, unit: Unit): RawBuilder<unknown> {
  const table = sql.table(tableOf(cube, unit))
  if (by !== 'department' && split !== 'department') return table
  return sql`(select r.*, ${POSTGRES.columns.department} as department_id from ${table} r ${members('r')}) r`
}

/** Who belongs to which department, joined once: looked up for each call it took half as long again. */
function members(alias: string): RawBuilder<unknown> {
  const of = (name: string) => sql.ref(`${alias}.${name}`)
  return sql`left join department_member phone
      on phone.tenant_id = ${of('tenant_id')} and phone.kind = 1 and phone.value = ${of('extension')} and ${of('extension')} <> ''
    left join (select a.tenant_id, a.account_id, m.department_id from department_member m
      join account a on a.tenant_id = m.tenant_id and a.code = m.value where m.kind = 2) payer
      on payer.tenant_id = ${of('tenant_id')} and payer.account_id = ${of('account_id')}`
}

/** The hours and weekdays that are meant, as this table tells them. */
function onClock({ selection }: Asked, cube: Cube, unit: Unit): RawBuilder<unknown> {
  const { clock, times } = selection
  if (clock === undefined || times === undefined) return sql``
  if (unit === 'quarter' || unit === 'hour') return sql`and ${isWithin(sql.ref(unit), times)}`
  const days = [...(clock.weekdays ?? [1, 2, 3, 4, 5, 6, 7])]
  if (!cube.slots) return sql`and extract(isodow from day) = any(${days}::int[])`
  const hours = [...(clock.hours ?? Array.from({ length: 24 }, (_, hour) => hour))]
  return sql`and slot = any(${days.flatMap((day) => hours.map((hour) => (day - 1) * 24 + hour))}::int[])`
}

/** In the place of a value of a split that has no row of its own: of words, and of numbers. */
const FOLDED_WORD = '\u0001'
const FOLDED_NUMBER = -2_147_483_647

export function foldedOf(dimension: ColumnDimension, dialect: Dialect): string | number {
  return isNumber(dimension, dialect) ? FOLDED_NUMBER : FOLDED_WORD
}

/** What groups of this dimension are, as the one asked spells it. */
export function isNumber(dimension: ColumnDimension, { name }: Dialect): boolean {
  return name === 'duckdb' && !TEXT_DIMENSIONS.includes(dimension)
}

export function isFolded(split: string): boolean {
  return split === FOLDED_WORD || split === String(FOLDED_NUMBER)
}

function splitOf(
  dimension: ColumnDimension,
  value: RawBuilder<unknown>,
  kept: readonly string[] | undefined,
  dialect: Dialect,
): RawBuilder<unknown> {
  if (kept === undefined) return value
  const constant = (each: string | number) =>
    isNumber(dimension, dialect) ? sql.lit(Number(each)) : sql`${each}::text`
  const list = kept.map(constant)
  const folded = constant(foldedOf(dimension, dialect))
  return list.length === 0 ? folded : sql`(case when ${value} in (${sql.join(list)}) then ${value} else ${folded} end)`
}

/** Buckets are found by their borders, so zones are settled before we come here. */
function groupingOf(
  query: Asked,
  buckets: Buckets,
  column: ColumnOf,
  kind: 'instant' | 'date',
  time: string,
  dialect: Dialect,
): Grouping {
  // DuckDB groups by numbers as they are, which takes half the time and memory; they become text here.
  const text = (value: RawBuilder<unknown>) => (dialect.name === 'duckdb' ? value : sql`${value}::text`)
  const expression = (dimension: ColumnDimension) =>
    TEXT_DIMENSIONS.includes(dimension) ? column(COLUMN[dimension]) : text(column(COLUMN[dimension]))
  const none = text(sql.lit(0))
  const s = query.split === 'none' ? none : splitOf(query.split, expression(query.split), query.splits?.kept, dialect)
  if (query.by === 'none') return { d: none, s }
  if (!isTimeDimension(query.by)) return { d: expression(query.by), s }
  const borders = buckets.borders.map((b) =>
    kind === 'instant' ? new Date(b.startMs).toISOString() : dateOf(b.startMs, query.zone),
  )
  const type = kind === 'instant' ? 'timestamptz' : 'date'
  const places = buckets.borders.map((b) => b.bucket)
  return { d: text(sql`(${dialect.pick(column(time), borders, type, places)})`), s }
}
