// A row of a realtime `queue_log` table → the row queue_log itself would have given, but for its time: a file has epochs,
// a table mostly local text.

import { err, ok, type Result } from '@tollbook/kernel'
import { shown } from '../cdr-values.ts'
import type { QueueLogRow } from '../queue-log-row.ts'
import { recordBytes, recordReader, type TableRecord } from './table-record.ts'
import { millisOf, tableTime } from './table-time.ts'

/** Unless `isUtc`, the milliseconds of `row.epochMs` are the PBX's wall clock, read as if it were in UTC. */
export type TableQueueEvent = { readonly row: QueueLogRow; readonly isUtc: boolean; readonly text: string }

/** Reads a record with `data1` to `data5`, or with one `data` of older ones. The reason of a refusal is for people. */
export function queueFromRecord(record: TableRecord): Result<TableQueueEvent, string> {
  const from = recordReader(record)
  const timeText = from.get('time', 'created')
  const time = tableTime(timeText)
  if (!time || time.text === '') return err(`time ${shown(timeText)} is not a date and time`)
  const event = from.get('event')
  if (!/^[A-Z][A-Z0-9_]{1,39}$/.test(event)) return err(`event ${shown(event)} is not one of queue_log`)
  const five = [1, 2, 3, 4, 5].map((n) => from.get(`data${n}`))
  const data = five.some((text) => text !== '') ? five : from.get('data').split('|')
  while (data.at(-1) === '') data.pop()
  const row: QueueLogRow = {
    epochMs: millisOf(time),
    callid: withoutNone(from.get('callid')),
    queue: withoutNone(from.get('queuename', 'queue')),
    event,
    agent: withoutNone(from.get('agent')),
    data,
    raw: recordBytes(record),
    line: 0,
  }
  return ok({ row, isUtc: time.isUtc, text: time.text })
}

function withoutNone(text: string): string {
  return text === 'NONE' ? '' : text
}
