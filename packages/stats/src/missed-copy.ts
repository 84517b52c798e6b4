// Missed callers from the copy by columns: who they are and how many; their names, telephones and accounts are the tables'. The
// newest are looked for from the end of the span, so that who wants twenty of two million need not sort them.

import type { Queryable } from '@tollbook/db'
import { asCallKey } from '@tollbook/kernel'
import { callConditions } from '@tollbook/selection'
import { type RawBuilder, sql } from 'kysely'
import type { ColumnCopy } from './columns/copy.ts'
import { type OpenMissed, openMissed } from './columns/open-missed.ts'
import type { Interval } from './grain.ts'
import type { MissedCallers, MissedOptions } from './missed-callers.ts'
import { type MissedFigures, withDetails } from './missed-details.ts'
import type { Asked } from './parse.ts'
import { anyOf } from './priced-calls.ts'
import { columnsOfPriced } from './select.ts'

const HOUR_MS = 3_600_000

/** Undefined where the tables must answer. */
export async function missedInCopy(
  copy: ColumnCopy,
  q: Queryable,
  query: Asked,
  options: MissedOptions,
): Promise<MissedCallers | undefined> {
  const opened = await openMissed(copy, q, query, options.withinHours * HOUR_MS)
  if (opened === undefined) return undefined
  const of = { ...opened, query, withinUs: sql.lit(options.withinHours * HOUR_MS * 1000) }
  try {
    const total = await totals(of)
    const found = await newest(of, options)
    const shown = found.slice(0, options.limit)
    const items = await withDetails(q, query, shown)
    if (items === undefined) return undefined
    const last = found.length > options.limit ? items.at(-1) : undefined
    return { items, ...total, next: last && asCallKey(last.lastCall) }
  } finally {
    opened.close()
  }
}

type Of = OpenMissed & { readonly query: Asked; readonly withinUs: RawBuilder<unknown> }

/** `missed calls where …` under the filters, of the span or a part of it. */
function missedCalls(
  { engine: { dialect }, query }: Pick<Of, 'engine' | 'query'>,
  part?: Interval,
): RawBuilder<unknown> {
  const table = sql.table(dialect.calls)
  const calls = part === undefined ? table : sql`(select * from ${table} where ${anyOf([part], dialect.instant)})`
  return sql`${calls} c where true ${callConditions(query.selection, columnsOfPriced(dialect))}`
}

/**
 * People with a number, and those of them who were spoken with. Numbers of nine digits, which nearly all are, as bits of 32 at a
 * time: of two million people half the groups are not made, fewer the closer their numbers lie.
 */
async function totals(of: Of): Promise<{ callers: number; returned: number }> {
  const calls = missedCalls(of)
  const bit = sql`1::bigint << (c.party_digits & 31)`
  const rows = await of.engine.rows<{ callers: number | null; returned: number | null }>(sql`
    select sum(bit_count(every))::int as callers, sum(bit_count(back))::int as returned from (
      select c.party_digits >> 5 as place, bit_or(${bit}) as every,
        bit_or(case when c.back_us <= ${of.withinUs} then ${bit} else 0 end) as back
      from ${calls} and c.party_digits >= 0 group by 1
    ) each_group
    union all
    select count(distinct c.party_text)::int, (count(distinct c.party_text) filter (where c.back_us <= ${of.withinUs}))::int
    from ${calls} and c.party_digits < 0 and c.party_text <> ''`)
  const sum = (name: 'callers' | 'returned') => rows.reduce((all, row) => all + (row[name] ?? 0), 0)
  return { callers: sum('callers'), returned: sum('returned') }
}

type Person = { readonly digits: number; readonly text: string }
/** A person, and his last call before some call. */
type Candidate = Person & { readonly last: string }

const DAY_MS = 24 * HOUR_MS
const MOST_WIDER = 4
/** So many at a time, who may turn out to have called again later, or not to be asked for. */
const SPARE = 2
const MOST_MORE = 4

/** At most one more than the page has, the last to call first. */
async function newest(of: Of, options: MissedOptions): Promise<readonly MissedFigures[]> {
  const { only, limit } = options
  const found: MissedFigures[] = []
  let below: string | undefined = options.after
  let toMs = below === undefined ? of.query.toMs : Math.min(of.query.toMs, msOf(below) + 1)
  // Of those called back, who are few, all are looked for at once.
  let width = only === 'returned' ? Number.POSITIVE_INFINITY : DAY_MS
  // Of the last to call at all there is none who called again later.
  const isSure = options.after === undefined && only === undefined
  for (let many = isSure ? limit + 1 : SPARE * (limit + 1); ; ) {
    const fromMs = Math.max(of.query.fromMs, toMs - width)
    const candidates = fromMs < toMs ? await candidatesIn(of, { fromMs, toMs }, { below, many, only }) : []
    if (candidates.length > 0) {
      const figures = await figuresOf(of, candidates)
      const asked = figures.filter((f) => only === undefined || (f.back !== null) === (only === 'returned'))
      found.push(...asked.sort((a, b) => (a.last < b.last ? 1 : -1)))
    }
    if (found.length > limit) return found.slice(0, limit + 1)
    const isThrough = candidates.length < many
    if (isThrough && fromMs <= of.query.fromMs) return found
    below = candidates.at(-1)?.last ?? below
    if (!isThrough) many *= MOST_MORE
    else {
      toMs = fromMs
      width *= MOST_WIDER
    }
  }
}

/** The milliseconds a call's key begins with. */
function msOf(key: string): number {
  return Number.parseInt(key.replaceAll('-', '').slice(0, 12), 16)
}

type Wanted = {
  readonly below: string | undefined
  readonly many: number
  readonly only: MissedOptions['only']
}

/** Who called in this part of the span before `below`, the last first. */
async function candidatesIn(of: Of, part: Interval, { below, many, only }: Wanted): Promise<readonly Candidate[]> {
  const engine = await of.ofTimes((time) => time.fromMs < part.toMs && time.toMs > part.fromMs)
  const calls = missedCalls({ ...of, engine }, part)
  const returned = sql`and (c.party_digits, c.party_text) in (
    select (c.party_digits, c.party_text) from ${missedCalls(of)} and c.back_us <= ${of.withinUs})`
  return await engine.rows<Candidate>(sql`
    select c.party_digits as digits, c.party_text as text, max(c.call_key)::varchar as last
    from ${calls} ${below === undefined ? sql`` : sql`and c.call_key < ${below}::uuid`} ${only === 'returned' ? returned : sql``}
    group by 1, 2 order by max(c.call_key) desc limit ${sql.lit(many)}`)
}

/** What all their calls in the span say, of those whose last call it is. */
async function figuresOf(of: Of, candidates: readonly Candidate[]): Promise<readonly MissedFigures[]> {
  // When they called first, and what else is known of these calls then: DuckDB would read all columns of all calls.
  await of.engine.rows(sql`create or replace temp table called as ${callsBy(of, candidates)}`)
  const days = await of.engine.rows<{ day: number }>(
    sql`select distinct ${of.engine.dialect.day(sql`opened_at`)} as day from called`,
  )
  const engine = await of.ofTimes(({ fromMs, toMs }) =>
    days.some(({ day }) => day * DAY_MS < toMs && (day + 1) * DAY_MS > fromMs),
  )
  const rows = await engine.rows<FiguresRow>(sql`
    with hit as materialized (
      select c.party_digits, c.party_text, c.call_key, epoch_us(c.opened_at) as opened_us,
        greatest(c.wait_s, c.ring_s) as waited, c.rung, c.back_key,
        case when c.back_us <= ${of.withinUs} then epoch_us(c.opened_at) + c.back_us end as back
      from (select c.* from ${missedCalls({ ...of, engine })}) c join called using (opened_at, party_digits)
      where ${isOneOf(candidates)}
    ), person as (
      select party_digits, party_text, count(*)::int as calls, min(opened_us) as first, max(opened_us) as latest,
        max(waited) as waited, max(call_key)::varchar as last, min(back) as back,
        string_agg(distinct nullif(rung, ''), chr(31)) as rang,
        string_agg(call_key::varchar, ',') filter (where rung is null) as unread
      from hit group by 1, 2
    ), spoken as (
      select party_digits, party_text, back, max(opened_us) as missed, min(back_key)::varchar as back_key
      from hit where back is not null group by 1, 2, 3
    )
    select p.*, s.missed, s.back_key from person p
    left join spoken s on s.party_digits = p.party_digits and s.party_text = p.party_text and s.back = p.back`)
  const lasts = new Set(candidates.map((c) => c.last))
  return rows.flatMap((row) => (lasts.has(row.last) ? [figuresIn(row)] : []))
}

/** Instants of missed calls of these people, whatever the filters. */
function callsBy({ engine }: Of, people: readonly Person[]): RawBuilder<unknown> {
  const calls = sql`${sql.table(engine.dialect.calls)} c`
  const digits = people.filter((p) => p.digits >= 0).map((p) => sql`(${sql.lit(p.digits)})`)
  const texts = people.filter((p) => p.digits < 0).map((p) => p.text)
  const kinds = [
    // By a join: of a list of values every column would be read.
    ...(digits.length > 0
      ? [
          sql`select opened_at, party_digits from ${calls} join (values ${sql.join(digits)}) w(digits) on w.digits = c.party_digits`,
        ]
      : []),
    ...(texts.length > 0
      ? [
          sql`select opened_at, party_digits from ${calls} where party_digits < 0 and party_text in (${sql.join(texts)})`,
        ]
      : []),
  ]
  return sql`select distinct * from (${sql.join(kinds, sql` union all `)}) every`
}

/** Whole numbers longer than a double are text. */
type FiguresRow = {
  calls: number
  first: string
  latest: string
  waited: number
  last: string
  back: string | null
  rang: string | null
  unread: string | null
  missed: string | null
  back_key: string | null
}

function figuresIn(row: FiguresRow): MissedFigures {
  const ms = (us: string) => Math.floor(Number(us) / 1000)
  const { back, missed, back_key: key } = row
  return {
    calls: row.calls,
    firstMs: ms(row.first),
    lastMs: ms(row.latest),
    longestWaitS: row.waited,
    last: row.last,
    rang: row.rang?.split('\x1f') ?? [],
    unread: row.unread?.split(',') ?? [],
    back:
      back === null || missed === null || key === null
        ? null
        : { key, atMs: ms(back), afterS: Math.floor((Number(back) - Number(missed)) / 1_000_000) },
  }
}

function isOneOf(people: readonly Person[]): RawBuilder<unknown> {
  const each = people.map((p) => sql`(${sql.lit(p.digits)}, ${p.text})`)
  return sql`(c.party_digits, c.party_text) in (${sql.join(each)})`
}
