// The shapes a fake PBX makes its calls from: the rows it writes are those Asterisk wrote, and a call told again is one.

import { expect, test } from 'vitest'
import { recorded } from '../recorded.ts'
import { callShapes, headerOf } from './call-shapes.ts'
import { csvRow } from './csv-row.ts'
import { placeCall } from './place-call.ts'
import { seeded } from './seeded.ts'

const shapes = callShapes()

test('the row of every recorded call is the line that Asterisk wrote', () => {
  const written = recorded('asterisk-22/Master.csv').toString()
  for (const shape of shapes) {
    for (const frame of shape.frames) if (frame.event === 'Cdr') expect(written).toContain(csvRow(frame.headers))
  }
})

test('every call placed has ids of its own, whole lengths, and events in order', () => {
  const random = seeded(1)
  const counters = { channel: 0, sequence: 0, name: 0 }
  const seen = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const shape = random.pick(shapes)
    const endS = 1_800_000_000 + i
    const { truth, events } = placeCall(shape, endS, counters, random)
    expect(truth.legs.length).toBe(shape.frames.filter((f) => f.event === 'Cdr').length)
    for (const leg of truth.legs) {
      expect(seen.has(`${leg.uniqueid}|${leg.sequence}`)).toBe(false)
      seen.add(`${leg.uniqueid}|${leg.sequence}`)
    }
    for (const event of events) {
      expect(event.frame(1_800_000_000_123_456)).not.toContain('1795440')
      if (event.kind !== 'cdr') continue
      const headers = event
        .frame(0)
        .split('\r\n')
        .map((l): [string, string] => [l.split(': ')[0]!, l.slice(l.indexOf(': ') + 2)])
      const at = (name: string) => Date.parse(`${headerOf({ headers }, name)}Z`) / 1000
      const length = at('EndTime') - at('StartTime')
      expect([length, length - 1]).toContain(event.leg!.durationS)
      expect(at('EndTime')).toBeLessThanOrEqual(endS)
      if (Number.isFinite(at('AnswerTime')))
        expect([at('EndTime') - at('AnswerTime'), at('EndTime') - at('AnswerTime') - 1]).toContain(event.leg!.billsec)
    }
  }
})

test('the same seed places the same calls', () => {
  const tell = () => {
    const random = seeded(7)
    const counters = { channel: 0, sequence: 0, name: 0 }
    return shapes.map((shape) => placeCall(shape, 1_800_000_000, counters, random).events.map((e) => e.frame(0)))
  }
  expect(tell()).toEqual(tell())
})
