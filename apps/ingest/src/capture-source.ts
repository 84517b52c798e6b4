// Live capture of one PBX: its AMI connection, its rows made into legs, its batches stored, its state told.
// Knows no database: what stores a batch is handed in. The read loop waits for nothing; only the batches wait.

import type { AmiConnectionOptions, AmiMessage, AmiRecord, AmiState } from '@tollbook/asterisk/ami'
import { amiRecords, connectAmi, NO_AMI_FACTS } from '@tollbook/asterisk/ami'
import {
  celFromRow,
  type LegContext,
  legContext,
  legFromCdr,
  type Reject,
  type ZoneConverter,
  zoneConverter,
  zoneDetector,
} from '@tollbook/calls'
import type { Clock, SourceId } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import { batchQueue, type CaptureBatchItem } from './batch-queue.ts'

/** What the outside may know of one source. Counters count from the start of this capture. */
export type SourceStatus = AmiState & {
  readonly lastEventAtMs: number | undefined
  readonly legs: number
  readonly cel: number
  readonly rejected: number
}

export type CaptureSourceOptions = {
  readonly source: { readonly sourceId: SourceId; readonly name: string; readonly zone: string }
  readonly target: Pick<AmiConnectionOptions, 'host' | 'port' | 'username' | 'secret'>
  /** Stores one batch in one transaction; throws when the database is away. */
  readonly capture: (batch: readonly CaptureBatchItem[], zone: string) => Promise<void>
  readonly setAside: (rejects: readonly Reject[], zone: string) => Promise<void>
  /** Called after every change, also of a counter; must be cheap. */
  readonly onChange: (status: SourceStatus) => void
  readonly clock: Clock
  readonly log: Log
  readonly timing?: AmiConnectionOptions['timing']
}

export type SourceCapture = {
  status(): SourceStatus
  /** Closes the connection and stores what is still in memory, or gives up after a bounded wait. */
  stop(): Promise<void>
}

/** Rows are collected this long, milliseconds: a call is to be seen within two seconds, and batches are cheap. */
const COLLECT_MS = 200
/** Fewer, fuller transactions at load: Asterisk gives up to 3,000 Cdr/s and seven CEL events per Cdr. */
const COLLECT_RECORDS = 500

/** Starts capturing at once, and goes on until stopped, whatever happens to the PBX or to the database. */
export function captureSource(options: CaptureSourceOptions): SourceCapture {
  const { clock, log, source } = options
  const records = amiRecords()
  const read = rowReader(source)
  let collected: AmiRecord[] = []
  let timer: NodeJS.Timeout | undefined
  let status: SourceStatus = {
    ...{ state: 'connecting', detail: '', version: '', ...NO_AMI_FACTS },
    ...{ lastEventAtMs: undefined, legs: 0, cel: 0, rejected: 0 },
  }
  const change = (part: Partial<SourceStatus>) => {
    status = { ...status, ...part }
    options.onChange({ ...status, detail: [status.detail, queue.trouble()].filter((t) => t !== '').join('; ') })
  }
  const queue = batchQueue({
    capture: (batch) => options.capture(batch, read.zone()),
    setAside: (rejects) => options.setAside(rejects, read.zone()),
    onStored: (n) =>
      change({ legs: status.legs + n.legs, cel: status.cel + n.cel, rejected: status.rejected + n.rejected }),
    onTrouble: () => change({}),
    log: log,
  })
  const close = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = [...collected, ...records.flush()]
    collected = []
    if (batch.length > 0) queue.add(read.items(batch))
  }
  const onMessages = (messages: readonly AmiMessage[]) => {
    collected.push(...records.push(messages))
    if (messages.some((m) => m.kind === 'event')) status = { ...status, lastEventAtMs: clock.now() }
    if (collected.length >= COLLECT_RECORDS) close()
    else timer ??= setTimeout(close, COLLECT_MS)
  }
  const connection = connectAmi({
    ...options.target,
    clock,
    onMessages,
    onState: (state) => {
      if (state.state !== status.state)
        log.info({ source: source.name, state: state.state, detail: state.detail }, 'connection state')
      change(state)
    },
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  })
  return {
    status: () => status,
    async stop() {
      await connection.stop()
      close()
      await queue.stop()
    },
  }
}

/** Rows → legs and events in the zone of the PBX; what cannot be one becomes a reject. */
function rowReader(source: CaptureSourceOptions['source']): {
  items(records: readonly AmiRecord[]): CaptureBatchItem[]
  zone(): string
} {
  const detector = zoneDetector()
  const given = source.zone === 'auto' ? undefined : zoneConverter(source.zone)
  const utc = zoneConverter('UTC') as ZoneConverter
  const context: LegContext = legContext(source.sourceId, given ?? utc)
  return {
    zone: () => context.zone.zone,
    items(records) {
      if (given === undefined) {
        for (const record of records) observe(detector, record)
        context.zone = detector.converter() ?? utc
      }
      return records.flatMap((record) => (record.kind === 'queue' ? [] : [itemOf(record, context)]))
    },
  }
}

/** AMI writes the PBX's wall clock; a CDR's start and a channel's birth lie next to the epoch in its uniqueid. */
function observe(detector: ReturnType<typeof zoneDetector>, record: AmiRecord): void {
  if (record.kind === 'cdr') detector.observe(record.row)
  else if (record.kind === 'cel' && record.row.event === 'CHAN_START') {
    detector.observe({ start: record.row.eventTime, uniqueid: record.row.uniqueid })
  }
}

function itemOf(record: Exclude<AmiRecord, { kind: 'queue' }>, context: LegContext): CaptureBatchItem {
  if (record.kind === 'reject') {
    return { kind: 'reject', reject: { line: 0, reason: record.reject.reason, raw: record.raw } }
  }
  const raw = record.row.raw ?? Buffer.alloc(0)
  if (record.kind === 'cdr') {
    const leg = legFromCdr(record.row, context)
    if (leg.ok) return { kind: 'leg', leg: leg.value, raw }
    return { kind: 'reject', reject: { line: 0, reason: leg.error.reason, raw } }
  }
  const cel = celFromRow(record.row, context)
  if (cel.ok) return { kind: 'cel', cel: cel.value, raw }
  return { kind: 'reject', reject: { line: 0, reason: cel.error.reason, raw } }
}
