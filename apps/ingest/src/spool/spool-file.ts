// Appends to the newest segment of a spool: one write and one fdatasync a batch, a new segment when one is full. What it
// says is written is on the disk.

import type { FileHandle } from 'node:fs/promises'
import { failPoint, failPointsArmed } from '@tollbook/kernel'
import { createSegment, type Segment } from './segments.ts'

export type SpoolFile = {
  /** Where the next bytes will begin. */
  readonly end: number
  /**
   * Appends and syncs. Throws when the disk does not take it, and may be called again with the same bytes: what was
   * written of them before is a torn end, in a file of its own.
   */
  append(bytes: Buffer): Promise<void>
  close(): Promise<void>
}

/** Appends behind these segments, and adds to them. `head` gives what every segment begins with. */
export function spoolFile(dir: string, segments: Segment[], segmentBytes: number, head: () => Buffer): SpoolFile {
  let file: FileHandle | undefined
  let current: Segment | undefined
  const last = segments.at(-1)
  let end = last === undefined ? 0 : last.start + last.size
  const closeFile = async () => {
    const open = file
    file = undefined
    current = undefined
    await open?.close()
  }
  const begin = async () => {
    await closeFile()
    const made = await createSegment(dir, end)
    file = made.file
    current = made.segment
    failPoint('spool.segment-begun')
    return { into: made.file, segment: made.segment, first: head() }
  }
  return {
    get end() {
      return end
    },
    async append(bytes) {
      const { into, segment, first } =
        file !== undefined && current !== undefined && current.size < segmentBytes
          ? { into: file, segment: current, first: Buffer.alloc(0) }
          : await begin()
      try {
        await writeAll(into, first.length === 0 ? bytes : Buffer.concat([first, bytes]))
        failPoint('spool.written')
        await into.datasync()
      } catch (error) {
        const { size } = await into.stat().catch(() => ({ size: segment.size + first.length + bytes.length }))
        // The torn end takes up its positions, so that no position ever means two things.
        if (size > 0 && segment.size === 0) segments.push(segment)
        segment.size = size
        end = segment.start + size
        await closeFile().catch(() => undefined)
        throw error
      }
      if (segment.size === 0) segments.push(segment)
      segment.size += first.length + bytes.length
      end = segment.start + segment.size
      failPoint('spool.synced')
    },
    close: closeFile,
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  failPoint('spool.before-write')
  let from = 0
  if (failPointsArmed()) {
    // Only so that a run can die with half a record on the disk.
    from = bytes.length >> 1
    await file.write(bytes, 0, from)
    failPoint('spool.half-written')
  }
  while (from < bytes.length) from += (await file.write(bytes, from, bytes.length - from)).bytesWritten
}
