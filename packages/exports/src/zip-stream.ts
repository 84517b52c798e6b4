// A ZIP file written as it grows: each entry is deflated piece by piece and its sizes follow it (data descriptor), so that
// an export needs no more memory than one piece. Reading ZIPs is elsewhere.

import { once } from 'node:events'
import { crc32, createDeflateRaw } from 'node:zlib'

/** One file inside; pieces are asked for only as fast as they are taken. */
export type ZipEntry = { readonly name: string; readonly pieces: AsyncIterable<string> | Iterable<string> }

type Written = { readonly name: Buffer; readonly crc: number; readonly packed: number; readonly size: number }

/** Sizes and offsets are 32 bits wide here; a longer file would be damaged and is refused instead. */
const MAX_BYTES = 0xffff_ffff
/** 2.0 with deflate; flags: sizes follow (3), UTF-8 names (11); time: 1 January 1980, so that equal rows are equal bytes. */
const VERSION = 20
const FLAGS = 0x0808
const DEFLATE = 8
const DATE = 0x0021

export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const central: Buffer[] = []
  let offset = 0
  for await (const entry of entries) {
    const name = Buffer.from(entry.name)
    const at = offset
    const head = localHeader(name)
    yield head
    const written = yield* pack(name, entry.pieces)
    offset += head.length + written.packed
    yield descriptor(written)
    offset += 16
    refuseTooLong(offset)
    central.push(centralHeader(written, at))
  }
  const size = central.reduce((sum, one) => sum + one.length, 0)
  refuseTooLong(offset + size)
  yield Buffer.concat([...central, endRecord(central.length, size, offset)])
}

async function* pack(name: Buffer, pieces: ZipEntry['pieces']): AsyncGenerator<Uint8Array, Written> {
  const deflate = createDeflateRaw({ level: 4 })
  let ready: Buffer[] = []
  deflate.on('data', (chunk: Buffer) => ready.push(chunk))
  let crc = 0
  let size = 0
  let packed = 0
  const take = () => {
    const taken = Buffer.concat(ready)
    ready = []
    packed += taken.length
    return taken
  }
  try {
    for await (const piece of pieces) {
      const bytes = Buffer.from(piece)
      crc = crc32(bytes, crc)
      size += bytes.length
      refuseTooLong(size)
      await new Promise<void>((done, failed) => deflate.write(bytes, (fault) => (fault ? failed(fault) : done())))
      if (ready.length > 0) yield take()
    }
    deflate.end()
    await once(deflate, 'end')
    yield take()
    return { name, crc, packed, size }
  } finally {
    deflate.destroy()
  }
}

function refuseTooLong(bytes: number): void {
  if (bytes > MAX_BYTES) throw new RangeError('a ZIP file of more than 4 GiB')
}

function localHeader(name: Buffer): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt16LE(DEFLATE, 8)
  head.writeUInt16LE(DATE, 12)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, name])
}

function descriptor({ crc, packed, size }: Written): Buffer {
  const tail = Buffer.alloc(16)
  tail.writeUInt32LE(0x08074b50, 0)
  tail.writeUInt32LE(crc, 4)
  tail.writeUInt32LE(packed, 8)
  tail.writeUInt32LE(size, 12)
  return tail
}

function centralHeader({ name, crc, packed, size }: Written, offset: number): Buffer {
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(VERSION, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt16LE(DEFLATE, 10)
  head.writeUInt16LE(DATE, 14)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(packed, 20)
  head.writeUInt32LE(size, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt32LE(offset, 42)
  return Buffer.concat([head, name])
}

function endRecord(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries, 8)
  end.writeUInt16LE(entries, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
