// One record of a spool file: [length u32][crc32 u32][kind u8][receivedAtMs u48][bytes], little-endian. The length is that
// of the bytes; the checksum covers everything behind itself. Bytes only: what is in them is known to frames and facts.

import { crc32 } from 'node:zlib'

export const RECORD_KIND = { frames: 1, fact: 2 } as const
export type RecordKind = (typeof RECORD_KIND)[keyof typeof RECORD_KIND]

export type SpoolRecord = {
  readonly kind: RecordKind
  /** Our clock when the first byte of it came. */
  readonly atMs: number
  readonly bytes: Buffer
}

export const HEADER_BYTES = 15
/** No record is longer; a length beyond it is no length. */
export const MAX_RECORD_BYTES = 8 * 1024 * 1024

/** The record as it stands in a file. */
export function encodeRecord(kind: RecordKind, atMs: number, bytes: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + bytes.length)
  record.writeUInt32LE(bytes.length, 0)
  record.writeUInt8(kind, 8)
  record.writeUIntLE(atMs, 9, 6)
  record.set(bytes, HEADER_BYTES)
  record.writeUInt32LE(crc32(record.subarray(8)), 4)
  return record
}

/**
 * The record at `at`: `needs` = that many bytes are wanted from there and fewer are given; `bad` = no record is there.
 * The bytes are a view of `from`.
 */
export function decodeRecord(
  from: Buffer,
  at: number,
): { readonly record: SpoolRecord; readonly length: number } | { readonly needs: number } | 'bad' {
  if (from.length - at < HEADER_BYTES) return { needs: HEADER_BYTES }
  const length = HEADER_BYTES + from.readUInt32LE(at)
  const kind = from.readUInt8(at + 8)
  if (length > MAX_RECORD_BYTES || (kind !== RECORD_KIND.frames && kind !== RECORD_KIND.fact)) return 'bad'
  if (from.length - at < length) return { needs: length }
  if (crc32(from.subarray(at + 8, at + length)) !== from.readUInt32LE(at + 4)) return 'bad'
  const record = { kind, atMs: from.readUIntLE(at + 9, 6), bytes: from.subarray(at + HEADER_BYTES, at + length) }
  return { record, length }
}

/** Where the next whole record begins after a bad one; -1 when none does. Slow, and needed once in the life of a disk. */
export function findRecord(from: Buffer, start: number): number {
  for (let at = start; at <= from.length - HEADER_BYTES; at++) {
    const found = decodeRecord(from, at)
    if (found !== 'bad' && 'record' in found) return at
  }
  return -1
}
