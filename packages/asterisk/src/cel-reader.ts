// Bytes of a cel_custom file in, channel events and rejects out: the same CelRow that AMI gives, with the exact time.
//
// What AMI names otherwise is made the same here, because the same event must get the same key: a user's event goes by
// its own name in both, the columns ANI, RDNIS, DNID and amaflags (a number here, a word there) belong to no row.

import { eventNameOf } from './ami/cel-from-ami.ts'
import type { CelRow } from './ami/cel-row.ts'
import { isTimeAt, shown } from './cdr-values.ts'
import { type CsvItem, CsvReader, type RowReader, type RowShape } from './csv-reader.ts'
import type { RecordScanner } from './record-scanner.ts'
import { utf8 } from './utf8.ts'

/** The mapping of the sample cel_custom.conf. Old ones end earlier, new ones may go on (tenantid): the order is the same. */
export const CEL_COLUMNS: readonly string[] = [
  ...['eventtype', 'eventtime', 'name', 'num', 'ani', 'rdnis', 'dnid', 'exten', 'context', 'channame', 'appname'],
  ...['appdata', 'amaflags', 'accountcode', 'uniqueid', 'linkedid', 'peer', 'userfield', 'userdeftype', 'eventextra'],
]
/** Up to userfield, as Asterisk 1.8 wrote; and room for columns to come. */
const FEWEST = 18
const MOST = 24

export type CelItem = CsvItem<CelRow>

/** @param columns of a mapping of somebody's own; the sample's without. */
export function celReader(columns: readonly string[] | undefined, line = 1): RowReader<CelItem> {
  return new CsvReader(new CelShape(columns), line)
}

/** '' when a scanned record is a channel event of these columns, else why not. Also what tells the format of a file. */
export function celFault(text: string, scan: RecordScanner, columns: readonly string[] | undefined): string {
  return new CelShape(columns).faultOf(text, scan)
}

class CelShape implements RowShape<CelRow> {
  readonly columns: readonly string[]
  /** The event and the beginning of its time stand on the first line. */
  readonly startsLikeRow = /^"?[^",]*"?,"?(\d{9,10}\.|\d{4}-\d\d-\d\d)|,/
  readonly #own: boolean
  readonly #at: Readonly<Record<string, number>>
  #lastWidth: number

  constructor(own: readonly string[] | undefined) {
    this.#own = own !== undefined
    this.columns = own ?? CEL_COLUMNS
    this.#at = Object.fromEntries(this.columns.map((name, i) => [name, i]))
    this.#lastWidth = this.columns.length
  }

  isWholeWidth(width: number): boolean {
    return width === this.#lastWidth
  }

  faultOf(text: string, scan: RecordScanner): string {
    const { count } = scan
    if (this.#own ? count !== this.columns.length : count < FEWEST || count > MOST) {
      return `${count} columns where ${this.columns.length} were expected`
    }
    const event = this.#field(text, scan, 'eventtype')
    if (!/^\S[^\p{Cc}]{0,79}$/u.test(event)) return `event ${shown(utf8(event))} is not the name of an event`
    const time = this.#field(text, scan, 'eventtime')
    if (timeOf(time) === undefined) return `event time ${shown(utf8(time))} is not a date and time or an epoch`
    const id = this.#field(text, scan, 'uniqueid') || this.#field(text, scan, 'linkedid')
    return /^[^\s,"]{1,150}$/.test(id) ? '' : `uniqueid ${shown(utf8(id))} is not one`
  }

  row(text: string, scan: RecordScanner, _ascii: boolean, line: number, raw: string): CelRow {
    this.#lastWidth = scan.count
    const field = (name: string) => utf8(this.#field(text, scan, name))
    const { eventTime, exactMs, pastSecondMs } = timeOf(field('eventtime'))!
    return {
      event: eventNameOf(field('eventtype'), field('userdeftype')),
      accountcode: field('accountcode'),
      cidNum: field('num'),
      cidName: field('name'),
      exten: field('exten'),
      context: field('context'),
      channel: field('channame'),
      app: field('appname'),
      appdata: field('appdata'),
      eventTime,
      exactMs,
      pastSecondMs,
      sentAtMs: undefined,
      amaflags: field('amaflags'),
      uniqueid: field('uniqueid'),
      linkedid: field('linkedid'),
      userfield: field('userfield'),
      peer: field('peer'),
      peeraccount: field('peeraccount'),
      extra: field('eventextra'),
      raw: Buffer.from(raw, 'latin1'),
      line,
    }
  }

  #field(text: string, scan: RecordScanner, name: string): string {
    const column = this.#at[name]
    return column === undefined || column >= scan.count ? '' : scan.text(text, column)
  }
}

type EventTime = Pick<CelRow, 'eventTime' | 'exactMs' | 'pastSecondMs'>

/** `1795440146.037230`, or what a dateformat of %F %T makes, with `.%q` and `%z` if they are there. */
export function timeOf(text: string): EventTime | undefined {
  const epoch = /^(\d{9,10})(?:\.(\d{1,6}))?$/.exec(text)
  if (epoch) return exact(Number(epoch[1]) * 1000, fractionMs(epoch[2]))
  const parts = LOCAL.exec(text)
  if (!parts) return undefined
  const local = `${parts[1]} ${parts[2]}`
  if (!isTimeAt(local, 0, local.length)) return undefined
  const past = fractionMs(parts[3])
  if (parts[4] === undefined) return { eventTime: local, pastSecondMs: parts[3] === undefined ? undefined : past }
  const [sign, hours, minutes] = [parts[4], Number(parts[5]), Number(parts[6])]
  const offsetMs = (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
  return exact(Date.parse(`${parts[1]}T${parts[2]}Z`) - offsetMs, past)
}

const LOCAL = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?: ?([+-])(\d\d):?(\d\d))?$/

function exact(secondMs: number, past: number): EventTime {
  const eventTime = new Date(secondMs).toISOString().slice(0, 19).replace('T', ' ')
  return { eventTime, exactMs: secondMs + past }
}

function fractionMs(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.padEnd(6, '0')) / 1000
}
