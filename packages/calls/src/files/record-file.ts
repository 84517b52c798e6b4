// A file of records (CDRs, channel events, a queue log, a recorded AMI stream), plain or gzip, as a stream of what can be
// stored. Refuses what is none of them before anything is made of it; memory is bounded. Stores nothing.

import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import {
  DamagedArchive,
  formatText,
  gunzipIfNeeded,
  type RecordFormat,
  type RecordItem,
  recordReader,
  sniffRecords,
} from '@tollbook/asterisk'
import { err, ok, type Result, type SourceId } from '@tollbook/kernel'
import { INSTANTS, type ZoneConverter } from '../zone-converter.ts'
import { type RecordBatch, type RecordTaker, recordTaker } from './record-taker.ts'
import { type FileRefusal, unreadable } from './unreadable.ts'

export type RecordFile = {
  readonly kind: RecordFormat['kind']
  /** Its name, for people. */
  readonly format: string
  /** How the format is written down beside a row that is set aside. */
  readonly formatText: string
  readonly bytesTotal: number
  /** Bytes of the file (packed ones of a packed file) read so far. */
  bytesDone(): number
  /**
   * The records, once. With `zone` undefined the zone is found from the rows, `otherwise` being taken while none of them
   * tells. Throws when the disk fails; ends where an archive is damaged, after the whole rows before that.
   */
  batches(sourceId: SourceId, zone: ZoneConverter | undefined, otherwise: ZoneConverter): AsyncGenerator<RecordBatch>
  /** Why the batches ended before the file did; undefined when they did not. */
  cutShort(): string | undefined
  /** Must be called when `batches` is not read to its end. */
  close(): Promise<void>
}

/** Enough for the format to be told; asterisk's own bound on a record is 64 KiB. */
const HEAD_BYTES = 256 * 1024
/** Rows looked at together: a zone is judged by as many at first. */
const BATCH_ROWS = 1024

/**
 * Opens a file and tells its format; nothing but reading is done.
 * @param columns a mapping of somebody's own (cdr_custom.conf), which the file must then fit.
 */
export async function openRecordFile(path: string, columns?: string): Promise<Result<RecordFile, FileRefusal>> {
  const size = await sizeOf(path)
  if (!size.ok) return size
  const source = createReadStream(path, { highWaterMark: HEAD_BYTES })
  const chunks = gunzipIfNeeded(source)
  const head = await readHead(chunks)
  const sniffed = head.ok ? sniffRecords(head.value.bytes, { complete: head.value.complete, columns }) : head
  if (!sniffed.ok || !head.ok) {
    source.destroy()
    return sniffed.ok ? err({ kind: 'unreadable', reason: 'the file cannot be read' }) : sniffed
  }
  const format = sniffed.value
  const state: ReadState = { cutShort: undefined }
  return ok({
    kind: format.kind,
    format: format.name,
    formatText: formatText(format),
    bytesTotal: size.value,
    bytesDone: () => source.bytesRead,
    batches(sourceId, zone, otherwise) {
      const given = format.kind === 'cdr' && format.cdr.epochTimes ? INSTANTS : zone
      return readBatches(format, withHead(head.value, chunks), recordTaker(sourceId, given, otherwise), state)
    },
    cutShort: () => state.cutShort,
    async close() {
      source.destroy()
    },
  })
}

async function sizeOf(path: string): Promise<Result<number, FileRefusal>> {
  try {
    const found = await stat(path)
    if (!found.isFile())
      return err({ kind: 'unreadable', reason: found.isDirectory() ? 'it is a folder' : 'it is no file' })
    await (await open(path)).close()
    return ok(found.size)
  } catch (error) {
    return err(await unreadable(path, error))
  }
}

/** `damage`: the archive ends here. */
type Head = { readonly bytes: Buffer; readonly complete: boolean; readonly damage?: DamagedArchive }

async function readHead(chunks: AsyncGenerator<Buffer>): Promise<Result<Head, FileRefusal>> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    while (bytes < HEAD_BYTES) {
      const next = await chunks.next()
      if (next.done) return ok({ bytes: Buffer.concat(parts), complete: true })
      parts.push(next.value)
      bytes += next.value.length
    }
  } catch (error) {
    if (!(error instanceof DamagedArchive)) return err({ kind: 'unreadable', reason: 'the file cannot be read' })
    if (bytes === 0) return err({ kind: 'damaged', reason: `${error.message}: nothing in it can be read` })
    return ok({ bytes: Buffer.concat(parts), complete: false, damage: error })
  }
  return ok({ bytes: Buffer.concat(parts), complete: false })
}

type ReadState = { cutShort: string | undefined }

async function* readBatches(
  format: RecordFormat,
  chunks: AsyncGenerator<Buffer>,
  taker: RecordTaker,
  state: ReadState,
): AsyncGenerator<RecordBatch> {
  const reader = recordReader(format)
  let waiting: RecordItem[] = []
  try {
    for await (const chunk of chunks) {
      const items = reader.push(chunk)
      waiting = waiting.length === 0 ? items : waiting.concat(items)
      while (waiting.length >= BATCH_ROWS) {
        yield taker.take(waiting.slice(0, BATCH_ROWS))
        waiting = waiting.slice(BATCH_ROWS)
      }
    }
    waiting = waiting.concat(reader.end())
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error
    state.cutShort = error.message // the row it stands in is not whole and is left out
  }
  if (waiting.length > 0) yield taker.take(waiting)
}

async function* withHead({ bytes, damage }: Head, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield bytes
  if (damage) throw damage
  yield* rest
}
