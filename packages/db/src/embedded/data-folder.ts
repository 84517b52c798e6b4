// The data directory, made and tried before anything is put into it. Knows nothing of what lies in it.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EmbeddedServerError } from './binaries.ts'

/**
 * Makes the folder if it is missing. Others may pass through it (PostgreSQL may run as somebody else) but not look
 * around. Throws EmbeddedServerError with what to do when it cannot be used.
 */
export function prepareDataFolder(dataDir: string): void {
  try {
    mkdirSync(dirname(dataDir), { recursive: true })
    if (!existsSync(dataDir)) mkdirSync(dataDir, { mode: 0o711 })
    writeFileSync(join(dataDir, '.writable'), '')
    rmSync(join(dataDir, '.writable'), { force: true }) // two commands may try at the same moment
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOSPC'
        ? 'the disk is full'
        : code === 'EACCES' || code === 'EROFS' || code === 'EPERM'
          ? 'no permission to write there'
          : message
    throw new EmbeddedServerError(
      `The data directory ${dataDir} cannot be used: ${why}. Set TOLLBOOK_DATA_DIR to another folder.`,
    )
  }
}
