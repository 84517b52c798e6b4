// A table in a SQLite file that somebody else writes, opened only for reading; a file put in its place is noticed.

import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type Dialect, LONGEST_TEXT, type TableColumn, type TableDatabase, tableName } from './table-database.ts'
import type { TableSettings } from './table-settings.ts'

/**
 * How long a query waits for a writer that has the file locked (it need not in WAL mode), milliseconds. Short, because this
 * thread waits with it; the follower tries again.
 */
const BUSY_MS = 100

/** Opens the file. Queries run in this process's own thread: pages must be small. @throws see tableFailure. */
export async function openSqliteTable(settings: TableSettings): Promise<TableDatabase> {
  const path = settings.database
  let inode = statSync(path).ino
  let database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  const query = async (sql: string, values: readonly string[]) => {
    const now = statSync(path).ino
    if (now !== inode) {
      database.close()
      database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
      inode = now
    }
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    const rows = statement.all(...values) as unknown as (string | number | bigint | Uint8Array | null)[][]
    return rows.map((row) => row.map(textOf))
  }
  const dialect = dialectOf(settings.table)
  return {
    dialect,
    query,
    columns: () => columnsOf(query, tableName(settings.table).name),
    async close() {
      database.close()
    },
  }
}

async function columnsOf(query: TableDatabase['query'], table: string): Promise<TableColumn[]> {
  const rows = await query('select name, lower(type), pk from pragma_table_info(?)', [table])
  const indexed = await query(
    `select c.name from pragma_index_list(?) i, pragma_index_info(i.name) c where c.seqno = 0`,
    [table],
  )
  const first = new Set(indexed.map(([name]) => name))
  const keys = rows.filter(([, , pk]) => pk !== '0').length
  return rows.map(([name, type, pk]) => {
    const isAutomatic = pk === '1' && keys === 1 && type === 'integer'
    return { name: name!, type: type ?? '', isAutomatic, isIndexed: isAutomatic || first.has(name!), charset: '' }
  })
}

function dialectOf(table: string): Dialect {
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  return {
    table: quote(tableName(table).name),
    quote,
    count: 'cast(count(*) as text)',
    // A column of SQLite may hold any length, whatever its type says.
    text: (column) => `substr(cast(${quote(column.name)} as text), 1, ${LONGEST_TEXT})`,
    // Without this a column of no affinity would find every number smaller than any text.
    param: (_, column) => (/int|real|floa|doub|num|dec/.test(column.type) ? 'cast(? as numeric)' : '?'),
    epochHour: (column) => `cast(cast(${quote(column.name)} as integer) / 3600 as text)`,
  }
}

function textOf(value: string | number | bigint | Uint8Array | null): string | null {
  if (value === null || typeof value === 'string') return value
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)
}
