// AMI messages as the bytes of one spool record, and back: [length u24][suspect u8][frame] for each, compressed together.
// CEL repeats itself, so a tenth of the bytes goes to the disk.

import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { AmiMessage, type AmiSuspect } from '@tollbook/asterisk/ami'

const SUSPECTS: readonly AmiSuspect[] = ['', 'ran-into-next', 'cut', 'overlong']
const HEADER_BYTES = 4
/** A record holds about this much before compression; one frame more may stand over. */
export const RECORD_TEXT_BYTES = 512 * 1024
/** The longest frame a parser gives, and the record it may come on top of. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024

/** Collects messages into one growing buffer. */
export class FrameBuffer {
  readonly atMs: number
  /** Whether the first message is an event of the PBX itself: whatever came before it is complete then. */
  readonly startsClean: boolean
  count = 0
  length = 0
  #bytes: Buffer

  constructor(first: AmiMessage, atMs: number) {
    this.atMs = atMs
    this.startsClean = first.isGenuine
    this.#bytes = spare.pop() ?? Buffer.allocUnsafe(4096)
  }

  add(message: AmiMessage): void {
    const size = message.byteLength
    const needed = this.length + HEADER_BYTES + size
    if (needed > this.#bytes.length) this.#grow(needed)
    this.#bytes.writeUIntLE(size, this.length, 3)
    this.#bytes.writeUInt8(SUSPECTS.indexOf(message.suspect), this.length + 3)
    message.writeTo(this.#bytes, this.length + HEADER_BYTES)
    this.length = needed
    this.count++
  }

  /** Once, at the end. Level 1: 400 MB a second, off the thread that reads the socket. */
  async compressed(): Promise<Buffer> {
    const bytes = this.#bytes
    const text = bytes.subarray(0, this.length)
    // One piece of output: the default of 16 KiB would go back and forth between threads for each.
    const packed = await compress(text, { ...LEVEL, chunkSize: Math.max(1024, this.length >> 1) })
    this.#bytes = NO_BYTES
    // At load a new buffer for each record would be 75 MB a second for the collector.
    if (bytes.length >= RECORD_TEXT_BYTES && spare.length < SPARE_MAX) spare.push(bytes)
    const record = Buffer.allocUnsafe(LENGTH_BYTES + packed.length)
    record.writeUInt32LE(this.length, 0)
    record.set(packed, LENGTH_BYTES)
    return record
  }

  #grow(needed: number): void {
    const bigger = Buffer.allocUnsafe(Math.max(needed, Math.min(this.#bytes.length * 4, RECORD_TEXT_BYTES + 65_536)))
    this.#bytes.copy(bigger, 0, 0, this.length)
    this.#bytes = bigger
  }
}

/** Before the compressed bytes: how long they are without it. */
const LENGTH_BYTES = 4
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const NO_BYTES = Buffer.alloc(0)
const SPARE_MAX = 8
const spare: Buffer[] = []

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** The messages of a record, as they were. Throws when the bytes are not what `compressed` gave. */
export async function readFrames(bytes: Buffer): Promise<AmiMessage[]> {
  const length = bytes.readUInt32LE(0)
  if (length > MAX_TEXT_BYTES) throw new RangeError('no record is that long')
  const text = await decompress(bytes.subarray(LENGTH_BYTES), { maxOutputLength: length, chunkSize: length })
  const messages: AmiMessage[] = []
  for (let at = 0; at < text.length; ) {
    const end = at + HEADER_BYTES + text.readUIntLE(at, 3)
    if (end > text.length) throw new RangeError('a frame stands over the end of its record')
    const suspect = SUSPECTS[text.readUInt8(at + 3)] ?? ''
    messages.push(AmiMessage.fromRaw(text.subarray(at + HEADER_BYTES, end), suspect))
    at = end
  }
  return messages
}
