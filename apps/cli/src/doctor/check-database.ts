// The doctor on the database: the server and its settings, the books, and work that waits for somebody.

import { retentionStanding } from '@tollbook/charging/keep'
import { type Db, monthOf } from '@tollbook/db'
import { verifyLedger } from '@tollbook/ledger'
import type { Config } from '@tollbook/runtime'
import { grouped } from '../text.ts'
import type { Check } from './check.ts'

/** api, worker, ingest and a command beside them. */
const CONNECTIONS_MIN = 50

/** Version and the settings that decide over lost calls; the schema is up to date once a database is open. */
export async function checkPostgres(db: Db, config: Config): Promise<readonly Check[]> {
  const { rows } = await db.pool.query<Record<string, string>>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
       current_setting('max_connections') as connections, current_setting('server_encoding') as encoding,
       (select count(*)::text from migration) as migrations`,
  )
  const found = rows[0]!
  const where = config.databaseUrl === undefined ? 'embedded' : new URL(config.databaseUrl).hostname
  const server: Check = { name: 'PostgreSQL', state: 'ok', detail: `${found.version} (${where})` }
  return [
    server,
    settings(found),
    { name: 'Schema', state: 'ok', detail: `${found.migrations} migrations, none pending` },
  ]
}

function settings(found: Record<string, string>): Check {
  const faults = [
    found.fsync === 'off' && 'fsync is off: a power cut loses the database',
    found.full_page_writes === 'off' && 'full_page_writes is off: a power cut can damage the database',
    found.encoding !== 'UTF8' && `the encoding is ${found.encoding}, names need UTF8`,
  ].filter((f) => f !== false)
  if (faults.length > 0) return { name: 'Settings', state: 'failed', detail: faults.join('; ') }
  if (Number(found.connections) < CONNECTIONS_MIN) {
    const detail = `max_connections is ${found.connections}; ${CONNECTIONS_MIN} or more leaves room for commands`
    return { name: 'Settings', state: 'advice', detail }
  }
  return { name: 'Settings', state: 'ok', detail: `durable, ${found.connections} connections` }
}

/** Every balance is the sum of its entries. */
export async function checkBooks(db: Db): Promise<Check> {
  const { balances, differences } = await verifyLedger(db)
  const name = 'Books'
  if (differences.length === 0)
    return { name, state: 'ok', detail: `${grouped(balances)} balances equal their entries` }
  const [first] = differences
  const detail = `${differences.length} balances differ from their entries, first account ${first!.accountId}; keep a copy of the database and tell us`
  return { name, state: 'failed', detail }
}

/** What lies about: rows set aside, calls without a price, imports that failed. */
export async function checkWaiting(db: Db): Promise<readonly Check[]> {
  const { rows } = await db.pool.query<{ rejects: number; unrated: number; failed: number }>(
    `select (select count(*) from ingest_reject where state = 'open')::int as rejects,
       (select count(*) from call_unrated)::int as unrated,
       (select count(*) from import where state = 'failed')::int as failed`,
  )
  const { rejects, unrated, failed } = rows[0]!
  const advice = (n: number, name: string, what: string): Check[] =>
    n === 0 ? [] : [{ name, state: 'advice', detail: `${grouped(n)} ${what}` }]
  return [
    ...advice(rejects, 'Rows set aside', 'rows could not be read; see the page Imports'),
    ...advice(unrated, 'Unrated', 'calls should cost something and have no price; see tollbook help deck import'),
    ...advice(failed, 'Imports', 'imports failed; see the page Imports'),
  ]
}

const GIB = 1024 ** 3

/** Tables for months to come, how many months of calls are kept, and what lies aside. */
export async function checkMonths(db: Db, nowMs: number): Promise<readonly Check[]> {
  const { first, last, keepMonths, due, detached } = await retentionStanding(db, nowMs)
  if (first === undefined || last === undefined) return []
  const rule = keepMonths === undefined ? 'everything is kept' : `${keepMonths} whole months are kept`
  const ahead: Check =
    last > monthOf(nowMs)
      ? { name: 'Months', state: 'ok', detail: `tables from ${first} to ${last}; ${rule}` }
      : { name: 'Months', state: 'advice', detail: `no tables after ${last}; the worker makes them, does it run?` }
  const aside = detached.filter((one) => one.droppedAtMs === undefined)
  const gib = (aside.reduce((sum, one) => sum + one.bytes, 0) / GIB).toFixed(1)
  const lie = `${grouped(aside.length)} detached months lie aside with ${gib} GiB; see tollbook help retention drop`
  return [
    ahead,
    ...(due.length > 0
      ? [{ name: 'Retention', state: 'advice' as const, detail: `${due.length} months wait to be detached` }]
      : []),
    ...(aside.length > 0 ? [{ name: 'Detached', state: 'ok' as const, detail: lie }] : []),
  ]
}
