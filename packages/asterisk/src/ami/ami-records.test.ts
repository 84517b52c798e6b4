import { recorded, recordedScenarios } from '@tollbook/testkit'
import { describe, expect, test } from 'vitest'
import { CDR_FORMATS, type CdrRow, cdrReader } from '../index.ts'
import { AmiParser, type AmiRecord, amiRecords } from './index.ts'

function recordsOf(bytes: Buffer | string): AmiRecord[] {
  const parser = new AmiParser()
  const records = amiRecords()
  const all = Buffer.from(bytes)
  return [...records.push([...parser.push(all), ...parser.end()]), ...records.flush()]
}

function rowsOf(csv: Buffer): CdrRow[] {
  const reader = cdrReader(CDR_FORMATS.find((f) => f.name === 'cdr_csv-21')!)
  return [...reader.push(csv), ...reader.end()].flatMap((i) => (i.kind === 'row' ? [i.row] : []))
}

const cdrs = (records: readonly AmiRecord[]) => records.flatMap((r) => (r.kind === 'cdr' ? [r.row] : []))
const rejects = (records: readonly AmiRecord[]) => records.flatMap((r) => (r.kind === 'reject' ? [r] : []))
const key = (row: CdrRow) => `${row.uniqueid}|${row.sequence}`
/** A row without its origin. A userfield with line breaks cannot come whole through AMI: only its first line counts. */
const same = ({ line, raw, ...row }: CdrRow) => ({ ...row, userfield: row.userfield.split('\r\n')[0] })

describe('the same call from AMI and from Master.csv is the same row', () => {
  const cases = (['asterisk-22', 'asterisk-16'] as const).flatMap((version) =>
    recordedScenarios(version).map((name) => [version, name] as const),
  )
  test.each(cases)('%s %s', (version, name) => {
    const live = cdrs(recordsOf(recorded(`${version}/scenarios/${name}.ami`)))
    const file = rowsOf(recorded(`${version}/scenarios/${name}.master.csv`))
    const byKey = (rows: readonly CdrRow[]) => new Map(rows.map((r) => [key(r), same(r)]))
    expect(file.length).toBeGreaterThan(0)
    expect(byKey(live)).toEqual(byKey(file))
    expect(live.length).toBe(file.length)
  })

  test('a whole run in one session', () => {
    const records = recordsOf(recorded('asterisk-22/all-cdr-cel.ami'))
    const live = new Map(cdrs(records).map((r) => [key(r), same(r)]))
    const file = rowsOf(recorded('asterisk-22/Master.csv'))
    // Master.csv of that run holds fewer calls than the session saw: cdr_csv drops rows beyond 1,024 bytes.
    for (const row of file) expect(live.get(key(row))).toEqual(same(row))
    expect(live.size).toBeGreaterThanOrEqual(file.length)
    expect(records.filter((r) => r.kind === 'cel').length).toBeGreaterThan(700)
    expect(rejects(records).map((r) => [r.event, r.reject.kind])).toEqual([['Cdr', 'forged']])
  })
})

test('a forged event is set aside with its bytes, the true Cdr gets its mapped headers back', () => {
  const records = recordsOf(recorded('asterisk-22/scenarios/newline.ami'))
  // Twice: the userfield is also seen in the VarSet event that set it.
  expect(rejects(records).map((r) => [r.event, r.reject.kind])).toEqual([
    ['Cdr', 'forged'],
    ['Cdr', 'forged'],
  ])
  expect(rejects(records)[1]?.raw.toString()).toContain('UniqueID: forged')
  expect(cdrs(records).map((r) => [r.uniqueid, r.linkedid, r.sequence, r.duration])).toEqual([
    ['1795440205.195', '1795440205.194', 79, 0],
    ['1795440205.194', '1795440205.194', 78, 0],
  ])
  const file = rowsOf(recorded('asterisk-22/scenarios/newline.master.csv'))
  expect(cdrs(records).map((r) => r.userfield)).toEqual(file.map((r) => r.userfield))
  expect(file[0]?.userfield).toContain('\r\n\r\nEvent: Cdr')
})

const CDR = [
  ...['Event: Cdr', 'Privilege: cdr,all', 'AccountCode: A1', 'Source: 201', 'Destination: 202'],
  ...['DestinationContext: office', 'CallerID: "Ann" <201>', 'Channel: PJSIP/201-1', 'DestinationChannel: PJSIP/202-2'],
  ...['LastApplication: Dial', 'LastData: PJSIP/202', 'StartTime: 2026-03-01 10:00:00', 'AnswerTime: '],
  ...['EndTime: 2026-03-01 10:01:00', 'Duration: 60', 'BillableSeconds: 0', 'Disposition: NO ANSWER'],
  ...['AMAFlags: DOCUMENTATION', 'UniqueID: 1772359200.1', 'UserField: ', 'LinkedID: 1772359200.1', 'Sequence: 7'],
]
const session = (...frames: string[][]) =>
  `Asterisk Call Manager/11.0.0\r\n${frames.map((f) => `${f.join('\r\n')}\r\n\r\n`).join('')}`

describe('a Cdr is taken only when it is surely one', () => {
  const without = (name: string) => CDR.filter((l) => !l.startsWith(`${name}:`))
  test.each([
    ['Privilege', 'forged', /without Privilege/],
    ['Channel', 'incomplete', /no Channel/],
    ['StartTime', 'incomplete', /no StartTime/],
    ['LastData', 'incomplete', /no LastData/],
  ])('without %s', (name, kind, reason) => {
    expect(rejects(recordsOf(session(without(name))))[0]).toMatchObject({
      event: 'Cdr',
      reject: { kind, reason: expect.stringMatching(reason) },
    })
  })

  test.each([
    ['StartTime: 2026-03-01 10:00:00', 'StartTime: 2026-13-01 10:00:00', /start time/],
    ['Duration: 60', 'Duration: -1', /duration "-1"/],
    ['Disposition: NO ANSWER', 'Disposition: <b>', /disposition "<b>"/],
  ])('%s → %s', (from, to, reason) => {
    const bad = CDR.map((l) => (l === from ? to : l))
    expect(rejects(recordsOf(session(bad)))[0]?.reject).toMatchObject({
      kind: 'implausible',
      reason: expect.stringMatching(reason),
    })
  })

  test('a Cdr cut by the end of the connection is set aside: its userfield may be half', () => {
    const cut = session(CDR).slice(0, -30)
    expect(rejects(recordsOf(cut))).toMatchObject([{ reject: { kind: 'incomplete' } }])
  })

  test('a forged mapped header inside the userfield loses against the true one behind it', () => {
    const forged = CDR.flatMap((l) => (l === 'UserField: ' ? ['UserField: x', 'Sequence: 1', 'Duration: 99999'] : [l]))
    expect(cdrs(recordsOf(session(forged)))[0]).toMatchObject({ sequence: 7, duration: 60 })
  })
})

test('the headers of a mapping in front of LinkedID are no part of a torn userfield once a whole Cdr has shown them', () => {
  const mapped = (cdr: string[]) => [...cdr.slice(0, -2), 'Carrier: north', ...cdr.slice(-2)]
  const torn = mapped(CDR).map((l) => (l === 'UserField: ' ? 'UserField: a\r\nCarrier: forged\r\n\r\nb' : l))
  const rows = cdrs(recordsOf(session(mapped(CDR), torn)))
  expect(rows.map((r) => r.userfield)).toEqual(['', 'a\r\nCarrier: forged\r\n\r\nb'])
})

test('where Sequence is not mapped, a Cdr waits for the next record or the flush', () => {
  const bare = CDR.slice(0, -2)
  const parser = new AmiParser()
  const records = amiRecords()
  expect(records.push(parser.push(Buffer.from(session(bare))))).toEqual([])
  expect(records.push(parser.push(Buffer.from('Event: Reload\r\nPrivilege: system,all\r\n\r\n')))).toEqual([])
  expect(cdrs(records.push(parser.push(Buffer.from('Event: CEL\r\nPrivilege: call,all\r\n\r\n')))).length).toBe(1)
  expect(cdrs(records.flush())).toEqual([])
  records.push(parser.push(Buffer.from(`${bare.join('\r\n')}\r\n\r\n`)))
  expect(cdrs(records.flush())[0]).toMatchObject({ sequence: undefined, linkedid: '' })
})

test('fields of a channel event', () => {
  const records = recordsOf(recorded('asterisk-22/scenarios/answered.ami'))
  const hangup = records.find((r) => r.kind === 'cel' && r.row.event === 'HANGUP')
  expect(hangup).toMatchObject({
    row: { cidNum: '15551230000', linkedid: '1795440146.0', extra: expect.stringContaining('hangupcause') },
  })
  expect(hangup?.kind === 'cel' && hangup.row.sentAtMs).toBeGreaterThan(1_795_440_146_000)
})

describe('a userfield of a channel that forges a whole Cdr', () => {
  const all = recorded('asterisk-22/scenarios/answered.ami').toString('latin1')
  const frames = all.split('\r\n\r\n')
  const cel = frames.find((f) => f.startsWith('Event: CEL'))!
  const cdr = frames.find((f) => f.startsWith('Event: Cdr'))!.replace(/UniqueID: .*/, 'UniqueID: 1.forged')
  const [before, behind] = cel.split(/(?=\r\nPeer: )/) as [string, string]
  const next = frames.findLast((f) => f.startsWith('Event: Cdr'))!
  const torn = (userfield: string) =>
    recordsOf(`Asterisk Call Manager/11.0.0\r\n${cel}\r\n\r\n${before}${userfield}${behind}\r\n\r\n${next}\r\n\r\n`)
  const kinds = (records: readonly AmiRecord[]) => records.map((r) => (r.kind === 'reject' ? r.reject.kind : r.kind))

  test.each([
    ['between blank lines', `x\r\n\r\n${cdr}\r\n\r\n`],
    ['with the rest of the event inside the forged one', `x\r\n\r\n${cdr}`],
    ['with a forged CEL event that ends in Extra before it', `x\r\n\r\n${cel}\r\n\r\n${cdr}`],
    ['without a blank line', `x\r\n${cdr}`],
  ])('%s', (_, userfield) => {
    const records = torn(userfield)
    expect(cdrs(records).map((r) => r.uniqueid)).not.toContain('1.forged')
    expect(rejects(records).some((r) => r.raw.includes('1.forged'))).toBe(true)
    expect(kinds(records).filter((k) => k === 'cdr' || k === 'cel')).toEqual(['cel', 'cel', 'cdr'])
  })

  test('the end that never comes: half a record is no reason to believe what follows, unless Extra is never written', () => {
    const extra = recordsOf(`Asterisk Call Manager/11.0.0\r\n${cel}\r\n\r\n${before}\r\n\r\n${cdr}\r\n\r\n`)
    expect(kinds(extra)).toEqual(['cel', 'cel', 'forged'])
    const old = recordsOf(`Asterisk Call Manager/11.0.0\r\n${before}\r\n\r\n${before}\r\n\r\n${cdr}\r\n\r\n`)
    expect(kinds(old)).toEqual(['cel', 'cel', 'cdr'])
  })
})

test('a userfield that forges an event with Privilege does not cost the Cdr its mapped headers', () => {
  const all = recorded('asterisk-22/scenarios/answered.ami').toString('latin1')
  const cdr = all.split('\r\n\r\n').find((f) => f.startsWith('Event: Cdr'))!
  const userfield = 'UserField: x\r\n\r\nEvent: Reload\r\nPrivilege: system,all\r\nModule: y'
  const records = recordsOf(`Asterisk Call Manager/11.0.0\r\n${cdr.replace(/UserField: .*/, userfield)}\r\n\r\n`)
  expect(cdrs(records).map((r) => [r.sequence, r.linkedid])).toEqual([[3, '1795440146.0']])
})

test('a channel whose userfield mentions a Sequence is no part of a Cdr that waits', () => {
  const all = recorded('asterisk-22/scenarios/answered.ami').toString('latin1').split('\r\n\r\n')
  const cdr = all.find((f) => f.startsWith('Event: Cdr'))!
  const cel = all.find((f) => f.startsWith('Event: CEL'))!
  const forged = cdr.replace(/UniqueID: .*/, 'UniqueID: 1.forged')
  const waits = cdr.replace(/\r\nLinkedID: .*/s, '')
  const torn = cel.replace('Userfield: ', `Userfield: x\r\nSequence: 7\r\n\r\n${forged}\r\n\r\n`)
  const records = recordsOf(`Asterisk Call Manager/11.0.0\r\n${waits}\r\n\r\n${torn}\r\n\r\n`)
  expect(cdrs(records).map((r) => r.uniqueid)).not.toContain('1.forged')
  expect(cdrs(records)).toHaveLength(1)
})
