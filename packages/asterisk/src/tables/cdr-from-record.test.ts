// Every make of `cdr` table, one row each, against the row Master.csv gives of the same call.

import { describe, expect, it } from 'vitest'
import { cdrFromRecord } from './cdr-from-record.ts'
import { readRecord, recordBytes, type TableRecord } from './table-record.ts'

const CALL = {
  ...{ accountcode: 'acme', src: '201', dst: '0123', dcontext: 'internal', clid: '"Zoë" <201>', lastapp: 'Dial' },
  ...{ channel: 'PJSIP/201-00000001', dstchannel: 'PJSIP/trunk-00000002', lastdata: 'PJSIP/0123@trunk,20' },
  ...{ disposition: 'ANSWERED', amaflags: 'DOCUMENTATION', uniqueid: '1795438085.1', userfield: '' },
}
const CLASSIC = { ...CALL, calldate: '2026-11-23 12:48:05', duration: '31', billsec: '20' }

function rowOf(record: TableRecord) {
  const read = cdrFromRecord(record)
  if (!read.ok) throw new Error(read.error)
  return read.value
}

describe('cdrFromRecord', () => {
  it('reads the classic table: no answer, no end, neither made up', () => {
    const { row, isUtc } = rowOf(CLASSIC)
    expect(row).toMatchObject({ ...CALL, start: '2026-11-23 12:48:05', answer: '', end: '', duration: 31, billsec: 20 })
    expect(row.sequence).toBeUndefined()
    expect(row.extras).toBeUndefined()
    expect(isUtc).toBe(false)
  })

  it('reads what FreePBX adds, and keeps what nobody knows', () => {
    const names = { cnum: '201', cnam: 'Zoë', outbound_cnum: '', dst_cnam: null }
    const added = {
      did: '35312345',
      recordingfile: 'out-0123.wav',
      linkedid: '1795438085.1',
      peeraccount: '',
      sequence: '7',
    }
    const { row } = rowOf({ ...CLASSIC, amaflags: '3', ...names, ...added })
    expect(row).toMatchObject({ did: '35312345', recording: 'out-0123.wav', sequence: 7, amaflags: 'DOCUMENTATION' })
    expect(row.extras).toEqual({ cnum: '201', cnam: 'Zoë' })
  })

  it('does not take the default 0 of FreePBX for a sequence, but the first call of a PBX for what it is', () => {
    expect(rowOf({ ...CLASSIC, linkedid: '', sequence: '0' }).row.sequence).toBeUndefined()
    expect(rowOf({ ...CLASSIC, linkedid: '1795438085.1', sequence: '0' }).row.sequence).toBe(0)
  })

  it('reads Alembic and fractions, cut as cdr_csv cuts them', () => {
    const times = { start: '2026-11-23 12:48:05.9', answer: '2026-11-23 12:48:17.000001', end: '2026-11-23T12:48:37' }
    const { row } = rowOf({ ...CALL, ...times, duration: '31.123456', billsec: '20.9' })
    expect(row).toMatchObject({
      start: '2026-11-23 12:48:05',
      answer: '2026-11-23 12:48:17',
      end: '2026-11-23 12:48:37',
    })
    expect(row).toMatchObject({ duration: 31, billsec: 20 })
  })

  it('reads zero dates as none', () => {
    const zero = '0000-00-00 00:00:00'
    expect(
      rowOf({ ...CALL, start: '2026-11-23 12:48:05', answer: zero, end: zero, duration: '0', billsec: '0' }).row,
    ).toMatchObject({ answer: '', end: '' })
    expect(cdrFromRecord({ ...CLASSIC, calldate: zero })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/start/),
    })
  })

  it('reads epochs and offsets as instants, in UTC', () => {
    const epoch = { start: '1795438085', answer: '1795438097.25', end: '1795438117', duration: '32', billsec: '20' }
    const { row, isUtc } = rowOf({ ...CALL, ...epoch })
    expect(row).toMatchObject({
      start: '2026-11-23 12:48:05',
      answer: '2026-11-23 12:48:17',
      end: '2026-11-23 12:48:37',
    })
    expect(isUtc).toBe(true)
    expect(rowOf({ ...CLASSIC, calldate: '2026-11-23T12:48:05+05:30' })).toMatchObject({ isUtc: true })
    expect(rowOf({ ...CLASSIC, calldate: '2026-11-23T12:48:05.5+05:30' }).row.start).toBe('2026-11-23 07:18:05')
    expect(rowOf({ ...CLASSIC, calldate: '2026-11-23T12:48:05Z' }).row.start).toBe('2026-11-23 12:48:05')
  })

  it.each([
    ['0', 'NO ANSWER'],
    ['1', 'NO ANSWER'],
    ['2', 'FAILED'],
    ['4', 'BUSY'],
    ['8', 'ANSWERED'],
    ['16', 'CONGESTION'],
    ['32', 'CANCEL'],
    ['answered', 'ANSWERED'],
  ])('reads disposition %s as %s', (value, word) => {
    expect(rowOf({ ...CLASSIC, disposition: value }).row.disposition).toBe(word)
  })

  it('takes src and dst from elsewhere only where the table has no such columns', () => {
    const { src, dst, ...sample } = CLASSIC
    expect(rowOf(sample).row).toMatchObject({ src: '201', dst: '0123' })
    expect(rowOf({ ...CLASSIC, src: '', dst: '' }).row).toMatchObject({ src: '', dst: '' })
    expect(rowOf({ ...sample, lastdata: 'PJSIP/201&PJSIP/202,20' }).row.dst).toBe('201')
    expect(rowOf({ ...sample, lastapp: 'Playback', lastdata: 'tt-monkeys' }).row.dst).toBe('')
  })

  it('reads column names in any case, pads and NULL in words', () => {
    const shouted = Object.fromEntries(Object.entries(CLASSIC).map(([k, v]) => [k.toUpperCase(), `${v}   `]))
    expect(rowOf({ ...shouted, USERFIELD: 'NULL' }).row).toMatchObject({ ...CALL, userfield: '' })
  })

  it.each([
    [{ calldate: 'yesterday' }, /start time "yesterday"/],
    [{ duration: null }, /duration/],
    [{ billsec: '-1' }, /billsec/],
    [{ disposition: '9' }, /disposition "9"/],
    [{ sequence: '1.5' }, /sequence/],
    [{ end: '1795438117' }, /partly/],
  ])('refuses %j with its reason', (fault, reason) => {
    expect(cdrFromRecord({ ...CLASSIC, ...fault })).toMatchObject({ ok: false, error: expect.stringMatching(reason) })
  })

  it('can be read again from what is set aside', () => {
    expect(readRecord(recordBytes(CLASSIC))).toEqual(CLASSIC)
    expect(readRecord(Buffer.from('{"a":1}'))).toBeUndefined()
    expect(readRecord(Buffer.from('{"a":'))).toBeUndefined()
  })
})
