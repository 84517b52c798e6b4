// A table in somebody's PostgreSQL, read in a session that can only read, keeps no lock and ends slow statements.

import pg from 'pg'
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
export async function openPostgresTable(settings: TableSettings, password: string): Promise<TableDatabase> {
  const { host, port, user, database } = settings
  const ssl = settings.ssl === 'off' ? false : { rejectUnauthorized: settings.ssl === 'verify', ...caOf(settings) }
  const client = new pg.Client({
    ...{ host, port, user, password, database, ssl, connectionTimeoutMillis: CONNECT_MS },
    ...{ application_name: 'tollbook', keepAlive: true, types: { getTypeParser: () => (text: string) => text } },
  })
  client.on('error', () => undefined) // a connection that breaks while idle is noticed by the next query
  await client.connect()
  try {
    await client.query(
      `set timezone = 'UTC'; set datestyle = 'ISO'; set client_encoding = 'UTF8'; set statement_timeout = '${STATEMENT_S}s';
       set lock_timeout = '5s'; set default_transaction_read_only = on; set extra_float_digits = 1`,
    )
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
  const dialect = dialectOf(settings.table)
  const query = async (text: string, values: readonly string[]) =>
    (await client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array' })).rows
  return {
    dialect,
    query,
    columns: async () => (await query(COLUMNS, [dialect.table])).map(columnOf),
    close: () => client.end().catch(() => undefined),
  }
}

function caOf({ caPem }: TableSettings): { ca?: string } {
  return caPem === '' ? {} : { ca: caPem }
}

const COLUMNS = `select a.attname, format_type(a.atttypid, a.atttypmod),
    a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false),
    exists (select from pg_index i where i.indrelid = a.attrelid and i.indisvalid and i.indkey[0] = a.attnum)
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`

function columnOf(row: readonly (string | null)[]): TableColumn {
  return { name: row[0]!, type: row[1]!, isAutomatic: row[2] === 't', isIndexed: row[3] === 't', charset: '' }
}

function dialectOf(table: string): Dialect {
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  const { schema, name } = tableName(table)
  return {
    table: schema === '' ? quote(name) : `${quote(schema)}.${quote(name)}`,
    quote,
    count: 'count(*)::text',
    text: (column) =>
      column.type.endsWith('with time zone')
        ? `(${quote(column.name)}::timestamptz at time zone 'UTC')::text`
        : isUnbounded(column)
          ? `left(${quote(column.name)}::text, ${LONGEST_TEXT})`
          : `${quote(column.name)}::text`,
    param: (at, column) => `$${at}::${column.type}`,
    epochHour: (column) => `floor(${quote(column.name)} / 3600)::text`,
  }
}
