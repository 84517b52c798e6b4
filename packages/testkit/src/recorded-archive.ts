// The recordings that are many and small lie in one archive (tar, gzip). Read whole into memory: it is 8 MB.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const BLOCK = 512

/** The files of an archive under packages/testkit/recorded, by their path in it. */
export function recordedArchive(name: string): ReadonlyMap<string, Buffer> {
  const bytes = gunzipSync(readFileSync(new URL(`../recorded/${name}`, import.meta.url)))
  const files = new Map<string, Buffer>()
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const path = textAt(bytes, at, 100)
    const size = Number.parseInt(textAt(bytes, at + 124, 12), 8)
    if (bytes[at + 156] === 0x30) files.set(path, bytes.subarray(at + BLOCK, at + BLOCK + size))
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const text = bytes.toString('utf8', at, at + length)
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}
