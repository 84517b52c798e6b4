// Finds files in a folder again after they were renamed, copied or packed by a rotation, and those that came after them.
// Only looks: names, inodes, times and first bytes.

import { createHash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { DamagedArchive, gunzipIfNeeded } from '@tollbook/asterisk'
import type { FileMark } from './file-position.ts'

export type FoundFile = {
  readonly path: string
  readonly id: string
  readonly size: number
  readonly changedMs: number
}

/** What is at this path now; throws as `stat` does. */
export async function fileAt(path: string): Promise<FoundFile> {
  const found = await stat(path, { bigint: true })
  if (!found.isFile())
    throw Object.assign(new Error('not a file'), { code: found.isDirectory() ? 'EISDIR' : 'ENOTFILE' })
  const { dev, ino, size, mtimeNs } = found
  return { path, id: `${dev}:${ino}`, size: Number(size), changedMs: Number(mtimeNs) / 1e6 }
}

/** A folder of ten years' daily rotations; more is no log folder. */
const MOST_SIBLINGS = 4000

/** The file itself, if it is there, and what a rotation may have made of it, oldest first. */
export async function siblings(path: string): Promise<FoundFile[]> {
  const base = basename(path)
  const stem = basename(path, extname(path))
  const isSibling = (name: string) =>
    name.startsWith(base) || (stem !== base && name.startsWith(`${stem}-`) && name.includes(extname(path)))
  const names = (await readdir(dirname(path)).catch(() => [])).filter(isSibling).slice(0, MOST_SIBLINGS)
  const found = await Promise.all(names.map((name) => fileAt(join(dirname(path), name)).catch(() => undefined)))
  return found.filter((file) => file !== undefined).sort((a, b) => a.changedMs - b.changedMs || later(a, b))
}

/** Of two files changed at one moment, that with the higher number is older: Master.csv.2 before Master.csv.1. */
function later(a: FoundFile, b: FoundFile): number {
  const number = ({ path }: FoundFile) => Number(/\.(\d{1,6})(\.gz)?$/.exec(path)?.[1] ?? 0)
  return number(b) - number(a)
}

/**
 * The file that bears this mark: first by its inode, then by its first bytes, a plain one before a packed one. An inode
 * alone is believed only of a file of which nothing was read: inodes are used again.
 */
export async function findMarked(files: readonly FoundFile[], mark: FileMark): Promise<FoundFile | undefined> {
  const byId = files.find((file) => file.id === mark.id)
  if (mark.headBytes === 0) return byId
  const others = files.filter((file) => file !== byId)
  const plainFirst = [...others.filter((f) => !isPackedName(f)), ...others.filter((f) => isPackedName(f))]
  for (const file of byId ? [byId, ...plainFirst] : plainFirst) if (await bears(file.path, mark)) return file
  return undefined
}

function isPackedName({ path }: FoundFile): boolean {
  return path.endsWith('.gz')
}

async function bears(path: string, { head, headBytes }: FileMark): Promise<boolean> {
  const bytes = await firstBytes(path, headBytes)
  return bytes !== undefined && bytes.length === headBytes && digestOf(bytes) === head
}

/** The first bytes, unpacked; undefined when the file cannot be read. */
export async function firstBytes(path: string, most: number): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined)
  if (!file) return undefined
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of gunzipIfNeeded(file.createReadStream({ autoClose: false, highWaterMark: 64 * 1024 }))) {
      parts.push(part)
      bytes += part.length
      if (bytes >= most) break
    }
  } catch (error) {
    if (!(error instanceof DamagedArchive)) return undefined
  } finally {
    await file.close()
  }
  return Buffer.concat(parts).subarray(0, most)
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}
