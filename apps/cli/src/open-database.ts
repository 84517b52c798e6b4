// How a command gets a database: the user's own server, the one a running `npm start` holds, or the embedded one,
// started for as long as the command runs.

import { join } from 'node:path'
import { connect, type Db, migrate } from '@tollbook/db'
import {
  announcedServer,
  type DataLock,
  publishServer,
  startEmbedded,
  takeDataLock,
  withdrawServer,
} from '@tollbook/db/embedded'
import type { Config } from '@tollbook/runtime'
import { serverFault } from './check-server.ts'
import { keepServer } from './keep-server.ts'

export type OpenDatabase = {
  readonly db: Db
  readonly url: string
  /** True when the database had no tables before: the very first start. */
  readonly isNew: boolean
  /** Closes connections, and stops the server when this command had started it. */
  close(): Promise<void>
}

/** Thrown when no database can be had; the message says what to do. */
export class NoDatabaseError extends Error {
  override name = 'NoDatabaseError'
}

/** How long to wait for another command on the same data, seconds: a large import may be under way. */
const WAIT_SECONDS = 900

/**
 * Opens the database for the command `purpose` ("up" is `npm start`) and migrates it.
 * `say` gets short progress sentences for standard error. With `onServerLost` an embedded server that dies is started
 * again, and it is called when that fails; without, the command fails with it.
 */
export async function openDatabase(
  config: Config,
  purpose: string,
  say: (text: string) => void,
  onServerLost?: () => void,
): Promise<OpenDatabase> {
  const server =
    config.databaseUrl === undefined
      ? await embeddedServer(config, purpose, say, onServerLost)
      : await ownServer(config.databaseUrl)
  const db = connect(server.url, { max: 10, applicationName: `tollbook ${purpose}` })
  const close = async () => {
    await db.close()
    await server.stop()
  }
  try {
    const { applied, already } = await migrate(db, join(config.rootDir, 'migrations'))
    return { db, url: server.url, isNew: applied.length > 0 && already === 0, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The server named by DATABASE_URL, once it has answered. */
async function ownServer(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  const fault = await serverFault(url).catch((error: unknown) => {
    throw unusable(url, reasonOf(error))
  })
  if (fault !== undefined) throw unusable(url, fault)
  return { url, stop: async () => undefined }
}

function unusable(url: string, why: string): NoDatabaseError {
  const { hostname, port } = new URL(url)
  return new NoDatabaseError(`PostgreSQL at ${hostname}:${port || '5432'} (DATABASE_URL) cannot be used: ${why}.`)
}

/** Several addresses of one name fail as one error without words of its own. */
function reasonOf(error: unknown): string {
  const { message, code } = (error instanceof AggregateError ? error.errors[0] : error) as Error & { code?: string }
  return message || code || 'it does not answer'
}

async function embeddedServer(
  config: Config,
  purpose: string,
  say: (text: string) => void,
  onServerLost: (() => void) | undefined,
) {
  const { dataDir } = config
  const found = await lockOrRunning(dataDir, purpose, say)
  if ('url' in found) return { url: found.url, stop: async () => undefined }
  try {
    const server = await startEmbedded({ dataDir })
    const start = (port: number) => startEmbedded({ dataDir, port })
    const kept = onServerLost === undefined ? server : keepServer(server, { start, say, onGivenUp: onServerLost })
    publishServer(dataDir, { url: server.url(), pid: process.pid })
    return {
      url: server.url(),
      stop: async () => {
        withdrawServer(dataDir)
        await kept.stop()
        await found.release()
      },
    }
  } catch (error) {
    await found.release()
    throw error
  }
}

/** The lock, when it is free; the running `npm start`, when that has it; else waits for the other command to end. */
async function lockOrRunning(
  dataDir: string,
  purpose: string,
  say: (text: string) => void,
): Promise<DataLock | { url: string }> {
  for (let waited = 0; waited < WAIT_SECONDS; waited++) {
    const lock = await takeDataLock(dataDir, purpose)
    if ('release' in lock) return lock
    const holder = lock.heldBy
    const who = holder === undefined ? 'another Tollbook' : `"tollbook ${holder.purpose}" (pid ${holder.pid})`
    if (purpose === 'up')
      throw new NoDatabaseError(`${dataDir} is in use by ${who}. Stop it first, or set TOLLBOOK_DATA_DIR.`)
    if (holder?.purpose === 'up') {
      const running = announcedServer(dataDir)
      if (running && running.pid === holder.pid) return running
    }
    if (waited % 30 === 0) say(`Waiting for ${who} …`)
    await new Promise((r) => setTimeout(r, 1000))
  }
  throw new NoDatabaseError(
    `${dataDir} has been in use for ${WAIT_SECONDS} s. Try again when the other command has ended.`,
  )
}
