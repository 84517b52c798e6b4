// Follows one file of records through all its rotations. Knows files, rows and places; knows no database: what stores a lot
// of rows together with the place they bring us to is handed in, and so is the place of last time.
//
// A look reads until nothing is left. At the end of a file there are these cases. It is still the file of that name: we
// are caught up. Another one has its name: what was renamed is read once more to its end (its writer may have been about
// to write), then come the files that were rotated meanwhile, in the order of their last change, then the one of that
// name. It became shorter, or begins otherwise than it did: it was copied and cut off, and the rest of it is read from
// the copy. A file of which nothing is found again is lost, and with it the claim to have told everything until then.
//
// Coverage. Rows come in the order of hang-up, so that all until the end of the last row has been told. Without new rows
// it is the moment at which nothing was left to read, less BATCH_MS: in batch mode Asterisk writes so much later.

import { DamagedArchive, formatOfText, type RecordFormat, type RecordItem } from '@tollbook/asterisk'
import { INSTANTS, type ZoneConverter } from '@tollbook/calls'
import { type RecordBatch, type RecordTaker, recordTaker, unreadable } from '@tollbook/calls/files'
import type { SourceId } from '@tollbook/kernel'
import { accountCopy } from './account-copy.ts'
import { beforeNext, type FileBefore, type FilePosition, filePosition, WARM_BYTES } from './file-position.ts'
import { type FoundFile, fileAt, findMarked, siblings } from './find-files.ts'
import { type FollowedFile, followedFile, rowsAgain } from './followed-file.ts'
import { nextFile } from './next-file.ts'
import { type FileSettings, tellFormat } from './tell-format.ts'

export type Coverage = { readonly fromMs: number; readonly untilMs: number }

/** Rows, and the place behind them: stored in one transaction or not at all. */
export type FileLot = {
  readonly batch: RecordBatch
  readonly position: FilePosition
  /** As `formatText` writes it. */
  readonly format: string
  readonly coverage: Coverage | undefined
}

export type FollowerOptions = {
  readonly settings: FileSettings
  readonly sourceId: SourceId
  /** Undefined: found from the rows, `otherwise` being taken while none tells. */
  readonly zone: ZoneConverter | undefined
  readonly otherwise: ZoneConverter
  /** The position stored last. */
  readonly load: () => Promise<unknown>
  /** Must not come back before the lot is stored. */
  readonly store: (lot: FileLot) => Promise<void>
  readonly now: () => number
}

export type FileLook = {
  readonly state: 'live' | 'waiting' | 'refused'
  /** In words, '' when all is well. */
  readonly detail: string
  /** Rows read by this follower. */
  readonly read: number
  readonly behindBytes: number
  /** Zone of the times, '' while unknown; found from rows or given. */
  readonly zone: string
  readonly zoneFound: boolean
  readonly isCaughtUp: boolean
  /** Everything told of, when caught up. */
  readonly coverage: Coverage | undefined
}

/** Asterisk writes a row at once; after this long nobody is writing the rest of it any more. */
const TORN_MS = 30_000
/** `batchtime` of cdr.conf is 300 s unless set, and a few for the writing. */
const BATCH_MS = 310_000

export class FileFollower {
  readonly #options: FollowerOptions
  #isLoaded = false
  #position: FilePosition | undefined
  #file: FollowedFile | undefined
  #taker: RecordTaker | undefined
  /** When the end of a renamed file was seen first. */
  #sawEndMs: number | undefined
  /** Its copy was looked for once. */
  #missedCopy = false
  #lost = ''
  /** Nothing is stored yet of where it stands. */
  #isNew = false
  #read = 0
  #zone = ''
  #zoneFound = false
  readonly #copyOf: ReturnType<typeof accountCopy>

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#copyOf = accountCopy(options.settings.path)
  }

  /** Reads until nothing is left for now, or until stopped. `onLot` is told how far it is after each lot. */
  async look(
    stop: AbortSignal,
    onLot: (behindBytes: number, read: number) => void = () => undefined,
  ): Promise<FileLook> {
    if (!this.#isLoaded) this.#position = filePosition(await this.#options.load())
    this.#isLoaded = true
    for (;;) {
      const step = this.#file ? await this.#readOn(this.#file) : await this.#openNext()
      if (step !== 'more') return step
      if (stop.aborted) return this.#look('live', '', false)
      if (this.#file) onLot(await this.#file.behindBytes(), this.#read)
    }
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  async #readOn(file: FollowedFile): Promise<'more' | FileLook> {
    let items: RecordItem[] | undefined
    try {
      items = await file.read()
    } catch (error) {
      if (!(error instanceof DamagedArchive)) throw error
      this.#lost = `${file.path}: ${error.message}`
      return await this.#finish(file)
    }
    if (items === undefined) return (await file.isSame()) ? await this.#atEnd(file) : await this.#cutOff(file)
    this.#sawEndMs = undefined
    this.#missedCopy = false
    if (items.length > 0) await this.#put(file, items, undefined)
    return 'more'
  }

  async #atEnd(file: FollowedFile): Promise<'more' | FileLook> {
    if (file.isComplete) return await this.#finish(file)
    const { path } = this.#options.settings
    let there: FoundFile | undefined
    try {
      there = await fileAt(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return await this.#unopened(error)
    }
    if (there?.id === file.id) return this.#look('live', this.#lost, true)
    if (!there) return this.#look('live', 'it was rotated away, and no other file bears its name yet', false)
    // Whoever writes it may have opened it before it was renamed: one more look, and some patience for half a row.
    const now = this.#options.now()
    const isTorn = (await file.behindBytes()) > 0
    if (this.#sawEndMs === undefined || (isTorn && now - this.#sawEndMs < TORN_MS)) {
      this.#sawEndMs ??= now
      return this.#look('live', '', false, there.size)
    }
    return await this.#finish(file)
  }

  /** The file is read to its end; the next one begins in the same transaction as its last row. */
  async #finish(file: FollowedFile): Promise<'more' | FileLook> {
    const files = await siblings(this.#options.settings.path)
    const mark = file.mark()
    const changedMs = await file.changedMs()
    const next = await nextFile(files, this.#options.settings.path, { afterMs: changedMs, mark })
    if (!next) return this.#look('live', 'it was rotated away, and no other file bears its name yet', false)
    const items = file.end()
    const { warm, offset, format } = await file.place()
    const before = beforeNext({ file: mark, warm, end: offset, format }, this.#position?.before ?? [])
    await this.#put(file, items, { ...beginningOf(next, changedMs), before })
    await file.close()
    this.#file = undefined
    this.#sawEndMs = undefined
    return 'more'
  }

  /** It is shorter than what was read of it, or another one in the same place: the rest is in a copy. */
  async #cutOff(file: FollowedFile): Promise<'more' | FileLook> {
    const mark = file.mark()
    const others = (await siblings(this.#options.settings.path)).filter((other) => other.id !== file.id)
    const copy = mark.headBytes === 0 ? undefined : await findMarked(others, mark)
    const { offset, line, warm } = await file.place()
    if (!copy && !this.#missedCopy && mark.headBytes > 0) {
      this.#missedCopy = true
      return this.#look('live', '', false)
    }
    const position = this.#position
    await file.close()
    this.#file = undefined
    if (copy) {
      this.#file = await followedFile(copy.path, file.format, { from: offset, line }, warm, true)
      return 'more'
    }
    const there = await fileAt(this.#options.settings.path).catch(() => undefined)
    if (!there) return this.#look('waiting', 'the file is not there', false)
    this.#begin(there, position?.changedMs ?? 0, mark.headBytes > 0)
    return 'more'
  }

  async #openNext(): Promise<'more' | FileLook> {
    const { settings } = this.#options
    const { path } = settings
    let there: FoundFile | undefined
    try {
      there = await fileAt(path)
    } catch (error) {
      const isGone = this.#position !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isGone) return await this.#unopened(error)
    }
    if (!this.#position) {
      if (!there) return this.#look('waiting', 'the file is not there', false)
      this.#begin(there, 0, false)
      this.#isNew = true
    }
    const position = this.#position!
    const files = await siblings(path)
    // Of a file that was not begun nobody knows the first bytes, and its inode may bear another by now: it is the next one.
    const last = position.before[0]
    const isUnread = position.file.headBytes === 0 && last !== undefined
    const found = isUnread
      ? await nextFile(files, path, { afterMs: position.changedMs, mark: last.file })
      : await findMarked(files, position.file)
    if (!found) return await this.#skipTo(files, position)
    try {
      const told = position.format === '' ? await tellFormat(found.path, settings) : formatGiven(position.format)
      if (told.kind === 'format') {
        await this.#open(found, told.format, position, files)
      } else if (found.path === path) return await this.#notYet(told)
    } catch (error) {
      return await this.#unopened(error)
    }
    if (this.#file) return await this.#keepBeginning(this.#file)
    return await this.#skipTo(files, { ...position, changedMs: found.changedMs }, false)
  }

  /** Before the first row is stored: killed while storing that, it has to find this file again, renamed or not. */
  async #keepBeginning(file: FollowedFile): Promise<'more'> {
    if (this.#isNew) await this.#put(file, [], undefined)
    this.#isNew = false
    return 'more'
  }

  /** What was being read is not found again, or holds no rows: on with what came after it. */
  async #skipTo(files: readonly FoundFile[], position: FilePosition, isLost = true): Promise<'more' | FileLook> {
    const after = { afterMs: position.changedMs, mark: position.before[0]?.file ?? position.file }
    const next = await nextFile(files, this.#options.settings.path, after)
    if (!next) return this.#look('waiting', 'the file is not there', false)
    this.#begin(next, position.changedMs, isLost && position.file.headBytes > 0)
    return 'more'
  }

  async #open(
    found: FoundFile,
    format: RecordFormat,
    position: FilePosition,
    files: readonly FoundFile[],
  ): Promise<void> {
    const { offset, line, warm } = position
    const isFresh = this.#taker === undefined
    const taker = this.#taker ?? this.#newTaker(format)
    if (isFresh && offset < WARM_BYTES) {
      for (const last of position.before.toReversed()) taker.take(await rowsOfBefore(files, last))
    }
    if (isFresh && offset > 0) taker.take(await rowsAgain(found.path, format, warm, offset, false))
    const isComplete = found.path !== this.#options.settings.path && /\.gz$/.test(found.path)
    this.#file = await followedFile(found.path, format, { from: offset, line }, warm, isComplete)
    this.#taker = taker
  }

  #newTaker(format: RecordFormat): RecordTaker {
    const { sourceId, zone, otherwise } = this.#options
    const given = format.kind === 'cdr' && format.cdr.epochTimes ? INSTANTS : zone
    return recordTaker(sourceId, given, otherwise)
  }

  #begin(file: FoundFile, changedMs: number, isLost: boolean): void {
    if (isLost) this.#lost = LOST
    const { coveredFromMs, lastEndMs } = this.#position ?? {}
    this.#position = { ...beginningOf(file, changedMs), ...(isLost ? {} : { coveredFromMs, lastEndMs }) }
  }

  async #put(file: FollowedFile, items: readonly RecordItem[], next: FilePosition | undefined): Promise<void> {
    const batch = this.#taker!.take(items)
    this.#zone = batch.zone
    this.#zoneFound = batch.zoneFound
    this.#copyOf.look(batch.legs)
    const covered = {
      coveredFromMs: this.#position?.coveredFromMs ?? batch.legs[0]?.endedAtMs,
      lastEndMs: batch.legs.at(-1)?.endedAtMs ?? this.#position?.lastEndMs,
    }
    const { before = [] } = this.#position ?? {}
    const place = next ?? { version: 1, ...(await file.place()), before }
    const position: FilePosition = { ...place, ...covered }
    const format = (await file.place()).format
    await this.#options.store({
      batch,
      position,
      format,
      coverage: this.#coverage(covered.coveredFromMs, covered.lastEndMs),
    })
    this.#position = position
    this.#read += items.length
  }

  #coverage(fromMs: number | undefined, untilMs: number | undefined): Coverage | undefined {
    if (fromMs === undefined || untilMs === undefined || untilMs <= fromMs || this.#copyOf.isCopy()) return undefined
    return { fromMs, untilMs }
  }

  async #unopened(error: unknown): Promise<FileLook> {
    const { kind, reason } = await unreadable(this.#options.settings.path, error)
    return this.#look(kind === 'no-file' ? 'waiting' : 'refused', reason, false)
  }

  async #notYet(told: { readonly kind: 'waiting' | 'refused'; readonly detail: string }): Promise<FileLook> {
    if (this.#position?.file.headBytes === 0 && this.#position.before.length === 0) this.#position = undefined
    // A new file that is empty so far is as good as one that is read.
    const isCaughtUp = told.kind === 'waiting' && this.#position !== undefined
    return isCaughtUp ? this.#look('live', this.#lost, true) : this.#look(told.kind, told.detail, false)
  }

  async #look(state: FileLook['state'], detail: string, isCaughtUp: boolean, more = 0): Promise<FileLook> {
    const behindBytes = ((await this.#file?.behindBytes()) ?? 0) + more
    const { coveredFromMs, lastEndMs } = this.#position ?? {}
    const untilMs = Math.max(lastEndMs ?? 0, this.#options.now() - BATCH_MS)
    const coverage = isCaughtUp ? this.#coverage(coveredFromMs, untilMs) : undefined
    const found = { zone: this.#zone, zoneFound: this.#zoneFound }
    return { state, detail, read: this.#read, behindBytes, ...found, isCaughtUp, coverage }
  }
}

const LOST = 'a rotated file was gone before it was read to its end; import it if it is still somewhere'

function beginningOf({ id }: FoundFile, changedMs: number): FilePosition {
  const nothing = { id, head: '', headBytes: 0 }
  return {
    version: 1,
    file: nothing,
    offset: 0,
    line: 1,
    warm: { from: 0, line: 1 },
    format: '',
    changedMs,
    before: [],
  }
}

/** None when the file is not there any more: then an equal row in this one counts as the first. */
async function rowsOfBefore(
  files: readonly FoundFile[],
  { file, warm, end, format }: FileBefore,
): Promise<RecordItem[]> {
  const found = await findMarked(files, file)
  const given = formatGiven(format)
  return found && given.kind === 'format' ? await rowsAgain(found.path, given.format, warm, end, true) : []
}

function formatGiven(text: string) {
  const format = formatOfText(text)
  if (format) return { kind: 'format' as const, format }
  return { kind: 'refused' as const, detail: `its format "${text}" is not known` }
}
