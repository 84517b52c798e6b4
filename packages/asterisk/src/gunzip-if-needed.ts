// Unpacks gzip on the way if the bytes are gzip, told by their first two bytes and not by a file name.

import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/**
 * The same bytes, unpacked when they are gzip (several members in a row are one file, as logrotate and cat make them).
 * A damaged archive throws zlib's own error when the damage is reached; what came before has been given out.
 */
export async function* gunzipIfNeeded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < 2) {
    const next = await chunks.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  const rest = withHead(head, chunks)
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* rest
    return
  }
  const gunzip = createGunzip()
  const packed = Readable.from(rest, { objectMode: false })
  packed.on('error', (error) => gunzip.destroy(error))
  yield* packed.pipe(gunzip) as AsyncIterable<Buffer>
}

async function* withHead(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield Buffer.from(next.value)
  } finally {
    await rest.return?.()
  }
}
