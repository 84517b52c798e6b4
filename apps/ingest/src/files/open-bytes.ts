// One open file as bytes from an offset on: a plain one that may still grow, or a packed one that is complete.

import { type FileHandle, open } from 'node:fs/promises'
import { gunzipIfNeeded } from '@tollbook/asterisk'

export type OpenBytes = {
  /** "device:inode". */
  readonly id: string
  readonly packed: boolean
  /** Unpacked bytes given out so far, counted from the beginning of the file. */
  at(): number
  /** The next bytes, at most so many (of a packed file about so many); empty at the end, for now or for good. */
  read(most: number): Promise<Buffer>
  /** First bytes as they are now, of a plain file. */
  head(bytes: number): Promise<Buffer>
  /** Size of a plain file as it is now. */
  size(): Promise<number>
  changedMs(): Promise<number>
  close(): Promise<void>
}

/** Opens the file that is at this path now; throws as `open` does, DamagedArchive while skipping in a broken archive. */
export async function openBytes(path: string, from: number): Promise<OpenBytes> {
  const file = await open(path)
  try {
    const { dev, ino } = await file.stat({ bigint: true })
    const id = `${dev}:${ino}`
    const signature = await readAt(file, 0, 2)
    const isPacked = signature[0] === 0x1f && signature[1] === 0x8b
    return isPacked ? await packedBytes(file, id, from) : plainBytes(file, id, from)
  } catch (error) {
    await file.close()
    throw error
  }
}

function plainBytes(file: FileHandle, id: string, from: number): OpenBytes {
  let at = from
  return {
    ...{ id, packed: false },
    at: () => at,
    async read(most) {
      const bytes = await readAt(file, at, most)
      at += bytes.length
      return bytes
    },
    head: (bytes) => readAt(file, 0, bytes),
    size: async () => (await file.stat()).size,
    changedMs: async () => Number((await file.stat({ bigint: true })).mtimeNs) / 1e6,
    close: () => file.close(),
  }
}

async function packedBytes(file: FileHandle, id: string, from: number): Promise<OpenBytes> {
  const source = file.createReadStream({ start: 0, autoClose: false, highWaterMark: 64 * 1024 })
  const chunks = gunzipIfNeeded(source)
  let at = 0
  const read = async (): Promise<Buffer> => {
    for (;;) {
      const next = await chunks.next()
      if (next.done) return Buffer.alloc(0)
      const skipped = Math.max(0, from - at)
      at += next.value.length
      if (next.value.length > skipped) return next.value.subarray(skipped)
    }
  }
  return {
    ...{ id, packed: true },
    at: () => Math.max(at, from),
    read,
    head: async () => Buffer.alloc(0),
    size: async () => (await file.stat()).size,
    changedMs: async () => Number((await file.stat({ bigint: true })).mtimeNs) / 1e6,
    async close() {
      source.destroy()
      await file.close()
    },
  }
}

async function readAt(file: FileHandle, at: number, most: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(most)
  const { bytesRead } = await file.read(bytes, 0, most, at)
  return bytes.subarray(0, bytesRead)
}
