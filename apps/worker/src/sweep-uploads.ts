// Takes away uploads that no import waits for any more: left by an import that broke off, or by a process that was killed
// between storing a file and queueing it.

import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '@tollbook/db'

/** A file is stored before its import is queued, and a large form takes its time to arrive. */
const YOUNG_MS = 12 * 3_600_000

/** Removes what is old and not waited for in this folder; answers how many files. A folder that is not there is empty. */
export async function sweepUploads(db: Db, folder: string, nowMs: number): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  if (names.length === 0) return 0
  const rows = await db.q.selectFrom('import').select('stored_path').where('stored_path', '!=', '').execute()
  const wanted = new Set(rows.map((row) => row.stored_path))
  let removed = 0
  for (const name of names) {
    const path = join(folder, name)
    if (wanted.has(path)) continue
    const found = await stat(path).catch(() => undefined)
    if (!found?.isFile() || nowMs - found.mtimeMs < YOUNG_MS) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}
