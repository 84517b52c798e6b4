// The files of one spool: each holds the bytes from one position on, and bears that position as its name. Positions count
// all bytes ever spooled, so they only grow. Files are never written by two processes: each run begins a new one.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { failPoint } from '@tollbook/kernel'

export type Segment = { readonly path: string; readonly start: number; size: number }

const SUFFIX = '.spool'

/** The segments of a directory, which is made where there is none, in order. Empty files of a broken start are removed. */
export function listSegments(dir: string): Segment[] {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const segments: Segment[] = []
  for (const name of readdirSync(dir)) {
    if (!/^\d{16}\.spool$/.test(name)) continue
    const path = join(dir, name)
    const { size } = statSync(path)
    if (size === 0) unlinkSync(path)
    else segments.push({ path, start: Number(name.slice(0, 16)), size })
  }
  return segments.sort((a, b) => a.start - b.start)
}

/** Begins a segment; its name is on the disk when this returns. */
export async function createSegment(dir: string, start: number): Promise<{ segment: Segment; file: FileHandle }> {
  const path = join(dir, `${String(start).padStart(16, '0')}${SUFFIX}`)
  const file = await open(path, 'wx', 0o600)
  const folder = await open(dir, 'r')
  await folder.sync()
  await folder.close()
  return { segment: { path, start, size: 0 }, file }
}

/**
 * What this spool calls itself: a position means nothing without it. Where the directory was removed or replaced, it is
 * another spool, and a position kept in the database is not one of it.
 */
export function spoolIdOf(dir: string, fresh: () => string): string {
  const path = join(dir, 'id')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const id = fresh()
  writeFileSync(`${path}.new`, `${id}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  return id
}

/** Deletes the segments that end before a position; the newest one stays, because it tells how things stood. */
export async function releaseSegments(segments: Segment[], before: number): Promise<void> {
  for (let first = segments[0]; first !== undefined && segments.length > 1; first = segments[0]) {
    if (first.start + first.size > before) return
    failPoint('spool.before-delete')
    segments.shift()
    await unlink(first.path)
    failPoint('spool.deleted')
  }
}
