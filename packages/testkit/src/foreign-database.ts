// A database of somebody else's, as a PBX has one, empty and for one test file: PostgreSQL on the test server, SQLite in a
// file, MariaDB where one can be had. What reads tables of others is tested on all three.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import type { Run, SqlEngine } from './cdr-tables.ts'
import { withDatabase } from './global-setup.ts'
import { noRealMariadb, realMariadb } from './real-mariadb.ts'

export type ForeignDatabase = {
  readonly engine: SqlEngine
  /** How a feed says where it is. */
  readonly settings: Readonly<Record<string, string | number>>
  readonly password: string
  /** Runs SQL as somebody who may write; PostgreSQL's parameters are $1, the others' are ?. */
  readonly run: Run
  /** A second connection for what must be open at the same time. */
  another(): Promise<{ readonly run: Run; close(): Promise<void> }>
  close(): Promise<void>
}

/** The same tests on each engine, on a database of their own; an engine that is not here is skipped and says why. */
export function describeForeignDatabases(
  tests: (engine: SqlEngine, database: () => ForeignDatabase) => void,
  engines: readonly SqlEngine[] = ['postgresql', 'mysql', 'sqlite'],
): void {
  describe.each(engines)('%s', (engine) => {
    const missing = engine === 'mysql' ? noRealMariadb() : undefined
    if (missing !== undefined) {
      it.skip(`is not here: ${missing}`, () => undefined)
      return
    }
    let database: ForeignDatabase
    beforeAll(async () => {
      database = await foreignDatabase(engine)
    })
    afterAll(async () => await database?.close())
    tests(engine, () => database)
  })
}

export async function foreignDatabase(engine: SqlEngine): Promise<ForeignDatabase> {
  if (engine === 'sqlite') return inSqlite()
  return engine === 'mysql' ? await inMariadb() : await inPostgres()
}

async function inPostgres(): Promise<ForeignDatabase> {
  const server = inject('postgresUrl')
  const name = `foreign_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const open = async () => {
    const client = new pg.Client({ connectionString: withDatabase(server, name) })
    client.on('error', () => undefined)
    await client.connect()
    const run: Run = async (sql, values) => (await client.query(sql, [...values])).rows
    return { run, close: () => client.end() }
  }
  const first = await open()
  const url = new URL(server)
  const [host, port, user] = [url.hostname, Number(url.port || 5432), decodeURIComponent(url.username)]
  return {
    engine: 'postgresql',
    settings: { engine: 'postgresql', host, port, user, database: name },
    password: decodeURIComponent(url.password),
    run: first.run,
    another: open,
    async close() {
      await first.close()
      await admin.query(`drop database ${name} with (force)`).catch(() => undefined)
      await admin.end()
    },
  }
}

async function inMariadb(): Promise<ForeignDatabase> {
  const { host, port, user, password, stop } = await realMariadb()
  const database = 'asteriskcdrdb'
  const open = async () => {
    const connection = await mysql.createConnection({ host, port, user, password, timezone: 'Z', dateStrings: true })
    await connection.query(`create database if not exists ${database} character set utf8mb4`)
    await connection.query(`use ${database}`)
    await connection.query(`set time_zone = '+00:00'`)
    const run: Run = async (sql, values) => (await connection.query(sql, [...values]))[0]
    return { run, close: () => connection.end() }
  }
  const first = await open()
  return {
    engine: 'mysql',
    settings: { engine: 'mysql', host, port, user, database },
    password,
    run: first.run,
    another: open,
    async close() {
      await first.close()
      await stop()
    },
  }
}

function inSqlite(): ForeignDatabase {
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-sqlite-'))
  const path = join(dir, 'master.db')
  const open = () => {
    const database = new DatabaseSync(path, { timeout: 2000 })
    database.exec('pragma journal_mode = wal')
    const run: Run = async (sql, values) => database.prepare(sql).all(...values)
    return { run, close: async () => database.close() }
  }
  const first = open()
  return {
    engine: 'sqlite',
    settings: { engine: 'sqlite', database: path },
    password: '',
    run: first.run,
    another: async () => open(),
    async close() {
      await first.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
