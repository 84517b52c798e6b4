import { gzipSync } from 'node:zlib'
import { recorded } from '@tollbook/testkit'
import { describe, expect, test } from 'vitest'
import { sniffCdr, sniffRecords } from './index.ts'

const whole = (text: string | Buffer, columns?: string) => sniffRecords(Buffer.from(text), { complete: true, columns })
const nameOf = (text: string | Buffer) => {
  const r = whole(text)
  return r.ok ? r.value.name : r.error
}

const BASE =
  '"","201","202","office","""Ann"" <201>","PJSIP/201-1","PJSIP/202-2","Dial","PJSIP/202","2026-03-01 10:00:00",' +
  '"2026-03-01 10:00:05","2026-03-01 10:01:00",60,55,"ANSWERED","DOCUMENTATION"'
const NEW = '"","1772359200.1",7'

describe('every width of Master.csv, told by content', () => {
  test.each([
    [`${BASE}\n`, 'cdr_csv-16'],
    [`${BASE},"1772359200.1"\n`, 'cdr_csv-17-uniqueid'],
    [`${BASE},"pbx-ny-1-1772359200.1"\n`, 'cdr_csv-17-uniqueid'],
    [`${BASE},"campaign 7"\n${BASE},""\n`, 'cdr_csv-17-userfield'],
    [`${BASE},"1772359200.1","x"\n`, 'cdr_csv-18'],
    [`${BASE},${NEW}\n`, 'cdr_csv-19'],
    [`${BASE},"1772359200.1",${NEW}\n`, 'cdr_csv-20-uniqueid'],
    [`${BASE},"campaign 7",${NEW}\n`, 'cdr_csv-20-userfield'],
    [`${BASE},"1772359200.1","",${NEW}\n`, 'cdr_csv-21'],
  ])('%#', (text, name) => {
    expect(nameOf(text)).toBe(name)
  })

  test('19 columns of the sample cdr_custom mapping are not 19 of Master.csv', () => {
    const custom =
      '"""Ann"" <201>","201","202","office","PJSIP/201-1","PJSIP/202-2","Dial","PJSIP/202","2026-03-01 10:00:00","",' +
      '"2026-03-01 10:01:00","60.123456","0.000000","NO ANSWER","DOCUMENTATION","","1772359200.1","",7\n'
    expect(nameOf(custom)).toBe('cdr_custom')
  })

  test('recordings', () => {
    expect(nameOf(recorded('asterisk-22/Master.csv'))).toBe('cdr_csv-21')
    expect(nameOf(recorded('asterisk-16/Master.csv'))).toBe('cdr_csv-21')
    expect(nameOf(recorded('variants-22/systemname-tz-channelvars.master.csv'))).toBe('cdr_csv-18')
  })
})

test('a few damaged rows at the top do not hide the format', () => {
  const text = `"torn","20\n"","x"\n${`${BASE},"1772359200.1","",${NEW}\n`.repeat(3)}`
  expect(nameOf(text)).toBe('cdr_csv-21')
})

test('a head that stops in the middle of a row is enough', () => {
  const head = recorded('asterisk-22/Master.csv').subarray(0, 4321)
  expect(sniffCdr(head, { complete: false })).toMatchObject({ ok: true, value: { name: 'cdr_csv-21' } })
})

describe('what is not CDRs is refused, and why', () => {
  test.each([
    ['', 'empty', /empty/],
    [' \r\n\n', 'empty', /empty/],
    [gzipSync('x'), 'packed', /gzip/],
    [Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'packed', /ZIP/],
    [Buffer.from([1, 2, 3, 0, 255, 254, 0, 0, 9]), 'binary', /not text/],
    [Buffer.from('\ufeffa,b', 'utf16le'), 'encoding', /UTF-16/],
    ['prefix,destination,rate,connect_fee\n44,UK,0.01,0\n', 'rates', /rate deck/],
    ['calldate,clid,src,dst\n2026-01-01 00:00:00,a,b,c\n', 'header', /column names/],
    ['"CHAN_START","1795440146.037230","","","","","","answered"\n', 'cel', /CEL/],
    ['1795440146|NONE|NONE\n', 'queue-log', /queue_log/],
    [recorded('asterisk-22/Custom.csv'), 'columns', /cdr_custom.*--columns/],
    [recorded('asterisk-22/all-cdr-cel.ami').toString('latin1').replaceAll('\r', ''), 'content', /CR LF/],
    ['1,2,c\n', 'columns', /3 columns; a Master.csv has 16 to 21/],
    [`${BASE.replaceAll(',', ';')};"";""\n`, 'columns', /separated by ";"/],
    [`${BASE.replace('2026-03-01 10:00:00', '01.03.2026 10:00')}\n`, 'content', /start time "01.03.2026 10:00"/],
    ['{"a":1}\n', 'content', /JSON/],
  ] as const)('%#', (text, kind, reason) => {
    const r = whole(text as string | Buffer)
    expect(r).toMatchObject({ ok: false, error: { kind, reason: expect.stringMatching(reason) } })
  })
})

test('channel events, queue logs and AMI streams are told by content', () => {
  expect(nameOf(recorded('asterisk-22/Cel.csv'))).toBe('cel_custom')
  expect(nameOf(recorded('variants-22/systemname-tz-channelvars.cel.csv'))).toBe('cel_custom')
  expect(nameOf(recorded('asterisk-16/queue_log'))).toBe('queue_log')
  expect(nameOf(recorded('asterisk-22/scenarios/answered.ami'))).toBe('ami')
  const middle = recorded('asterisk-22/all-cdr-cel.ami').subarray(12_345)
  expect(nameOf(middle)).toBe('ami')
})

describe('a mapping of one’s own', () => {
  const custom = recorded('asterisk-22/Custom.csv')
  const names = 'uniqueid,linkedid,sequence,start,answer,end,duration,billsec,disposition,carrier,userfield'
  const pasted = (
    'Custom.csv => @{CSV_QUOTE(@{CDR(uniqueid)})},@{CSV_QUOTE(@{CDR(linkedid)})},@{CDR(sequence)},@{CDR(start,u)},' +
    '@{CDR(answer,u)},@{CDR(end,u)},@{CDR(duration,f)},@{CDR(billsec,f)},@{CSV_QUOTE(@{CDR(disposition)})},' +
    '@{CSV_QUOTE(@{CDR(carrier)})},@{CSV_QUOTE(@{CDR(userfield)})}'
  ).replaceAll('@', '$')

  test('is read as names or as pasted, and knows its epochs', () => {
    for (const columns of [names, pasted]) {
      expect(whole(custom, columns)).toMatchObject({
        ok: true,
        value: { name: 'cdr_mapped', cdr: { columns: names.split(','), epochTimes: true } },
      })
    }
    const local = '"a",201,"2026-03-01 10:00:00",60,55,"ANSWERED","SIP/a-1"\n'
    expect(whole(local, 'x,src,start,duration,billsec,disposition,channel')).toMatchObject({
      ok: true,
      value: { cdr: { epochTimes: false } },
    })
  })

  test.each([
    ['clid', /list/],
    ['start,duration,billsec,src', /no disposition/],
    ['start,duration,billsec,disposition', /neither uniqueid nor channel/],
    ['start,start,duration,billsec,disposition,uniqueid', /start is there twice/],
    [names.replace(',carrier', ''), /11 columns where 10 were expected/],
  ])('is refused: %s', (columns, reason) => {
    expect(whole(custom, columns)).toMatchObject({ ok: false, error: { reason: expect.stringMatching(reason) } })
  })
})
