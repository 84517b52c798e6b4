// Names in filters become the numbers the database keeps, before anything is asked of calls: conditions then hold only
// constants, so that indexes serve them and a copy of the calls that knows no names can answer as well.

import type { Queryable } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import { type ClockSpan, clockStretches, type Stretch } from './clock.ts'
import { COLUMN, type ColumnDimension, DIRECTIONS, DISPOSITIONS, NONE_KEY, OUTCOMES } from './dimensions.ts'
import type { Choice, Filters } from './parse-filters.ts'

/** Values of a dimension's column; none at all where no name is known, and then nothing matches. */
export type Chosen = { readonly not: boolean; readonly values: readonly (number | string)[] }

/** Which calls of a tenant are meant; their span of time is not told here. */
export type Selection = Omit<Filters, 'filters'> & {
  readonly tenantId: number
  readonly chosen: Readonly<Partial<Record<ColumnDimension, Chosen>>>
  /** There where a department is asked for: looking each call's up would read the members once a call. */
  readonly members?: Members
  /** When it is an hour and a weekday that `clock` means; undefined = at any time. */
  readonly times?: readonly Stretch[]
}

/** Who belongs to which department: extensions, and ids of accounts. */
export type Members = {
  readonly extensions: readonly (readonly [extension: string, department: number])[]
  readonly accounts: readonly (readonly [account: number, department: number])[]
}

/**
 * Looks up the names of this tenant, and when the clock says what is asked for, which takes a span. A name nobody has
 * matches no call: it must never silently mean "all".
 */
export async function resolveFilters(
  q: Queryable,
  tenantId: number,
  filters: Filters,
  span?: ClockSpan,
): Promise<Selection> {
  const { filters: written, ...rest } = filters
  const chosen: Partial<Record<ColumnDimension, Chosen>> = {}
  for (const [name, choice] of Object.entries(written) as [ColumnDimension, Choice][]) {
    const values = await Promise.all(choice.values.map((value) => valuesOf(q, tenantId, name, value)))
    chosen[name] = { not: choice.not, values: [...new Set(values.flat())] }
  }
  return {
    ...rest,
    tenantId,
    chosen,
    ...(chosen.department === undefined ? {} : { members: await membersOf(q, tenantId) }),
    ...(filters.clock === undefined ? {} : { times: clockStretches(filters.clock, spanned(span)) }),
  }
}

/** Doors ask for a span where the clock is asked about. */
function spanned(span: ClockSpan | undefined): ClockSpan {
  if (span === undefined) throw new Error('hours of the day were asked for without a span of time')
  return span
}

async function membersOf(q: Queryable, tenantId: number): Promise<Members> {
  const { rows } = await sql<{ extension: string | null; account: number | null; department: number }>`
    select case when m.kind = 1 then m.value end as extension, a.account_id as account, m.department_id as department
    from department_member m left join account a on m.kind = 2 and a.tenant_id = m.tenant_id and a.code = m.value
    where m.tenant_id = ${tenantId}`.execute(q.q)
  return {
    extensions: rows.flatMap(({ extension, department }) => (extension === null ? [] : [[extension, department]])),
    accounts: rows.flatMap(({ account, department }) => (account === null ? [] : [[account, department]])),
  }
}

type Values = readonly (number | string)[] | Promise<readonly (number | string)[]>

function valuesOf(q: Queryable, tenantId: number, dimension: ColumnDimension, value: string): Values {
  switch (dimension) {
    case 'direction':
      return [(DIRECTIONS as readonly string[]).indexOf(value)]
    case 'outcome':
      return [(OUTCOMES as readonly string[]).indexOf(value) + 1]
    case 'disposition':
      return [(DISPOSITIONS as readonly string[]).indexOf(value)]
    case 'country':
    case 'cause':
      return [value === NONE_KEY ? 0 : Number(value)]
    case 'prefix':
    case 'did':
    case 'extension':
      return [value === NONE_KEY ? '' : value]
    case 'tag':
      return value === NONE_KEY ? [''] : spellingsOfTag(q, tenantId, value)
    case 'account':
      return value === NONE_KEY ? [0] : accountsNamed(q, tenantId, value)
    case 'trunk':
      return idOf(value) ?? found(q, tenantId, dimension, sql`name = ${value} or peer = ${value}`)
    default:
      return idOf(value) ?? found(q, tenantId, dimension, sql`name = ${value}`)
  }
}

/**
 * A tag as it is spelled on calls, whatever its case here; none where there is no such tag. The tags are walked along their
 * index, one step each: there are few of them and many calls.
 */
export async function spellingsOfTag(q: Queryable, tenantId: number, tag: string): Promise<readonly string[]> {
  const { rows } = await sql<{ tag: string }>`
    with recursive known as (
      (select tag from call_tag where tenant_id = ${tenantId} order by tag limit 1)
      union all
      select (select x.tag from call_tag x where x.tenant_id = ${tenantId} and x.tag > known.tag order by x.tag limit 1)
      from known where known.tag is not null
    )
    select tag from known where lower(tag) = lower(${tag}::text)`.execute(q.q)
  return rows.map((row) => row.tag)
}

function idOf(value: string): readonly number[] | undefined {
  if (value === NONE_KEY) return [0]
  return /^\d{1,9}$/.test(value) ? [Number(value)] : undefined
}

/** By its code, as figures, files and people name it; else by its id. */
async function accountsNamed(q: Queryable, tenantId: number, value: string): Promise<readonly number[]> {
  const coded = await found(q, tenantId, 'account', sql`code = ${value}`)
  if (coded.length > 0) return coded
  const id = idOf(value)
  return id ? found(q, tenantId, 'account', sql`account_id = ${id[0]}`) : []
}

async function found(
  q: Queryable,
  tenantId: number,
  table: ColumnDimension,
  which: RawBuilder<unknown>,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select ${sql.ref(COLUMN[table])} as id from ${sql.table(table)}
    where tenant_id = ${tenantId} and (${which})`.execute(q.q)
  return rows.map(({ id }) => id)
}
