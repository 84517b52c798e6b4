// Where the follower of a file was left, as it stands in the checkpoint: in which file, how far, and from where reading
// begins again. A file goes by its inode and by its first bytes: the one survives a rename, the other a copy and gzip.

export type FileMark = {
  /** "device:inode". */
  readonly id: string
  /** Digest of the first bytes, of as many as were read up to HEAD_BYTES; '' while none were. */
  readonly head: string
  readonly headBytes: number
}

/** A stretch of a file, at whose beginning a row begins. */
export type Stretch = { readonly from: number; readonly line: number }

export type FileBefore = {
  readonly file: FileMark
  readonly warm: Stretch
  readonly end: number
  readonly format: string
}

export type FilePosition = {
  readonly version: 1
  readonly file: FileMark
  /** Bytes (unpacked) whose rows are stored; the line that begins there, from 1. */
  readonly offset: number
  readonly line: number
  /** Rows from here on are read again after a start, to know how often an equal row came. */
  readonly warm: Stretch
  /** As `formatText` writes it; '' while nothing was read. */
  readonly format: string
  /** Last change of the file when it was read, milliseconds. */
  readonly changedMs: number
  /** The files before this one, the last first, as far as their rows are wanted for the same. */
  readonly before: readonly FileBefore[]
  /** End of the first row of an unbroken reading, and of the last row read; milliseconds. */
  readonly coveredFromMs?: number | undefined
  readonly lastEndMs?: number | undefined
}

/** Enough to tell two files apart: the first row of a Master.csv is longer. */
export const HEAD_BYTES = 512
/** Equal rows lie close together: about a thousand rows. */
export const WARM_BYTES = 256 * 1024

/** Files before, however small each was. */
const MOST_BEFORE = 4

/** The files before the next one, when this one is read to its end. */
export function beforeNext(last: FileBefore, older: readonly FileBefore[]): FileBefore[] {
  const isEnough = last.end - last.warm.from >= WARM_BYTES
  return isEnough ? [last] : [last, ...older].slice(0, MOST_BEFORE)
}

/** What was stored as checkpoint; undefined when it is not one of ours. */
export function filePosition(stored: unknown): FilePosition | undefined {
  const position = stored as Partial<FilePosition> | undefined
  const isOurs =
    position?.version === 1 &&
    typeof position.offset === 'number' &&
    typeof position.file?.id === 'string' &&
    Array.isArray(position.before)
  return isOurs ? (position as FilePosition) : undefined
}
