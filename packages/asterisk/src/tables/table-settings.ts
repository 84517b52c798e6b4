// What somebody says about a table that is to be followed, checked once. The password is not among it: it is kept sealed.

import { err, ok, type Result } from '@tollbook/kernel'

export type TableEngine = 'postgresql' | 'mysql' | 'sqlite'
export type TableContent = 'cdr' | 'cel' | 'queue_log'

export type TableSettings = {
  readonly engine: TableEngine
  /** Not used by sqlite. */
  readonly host: string
  readonly port: number
  readonly user: string
  /** 'on' encrypts, 'verify' also checks the certificate. */
  readonly ssl: 'off' | 'on' | 'verify'
  /** Certificate authority for 'verify'; '' = those of this machine. */
  readonly caPem: string
  /** Its name; for sqlite the path of the file. */
  readonly database: string
  /** `cdr`, or `schema.cdr`. */
  readonly table: string
  /** Undefined: told by the columns. */
  readonly content: TableContent | undefined
  /** Undefined: found among the columns. */
  readonly idColumn: string | undefined
  /** How far back rows may appear behind newer ones, at least: the longest call. Seconds. */
  readonly lookBackS: number
  /** Seconds between two looks; undefined: often with an index, seldom without. */
  readonly pollS: number | undefined
}

const PORTS: Readonly<Record<TableEngine, number>> = { postgresql: 5432, mysql: 3306, sqlite: 0 }
const DAY_S = 86_400

/** Reads the settings of a feed of kind 'table'; the reason of a refusal is for people. */
export function tableSettings(given: Readonly<Record<string, unknown>>): Result<TableSettings, string> {
  const text = (name: string) => (typeof given[name] === 'string' ? (given[name] as string) : '')
  const engine = ENGINES.get(text('engine'))
  if (engine === undefined) return err('engine must be postgresql, mysql or sqlite')
  const database = text('database') || text('path')
  const table = text('table')
  if (database === '') return err(engine === 'sqlite' ? 'the path of the file is missing' : 'database is missing')
  if (table === '') return err('table is missing')
  if (engine !== 'sqlite' && text('host') === '') return err('host is missing')
  if (engine !== 'sqlite' && text('user') === '') return err('user is missing')
  const port = numberIn(given.port, 1, 65_535, PORTS[engine])
  const lookBackS = numberIn(given.lookBackS, 60, 366 * DAY_S, DAY_S)
  const pollS = given.pollS === undefined ? undefined : numberIn(given.pollS, 1, DAY_S, Number.NaN)
  if (port === undefined) return err('port is not a port')
  if (lookBackS === undefined) return err('lookBackS must be between a minute and a year')
  if (given.pollS !== undefined && pollS === undefined) return err('pollS must be between a second and a day')
  const ssl = sslOf(given.ssl)
  if (ssl === undefined) return err('ssl must be off, on or verify')
  const content = CONTENTS.get(text('content') || text('kind') || 'auto')
  if (content === undefined) return err('content must be auto, cdr, cel or queue_log')
  return ok({
    ...{ engine, host: text('host'), port, user: text('user'), ssl, caPem: text('caPem'), database, table },
    ...{ content: content === 'auto' ? undefined : content, idColumn: text('idColumn') || undefined, lookBackS, pollS },
  })
}

const ENGINES: ReadonlyMap<string, TableEngine> = new Map<string, TableEngine>([
  ['postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['sqlite', 'sqlite'],
])

const CONTENTS: ReadonlyMap<string, TableContent | 'auto'> = new Map<string, TableContent | 'auto'>([
  ['auto', 'auto'],
  ['cdr', 'cdr'],
  ['cel', 'cel'],
  ['queue_log', 'queue_log'],
])

function sslOf(value: unknown): TableSettings['ssl'] | undefined {
  if (value === undefined || value === false || value === '' || value === 'off') return 'off'
  if (value === true || value === 'on') return 'on'
  return value === 'verify' ? 'verify' : undefined
}

/** `otherwise` when nothing is given, undefined when what is given is no whole number in this range. */
function numberIn(value: unknown, least: number, most: number, otherwise: number): number | undefined {
  if (value === undefined) return otherwise
  const n = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  return typeof n === 'number' && Number.isInteger(n) && n >= least && n <= most ? n : undefined
}
