// Unpacks gzip on the way if the bytes are gzip, told by their first two bytes and not by a file name.

import { createGunzip, type Gunzip } from 'node:zlib'

/** The archive cannot be read on: broken or cut off, or it holds more than any file of records packs into so little. */
export class DamagedArchive extends Error {
  override name = 'DamagedArchive'
}

/** Packed bytes handed to zlib at once. What it had unpacked of them is lost when the damage is among them. */
const SLICE = 4096
/** Call records pack ten to thirty times; zlib's utmost, reached by nothing but one byte repeated, is 1032. */
const MOST_TIMES = 200
/** Below this an archive may hold what it likes: bounded is bounded. */
const ALWAYS_ALLOWED = 64 * 1024 * 1024

/**
 * The same bytes, unpacked when they are gzip (several members in a row are one file, as logrotate and cat make them).
 * A damaged archive throws DamagedArchive when the damage is noticed; what came before has been given out (after altered
 * bytes, as opposed to missing ones, also some nonsense). Memory is bounded by what one slice can hold.
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
  if (head[0] === 0x1f && head[1] === 0x8b) yield* unpacked(rest)
  else yield* rest
}

async function* unpacked(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const given: Buffer[] = []
  gunzip.on('data', (bytes: Buffer) => given.push(bytes))
  let taken = 0
  let out = 0
  const take = function* () {
    for (const bytes of given.splice(0)) {
      out += bytes.length
      yield bytes
    }
    if (out > ALWAYS_ALLOWED && out > taken * MOST_TIMES) {
      throw new DamagedArchive(`the archive unpacks to more than ${MOST_TIMES} times its size`)
    }
  }
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length && !gunzip.readableEnded; at += SLICE) {
        const slice = chunk.subarray(at, at + SLICE)
        taken += slice.length
        const damage = await stepped(gunzip, (done) => gunzip.write(slice, done))
        yield* take()
        if (damage) throw damage
      }
      // What follows the last member is not gzip: padding, as tapes and some file systems leave it.
      if (gunzip.readableEnded) return
    }
    const damage = await stepped(gunzip, (done) => gunzip.once('end', done).end())
    yield* take()
    if (damage) throw damage
  } finally {
    gunzip.destroy()
  }
}

/** Resolves when the step is done: to undefined, or to what zlib found wrong. */
function stepped(gunzip: Gunzip, step: (done: () => void) => void): Promise<DamagedArchive | undefined> {
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve(new DamagedArchive(`the archive is damaged (${error.message})`))
    gunzip.once('error', failed)
    step(() => {
      // An error calls back before it is emitted; then it is the one to be told.
      setImmediate(() => {
        gunzip.off('error', failed)
        resolve(undefined)
      })
    })
  })
}

async function* withHead(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield Buffer.from(next.value)
  } finally {
    await rest.return?.()
  }
}
