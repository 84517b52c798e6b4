// A table in somebody's MySQL or MariaDB, read in a session that can only read and ends slow statements.
//
// Every value is asked for as bytes (cast … as binary), so that neither the driver nor the server turns anything into
// something else: no Dates, no zones, and of a latin1 column that holds UTF-8, as many do, the UTF-8.

import { type Connection, createConnection } from 'mysql2/promise'
import {
  CONNECT_MS,
  type Dialect,
  isUnbounded,
  LONGEST_TEXT,
  STATEMENT_S,
  type TableColumn,
  type TableDatabase,
  tableName,
} from './table-database.ts'
import type { TableSettings } from './table-settings.ts'

/** Opens one connection. @throws the driver's error, see tableFailure. */
export async function openMysqlTable(settings: TableSettings, password: string): Promise<TableDatabase> {
  const { host, port, user, database } = settings
  const ssl =
    settings.ssl === 'off' ? {} : { ssl: { rejectUnauthorized: settings.ssl === 'verify', ...caOf(settings) } }
  const connection = await createConnection({
    ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
    ...{ user, password, database, connectTimeout: CONNECT_MS, enableKeepAlive: true },
    ...{ charset: 'utf8mb4', multipleStatements: false, ...ssl },
  })
  // A connection that breaks while idle is noticed by the next query.
  ;(connection as unknown as NodeJS.EventEmitter).on('error', () => undefined)
  try {
    await prepare(connection)
  } catch (error) {
    connection.destroy()
    throw error
  }
  const query = async (sql: string, values: readonly string[]) => {
    const [rows] = await connection.execute({ sql, rowsAsArray: true }, [...values])
    return (rows as (Buffer | string | number | null)[][]).map((row) => row.map(textOf))
  }
  const { schema, name } = tableName(settings.table)
  return {
    dialect: dialectOf(settings.table),
    query,
    async columns() {
      const where = schema === '' ? database : schema
      return (await query(COLUMNS, [where, name])).map(columnOf)
    },
    async close() {
      await connection.end().catch(() => connection.destroy())
    },
  }
}

function caOf({ caPem }: TableSettings): { ca?: string } {
  return caPem === '' ? {} : { ca: caPem }
}

async function prepare(connection: Connection): Promise<void> {
  // sql_mode '': a zero date may be compared with. UTC: what a `timestamp` column gives is then an instant in UTC.
  await connection.query(`set session time_zone = '+00:00', session sql_mode = ''`)
  await connection.query('set session transaction isolation level read committed, read only')
  await connection.query('set session lock_wait_timeout = 5').catch(() => undefined)
  await connection
    .query(`set session max_statement_time = ${STATEMENT_S}`) // MariaDB
    .catch(() => connection.query(`set session max_execution_time = ${STATEMENT_S * 1000}`)) // MySQL
    .catch(() => undefined) // neither, before 5.7
}

const COLUMNS = `select cast(c.column_name as binary), cast(lower(c.data_type) as binary), cast(lower(c.extra) as binary),
    cast(coalesce(c.character_set_name, '') as binary),
    cast(exists (select 1 from information_schema.statistics s where s.table_schema = c.table_schema
      and s.table_name = c.table_name and s.column_name = c.column_name and s.seq_in_index = 1) as binary)
  from information_schema.columns c where c.table_schema = ? and c.table_name = ? order by c.ordinal_position`

function columnOf(row: readonly (string | null)[]): TableColumn {
  const isAutomatic = /auto_increment/.test(row[2] ?? '')
  return { name: row[0]!, type: row[1]!, isAutomatic, isIndexed: row[4] === '1', charset: row[3] ?? '' }
}

function dialectOf(table: string): Dialect {
  const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``
  const { schema, name } = tableName(table)
  return {
    table: schema === '' ? quote(name) : `${quote(schema)}.${quote(name)}`,
    quote,
    count: 'cast(count(*) as binary)',
    text: (column) => {
      const value = isUnbounded(column) ? `left(${quote(column.name)}, ${LONGEST_TEXT})` : quote(column.name)
      // Bytes of these are neither ASCII nor UTF-8; let the server turn them.
      return /^(ucs2|utf16|utf32|gb|big5|sjis|ujis|euckr|cp932)/.test(column.charset)
        ? `cast(convert(${value} using utf8mb4) as binary)`
        : `cast(${value} as binary)`
    },
    param: () => '?',
    epochHour: (column) => `cast(floor(${quote(column.name)} / 3600) as binary)`,
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const LATIN1 = new TextDecoder('windows-1252')

/** UTF-8 where the bytes are UTF-8, whatever the column was declared to be; else what MySQL calls latin1. */
function textOf(value: Buffer | string | number | null): string | null {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  try {
    return UTF8.decode(value)
  } catch {
    return LATIN1.decode(value)
  }
}
