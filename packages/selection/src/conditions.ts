// A selection as SQL conditions over calls. They hold constants only; names were looked up before (resolve.ts).

import { type RawBuilder, sql } from 'kysely'
import type { CallColumns, ColumnOf } from './call-columns.ts'
import { COLUMN, COLUMN_DIMENSIONS, ENDINGS } from './dimensions.ts'
import type { Choice, RangeName } from './parse-filters.ts'
import type { Chosen, Members, Selection } from './resolve.ts'
import { searchCondition } from './search-condition.ts'

/** `and …` for each filter on a dimension: all that a rollup can be asked. */
export function dimensionConditions(selection: Selection, column: ColumnOf): RawBuilder<unknown> {
  return joined(
    COLUMN_DIMENSIONS.flatMap((dimension) => {
      const chosen = selection.chosen[dimension]
      if (chosen === undefined) return []
      if (dimension === 'tag') return [sql`and ${chosen.not ? sql`not` : sql``} (${tagged(chosen)})`]
      if (dimension === 'department' && selection.members)
        return [sql`and ${inDepartment(chosen, selection.members, column)}`]
      return [sql`and ${oneOf(column(COLUMN[dimension]), chosen)}`]
    }),
  )
}

/** All conditions, each with `and` in front, over single calls: alias `c` is the call. */
export function callConditions(selection: Selection, columns: CallColumns): RawBuilder<unknown> {
  const all = [dimensionConditions(selection, columns.column)]
  for (const [name, choice] of Object.entries(selection.numbers)) {
    const sides = name === 'number' ? ['from_number', 'to_number'] : [name]
    const any = sides.flatMap((side) =>
      choice.matches.map(({ regex, tail }) => {
        const number = sql.ref(`c.${side}`)
        // "All but" reads what is left anyway; the end of a number is asked for the sake of its index.
        const ends = tail === undefined || choice.not ? sql`` : sql`right(${number}, 8) = ${tail} and`
        return sql`(${ends} ${columns.matches(number, regex)})`
      }),
    )
    all.push(choice.not ? sql`and not (${sql.join(any, sql` or `)})` : sql`and (${sql.join(any, sql` or `)})`)
  }
  for (const [name, range] of Object.entries(selection.ranges)) {
    const value = rangeOf(name as RangeName, columns)
    // With its places: DuckDB's plain numeric has three, and would ask for 0.001 where 0.0005 was said.
    if (range.least !== undefined) all.push(sql`and ${value} >= ${range.least}::numeric(18,6)`)
    if (range.most !== undefined) all.push(sql`and ${value} <= ${range.most}::numeric(18,6)`)
  }
  if (selection.rated === 'unrated') all.push(sql`and ${columns.unrated}`)
  if (selection.rated === 'rated') all.push(sql`and not ${columns.unrated} and ${columns.charged}`)
  if (selection.ending) all.push(sql`and ${oneOf(sql`c.ending`, endingsOf(selection.ending))}`)
  if (selection.times) all.push(sql`and ${columns.within(selection.times)}`)
  if (selection.search) all.push(sql`and ${searchCondition(selection.search)}`)
  return joined(all)
}

/** True where numbers are asked for by their ends, so that few calls are found by index: sort what was found, then. */
export function isFoundByNumber({ numbers, search }: Selection): boolean {
  if (search !== undefined && search.kind !== 'name') return true
  return Object.values(numbers).some(({ not, matches }) => !not && matches.every(({ tail }) => tail !== undefined))
}

function oneOf(column: RawBuilder<unknown>, { not, values }: Chosen): RawBuilder<boolean> {
  if (values.length === 0) return not ? sql<boolean>`true` : sql<boolean>`false`
  // Text to PostgreSQL's parser, so that a smallint column is compared as one and its index serves.
  const list = sql.join(values.map((value) => (typeof value === 'number' ? sql.lit(value) : sql`${value}`)))
  return not ? sql<boolean>`${column} not in (${list})` : sql<boolean>`${column} in (${list})`
}

/** The department of the extension, else that of the account; who belongs to none is in 0. */
function inDepartment({ not, values }: Chosen, members: Members, column: ColumnOf): RawBuilder<unknown> {
  const valuesOf = <T extends number | string>(all: readonly (readonly [T, number])[], some?: Chosen['values']) =>
    all.filter(([, department]) => some?.includes(department) ?? true).map(([member]) => member)
  const [extension, account] = [column('extension'), column('account_id')]
  const has = (of: RawBuilder<unknown>, some: Chosen['values']) => oneOf(of, { not: false, values: some })
  const hasNot = (of: RawBuilder<unknown>, some: Chosen['values']) => oneOf(of, { not: true, values: some })
  const byAccount = [has(account, valuesOf(members.accounts, values))]
  if (values.includes(0)) byAccount.push(hasNot(account, valuesOf(members.accounts)))
  return sql`${not ? sql`not` : sql``} (${has(extension, valuesOf(members.extensions, values))}
    or ${hasNot(extension, valuesOf(members.extensions))} and (${sql.join(byAccount, sql` or `)}))`
}

/** A call may have several tags, and is asked for by any of them. */
function tagged({ values }: Chosen): RawBuilder<unknown> {
  if (values.length === 0) return sql`false`
  const rows = sql`select 1 from call_tag x where x.call_key = c.call_key and x.opened_at = c.opened_at`
  const any = values.map((tag) => (tag === '' ? sql`not exists (${rows})` : sql`exists (${rows} and x.tag = ${tag})`))
  return sql.join(any, sql` or `)
}

function endingsOf({ not, values }: Choice): Chosen {
  return { not, values: values.map((word) => (ENDINGS as readonly string[]).indexOf(word)) }
}

function rangeOf(name: RangeName, columns: CallColumns): RawBuilder<unknown> {
  return name === 'cost' || name === 'revenue' ? columns[name] : sql.ref(`c.${name}_s`)
}

function joined(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql.join(conditions, sql` `)
}
