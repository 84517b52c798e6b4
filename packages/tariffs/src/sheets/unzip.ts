// Files out of a ZIP archive, with a bound on what comes out: a few bytes can be made to unpack to gigabytes. Reads the
// list at the end of the archive, as everybody does; nothing is believed that is not checked. Why no library: ADR 11.

import { crc32, inflateRawSync } from 'node:zlib'
import { err, ok, type Result } from '@tollbook/kernel'

export type ZipFault = { readonly kind: 'broken' | 'too-large' }

/** A file of the archive, unpacked when asked for. All that is unpacked of one archive counts against its bound. */
export type Archive = {
  readonly names: readonly string[]
  read(name: string): Result<Uint8Array | undefined, ZipFault>
}

type Entry = {
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly at: number
  readonly flags: number
}

/** Entries read of one archive: a workbook of a hundred sheets has a few hundred. */
const MOST_ENTRIES = 10_000
const END_OF_LIST = 0x06054b50
const LIST_ENTRY = 0x02014b50
const FILE_HEAD = 0x04034b50
/** The end record with the longest comment there can be. */
const END_AT_MOST = 22 + 65_535

/** Opens an archive of which at most `bound` bytes may be unpacked. */
export function openArchive(bytes: Uint8Array, bound: number): Result<Archive, ZipFault> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOfList(view)
  if (end === undefined) return err({ kind: 'broken' })
  const entries = listOf(view, bytes, view.getUint16(end + 10, true), view.getUint32(end + 16, true))
  if (entries === undefined) return err({ kind: 'broken' })
  let left = bound
  return ok({
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name)
      if (entry === undefined) return ok(undefined)
      const unpacked = unpack(view, bytes, entry, left)
      if (!unpacked.ok) return unpacked
      left -= unpacked.value.length
      // A bit that was flipped may be a digit of a price.
      return crc32(unpacked.value) === entry.crc ? unpacked : err({ kind: 'broken' })
    },
  })
}

function endOfList(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_AT_MOST)
  for (let at = view.byteLength - 22; at >= first; at--) if (view.getUint32(at, true) === END_OF_LIST) return at
  return undefined
}

function listOf(view: DataView, bytes: Uint8Array, count: number, start: number): Map<string, Entry> | undefined {
  if (count > MOST_ENTRIES) return undefined
  const entries = new Map<string, Entry>()
  let at = start
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== LIST_ENTRY) return undefined
    const nameLength = view.getUint16(at + 28, true)
    const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)).replaceAll('\\', '/')
    entries.set(name.replace(/^\//, ''), {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    })
    at = next
  }
  return entries
}

function unpack(view: DataView, bytes: Uint8Array, entry: Entry, left: number): Result<Uint8Array, ZipFault> {
  const { at, packed, method, flags } = entry
  if (at + 30 > view.byteLength || view.getUint32(at, true) !== FILE_HEAD || flags & 1) return err({ kind: 'broken' })
  const begin = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
  if (begin + packed > view.byteLength) return err({ kind: 'broken' })
  const content = bytes.subarray(begin, begin + packed)
  if (method === 0) return packed > left ? err({ kind: 'too-large' }) : ok(content)
  if (method !== 8) return err({ kind: 'broken' })
  try {
    return ok(inflateRawSync(content, { maxOutputLength: Math.max(left, 1) }))
  } catch (error) {
    return err({ kind: (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'broken' })
  }
}
