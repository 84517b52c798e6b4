// Reads the records of a spool in order from a position on. A record torn by a crash ends its file; damage inside a file is
// told, never skipped without a word.

import { type FileHandle, open } from 'node:fs/promises'
import { assert } from '@tollbook/kernel'
import type { Segment } from './segments.ts'
import { decodeRecord, findRecord, HEADER_BYTES, type SpoolRecord } from './spool-record.ts'

export type SpoolItem =
  /** `next`: where the record behind it begins. */
  | (SpoolRecord & { readonly what: 'record'; readonly position: number; readonly next: number })
  /** Bytes that are no record although something whole follows, more than the last record broken, or a file that is gone. */
  | { readonly what: 'damage'; readonly position: number; readonly next: number }

/** What of the spool may be read: its segments, and where the bytes known to be on the disk end. */
export type Readable = { readonly segments: readonly Segment[]; readonly end: number }

export type SpoolReader = {
  readonly position: number
  /** Items from the position on, about so many bytes, none beyond `until`; moves on. Empty at the end. */
  read(spool: Readable, mostBytes: number, until?: number): Promise<SpoolItem[]>
  close(): Promise<void>
}

/** A reader that begins at `from`, or at the oldest byte that is still there. */
export function spoolReader(from: number): SpoolReader {
  let position = from
  let file: { readonly path: string; readonly handle: FileHandle } | undefined
  /** Undefined when it is gone: who is told of segments by another thread may look back into one just deleted. */
  const handleOf = async (segment: Segment): Promise<FileHandle | undefined> => {
    if (file?.path !== segment.path) {
      await file?.handle.close()
      file = undefined
      const handle = await openIfThere(segment.path)
      file = handle && { path: segment.path, handle }
    }
    return file?.handle
  }
  return {
    get position() {
      return position
    },
    async read(spool, mostBytes, until = Number.POSITIVE_INFINITY) {
      const last = Math.min(spool.end, until)
      for (;;) {
        const segment = segmentAt(spool, position)
        if (segment === undefined || position >= last) return []
        position = Math.max(position, segment.start)
        const end = Math.min(last, segment.start + segment.size)
        const handle = await handleOf(segment)
        const items: SpoolItem[] =
          handle === undefined
            ? [{ what: 'damage', position, next: end }]
            : await readSome(handle, segment, position, end, mostBytes)
        position = items.at(-1)?.next ?? segment.start + segment.size
        // A torn end is no item: on with the next file.
        if (items.length > 0) return items
      }
    },
    async close() {
      await file?.handle.close()
      file = undefined
    },
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The segment that holds the position, or the first behind it. */
function segmentAt({ segments }: Readable, position: number): Segment | undefined {
  return segments.find((segment) => position < segment.start + segment.size)
}

async function readSome(
  file: FileHandle,
  segment: Segment,
  from: number,
  end: number,
  mostBytes: number,
): Promise<SpoolItem[]> {
  let bytes = await bytesOf(file, from - segment.start, Math.min(end - from, mostBytes))
  const items: SpoolItem[] = []
  for (let at = 0; at < bytes.length; ) {
    const position = from + at
    const found = decodeRecord(bytes, at)
    if (found !== 'bad' && 'record' in found) {
      items.push({ ...found.record, what: 'record', position, next: position + found.length })
      at += found.length
      continue
    }
    if (found !== 'bad' && at + found.needs <= end - from) {
      // Cut by our own bound: what was read is enough for now, or one record is longer than the bound.
      if (items.length > 0) return items
      bytes = await bytesOf(file, from - segment.start, found.needs)
      continue
    }
    if (items.length > 0) return items
    return await afterBad(file, segment, from, end, found !== 'bad')
  }
  return items
}

/** What stands where no record is: nothing, when the file ends inside its last record as a crash leaves it. */
async function afterBad(
  file: FileHandle,
  segment: Segment,
  from: number,
  end: number,
  incomplete: boolean,
): Promise<SpoolItem[]> {
  const bytes = await bytesOf(file, from - segment.start, end - from)
  const next = findRecord(bytes, 1)
  if (next >= 0) return [{ what: 'damage', position: from, next: from + next }]
  // A file system that lost power may keep the length of a file and not its bytes: zeros are torn too.
  if (incomplete || bytes.every((byte) => byte === 0) || bytes.length < HEADER_BYTES) return []
  return [{ what: 'damage', position: from, next: segment.start + segment.size }]
}

async function bytesOf(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let have = 0; have < length; ) {
    const { bytesRead } = await file.read(bytes, have, length - have, offset + have)
    assert(bytesRead > 0, 'a spool file is as long as it was')
    have += bytesRead
  }
  return bytes
}
