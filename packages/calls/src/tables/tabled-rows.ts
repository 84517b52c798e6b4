// Records of tables, and pushed ones, on their way to legs and events: read first, so that the zone can be looked for
// among them, and made in a zone and a context afterwards.

import type { CdrRow } from '@tollbook/asterisk'
import {
  cdrFromRecord,
  celFromRecord,
  celNumberingOf,
  queueFromRecord,
  type TableContent,
  type TableRecord,
} from '@tollbook/asterisk/tables'
import { ok, type Result } from '@tollbook/kernel'
import { type Cel, celFromRow } from '../cel-from-row.ts'
import type { Leg } from '../leg.ts'
import type { LegContext } from '../leg-context.ts'
import { type LegReject, legFromCdr } from '../leg-from-cdr.ts'
import type { QueueEvent } from '../queue-event.ts'
import { queueEventFromRow } from '../queue-event-from-row.ts'

export type Tabled =
  | { readonly kind: 'leg'; readonly leg: Leg }
  | { readonly kind: 'cel'; readonly cel: Cel }
  | { readonly kind: 'queue'; readonly event: QueueEvent }

export type TabledRow = {
  /** Its times are instants: it is to be made in UTC, whatever zone the PBX is in. */
  readonly isUtc: boolean
  /** A local time that lies near the epoch in this uniqueid: what a zone is found by. */
  readonly evidence: Pick<CdrRow, 'start' | 'uniqueid'> | undefined
  make(context: LegContext): Result<Tabled, LegReject>
}

/** One answer a record; `but` are columns of the table that are nothing of the call. */
export function tabledRows(
  content: TableContent,
  records: readonly TableRecord[],
  but: ReadonlySet<string>,
): Result<TabledRow, string>[] {
  if (content === 'cdr') return records.map((record) => cdr(record, but))
  if (content === 'queue_log') return records.map(queueEvent)
  const numbering = celNumberingOf(records)
  return records.map((record) => cel(record, numbering))
}

function cdr(record: TableRecord, but: ReadonlySet<string>): Result<TabledRow, string> {
  const read = cdrFromRecord(record, but)
  if (!read.ok) return read
  const { row, isUtc } = read.value
  return ok({
    isUtc,
    evidence: isUtc ? undefined : row,
    make(context) {
      const leg = legFromCdr(row, context)
      return leg.ok ? ok({ kind: 'leg', leg: leg.value }) : leg
    },
  })
}

function cel(record: TableRecord, numbering: Parameters<typeof celFromRecord>[1]): Result<TabledRow, string> {
  const read = celFromRecord(record, numbering)
  if (!read.ok) return read
  const { row, isUtc } = read.value
  const tells = !isUtc && row.event === 'CHAN_START'
  return ok({
    isUtc,
    evidence: tells ? { start: row.eventTime, uniqueid: row.uniqueid } : undefined,
    make(context) {
      const event = celFromRow(row, context)
      return event.ok ? ok({ kind: 'cel', cel: event.value }) : event
    },
  })
}

function queueEvent(record: TableRecord): Result<TabledRow, string> {
  const read = queueFromRecord(record)
  if (!read.ok) return read
  const { row, isUtc, text } = read.value
  const tells = !isUtc && row.event === 'ENTERQUEUE'
  return ok({
    isUtc,
    evidence: tells ? { start: text, uniqueid: row.callid } : undefined,
    make(context) {
      const event = queueEventFromRow({ ...row, epochMs: context.zone.toInstant(row.epochMs, 0) }, context)
      return event.ok ? ok({ kind: 'queue', event: event.value }) : event
    },
  })
}
