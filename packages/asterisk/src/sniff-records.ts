// Decides from the first bytes of a file which records it holds, by content and never by name, or says what it is
// instead. Reads a sample only: whether each row is good is the reader's business.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CdrFormat, CdrFormatName } from './cdr-format.ts'
import { celFault } from './cel-reader.ts'
import { type BadColumns, mappedColumns } from './mapped-columns.ts'
import { type NotCdr, notCdr } from './not-cdr.ts'
import { queueLogRow } from './queue-log-reader.ts'
import { mappedFormat, type RecordFormat } from './record-format.ts'
import { INCOMPLETE, RecordScanner } from './record-scanner.ts'
import { faultOfMapped, LAYOUTS, layoutOfRecord, mappedLayout } from './row-layout.ts'

/** Enough rows to outvote a few damaged ones; reading on would not change the answer. */
const SAMPLE_RECORDS = 500
/** A file is refused when fewer than one record in twenty has the shape of a row: then the rest is something else. */
const SHARE = 20

export type SniffOptions = {
  /** The head is the whole file, so its last line counts without a line end. */
  readonly complete: boolean
  /** A mapping of somebody's own: the file is that or nothing. */
  readonly columns?: string | undefined
}

/**
 * Tells the format of a file from its head (64 KiB are plenty; already unpacked if it was gzip).
 * @returns the format most of the sampled records have, or why the file is none.
 */
export function sniffRecords(head: Uint8Array, opts: SniffOptions): Result<RecordFormat, NotCdr | BadColumns> {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  if (opts.columns !== undefined && opts.columns.trim() !== '')
    return sniffMapped(head, text, opts.complete, opts.columns)
  if (isAmi(text)) return ok({ kind: 'ami', name: 'ami' })
  const cdr = sniffCdr(head, opts)
  if (cdr.ok) return ok({ kind: 'cdr', name: cdr.value.name, cdr: cdr.value })
  if (shareOf(text, opts.complete, (t, scan) => celFault(t, scan, undefined) === '' && hasEpochId(t, scan))) {
    return ok({ kind: 'cel', name: 'cel_custom', columns: undefined })
  }
  if (isQueueLog(text, opts.complete)) return ok({ kind: 'queue_log', name: 'queue_log' })
  return cdr
}

/** As `sniffRecords`, for CDRs only. */
export function sniffCdr(head: Uint8Array, opts: { readonly complete: boolean }): Result<CdrFormat, NotCdr> {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  const votes = new Map<CdrFormatName, number>()
  const enough = shareOf(text, opts.complete, (t, scan) => {
    const found = layoutOfRecord(t, scan, undefined).layout
    if (found !== undefined) votes.set(found.format.name, (votes.get(found.format.name) ?? 0) + 1)
    return found !== undefined
  })
  const name = mostVoted(votes)
  if (name === undefined || !enough) return err(notCdr(head, opts.complete))
  return ok(LAYOUTS.get(name)!.format)
}

/** Whether enough of the first records are rows. A record that is none may be a broken quote that swallows good ones. */
function shareOf(text: string, complete: boolean, isRow: (text: string, scan: RecordScanner) => boolean): boolean {
  const scan = new RecordScanner()
  let records = 0
  let good = 0
  for (let at = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0; at < text.length && records < SAMPLE_RECORDS; ) {
    const end = scan.scan(text, at, complete)
    if (end !== INCOMPLETE && isRow(text, scan)) {
      good++
      records++
      at = end
      continue
    }
    const lf = text.indexOf('\n', at)
    if (lf < 0 && !complete) break
    if (lf !== at && lf !== at + 1) records++
    at = lf < 0 ? text.length : lf + 1
  }
  return good > 0 && good * SHARE >= records
}

/** On a tie the later format wins: a file whose width changed is going on in the new one. */
function mostVoted(votes: ReadonlyMap<CdrFormatName, number>): CdrFormatName | undefined {
  let best: CdrFormatName | undefined
  for (const [name, count] of votes) if (best === undefined || count >= votes.get(best)!) best = name
  return best
}

/** Columns 15 and 16 of the sample mapping: what tells it from any other list of twenty texts. */
function hasEpochId(text: string, scan: RecordScanner): boolean {
  return /\d{9,10}\.\d+$/.test(scan.text(text, 14)) || /\d{9,10}\.\d+$/.test(scan.text(text, 15))
}

function isQueueLog(text: string, complete: boolean): boolean {
  const lines = text.split('\n', SAMPLE_RECORDS + 1)
  if (!complete || !text.endsWith('\n')) lines.pop()
  const rows = lines.map((line) => line.replace(/\r$/, '')).filter((line) => line !== '')
  const good = rows.filter((line) => typeof queueLogRow(line, 1) !== 'string').length
  return good > 0 && good * SHARE >= rows.length
}

/** From its banner on, or from the middle of a session on. Lines must end as AMI ends them. */
function isAmi(text: string): boolean {
  if (/^Asterisk Call Manager\/\d/.test(text)) return text.includes('\r\n')
  return /(^|\r\n\r\n)Event: \w+\r\nPrivilege: /.test(text.slice(0, 128 * 1024))
}

function sniffMapped(
  head: Uint8Array,
  text: string,
  complete: boolean,
  asked: string,
): Result<RecordFormat, NotCdr | BadColumns> {
  const mapped = mappedColumns(asked)
  if (!mapped.ok) return mapped
  const { kind, columns } = mapped.value
  if (kind === 'cel') {
    if (shareOf(text, complete, (t, scan) => celFault(t, scan, columns) === ''))
      return ok(mappedFormat(mapped.value, false))
  } else {
    for (const epochTimes of [false, true]) {
      const layout = mappedLayout({ name: 'cdr_mapped', columns, epochTimes })
      if (shareOf(text, complete, (t, scan) => faultOfMapped(t, scan, layout) === '')) {
        return ok(mappedFormat(mapped.value, epochTimes))
      }
    }
  }
  const other = notCdr(head, complete)
  const kept = new Set(['empty', 'binary', 'packed', 'encoding']).has(other.kind)
  return err(kept ? other : { kind: 'columns', reason: firstFault(text, complete, kind, columns) })
}

function firstFault(text: string, complete: boolean, kind: 'cdr' | 'cel', columns: readonly string[]): string {
  const scan = new RecordScanner()
  const lf = text.indexOf('\n')
  const line = lf < 0 ? text : text.slice(0, lf)
  scan.scan(line, 0, complete || lf >= 0)
  const layout = mappedLayout({ name: 'cdr_mapped', columns })
  const fault = kind === 'cel' ? celFault(line, scan, columns) : faultOfMapped(line, scan, layout)
  return `the first line does not fit the mapping: ${fault || 'its quotes do not match'}`
}
