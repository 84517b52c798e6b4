// What a file holds that is to be followed: its format, or why nothing can be read of it yet, or at all.

import { open } from 'node:fs/promises'
import { type RecordFormat, sniffRecords } from '@tollbook/asterisk'
import { firstBytes } from './find-files.ts'

export type FileSettings = {
  readonly path: string
  readonly content: 'auto' | 'cdr' | 'cel' | 'queue_log'
  /** A mapping of somebody's own (cdr_custom.conf). */
  readonly columns?: string | undefined
}

export type ToldFormat =
  | { readonly kind: 'format'; readonly format: RecordFormat }
  | { readonly kind: 'waiting' | 'refused'; readonly detail: string }

/** The sniffer needs some rows; a row has at most 64 KiB. */
const SNIFF_BYTES = 128 * 1024

/** Looks at the first bytes; throws as `open` does. A file without a whole line is waited for. */
export async function tellFormat(path: string, { path: named, content, columns }: FileSettings): Promise<ToldFormat> {
  const file = await open(path)
  const { buffer: signature } = await file.read(Buffer.alloc(2), 0, 2, 0)
  await file.close()
  const isPacked = signature[0] === 0x1f && signature[1] === 0x8b
  if (isPacked && path === named) return { kind: 'refused', detail: 'a packed file will not grow; import it' }
  const head = await firstBytes(path, SNIFF_BYTES)
  if (head === undefined) return { kind: 'waiting', detail: 'the file was there a moment ago and cannot be opened' }
  if (!head.includes(10)) {
    if (head.length < SNIFF_BYTES) return { kind: 'waiting', detail: 'nothing is written in it yet' }
    return { kind: 'refused', detail: 'it has no lines' }
  }
  const sniffed = sniffRecords(head, { complete: false, columns })
  if (!sniffed.ok) {
    if (sniffed.error.kind === 'empty') return { kind: 'waiting', detail: 'nothing is written in it yet' }
    return { kind: 'refused', detail: sniffed.error.reason }
  }
  const format = sniffed.value
  if (format.kind === 'ami') {
    return { kind: 'refused', detail: 'this is a recorded AMI stream; import it, or connect to the PBX' }
  }
  if (content !== 'auto' && content !== format.kind) {
    return { kind: 'refused', detail: `it holds ${NAMES[format.kind]}, and ${NAMES[content]} were asked for` }
  }
  return { kind: 'format', format }
}

const NAMES = { cdr: 'call records', cel: 'channel events', queue_log: 'queue events' } as const
