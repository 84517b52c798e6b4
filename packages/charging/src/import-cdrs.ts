// A file of records (CDRs, channel events, a queue log, a recorded AMI stream) → calls, charges and ledger entries. Nothing is changed before the file is known to be one; importing
// it twice changes nothing; a crash in the middle is mended by importing it again.

import { randomBytes } from 'node:crypto'
import {
  createImport,
  type ImportCounts,
  setAside,
  updateImport,
  type ZoneConverter,
  zoneConverter,
} from '@tollbook/calls'
import { openRecordFile, type RecordBatch, type RecordFile } from '@tollbook/calls/files'
import { type Db, transaction } from '@tollbook/db'
import { ensureSource, type Source, setZoneDetected } from '@tollbook/directory'
import { noteCoverage } from '@tollbook/intake'
import { type Clock, err, ok, type Result, type TenantId, timeFirstUuid, WAY } from '@tollbook/kernel'
import { type ChargingBook, freshBook } from './book.ts'
import { captureBatch } from './capture.ts'
import { captureLanes, type LaneBatch } from './capture-lanes.ts'

export type ImportFile = {
  readonly tenantId: TenantId
  /** Name of the source (the PBX) the file comes from; made when it is new. */
  readonly source: string
  /** 'auto': as set for the source, else found from the rows. Otherwise 'UTC', '+03:00' or an IANA name. */
  readonly zone: string
  /** The name people know the file by. */
  readonly filename: string
  readonly path: string
  /** A mapping of somebody's own (cdr_custom.conf), which the file must fit; without one the file tells. */
  readonly columns?: string | undefined
  readonly clock: Clock
  /** Called after each batch that has been committed. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** The row of an import that was claimed; without it one is written. */
  readonly importId?: string
}

export type ImportProgress = ImportCounts & { readonly bytesTotal: number }

/** What `--json` prints. `read` = inserted + cel + queue_events + duplicates + rejected. */
export type ImportReport = {
  readonly source: string
  readonly format: string
  readonly zone: string
  readonly read: number
  /** Legs that are new. */
  readonly inserted: number
  /** Channel events and queue events that are new. */
  readonly cel: number
  readonly queue_events: number
  readonly duplicates: number
  /** Of the duplicates, legs known from another way and new to this one. */
  readonly matched: number
  readonly rejected: number
  /** Calls that are new. */
  readonly calls: number
  readonly rated: number
  readonly unrated: number
  readonly seconds: number
}

/**
 * The file or the request is not usable; `reason` is for the person who sent it. Nothing has been changed, but for kind
 * `cut-short`: what could be read before the damage is imported.
 */
export type ImportRefusal = { readonly kind: string; readonly reason: string }

/** Imports a file; throws when the database fails or the file breaks off, having marked the import as failed. */
export async function importCdrs(db: Db, request: ImportFile): Promise<Result<ImportReport, ImportRefusal>> {
  const startedMs = request.clock.now()
  const asked = request.zone === 'auto' ? undefined : zoneConverter(request.zone)
  if (request.zone !== 'auto' && !asked) {
    return await refuse(db, request, { kind: 'bad-zone', reason: `"${request.zone}" is not a time zone` })
  }
  const file = await openRecordFile(request.path, request.columns)
  if (!file.ok) return await refuse(db, request, file.error)
  try {
    const source = await transaction(db, (tx) => ensureSource(tx, request.tenantId, request.source, startedMs))
    const importId = request.importId ?? (await begin(db, request, source, file.value, startedMs))
    const run = await readThrough(db, request, source, importId, file.value, asked)
    if (run.cutShort !== undefined) return err({ kind: 'cut-short', reason: run.cutShort })
    const { bytesDone: _, queueEvents: queue_events, ...counts } = run.counts
    const seconds = (request.clock.now() - startedMs) / 1000
    return ok({ source: source.name, format: file.value.format, zone: run.zone, ...counts, queue_events, seconds })
  } finally {
    await file.value.close()
  }
}

async function refuse(db: Db, request: ImportFile, refusal: ImportRefusal): Promise<Result<never, ImportRefusal>> {
  if (request.importId !== undefined)
    await updateImport(db, request.importId, { state: 'failed', error: refusal.reason }, request.clock.now())
  return err(refusal)
}

async function begin(db: Db, request: ImportFile, source: Source, file: RecordFile, nowMs: number): Promise<string> {
  const importId = timeFirstUuid(nowMs, randomBytes(10))
  const { tenantId, filename, zone: zoneAsked, columns = '' } = request
  const { sourceId } = source
  const row = {
    importId,
    tenantId,
    sourceId,
    filename,
    storedPath: '',
    zoneAsked,
    columns,
    bytesTotal: file.bytesTotal,
  }
  await createImport(db, row, 'running', nowMs)
  return importId
}

type Run = {
  counts: ImportCounts
  zone: string
  zoneFound: boolean
  /** Times are instants: no zone that is set later moves them. */
  instants: boolean
  book: ChargingBook
  beatMs: number
  asideBytes: number
  /** Ends of the first and of the last CDR, and whose: 'several' when not all of one account. */
  firstEndMs?: number
  lastEndMs?: number
  account?: string
  /** Why the file could not be read to its end. */
  cutShort?: string
}

/** Reads the file to its end and captures it. What was committed before a failure stays, and the import says failed. */
async function readThrough(
  db: Db,
  request: ImportFile,
  source: Source,
  importId: string,
  file: RecordFile,
  asked: ZoneConverter | undefined,
): Promise<Run> {
  const book = await freshBook(db, request.tenantId)
  const set = asked ?? (source.zone === 'auto' ? undefined : zoneConverter(source.zone))
  const otherwise = zoneConverter(source.zoneDetected) ?? zoneConverter(book.directory.tenant.zone) ?? UTC
  const zone = (set ?? otherwise).zone
  const run: Run = {
    counts: NOTHING,
    zone,
    zoneFound: false,
    instants: false,
    book,
    beatMs: request.clock.now(),
    asideBytes: 0,
  }
  const lanes = captureLanes((lot) => captureLot(db, request, source, importId, file, run, lot))
  try {
    for await (const batch of file.batches(source.sourceId, set, otherwise)) {
      run.zone = batch.zone
      run.zoneFound = batch.zoneFound
      run.instants = batch.instants
      await setBatchAside(db, request, source, importId, file, run, batch)
      const { legs, cel, queue, rejects } = batch
      count(run, { read: legs.length + cel.length + queue.length + rejects.length, rejected: rejects.length })
      if (file.kind === 'cdr') spanned(run, legs)
      await lanes.add(batch)
      // Reading must not keep the lanes waiting: PostgreSQL is idle until its answers are looked at.
      await new Promise(setImmediate)
      if (run.asideBytes > ASIDE_BYTES_MAX) break
    }
    await lanes.finish()
    const cutShort = run.asideBytes > ASIDE_BYTES_MAX ? TOO_MANY_ASIDE : file.cutShort()
    if (cutShort !== undefined) return await endCutShort(db, request, importId, file, run, cutShort)
    await noteEnd(db, request, source, importId, run)
    count(run, { bytesDone: file.bytesTotal - run.counts.bytesDone })
    const end = { state: 'done', ...run.counts, format: file.format, zone: run.zone } as const
    await updateImport(db, importId, end, request.clock.now())
    request.onProgress?.({ ...run.counts, bytesTotal: file.bytesTotal })
    return run
  } catch (error) {
    await lanes.settled()
    await updateImport(db, importId, { state: 'failed', error: BROKE_OFF }, request.clock.now()).catch(() => undefined) // the database may be away
    throw error
  }
}

/** Rows that cannot be read are kept whole; a file of nothing else must not fill the disk. */
const ASIDE_BYTES_MAX = 256 * 1024 * 1024
const TOO_MANY_ASIDE = 'too many of its rows cannot be read'

async function setBatchAside(
  db: Db,
  { tenantId, clock }: ImportFile,
  { sourceId }: Source,
  importId: string,
  { formatText: format }: RecordFile,
  run: Run,
  { rejects, zone }: RecordBatch,
): Promise<void> {
  if (rejects.length === 0) return
  for (const { raw } of rejects) run.asideBytes += raw.length
  await setAside(db, { tenantId, sourceId, importId, zone, format }, rejects, clock.now())
}

/** What was read is captured; the import says how far it got. */
async function endCutShort(
  db: Db,
  { clock }: ImportFile,
  importId: string,
  { format }: RecordFile,
  run: Run,
  why: string,
): Promise<Run> {
  const { read, inserted, cel, queueEvents } = run.counts
  const fresh = inserted + cel + queueEvents
  run.cutShort = `${why}. Of ${read} rows before that, ${fresh} were new and are imported.`
  await updateImport(db, importId, { state: 'running', ...run.counts, format, zone: run.zone }, clock.now())
  await updateImport(db, importId, { state: 'failed', error: run.cutShort }, clock.now())
  return run
}

function spanned(run: Run, legs: RecordBatch['legs']): void {
  const [first, last] = [legs[0], legs.at(-1)]
  if (!first || !last) return
  run.firstEndMs ??= first.endedAtMs
  run.lastEndMs = last.endedAtMs
  run.account ??= first.accountcode
  if (legs.some((leg) => leg.accountcode !== run.account)) run.account = 'several'
}

/**
 * What was learned of the source: its zone, and that this file told of every call that ended between its first row and its
 * last. Asterisk also keeps a copy of the rows of each account in a file of that name: such a file tells of nobody else.
 */
async function noteEnd(db: Db, request: ImportFile, { sourceId }: Source, importId: string, run: Run): Promise<void> {
  const { firstEndMs: fromMs, lastEndMs: untilMs, account = '' } = run
  const isCopy = account !== '' && request.filename.split('.')[0] === account
  await transaction(db, async (tx) => {
    if (run.zoneFound) await setZoneDetected(tx, sourceId, run.zone)
    if (isCopy || fromMs === undefined || untilMs === undefined || untilMs <= fromMs) return
    await noteCoverage(tx, { sourceId, toldBy: `import ${importId}`, fromMs, untilMs }, request.clock.now())
  })
}

const UTC = zoneConverter('UTC')!
const BROKE_OFF = 'The import broke off. Import the file again: what is already there is not doubled.'
/** Often enough for a page to move, seldom enough to cost nothing. */
const BEAT_MS = 1000
const NOTHING: ImportCounts = {
  ...{ bytesDone: 0, read: 0, inserted: 0, duplicates: 0, matched: 0, rejected: 0 },
  ...{ cel: 0, queueEvents: 0, calls: 0, rated: 0, unrated: 0 },
}

async function captureLot(
  db: Db,
  request: ImportFile,
  source: Source,
  importId: string,
  file: RecordFile,
  run: Run,
  lot: LaneBatch,
): Promise<void> {
  const { tenantId, clock } = request
  const from = { way: WAY.file, toldBy: `import ${importId}`, zone: run.instants ? '' : run.zone }
  const batch = { tenantId, sourceId: source.sourceId, ...from, ...lot, nowMs: clock.now(), book: run.book }
  const captured = await captureBatch(db, batch)
  run.book = captured.book
  const { inserted, celInserted: cel, queueInserted: queueEvents, newCalls: calls, rated, unrated } = captured
  const duplicates = lot.legs.length + lot.cel.length + lot.queue.length - inserted - cel - queueEvents
  count(run, {
    inserted,
    cel,
    queueEvents,
    duplicates,
    matched: captured.matched,
    calls,
    rated,
    unrated,
    bytesDone: file.bytesDone() - run.counts.bytesDone,
  })
  request.onProgress?.({ ...run.counts, bytesTotal: file.bytesTotal })
  const now = clock.now()
  if (now - run.beatMs < BEAT_MS) return
  run.beatMs = now
  const standing = { state: 'running', ...run.counts, format: file.format, zone: run.zone } as const
  await updateImport(db, importId, standing, now)
}

/** Adds to the counts. */
function count(run: Run, more: Partial<ImportCounts>): void {
  const sum = { ...run.counts }
  for (const key of Object.keys(more) as (keyof ImportCounts)[]) sum[key] += more[key] ?? 0
  run.counts = sum
}
