// The files of the copy in their folder: names, making them last, and whether they are what they were.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FILE_KINDS, type FileKind, LAYOUT } from './layout.ts'

type Named = { readonly day: string; readonly generation: string }

/** A folder each tenant, two files each day. */
export function folderOf(dir: string, tenantId: number): string {
  return join(dir, String(tenantId))
}

export function fileOf(dir: string, tenantId: number, { day, generation }: Named, kind: FileKind): string {
  return join(folderOf(dir, tenantId), `${day}.${generation}.${LAYOUT}.${kind}.parquet`)
}

/** The missed callers of a day, made of files of several. */
export function missedFileOf(dir: string, tenantId: number, { day, generation }: Named): string {
  return join(folderOf(dir, tenantId), `${day}.${generation}.${LAYOUT}.missed.parquet`)
}

/** Gives a file that was written its name, on the disk and not only in memory. */
export async function settle(written: string, path: string): Promise<void> {
  await sync(written)
  await rename(written, path)
}

/** So that names in a folder outlive a power cut. Windows knows no such thing. */
export async function sync(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (fault) {
    if (process.platform !== 'win32') throw fault
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/**
 * Files seen whole: looked through once in a process, then only for their size and time. Read twice, a file of wrong
 * figures would not be told from a right one.
 */
export function watchFiles(): (path: string, sha256: string) => Promise<boolean> {
  const seen = new Map<string, string>()
  return async (path, sha256) => {
    try {
      const { size, mtimeMs } = await stat(path)
      const now = `${sha256} ${size} ${mtimeMs}`
      if (seen.get(path) === now) return true
      if ((await sha256Of(path)) !== sha256) return false
      seen.set(path, now)
      return true
    } catch {
      seen.delete(path)
      return false
    }
  }
}

/** Files nobody names any more; those of the last minutes may still be read. Answers how many went. */
export async function sweepFiles(dir: string, wanted: ReadonlySet<string>, olderThanMs: number): Promise<number> {
  let gone = 0
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || wanted.has(path)) continue
    const found = await stat(path).catch(() => undefined)
    if (found === undefined || found.mtimeMs > olderThanMs) continue
    await unlink(path).catch(() => undefined)
    gone += 1
  }
  return gone
}

export function filesOf(dir: string, tenantId: number, day: Named): readonly string[] {
  return FILE_KINDS.map((kind) => fileOf(dir, tenantId, day, kind))
}
