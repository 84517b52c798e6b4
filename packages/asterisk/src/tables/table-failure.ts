// Why a table cannot be read, in words that say what to do about it. Refused: somebody must change something first.
// Unreachable: time may mend it, so it is tried again.

import type { TableSettings } from './table-settings.ts'

export type TableFailure = {
  readonly kind: 'refused' | 'unreachable'
  /** Plain words, with the statement that mends it where there is one. Never holds a password. */
  readonly reason: string
}

type DriverError = Error & {
  readonly code?: string | number
  readonly errno?: number
  readonly errcode?: number
  readonly sqlMessage?: string
}

/** What an error of a driver means for whoever set the table up. */
export function tableFailure(error: unknown, settings: TableSettings): TableFailure {
  const known = error instanceof Error ? (error as DriverError) : new Error(String(error))
  const found = FAILURES[settings.engine](known, settings) ?? networkFailure(known, settings)
  return found ?? { kind: 'unreachable', reason: oneLine(known.message) }
}

const refused = (reason: string): TableFailure => ({ kind: 'refused', reason })
const unreachable = (reason: string): TableFailure => ({ kind: 'unreachable', reason })

const FAILURES: Readonly<
  Record<TableSettings['engine'], (error: DriverError, settings: TableSettings) => TableFailure | undefined>
> = { postgresql, mysql, sqlite }

function postgresql(error: DriverError, { user, database, table }: TableSettings): TableFailure | undefined {
  const name = `"${user.replaceAll('"', '""')}"`
  switch (error.code) {
    case '28P01':
      return refused(`the database refuses user ${user}: wrong password, or there is no such user`)
    case '28000':
      return refused(`the database lets nobody in as ${user} from here: ${oneLine(error.message)}`)
    case '3D000':
      return refused(`there is no database "${database}"`)
    case '42P01':
    case '3F000':
      return refused(`there is no table ${table} in ${database}`)
    case '42501':
      return refused(
        `user ${user} may not read ${table}. As its owner: ${grantUsage(table, name)}GRANT SELECT ON ${table} TO ${name};`,
      )
    case '42703':
      return refused(`a column that was there is gone: ${oneLine(error.message)}`)
    case '57014':
      return slow(table)
  }
  if (/does not support SSL/.test(error.message)) return refused('the server offers no encryption; set ssl to off')
  return certificate(error)
}

function grantUsage(table: string, name: string): string {
  const dot = table.indexOf('.')
  return dot < 0 ? '' : `GRANT USAGE ON SCHEMA ${table.slice(0, dot)} TO ${name}; `
}

function mysql(error: DriverError, { user, database, table }: TableSettings): TableFailure | undefined {
  const said = error.sqlMessage ?? error.message
  // As the server sees us: 'user'@'host'.
  const who = /'[^']*'@'[^']*'/.exec(said)?.[0] ?? `'${user}'@'%'`
  const target = `\`${database}\`.\`${table}\``
  switch (error.errno) {
    case 1045:
    case 1698:
      return refused(
        `the database refuses ${who}: wrong password, or no such user for this address. There: CREATE USER ${who} IDENTIFIED BY '…'; GRANT SELECT ON ${target} TO ${who};`,
      )
    case 1130:
      return refused(`the database lets nobody in from here: ${oneLine(said)}`)
    case 1044:
    case 1142:
    case 1143:
      return refused(`${who} may not read ${table}. There: GRANT SELECT ON ${target} TO ${who};`)
    case 1049:
      return refused(`there is no database "${database}"`)
    case 1146:
      return refused(`there is no table ${table} in ${database}`)
    case 1054:
      return refused(`a column that was there is gone: ${oneLine(said)}`)
    case 1251:
      return refused(`the server asks for a way of signing in that is not spoken here: ${oneLine(said)}`)
    case 1969:
    case 3024:
      return slow(table)
  }
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT') return refused('the server offers no encryption; set ssl to off')
  return certificate(error)
}

function sqlite(error: DriverError, { database, table }: TableSettings): TableFailure | undefined {
  if (error.code === 'ENOENT') return refused(`there is no file ${database}`)
  if (error.code === 'EACCES' || error.code === 'EPERM') return refused(`${database} may not be read by this user`)
  switch ((error.errcode ?? 0) & 0xff) {
    case 5:
    case 6:
      return unreachable('the database is locked by its writer')
    case 14:
      return refused(
        `${database} cannot be opened. In WAL mode its -shm file must exist or its folder be writable by this user`,
      )
    case 26:
    case 11:
      return refused(`${database} is no SQLite database, or a damaged one`)
  }
  if (/no such table/.test(error.message)) return refused(`there is no table ${table} in ${database}`)
  return undefined
}

function certificate(error: DriverError): TableFailure | undefined {
  const isCertificate = /certificate|CERT_|altname/i.test(`${error.code ?? ''} ${error.message}`)
  return isCertificate ? refused(`the server's certificate is not accepted: ${oneLine(error.message)}`) : undefined
}

function slow(table: string): TableFailure {
  return unreachable(`${table} answers too slowly; an index on the time of its rows helps (calldate, start, eventtime)`)
}

function networkFailure(error: DriverError, { host, port }: TableSettings): TableFailure | undefined {
  switch (error.code) {
    case 'ECONNREFUSED':
      return unreachable(`nothing listens on ${host}:${port}`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(`the name ${host} is not known`)
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(`${host}:${port} does not answer`)
  }
  return undefined
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 300)
}
