// A row of a `cdr` table of any make → the CdrRow Master.csv would have given. Which column is what goes by its name and
// by the look of its values, never by a database's types: so a row that was set aside can be read again from its text.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CdrRow } from '../cdr-row.ts'
import { isDispositionAt, numberAt, shown, wholeSecondsAt } from '../cdr-values.ts'
import { type RecordReader, recordBytes, recordReader, type TableRecord } from './table-record.ts'
import { type TableTime, tableTime } from './table-time.ts'

/** A row, and whether its times are in UTC whatever zone the PBX is in. */
export type TableCdr = { readonly row: CdrRow; readonly isUtc: boolean }

/** Names of the start: Alembic and cdr_csv, classic and FreePBX, AMI. */
export const START_COLUMNS: readonly string[] = ['start', 'calldate', 'starttime']

/**
 * Reads a record of any of these makes: classic (`calldate`, no answer, no end), FreePBX, Alembic, adaptive, cdr_odbc with
 * numbers for words, cdr_sqlite3_custom without src and dst; and the names AMI uses. What is left over goes to `extras`,
 * but for the columns named in `but`. The reason of a refusal is for people.
 */
export function cdrFromRecord(record: TableRecord, but: ReadonlySet<string> = NO_COLUMNS): Result<TableCdr, string> {
  const from = recordReader(record)
  const times = timesOf(from)
  if (!times.ok) return times
  const numbers = numbersOf(from)
  if (!numbers.ok) return numbers
  const disposition = dispositionOf(from.get('disposition'))
  if (disposition === undefined) return err(`disposition ${shown(from.get('disposition'))} is not one Asterisk writes`)
  const clid = from.get('clid', 'callerid')
  const lastapp = from.get('lastapp', 'lastapplication')
  const lastdata = from.get('lastdata')
  const src = from.get('src', 'source')
  const dst = from.get('dst', 'destination')
  const linkedid = from.get('linkedid')
  const did = from.get('did')
  const recording = from.get('recordingfile', 'recording')
  const row = {
    accountcode: from.get('accountcode'),
    src: src !== '' || from.has('src', 'source') ? src : numberOf(clid),
    dst: dst !== '' || from.has('dst', 'destination') ? dst : dialledBy(lastapp, lastdata),
    dcontext: from.get('dcontext', 'destinationcontext'),
    ...{ clid, lastapp, lastdata, linkedid, disposition, ...times.value.texts, ...numbers.value },
    channel: from.get('channel'),
    dstchannel: from.get('dstchannel', 'destinationchannel'),
    amaflags: amaflagsOf(from.get('amaflags')),
    uniqueid: from.get('uniqueid'),
    userfield: from.get('userfield'),
    peeraccount: from.get('peeraccount'),
    // FreePBX has `not null default 0` for a PBX that does not fill it; one that does fills linkedid too.
    sequence: numbers.value.sequence === 0 && linkedid === '' ? undefined : numbers.value.sequence,
    line: 0,
    ...(did === '' ? {} : { did }),
    ...(recording === '' ? {} : { recording }),
  }
  const extras = from.rest(but)
  const raw = recordBytes(record)
  const more = Object.keys(extras).length === 0 ? {} : { extras }
  return ok({ row: { ...row, ...more, raw }, isUtc: times.value.isUtc })
}

const NO_COLUMNS: ReadonlySet<string> = new Set()

type Times = { readonly texts: Pick<CdrRow, 'start' | 'answer' | 'end'>; readonly isUtc: boolean }

function timesOf(from: RecordReader): Result<Times, string> {
  const start = timeOf(from, 'start', START_COLUMNS)
  const answer = timeOf(from, 'answer', ['answer', 'answertime'])
  const end = timeOf(from, 'end', ['end', 'endtime'])
  for (const time of [start, answer, end]) if (!time.ok) return time
  if (!start.ok || !answer.ok || !end.ok) return err('')
  if (start.value.text === '') return err('it has no start time (column start or calldate)')
  const given = [start.value, answer.value, end.value].filter((t) => t.text !== '')
  if (given.some((t) => t.isUtc !== start.value.isUtc)) return err('its times are partly instants, partly local times')
  // An answer that stands alone, in a table without an end, is worth less than what follows from the seconds.
  const texts = {
    start: start.value.text,
    answer: end.value.text === '' ? '' : answer.value.text,
    end: end.value.text,
  }
  return ok({ texts, isUtc: start.value.isUtc })
}

function timeOf(from: RecordReader, what: string, names: readonly string[]): Result<TableTime, string> {
  const value = from.get(...names)
  const time = tableTime(value)
  return time ? ok(time) : err(`${what} time ${shown(value)} is not a date and time`)
}

function numbersOf(from: RecordReader): Result<Pick<CdrRow, 'duration' | 'billsec' | 'sequence'>, string> {
  const durationText = from.get('duration')
  const billsecText = from.get('billsec', 'billableseconds')
  const sequenceText = from.get('sequence')
  const duration = wholeSecondsAt(durationText, 0, durationText.length)
  const billsec = wholeSecondsAt(billsecText, 0, billsecText.length)
  const sequence = sequenceText === '' ? undefined : numberAt(sequenceText, 0, sequenceText.length)
  if (duration < 0) return err(`duration ${shown(durationText)} is not a number of seconds`)
  if (billsec < 0) return err(`billsec ${shown(billsecText)} is not a number of seconds`)
  if (sequence !== undefined && sequence < 0) return err(`sequence ${shown(sequenceText)} is not a whole number`)
  return ok({ duration, billsec, sequence })
}

/** cdr_odbc with `dispositionstring=no` writes the numbers of Asterisk's own bits. */
const DISPOSITION_NUMBERS: ReadonlyMap<string, string> = new Map([
  ['0', 'NO ANSWER'],
  ['1', 'NO ANSWER'],
  ['2', 'FAILED'],
  ['4', 'BUSY'],
  ['8', 'ANSWERED'],
  ['16', 'CONGESTION'],
  ['32', 'CANCEL'],
])

function dispositionOf(value: string): string | undefined {
  const word = DISPOSITION_NUMBERS.get(value) ?? value.toUpperCase()
  return isDispositionAt(word, 0, word.length) ? word : undefined
}

const AMAFLAG_NUMBERS: ReadonlyMap<string, string> = new Map([
  ['0', ''],
  ['1', 'OMIT'],
  ['2', 'BILLING'],
  ['3', 'DOCUMENTATION'],
])

function amaflagsOf(value: string): string {
  return AMAFLAG_NUMBERS.get(value) ?? value
}

/** `"Anna" <201>` or `201`: the number of a caller id, where the table has no column of its own for it. */
function numberOf(clid: string): string {
  return /<([^<>]*)>\s*$/.exec(clid)?.[1] ?? (/^\+?\d+$/.test(clid) ? clid : '')
}

/** `PJSIP/4412345@trunk,20`, `SIP/trunk/4412345,20`: what Dial was told to dial, where the table has no dst. */
function dialledBy(lastapp: string, lastdata: string): string {
  if (lastapp.toLowerCase() !== 'dial') return ''
  const first = /^[A-Za-z0-9]+\/([^,&]+)/.exec(lastdata)?.[1] ?? ''
  const number = first.split('@')[0]!.split('/').at(-1)!
  return /^[+*#]?\d[\d*#]*$/.test(number) ? number : ''
}
