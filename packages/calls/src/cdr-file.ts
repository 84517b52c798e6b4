// A file of CDRs, plain or gzip, as a stream of legs. Refuses what is no CDR file before anything is made of it; memory
// is bounded whatever the size of the file. Stores nothing.

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type CdrFormat, type CdrItem, cdrReader, gunzipIfNeeded, sniffCdr } from '@tollbook/asterisk'
import { err, ok, type Result, type SourceId } from '@tollbook/kernel'
import type { Leg } from './leg.ts'
import { type LegContext, legContext } from './leg-context.ts'
import { legFromCdr } from './leg-from-cdr.ts'
import type { Reject } from './rejects.ts'
import type { ZoneConverter } from './zone-converter.ts'
import { zoneDetector } from './zone-detector.ts'

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
   * tells. Throws when the file breaks off (a damaged archive, a disk that fails).
   */
  batches(sourceId: SourceId, zone: ZoneConverter | undefined, otherwise: ZoneConverter): AsyncGenerator<CdrBatch>
  /** Must be called when `batches` is not read to its end. */
  close(): Promise<void>
}

/** Enough for the format to be told; asterisk's own bound on a record is 64 KiB. */
const HEAD_BYTES = 256 * 1024
/** Rows looked at together: a zone is judged by as many at first. */
const BATCH_ROWS = 2048

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
  return ok({
    format: format.value.name,
    bytesTotal: size,
    bytesDone: () => source.bytesRead,
    batches: (sourceId, zone, otherwise) =>
      readBatches(format.value, head.value.bytes, chunks, zone, legContext(sourceId, zone ?? otherwise)),
    async close() {
      source.destroy()
    },
  })
}

type Head = { readonly bytes: Buffer; readonly complete: boolean }

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
  } catch {
    return err({ kind: 'unreadable', reason: 'the file cannot be read, or its gzip archive is damaged' })
  }
  return ok({ bytes: Buffer.concat(parts), complete: false })
}

async function* readBatches(
  format: CdrFormat,
  head: Buffer,
  rest: AsyncGenerator<Buffer>,
  zone: ZoneConverter | undefined,
  context: LegContext,
): AsyncGenerator<CdrBatch> {
  const reader = cdrReader(format)
  const detector = zone ? undefined : zoneDetector()
  let waiting: CdrItem[] = []
  for await (const chunk of withHead(head, rest)) {
    const items = reader.push(chunk)
    waiting = waiting.length === 0 ? items : waiting.concat(items)
    while (waiting.length >= BATCH_ROWS) {
      yield legsOf(waiting.slice(0, BATCH_ROWS), context, detector)
      waiting = waiting.slice(BATCH_ROWS)
    }
  }
  waiting = waiting.concat(reader.end())
  if (waiting.length > 0) yield legsOf(waiting, context, detector)
}

async function* withHead(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head
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
