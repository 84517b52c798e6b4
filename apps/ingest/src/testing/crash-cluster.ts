// One PostgreSQL for many crash runs: a template with the schema and a tenant, cloned for each run; ended at once on
// demand, as by a power cut of the server alone, and up again on the same port.

import { chmodSync, mkdirSync } from 'node:fs'
import { connect, ensureMonths, migrate, monthOf } from '@tollbook/db'
import { type EmbeddedServer, startEmbedded } from '@tollbook/db/embedded'
import { setUpTenant } from './crash-tenant.ts'

export type CrashCluster = {
  /** Makes a database with the schema, the tenant and its deck; answers its URL. */
  clone(name: string): Promise<string>
  drop(name: string): Promise<void>
  /** `pg_ctl stop -m immediate`: no checkpoint, no farewell; then `start` recovers. */
  shutDownAtOnce(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

const TEMPLATE = 'crash_template'
const MIGRATIONS = new URL('../../../../migrations', import.meta.url).pathname

/**
 * What was committed must survive the server, so commits are written out to the operating system; that it may fail too is
 * not tried here, and waiting for the disk would only make the runs longer.
 */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  autovacuum: 'off',
  max_connections: '80',
}

/** Starts a server with its cluster in `dir`, and fills the template. */
export async function crashCluster(dir: string): Promise<CrashCluster> {
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, 0o711) // the server may run as another user
  let server: EmbeddedServer = await startEmbedded({ dataDir: dir, settings: SETTINGS })
  const { port } = server
  const ask = async (...statements: string[]) => {
    const admin = connect(server.url(), { max: 1 })
    try {
      for (const statement of statements) await admin.pool.query(statement)
    } finally {
      await admin.close()
    }
  }
  await ask(`drop database if exists ${TEMPLATE}`, `create database ${TEMPLATE}`)
  const template = connect(server.url(TEMPLATE), { max: 2 })
  await migrate(template, MIGRATIONS)
  const nowMs = Date.now()
  // A run lies in one month or, around midnight of the last day, in two.
  await ensureMonths(template, new Set([monthOf(nowMs - DAY_MS), monthOf(nowMs)]))
  await setUpTenant(template, nowMs)
  await template.close()
  return {
    clone: async (name) => {
      await ask(`create database ${name} template ${TEMPLATE} strategy file_copy`)
      return server.url(name)
    },
    drop: (name) => ask(`drop database if exists ${name} with (force)`),
    shutDownAtOnce: async () => {
      process.kill(server.pid, 'SIGQUIT')
      await server.ended
    },
    start: async () => {
      server = await startEmbedded({ dataDir: dir, settings: SETTINGS, port })
    },
    stop: () => server.stop(),
  }
}

const DAY_MS = 86_400_000
