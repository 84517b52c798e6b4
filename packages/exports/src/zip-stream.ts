// A ZIP file written as it grows, an entry after the other: an export needs no more memory than one piece. Reading ZIPs is
// elsewhere.

import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** One file inside; pieces are asked for only as fast as they are taken. */
export type ZipEntry = { readonly name: string; readonly pieces: AsyncIterable<string> | Iterable<string> }

/** Equal rows are equal bytes. */
const OPTIONS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compressionLevel: 4 } as const

export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  let open: Readable | undefined
  zip.on('error', (fault: Error) => out.destroy(fault))
  const added = addAll()
  added.catch((fault: Error) => out.destroy(fault))
  try {
    yield* out as AsyncIterable<Uint8Array>
  } finally {
    // Who leaves early closes what is read for him.
    out.destroy()
    open?.destroy()
    await added.catch(() => undefined)
  }

  async function addAll(): Promise<void> {
    for await (const { name, pieces } of entries) {
      if (out.destroyed) return
      const stream = Readable.from(pieces, { objectMode: true, highWaterMark: 1 })
      open = stream
      stream.on('error', (fault) => out.destroy(fault))
      const closed = new Promise<void>((done) => stream.once('close', done))
      zip.addReadStream(stream, name, OPTIONS)
      await closed
    }
    zip.end()
  }
}
