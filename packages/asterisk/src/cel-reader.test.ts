import { gunzipSync } from 'node:zlib'
import { recorded } from '@tollbook/testkit'
import { describe, expect, test } from 'vitest'
import type { CelRow } from './ami/cel-row.ts'
import { AmiParser, amiRecords } from './ami/index.ts'
import { celReader, timeOf } from './cel-reader.ts'

function fromFile(bytes: Buffer): CelRow[] {
  const reader = celReader(undefined)
  return [...reader.push(bytes), ...reader.end()].map((item) => {
    if (item.kind === 'reject') throw new Error(`line ${item.line}: ${item.reason}`)
    return item.row
  })
}

function fromAmi(bytes: Buffer): CelRow[] {
  const parser = new AmiParser()
  const records = amiRecords()
  const all = [...records.push(parser.push(bytes)), ...records.push(parser.end()), ...records.flush()]
  return all.flatMap((record) => (record.kind === 'cel' ? [record.row] : []))
}

/** All a key is made of, and what is stored beside it. */
const facts = ({ event, accountcode, cidNum, cidName, exten, context, channel, app, appdata, ...row }: CelRow) =>
  JSON.stringify({
    ...{ event, accountcode, cidNum, cidName, exten, context, channel, app, appdata, uniqueid: row.uniqueid },
    ...{ linkedid: row.linkedid, userfield: row.userfield, peer: row.peer, extra: row.extra },
  })

describe('the same event from the file and over AMI is the same row', () => {
  const pairs = [
    ['asterisk-22/Cel.csv', 'asterisk-22/all-cdr-cel.ami'],
    ['asterisk-16/Cel.csv', 'asterisk-16/all-cdr-cel.ami'],
    ['bulk-22/Cel.csv.gz', 'bulk-22/cdr-cel.ami.gz'],
    ['variants-22/systemname-tz-channelvars.cel.csv', 'variants-22/systemname-tz-channelvars.ami'],
  ] as const
  test.each(pairs)('%s', (csv, ami) => {
    const bytes = (path: string) => (path.endsWith('.gz') ? gunzipSync(recorded(path)) : recorded(path))
    const file = fromFile(bytes(csv))
    const live = fromAmi(bytes(ami))
    expect(file.length).toBeGreaterThan(50)
    expect(file.map(facts).sort()).toEqual(live.map(facts).sort())
    const utc = csv.includes('systemname') ? [] : file.map((row) => `${facts(row)} ${row.eventTime}`).sort()
    if (utc.length > 0) expect(utc).toEqual(live.map((row) => `${facts(row)} ${row.eventTime}`).sort())
  })
})

test('counts of the recordings', () => {
  expect(fromFile(gunzipSync(recorded('bulk-22/Cel.csv.gz'))).length).toBe(37_732)
})

describe('times', () => {
  test.each([
    ['1795440146.037230', { eventTime: '2026-11-23 13:22:26', exactMs: 1795440146037.23 }],
    ['1795440146', { eventTime: '2026-11-23 13:22:26', exactMs: 1795440146000 }],
    ['2026-11-23 08:11:51.263862 -0500', { eventTime: '2026-11-23 13:11:51', exactMs: 1795439511263.862 }],
    ['2026-11-23T08:11:51+05:30', { eventTime: '2026-11-23 02:41:51', exactMs: 1795401711000 }],
    ['2026-11-23 08:11:51', { eventTime: '2026-11-23 08:11:51', pastSecondMs: undefined }],
    ['2026-11-23 08:11:51.5', { eventTime: '2026-11-23 08:11:51', pastSecondMs: 500 }],
    ['23/11/2026 08:11', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(timeOf(text)).toEqual(expected)
  })
})

test('old and new mappings of the sample are read, one of somebody’s own by its columns', () => {
  const row =
    '"ANSWER","1795440146.037230","Ann","201","","","","s","lab","PJSIP/a-1","Dial","x","3","acme","1795440146.0","1795440146.0","","u"'
  for (const more of ['', ',""', ',"",""', ',"","","tenant"']) {
    expect(fromFile(Buffer.from(`${row}${more}\n`))[0]).toMatchObject({ event: 'ANSWER', userfield: 'u', line: 1 })
  }
  const reader = celReader(['eventtime', 'x', 'eventtype', 'channame', 'uniqueid'])
  expect(reader.push(Buffer.from('1795440146.5,"?",HANGUP,"PJSIP/a-1",1795440146.0\n'))).toMatchObject([
    { row: { event: 'HANGUP', exactMs: 1795440146500, channel: 'PJSIP/a-1', linkedid: '' } },
  ])
})
