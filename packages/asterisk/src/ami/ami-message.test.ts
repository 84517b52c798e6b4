import { recorded, recordedScenarios } from '@tollbook/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amiKeys } from './ami-message.ts'
import { AmiMessage, AmiParser } from './index.ts'

const KEYS = amiKeys(['Privilege', 'Timestamp?', 'One', 'Two'], ['Three'])
const message = (text: string) => AmiMessage.fromRaw(Buffer.from(text), '')
const firstOf = (m: AmiMessage, name: string) => m.all(name)[0]

test('picked headers are those that get finds, written as usual or not', () => {
  const key = fc.constantFrom('Privilege', 'Timestamp', 'One', 'two', 'Two', 'Three', 'Other')
  const value = fc.constantFrom('', ' ', 'v', ': ', 'Müller', 'a\nb', 'a\rb', '\r', 'One: x')
  const blank = fc.constantFrom(': ', ':', ': ', '')
  fc.assert(
    fc.property(fc.array(fc.tuple(key, blank, value), { maxLength: 8 }), (lines) => {
      const m = message(['Event: X', ...lines.map((l) => l.join(''))].join('\r\n'))
      const [privilege, timestamp, one, two, three] = m.pick(KEYS)
      expect([privilege, timestamp, one, two]).toEqual(
        ['Privilege', 'Timestamp', 'One', 'Two'].map((n) => firstOf(m, n)),
      )
      expect(three).toBe(m.all('Three').at(-1))
    }),
    { numRuns: 500 },
  )
})

test('written as usual, and with text that is not ASCII', () => {
  const text = 'Event: X\r\nPrivilege: a,all\r\nOne: Zoë\r\nTwo: \r\nThree: 3\r\nThree: 4'
  expect(message(text).pick(KEYS)).toEqual(['a,all', undefined, 'Zoë', '', '4'])
})

test('a message is the same again after it lay as bytes', () => {
  for (const version of ['asterisk-22', 'asterisk-16'] as const) {
    for (const name of recordedScenarios(version)) {
      const parser = new AmiParser()
      const messages = [...parser.push(recorded(`${version}/scenarios/${name}.ami`)), ...parser.end()]
      for (const m of messages.filter((x) => x.kind !== 'banner')) {
        const again = AmiMessage.fromRaw(m.raw, m.suspect)
        const facts = (x: AmiMessage) => [x.kind, x.name, x.suspect, x.isGenuine, x.headers, x.raw.toString('hex')]
        expect(facts(again)).toEqual(facts(m))
      }
    }
  }
})
