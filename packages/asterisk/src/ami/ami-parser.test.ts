import { recorded, recordedScenarios } from '@tollbook/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AmiMessage, AmiParser } from './index.ts'

function parse(bytes: Buffer | string, cuts: readonly number[] = []): AmiMessage[] {
  const all = Buffer.from(bytes)
  const parser = new AmiParser()
  const messages: AmiMessage[] = []
  let at = 0
  for (const cut of [...cuts, all.length]) {
    messages.push(...parser.push(all.subarray(at, cut)))
    at = Math.max(at, cut)
  }
  return [...messages, ...parser.end()]
}

const plain = (m: AmiMessage) => [m.kind, m.name, m.suspect, m.headers]
const BANNER = 'Asterisk Call Manager/11.0.0\r\n'

test('the banner has no blank line after it', () => {
  const messages = parse(recorded('asterisk-22/edge/login-md5.ami'))
  expect(messages.map((m) => [m.kind, m.name])).toEqual([
    ['banner', 'Asterisk Call Manager/11.0.0'],
    ['response', 'Success'],
    ['response', 'Success'],
    ['response', 'Success'],
  ])
  expect(messages[1]?.get('challenge')).toBe('8212258')
})

test('the first response is there before any blank line follows the banner', () => {
  const parser = new AmiParser()
  expect(parser.push(Buffer.from(BANNER)).map((m) => m.kind)).toEqual(['banner'])
  expect(parser.push(Buffer.from('Response: Success\r\n\r\n')).map((m) => m.kind)).toEqual(['response'])
})

test('headers: first colon, empty values, repeated keys, any case', () => {
  const [, m] = parse(
    `${BANNER}Event: Status\r\nAppData: \r\nVariable: a=1\r\nVariable: b: 2\r\nDuration: 1\r\nduration: 9\r\n\r\n`,
  )
  expect(m?.get('appdata')).toBe('')
  expect(m?.all('VARIABLE')).toEqual(['a=1', 'b: 2'])
  expect(m?.get('Duration')).toBe('1')
  expect(m?.get('Nothing')).toBeUndefined()
})

test('a bare line feed is part of a value and the empty frame behind it nothing', () => {
  const messages = parse(`${BANNER}Response: Error\r\nMessage: No Contacts found\n\r\n\r\n\r\n\r\nEvent: A\r\n\r\n`)
  expect(messages.map((m) => m.name)).toEqual(['Asterisk Call Manager/11.0.0', 'Error', 'A'])
  expect(messages[1]?.get('Message')).toBe('No Contacts found\n')
})

test('OriginateResponse keeps its Response header', () => {
  const [, m] = parse(
    `${BANNER}Event: OriginateResponse\r\nPrivilege: call,all\r\nResponse: Failure\r\nReason: 3\r\n\r\n`,
  )
  expect([m?.kind, m?.name, m?.get('Response'), m?.suspect]).toEqual(['event', 'OriginateResponse', 'Failure', ''])
})

test('an event that begins inside another one is split off, the first is marked', () => {
  const messages = parse(recorded('asterisk-22/scenarios/hugefield.ami'))
  const marked = messages.filter((m) => m.suspect !== '')
  expect(marked.map((m) => [m.name, m.suspect])).toEqual([['Cdr', 'ran-into-next']])
  expect(messages[messages.indexOf(marked[0]!) + 1]?.name).toBe('CEL')
})

test('bytes that are not UTF-8 are kept', () => {
  const value = Buffer.from([0x4d, 0xfc, 0x01, 0x0a, 0x4e])
  const bytes = Buffer.concat([Buffer.from(`${BANNER}Event: A\r\nName: `), value, Buffer.from('\r\n\r\n')])
  const [, m] = parse(bytes)
  expect(m?.get('Name')).toBe('M\ufffd\u0001\nN')
  expect(m?.raw.includes(value)).toBe(true)
})

describe('bounds', () => {
  test('an endless frame is dropped up to the next blank line', () => {
    const parser = new AmiParser()
    parser.push(Buffer.from(BANNER))
    const line = Buffer.from(`Key: ${'x'.repeat(10_000)}\r\n`)
    const messages: AmiMessage[] = []
    for (let i = 0; i < 300; i++) messages.push(...parser.push(line))
    messages.push(...parser.push(Buffer.from('\r\nEvent: B\r\n\r\n')))
    expect(messages.map((m) => [m.name, m.suspect])).toEqual([
      ['', 'overlong'],
      ['B', ''],
    ])
    expect(messages[0]?.raw.length).toBe(64 * 1024)
  })

  test('a line longer than 64 KiB is not kept whole', () => {
    const [, m, next] = parse(`${BANNER}Event: A\r\nKey: ${'x'.repeat(70_000)}\r\n\r\nEvent: B\r\n\r\n`)
    expect([m?.suspect, next?.name]).toEqual(['overlong', 'B'])
  })
})

test('a connection that ends inside a frame leaves a marked one', () => {
  const messages = parse(`${BANNER}Event: A\r\nKey: val`)
  expect(messages.at(-1)).toMatchObject({ name: 'A', suspect: 'cut' })
})

test('chunks cut anywhere give the same messages', () => {
  const sources = [
    recorded('asterisk-22/edge/framing.ami'),
    recorded('asterisk-22/edge/actions.ami').subarray(0, 6000),
    recorded('asterisk-22/scenarios/newline.ami').subarray(12_000),
    recorded('asterisk-22/scenarios/hugefield.ami').subarray(16_000),
  ]
  const expected = sources.map((s) => parse(s).map(plain))
  fc.assert(
    fc.property(fc.nat(sources.length - 1), fc.array(fc.nat(8000), { maxLength: 40 }), (which, cuts) => {
      const bytes = sources[which]!
      const sorted = cuts.filter((c) => c < bytes.length).sort((a, b) => a - b)
      expect(parse(bytes, sorted).map(plain)).toEqual(expected[which])
    }),
    { numRuns: 150 },
  )
})

test('edge recordings of 16 are read as those of 22: nothing suspect, the same actions answered', () => {
  const answers = (version: string) =>
    parse(recorded(`${version}/edge/actions.ami`)).flatMap((m) =>
      m.kind === 'response' ? [m.get('ActionID') ?? ''] : [],
    )
  expect(answers('asterisk-16')).toEqual(answers('asterisk-22'))
  for (const name of ['asterisk-16/edge/actions.ami', 'asterisk-16/edge/framing.ami', 'variants-22/tls-session.ami']) {
    expect(parse(recorded(name)).filter((m) => m.suspect !== '')).toEqual([])
  }
})

test('byte by byte', () => {
  const bytes = recorded('asterisk-22/edge/login-ok.ami')
  const cuts = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1)
  expect(parse(bytes, cuts).map(plain)).toEqual(parse(bytes).map(plain))
})

test('no bytes are lost in any recording', () => {
  for (const version of ['asterisk-22', 'asterisk-16'] as const) {
    for (const name of recordedScenarios(version)) {
      const bytes = recorded(`${version}/scenarios/${name}.ami`)
      const parts = parse(bytes).map((m) => (m.kind === 'banner' ? m.name : m.raw.toString('latin1')))
      const bare = (s: string) => s.replaceAll('\r\n', '')
      expect(bare(parts.join(''))).toBe(bare(bytes.toString('latin1')))
    }
  }
})
