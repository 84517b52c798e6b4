// What a table reader needs of a database, whichever it is: its columns, rows as texts, and how its SQL says a few things.

/** A column of the table, as the database's own catalogue has it. */
export type TableColumn = {
  readonly name: string
  /** The database's name of the type, lower case. */
  readonly type: string
  /** Counts up by itself: identity, serial, auto_increment, INTEGER PRIMARY KEY. */
  readonly isAutomatic: boolean
  /** An index begins with it. */
  readonly isIndexed: boolean
  /** '' where the database knows none. MySQL: what the bytes of this column were declared to be. */
  readonly charset: string
}

export type TableDatabase = {
  /** Columns in their order; empty when the table is not there or not to be seen. */
  columns(): Promise<readonly TableColumn[]>
  /** Rows as texts, whatever their types. Values are bound, never put into the text. */
  query(sql: string, values: readonly string[]): Promise<(readonly (string | null)[])[]>
  readonly dialect: Dialect
  close(): Promise<void>
}

export type Dialect = {
  /** The table, schema and name quoted. */
  readonly table: string
  quote(name: string): string
  /** The column as text; instants (timestamptz) as text in UTC. */
  text(column: TableColumn): string
  /** Place `at` (from 1) of the values, to be compared with the column. */
  param(at: number, column: TableColumn): string
  /** count(*) as text. */
  readonly count: string
  /** Seconds in hours, as text: for columns that hold epochs. */
  epochHour(column: TableColumn): string
}

/** `schema.table` taken apart; a name without a dot stands in the default schema (''). */
export function tableName(table: string): { readonly schema: string; readonly name: string } {
  const dot = table.indexOf('.')
  return dot < 0 ? { schema: '', name: table } : { schema: table.slice(0, dot), name: table.slice(dot + 1) }
}

/** Texts of columns without a bound are cut here, characters: a page must stay a page. */
export const LONGEST_TEXT = 8192

/** True for types that may hold any length. */
export function isUnbounded({ type }: TableColumn): boolean {
  return /text|blob|json|xml|bytea|clob|binary|char/.test(type)
}

/** Statements longer than this are ended by the server: a table without an index must not be worked to death. */
export const STATEMENT_S = 60
export const CONNECT_MS = 10_000
