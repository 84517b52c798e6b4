// A file of CDRs, plain or gzip, as a stream of legs. Refuses what is no CDR file before anything is made of it; memory
// is bounded whatever the size of the file. Stores nothing.

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type CdrFormat, type CdrItem, cdrReader, DamagedArchive, gunzipIfNeeded, sniffCdr } from '@tollbook/asterisk'
import { err, ok, type Result, type SourceId } from '@tollbook/kernel'
import type { Leg } from './leg.ts'
import { type LegContext, legContext } from './leg-context.ts'
import { legFromCdr } from './leg-from-cdr.ts'
import type { Reject } from './rejects.ts'
import type { ZoneConverter } from './zone-converter.ts'
import { type ZoneDetector, zoneDetector } from './zone-detector.ts'

/** Why a file is not read; `reason` may be shown as it stands. */
export type FileRefusal = { readonly kind: string; readonly reason: string }

/** Some rows of a file, in its order. */
export type CdrBatch = {
  readonly legs: readonly Leg[]
  readonly rejects: readonly Reject[]
  /** Zone these rows were read in, and whether it was found in rows of this file. */
  readonly zone: string
  readonly zoneFound: boolean
}

export type CdrFile = {
  readonly format: string
  readonly bytesTotal: number
  /** Bytes of the file (packed ones of a packed file) read so far. */
  bytesDone(): number
  /**
   * The legs, once. With `zone` undefined the zone is found from the rows, `otherwise` being taken while none of them
   * tells. Throws when the disk fails; ends where an archive is damaged, after the whole rows before that.
   */
  batches(sourceId: SourceId, zone: ZoneConverter | undefined, otherwise: ZoneConverter): AsyncGenerator<CdrBatch>
  /** Why the batches ended before the file did; undefined when they did not. */
  cutShort(): string | undefined
  /** Must be called when `batches` is not read to its end. */
  close(): Promise<void>
}

/** Enough for the format to be told; asterisk's own bound on a record is 64 KiB. */
const HEAD_BYTES = 256 * 1024
/** Rows looked at together: a zone is judged by as many at first. */
const BATCH_ROWS = 1024

/** Opens a file and tells its format; nothing but reading is done. */
export async function openCdrFile(path: string): Promise<Result<CdrFile, FileRefusal>> {
  const size = await stat(path).then(
    (s) => (s.isFile() ? s.size : undefined),
    () => undefined,
  )
  if (size === undefined) return err({ kind: 'unreadable', reason: 'the file is not there or cannot be read' })
  const source = createReadStream(path, { highWaterMark: HEAD_BYTES })
  const chunks = gunzipIfNeeded(source)
  const head = await readHead(chunks)
  const format = head.ok ? sniffCdr(head.value.bytes, { complete: head.value.complete }) : head
  if (!format.ok || !head.ok) {
    source.destroy()
    return format.ok ? err({ kind: 'unreadable', reason: 'the file cannot be read' }) : format
  }
  const state: ReadState = { cutShort: undefined }
  return ok({
    format: format.value.name,
    bytesTotal: size,
    bytesDone: () => source.bytesRead,
    batches: (sourceId, zone, otherwise) =>
      readBatches(
        format.value,
        withHead(head.value, chunks),
        zone ? undefined : zoneDetector(otherwise.zone),
        legContext(sourceId, zone ?? otherwise),
        state,
      ),
    cutShort: () => state.cutShort,
    async close() {
      source.destroy()
    },
  })
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
  format: CdrFormat,
  chunks: AsyncGenerator<Buffer>,
  detector: ZoneDetector | undefined,
  context: LegContext,
  state: ReadState,
): AsyncGenerator<CdrBatch> {
  const reader = cdrReader(format)
  let waiting: CdrItem[] = []
  try {
    for await (const chunk of chunks) {
      const items = reader.push(chunk)
      waiting = waiting.length === 0 ? items : waiting.concat(items)
      while (waiting.length >= BATCH_ROWS) {
        yield legsOf(waiting.slice(0, BATCH_ROWS), context, detector)
        waiting = waiting.slice(BATCH_ROWS)
      }
    }
    waiting = waiting.concat(reader.end())
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error
    state.cutShort = error.message // the row it stands in is not whole and is left out
  }
  if (waiting.length > 0) yield legsOf(waiting, context, detector)
}

async function* withHead({ bytes, damage }: Head, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield bytes
  if (damage) throw damage
  yield* rest
}

/** Rows → legs. The zone is looked at again first, with these rows among the evidence. */
function legsOf(
  items: readonly CdrItem[],
  context: LegContext,
  detector: ReturnType<typeof zoneDetector> | undefined,
): CdrBatch {
  for (const item of items) if (item.kind === 'row') detector?.observe(item.row)
  const found = detector?.converter()
  context.zone = found ?? context.zone
  const legs: Leg[] = []
  const rejects: Reject[] = []
  for (const item of items) {
    if (item.kind === 'reject') {
      rejects.push({ line: item.line, reason: item.reason, raw: item.raw })
      continue
    }
    const leg = legFromCdr(item.row, context)
    if (leg.ok) legs.push(leg.value)
    else rejects.push({ line: item.row.line, reason: leg.error.reason, raw: item.row.raw ?? Buffer.alloc(0) })
  }
  return { legs, rejects, zone: context.zone.zone, zoneFound: found !== undefined }
}
