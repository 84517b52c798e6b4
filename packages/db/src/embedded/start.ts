// The embedded PostgreSQL: one call brings it up, one stops it. It listens on 127.0.0.1 only, on a port of its own
// choosing, and lets nobody in without the password in the data directory. Tollbook works as an ordinary role;
// the superuser is used only to make that role and its database.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { EmbeddedServerError, findBinaries } from './binaries.ts'
import { commandOf, ensureCluster, ensurePassword, ids, serverEnvironment, stopLeftOver } from './cluster.ts'
import { prepareDataFolder } from './data-folder.ts'
import { chooseIdentity, type Identity } from './identity.ts'
import { serverSettings } from './settings.ts'

export type EmbeddedServer = {
  /** Connection URL of the ordinary role, for `database` ("tollbook" if not said). Contains the password. */
  url(database?: string): string
  /** Stops the server in order and waits until it is gone. */
  stop(): Promise<void>
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>
  readonly port: number
  readonly pid: number
  readonly mode: Identity['mode']
}

export type EmbeddedOptions = {
  /** Holds the cluster, the passwords and the server's log. The caller holds the lock on it (see data-lock.ts). */
  readonly dataDir: string
  /** Where to listen; a free one when it is not said. */
  readonly port?: number
  readonly settings?: Readonly<Record<string, string>>
}

/** Recovery after a kill replays at most max_wal_size of log; minutes on a slow disk, so wait long before giving up. */
const READY_SECONDS = 300
/** After a kill of the server alone its helpers hold the memory until they notice; on a busy machine that takes seconds. */
const START_TRIES = 40
const START_PAUSE_MS = 250
/** Failures that pass by themselves: a port taken in between, and what a killed server leaves for a moment. */
const PASSING = /could not bind|shared memory block .* still in use|lock file "postmaster\.pid" already exists/
const LOG_BYTES_MAX = 10 * 1024 * 1024

/**
 * Starts PostgreSQL on `dataDir`, creating the cluster at first use and stopping a server that a killed run left.
 * Throws EmbeddedServerError with what to do when disk, permission or platform is in the way.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir)
  prepareDataFolder(dataDir)
  const identity = chooseIdentity(await findBinaries(), join(dataDir, 'pg'))
  const superuserPassword = ensurePassword(join(dataDir, 'postgres.password'))
  const password = ensurePassword(join(dataDir, 'tollbook.password'))
  stopLeftOver(identity)
  ensureCluster(identity, superuserPassword)
  const settings = { ...serverSettings(dirname(identity.cluster)), ...options.settings }
  const log = join(dataDir, 'postgres.log')
  rotate(log)
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    // Measured before the launch: a server that refuses at once has its last words behind here.
    const offset = existsSync(log) ? statSync(log).size : 0
    const child = launch(identity, port, settings, log)
    const superuser = `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/postgres`
    const failure = await untilReady(child, superuser, log, offset)
    if (failure === undefined) {
      await ensureRole(superuser, password)
      return running(child, identity, port, password)
    }
    if (failure === WRONG_PASSWORD) {
      throw new EmbeddedServerError(
        `${failure}. Restore that file in ${dataDir}, or remove ${identity.cluster} to begin anew.`,
      )
    }
    if (attempt === START_TRIES || !PASSING.test(failure)) throw new EmbeddedServerError(failure)
    await new Promise((r) => setTimeout(r, START_PAUSE_MS))
  }
}

function rotate(log: string): void {
  if (existsSync(log) && statSync(log).size > LOG_BYTES_MAX) renameSync(log, `${log}.1`)
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
      .once('error', fail)
      .listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => done((address as { port: number }).port))
      })
  })
}

/** Detached, so that Ctrl-C reaches the application first and PostgreSQL stays until the application is done. */
function launch(
  identity: Identity,
  port: number,
  settings: Readonly<Record<string, string>>,
  log: string,
): ChildProcess {
  const args = [
    '-D',
    identity.cluster,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
  ]
  const command = commandOf(identity, 'postgres', args)
  const out = openSync(log, 'a', 0o600)
  try {
    // The log is a file and not a pipe: when we are killed the server must be able to go on writing.
    const child = spawn(command.file, command.args, {
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', out, out],
      detached: true,
      ...ids(identity),
    })
    // However this process ends, but for SIGKILL, the server is told to: a crash here must not leave it behind.
    const tell = () => child.kill('SIGINT')
    process.once('exit', tell)
    child.once('exit', () => process.off('exit', tell))
    return child
  } finally {
    closeSync(out)
  }
}

const WRONG_PASSWORD = 'The database has another password than the file postgres.password'

/** Undefined once the server answers, else why it does not. */
async function untilReady(child: ChildProcess, url: string, log: string, offset: number): Promise<string | undefined> {
  let gone: string | undefined
  child.once('error', (e) => {
    gone = e.message
  })
  child.once('exit', (code) => {
    gone ??= `PostgreSQL stopped at once (exit ${code}): ${lastWords(log, offset)}`
  })
  for (let waited = 0; waited < READY_SECONDS * 20; waited++) {
    if (gone !== undefined) return gone
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return undefined
    } catch (error) {
      if ((error as { code?: string }).code === '28P01') {
        child.kill('SIGINT')
        return WRONG_PASSWORD
      }
      await new Promise((r) => setTimeout(r, 50))
    }
  }
  child.kill('SIGINT')
  return `PostgreSQL did not get ready within ${READY_SECONDS} s; see ${log}`
}

function lastWords(log: string, offset: number): string {
  const text = readFileSync(log).subarray(offset).toString()
  const fatal = text.split('\n').filter((l) => /FATAL|PANIC|could not|No space/.test(l))
  return (fatal.length > 0 ? fatal : text.trim().split('\n')).slice(-5).join(' | ')
}

async function ensureRole(superuserUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const role = await client.query(`select 1 from pg_roles where rolname = 'tollbook'`)
    const literal = pg.escapeLiteral(password)
    if (role.rowCount === 0) await client.query(`create role tollbook login createdb createrole password ${literal}`)
    // Roles for BI tools are made by ours; clusters of before get the right now.
    else await client.query(`alter role tollbook createrole password ${literal}`)
    const database = await client.query(`select 1 from pg_database where datname = 'tollbook'`)
    if (database.rowCount === 0) await client.query('create database tollbook owner tollbook')
  } finally {
    await client.end()
  }
}

function running(child: ChildProcess, identity: Identity, port: number, password: string): EmbeddedServer {
  const exited = new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })
  child.unref()
  return {
    pid: child.pid!,
    mode: identity.mode,
    port,
    ended: exited,
    url: (database = 'tollbook') => `postgres://tollbook:${password}@127.0.0.1:${port}/${database}`,
    async stop() {
      child.ref()
      child.kill('SIGINT') // "fast": clients are cut off, everything committed is kept
      await exited
    },
  }
}
