// Whatever stands in a table or is pushed: a row that has the shape of a CDR, or a reason; never an exception.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isDispositionAt, isTimeAt } from '../cdr-values.ts'
import { cdrFromRecord } from './cdr-from-record.ts'
import { celFromRecord } from './cel-from-record.ts'
import { pushedRecordIn } from './pushed-record.ts'
import { queueFromRecord } from './queue-from-record.ts'
import { readRecord, recordBytes } from './table-record.ts'

const NAMES = [
  'calldate',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'uniqueid',
  'linkedid',
  'sequence',
].concat(
  'src',
  'clid',
  'lastapp',
  'lastdata',
  'amaflags',
  'did',
  'eventtype',
  'eventtime',
  'time',
  'event',
  'data1',
  '__proto__',
)
const VALUES = [
  '',
  '0',
  '8',
  '-1',
  '31.5',
  'NULL',
  'ANSWERED',
  '2026-11-23 12:48:05',
  '2026-02-30 12:00:00',
  '0000-00-00 00:00:00',
].concat('1795438085', '99999999999', '2026-11-23T12:48:05+14:00', '1795438085.1', 'ENTERQUEUE', 'CHAN_START', '\0', '﻿')
const value = fc.oneof(fc.constantFrom(...VALUES), fc.string(), fc.constant(null))
const record = fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.string()), value)

const VALID = {
  ...{
    calldate: '2026-11-23 12:48:05',
    duration: '31',
    billsec: '20',
    disposition: 'ANSWERED',
    uniqueid: '1795438085.1',
  },
  ...{ channel: 'PJSIP/201-1', eventtype: 'ANSWER', eventtime: '2026-11-23 12:48:05', event: 'CONNECT' },
}
const nearly = fc.oneof(
  record,
  record.map((given) => ({ ...VALID, ...given })),
)

it('reads a CDR or says why not, and reads the same from what it sets aside', () => {
  fc.assert(
    fc.property(nearly, (given) => {
      const read = cdrFromRecord(given)
      const again = readRecord(recordBytes(given))
      expect(again && cdrFromRecord(again)).toEqual(read)
      if (!read.ok) {
        expect(read.error).not.toBe('')
        return
      }
      const { row } = read.value
      expect(isTimeAt(row.start, 0, row.start.length)).toBe(true)
      for (const time of [row.answer, row.end]) expect(time === '' || isTimeAt(time, 0, time.length)).toBe(true)
      expect(isDispositionAt(row.disposition, 0, row.disposition.length)).toBe(true)
      expect([row.duration, row.billsec].every((n) => Number.isInteger(n) && n >= 0)).toBe(true)
      expect(JSON.stringify(row)).not.toContain('\\u0000')
    }),
    { numRuns: 2000 },
  )
})

it('reads events or says why not', () => {
  fc.assert(
    fc.property(nearly, (given) => {
      for (const read of [celFromRecord(given), celFromRecord(given, 'before-12'), queueFromRecord(given)]) {
        if (!read.ok) expect(read.error).not.toBe('')
      }
    }),
    { numRuns: 1000 },
  )
})

it('takes any JSON for a pushed record, or says why not', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      const read = pushedRecordIn(text)
      if (read.ok) expect(Object.values(read.value.record).every((v) => v === null || typeof v === 'string')).toBe(true)
      else expect(read.error).not.toBe('')
    }),
  )
})
