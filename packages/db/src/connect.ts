// The door to PostgreSQL: a pool, a typed query builder over it, and transactions in which both share one connection.
// Knows no table by name.

import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { DB as Schema } from './schema.ts'

export type { Schema }

/** Anything that can be queried: a pool or an open transaction. Read functions ask for no more than this. */
export type Queryable = { readonly q: Kysely<Schema> }

/** The database as a process holds it. */
export type Db = Queryable & {
  readonly pool: pg.Pool
  /** Ends the pool; waits for connections that are in use. */
  close(): Promise<void>
}

declare const inTransaction: unique symbol

/** An open transaction. Functions that must not run outside one demand this type. */
export type Tx = Queryable & { readonly client: pg.PoolClient; readonly [inTransaction]: true }

export type ConnectOptions = {
  /** Connections at most. */
  readonly max?: number
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string
  /** How long to wait for a connection, milliseconds; without it as long as the network takes to give up. */
  readonly connectTimeoutMs?: number
}

// numeric and int8 stay text: money must not pass through a float. Dates stay text: a Date would be given a zone.
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.DATE, (text: string) => text)

/** Opens a pool on `url`. Nothing is connected until the first query. */
export function connect(url: string, options: ConnectOptions = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'tollbook',
    types,
    options: '-c timezone=UTC',
    ...(options.connectTimeoutMs === undefined ? {} : { connectionTimeoutMillis: options.connectTimeoutMs }),
  })
  // An idle connection that breaks (server restarted) is replaced at the next query; without a listener it would crash us.
  pool.on('error', () => undefined)
  // So does one that is lent and has no query under way, between two statements of a transaction: its next one fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const q = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return { q, pool, close: () => pool.end() }
}

/** Runs `work` in one transaction: commits when it returns, rolls back when it throws. */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(transactionOn(client))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((e: Error) => {
      broken = e
    })
    throw error
  } finally {
    client.release(broken)
  }
}

function transactionOn(client: pg.PoolClient): Tx {
  // Kysely takes its connections from a pool; this one always lends the connection the transaction runs on.
  const lent = { query: client.query.bind(client), release: () => undefined }
  const pool = { connect: async () => lent, end: async () => undefined }
  const q = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pool as unknown as pg.Pool }) })
  return { q, client } as Tx
}
