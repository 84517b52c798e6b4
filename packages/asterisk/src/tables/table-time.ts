// Times as tables hold them → the text Master.csv would have. Local text stays local; what is an instant by itself (epoch
// seconds, an offset behind the time) becomes text in UTC and says so. Knows no zones.

import { isTimeAt } from '../cdr-values.ts'

export type TableTime = {
  /** `YYYY-MM-DD HH:MM:SS`, or '' for none (also MySQL's zero date, also epoch 0). */
  readonly text: string
  /** Digits after the second, without the dot; '' when there are none. */
  readonly fraction: string
  /** The text is in UTC, whatever zone the PBX is in. */
  readonly isUtc: boolean
}

const TEXT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i
const EPOCH = /^(\d{1,11})(?:\.(\d{1,9}))?$/
const NONE: TableTime = { text: '', fraction: '', isUtc: false }

/** Undefined when the value is no time at all. */
export function tableTime(value: string): TableTime | undefined {
  if (value === '' || value.startsWith('0000-00-00')) return NONE
  const epoch = EPOCH.exec(value)
  if (epoch) return ofEpoch(Number(epoch[1]), epoch[2] ?? '')
  const found = TEXT.exec(value)
  if (!found) return undefined
  const text = `${found[1]} ${found[2]}`
  if (!isTimeAt(text, 0, text.length)) return undefined
  const fraction = found[3] ?? ''
  const offset = found[4]
  if (offset === undefined) return { text, fraction, isUtc: false }
  const seconds = Date.parse(`${found[1]}T${found[2]}Z`) / 1000
  return Number.isNaN(seconds) ? undefined : ofEpoch(seconds - offsetSeconds(offset), fraction)
}

function ofEpoch(seconds: number, fraction: string): TableTime | undefined {
  if (seconds === 0) return NONE
  const text = new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19)
  return isTimeAt(text, 0, text.length) ? { text, fraction, isUtc: true } : undefined
}

function offsetSeconds(offset: string): number {
  const m = /^([+-])(\d\d):?(\d\d)?$/.exec(offset)
  if (!m) return 0 // Z
  const seconds = Number(m[2]) * 3600 + Number(m[3] ?? 0) * 60
  return m[1] === '-' ? -seconds : seconds
}

/** Milliseconds with their fraction, the text read as if it were in UTC. */
export function millisOf({ text, fraction }: TableTime): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`) + fractionMs(fraction)
}

/** Milliseconds of the digits after a second, to the microsecond. */
export function fractionMs(fraction: string): number {
  return fraction === '' ? 0 : Number(fraction.padEnd(6, '0').slice(0, 6)) / 1000
}
