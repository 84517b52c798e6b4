// One file being read by its follower: its bytes, the reader of its rows, and what its place is at any moment.

import { formatText, type RecordFormat, type RecordItem, type RowReader, recordReader } from '@tollbook/asterisk'
import { type FileMark, type FilePosition, HEAD_BYTES, type Stretch, WARM_BYTES } from './file-position.ts'
import { digestOf, firstBytes } from './find-files.ts'
import { type OpenBytes, openBytes } from './open-bytes.ts'

/** About 4,000 rows: one transaction. */
const CHUNK_BYTES = 1024 * 1024
/** Places from which reading may begin again are kept this far apart. */
const STEP_BYTES = 16 * 1024

const NOTHING = Buffer.alloc(0)

export type FollowedFile = {
  readonly path: string
  readonly format: RecordFormat
  /** A copy or a packed file: it will not grow. */
  readonly isComplete: boolean
  readonly id: string
  /** Rows completed by the next bytes; undefined at the end, for now or for good. `isSame` is asked after each read. */
  read(): Promise<RecordItem[] | undefined>
  /** The last row, if it had no line end. */
  end(): RecordItem[]
  /** Whether what was read is still what the file begins with: false when it was cut off or written anew. */
  isSame(): Promise<boolean>
  place(): Promise<Pick<FilePosition, 'file' | 'offset' | 'line' | 'warm' | 'format' | 'changedMs'>>
  mark(): FileMark
  /** Bytes behind the last whole row. */
  behindBytes(): Promise<number>
  changedMs(): Promise<number>
  close(): Promise<void>
}

/**
 * Opens a file at a row's beginning; throws as `open` does.
 * @param warm where the rows begin that were counted before `from`: what is written down as warm from now on.
 */
export async function followedFile(
  path: string,
  format: RecordFormat,
  from: Stretch,
  warm: Stretch,
  complete: boolean,
): Promise<FollowedFile> {
  const bytes = await openBytes(path, from.from)
  const reader = recordReader(format, from.line)
  const first = bytes.packed ? ((await firstBytes(path, HEAD_BYTES)) ?? NOTHING) : await bytes.head(HEAD_BYTES)
  let head = first.subarray(0, from.from)
  const begins: Stretch[] = warm.from < from.from ? [warm, from] : [from]
  // Before anything is read it goes by what it began with when it was opened.
  const mark = () => {
    const known = head.length === 0 ? first : head
    return { id: bytes.id, head: known.length === 0 ? '' : digestOf(known), headBytes: known.length }
  }
  return {
    ...{ path, format, id: bytes.id, isComplete: complete || bytes.packed },
    async read() {
      const next = await bytes.read(CHUNK_BYTES)
      if (next.length === 0) return undefined
      const isOurs = bytes.packed || (await isSame(bytes, head, next))
      const beganSo = head.length > 0 || from.from > 0 || next.subarray(0, first.length).equals(first)
      if (!isOurs || !beganSo) return undefined
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, next.subarray(0, HEAD_BYTES - head.length)])
      const items = reader.push(next)
      noteBegin(begins, from.from + reader.consumed(), reader.line())
      return items
    },
    end: () => reader.end(),
    isSame: async () => bytes.packed || (await isSame(bytes, head.length === 0 ? first : head, NOTHING)),
    async place() {
      const offset = from.from + reader.consumed()
      const place = { offset, line: reader.line(), warm: warmOf(begins, offset), format: formatText(format) }
      return { file: mark(), ...place, changedMs: await bytes.changedMs() }
    },
    mark,
    async behindBytes() {
      return bytes.packed ? 0 : Math.max(0, (await bytes.size()) - from.from - reader.consumed())
    },
    changedMs: () => bytes.changedMs(),
    close: () => bytes.close(),
  }
}

/** `next` are the bytes just read: a file may be written anew between that and the look at its head. */
async function isSame(bytes: OpenBytes, head: Buffer, next: Buffer): Promise<boolean> {
  if ((await bytes.size()) < bytes.at()) return false
  const known = head.length < HEAD_BYTES ? Buffer.concat([head, next.subarray(0, HEAD_BYTES - head.length)]) : head
  return (await bytes.head(known.length)).equals(known)
}

function noteBegin(begins: Stretch[], from: number, line: number): void {
  if (from - begins.at(-1)!.from >= STEP_BYTES) begins.push({ from, line })
  while (begins.length > 1 && begins[1]!.from <= from - WARM_BYTES) begins.shift()
}

function warmOf(begins: readonly Stretch[], offset: number): Stretch {
  return begins.find((begin) => begin.from <= offset) ?? begins[0]!
}

/** Rows of a stretch that were stored before, up to `end`; what follows it stays to be read. */
export async function rowsAgain(
  path: string,
  format: RecordFormat,
  warm: Stretch,
  end: number,
  isWhole: boolean,
): Promise<RecordItem[]> {
  const bytes = await openBytes(path, warm.from)
  try {
    const reader: RowReader<RecordItem> = recordReader(format, warm.line)
    const items: RecordItem[] = []
    while (bytes.at() < end) {
      const left = end - bytes.at()
      const next = await bytes.read(Math.min(left, CHUNK_BYTES))
      if (next.length === 0) break
      items.push(...reader.push(next.subarray(0, left)))
    }
    return isWhole ? [...items, ...reader.end()] : items
  } finally {
    await bytes.close()
  }
}
