// The kinds of record files Tollbook reads, and one reader for all of them. Which one a file is says sniff-records.

import { assert } from '@tollbook/kernel'
import type { CelRow } from './ami/cel-row.ts'
import type { AmiItem } from './ami-stream-reader.ts'
import { amiStreamReader } from './ami-stream-reader.ts'
import { CDR_FORMATS, type CdrFormat } from './cdr-format.ts'
import { cdrReader } from './cdr-reader.ts'
import type { CdrReject, CdrRow } from './cdr-row.ts'
import { celReader } from './cel-reader.ts'
import type { RowReader } from './csv-reader.ts'
import { mappedColumns } from './mapped-columns.ts'
import { queueLogReader } from './queue-log-reader.ts'
import type { QueueLogRow } from './queue-log-row.ts'

export type RecordFormat =
  | { readonly kind: 'cdr'; readonly name: string; readonly cdr: CdrFormat }
  | {
      readonly kind: 'cel'
      readonly name: 'cel_custom' | 'cel_mapped'
      readonly columns: readonly string[] | undefined
    }
  | { readonly kind: 'queue_log'; readonly name: 'queue_log' }
  | { readonly kind: 'ami'; readonly name: 'ami' }

/** `session`: what follows is of another connection, in which the same events may come again. */
export type RecordItem =
  | { readonly kind: 'cdr'; readonly row: CdrRow }
  | { readonly kind: 'cel'; readonly row: CelRow }
  | { readonly kind: 'queue'; readonly row: QueueLogRow }
  | { readonly kind: 'session' }
  | CdrReject

/** Reads a file of this format. @param line where reading begins, when the file was read up to there before. */
export function recordReader(format: RecordFormat, line = 1): RowReader<RecordItem> {
  switch (format.kind) {
    case 'cdr':
      return named('cdr', cdrReader(format.cdr, line))
    case 'cel':
      return named('cel', celReader(format.columns, line))
    case 'queue_log':
      return named('queue', queueLogReader(line))
    case 'ami':
      return amiStreamReader() satisfies RowReader<AmiItem>
  }
}

type Read<Row> = RowReader<{ readonly kind: 'row'; readonly row: Row } | CdrReject>

function named(kind: 'cdr', reader: Read<CdrRow>): RowReader<RecordItem>
function named(kind: 'cel', reader: Read<CelRow>): RowReader<RecordItem>
function named(kind: 'queue', reader: Read<QueueLogRow>): RowReader<RecordItem>
function named(kind: 'cdr' | 'cel' | 'queue', reader: Read<unknown>): RowReader<RecordItem> {
  const renamed = (items: ReturnType<typeof reader.push>) =>
    items.map((item) => (item.kind === 'row' ? ({ kind, row: item.row } as RecordItem) : item))
  return {
    push: (chunk) => renamed(reader.push(chunk)),
    end: () => renamed(reader.end()),
    consumed: () => reader.consumed(),
    line: () => reader.line(),
  }
}

/** How a format is written down beside a row that was set aside, so that it can be read again the same way. */
export function formatText(format: RecordFormat): string {
  if (format.kind === 'cdr' && format.cdr.name === 'cdr_mapped') {
    return `cdr_mapped${format.cdr.epochTimes ? '+epoch' : ''}:${format.cdr.columns.join(',')}`
  }
  if (format.kind === 'cel' && format.columns) return `cel_mapped:${format.columns.join(',')}`
  return format.name
}

/** The format `formatText` wrote; undefined when it is not known. */
export function formatOfText(text: string): RecordFormat | undefined {
  if (text === 'ami' || text === 'queue_log') return { kind: text, name: text } as RecordFormat
  if (text === 'cel_custom') return { kind: 'cel', name: 'cel_custom', columns: undefined }
  const mapped = /^(cdr_mapped|cel_mapped)(\+epoch)?:(.*)$/.exec(text)
  if (mapped) {
    const columns = mappedColumns(mapped[3] ?? '')
    return columns.ok ? mappedFormat(columns.value, mapped[2] !== undefined) : undefined
  }
  const cdr = CDR_FORMATS.find((f) => f.name === text)
  return cdr && { kind: 'cdr', name: cdr.name, cdr }
}

/** The format of a mapping of somebody's own. */
export function mappedFormat(
  { kind, columns }: { readonly kind: 'cdr' | 'cel'; readonly columns: readonly string[] },
  epochTimes: boolean,
): RecordFormat {
  assert(columns.length > 1, 'a mapping has columns')
  if (kind === 'cel') return { kind, name: 'cel_mapped', columns }
  return { kind, name: 'cdr_mapped', cdr: { name: 'cdr_mapped', columns, epochTimes } }
}
