// The timeline as a value: who waits, who rings, who talks, and an axis that keeps order.

import type { CallDetail, LegRow } from '@tollbook/api/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { axisOf, lanesOf, peerOf, phonesRung, ticksOf } from './call-lanes.ts'

const START = Date.parse('2026-11-23T17:19:45Z')
const iso = (seconds: number) => new Date(START + seconds * 1000).toISOString()

function leg(dstchannel: string, from: number, answered: number | null, to: number, disposition: string): LegRow {
  return {
    startedAt: iso(from),
    answeredAt: answered === null ? null : iso(answered),
    endedAt: iso(to),
    channel: 'PJSIP/meridian-0000a1f0',
    dstchannel,
    src: '353209104417',
    dst: '600',
    clid: '',
    dcontext: 'from-trunk',
    lastapp: dstchannel ? 'Dial' : 'Playback',
    lastdata: '',
    disposition,
    durationSeconds: to - from,
    billsec: answered === null ? 0 : to - answered,
    accountcode: '',
    userfield: '',
    uniqueid: '1.1',
    linkedid: '1.1',
    sequence: 0,
  }
}

function detail(legs: LegRow[], answered: number | null, end: number): CallDetail {
  return {
    call: {
      key: '',
      startedAt: iso(0),
      answeredAt: answered === null ? null : iso(answered),
      endedAt: iso(end),
      from: '+353209104417',
      fromName: 'Bríd Hanley',
      to: '600',
      direction: 'inbound',
      outcome: answered === null ? 'no-answer' : 'answered',
      talkSeconds: answered === null ? 0 : end - answered,
      durationSeconds: end,
      legs: legs.length,
      account: null,
      trunk: null,
      destination: null,
      source: 'pbx',
      currency: 'EUR',
      revenue: null,
      cost: null,
      unrated: null,
    },
    linkedid: '1.1',
    answeredBy: '',
    ringSeconds: 0,
    waitSeconds: 0,
    final: true,
    legs,
    cel: [],
    charges: [],
    invoice: null,
    segments: [],
    changes: [],
  }
}

const ringGroup = detail(
  [
    leg('PJSIP/201-0000a1f2', 6, null, 17, 'NO ANSWER'),
    leg('PJSIP/203-0000a1f4', 6, null, 6, 'BUSY'),
    leg('PJSIP/204-0000a1f5', 6, 17, 643, 'ANSWERED'),
  ],
  17,
  643,
)

test('a ring group: one lane each, the caller waits until somebody answers', () => {
  const lanes = lanesOf(ringGroup)
  expect(lanes.map((lane) => lane.who)).toEqual(['Bríd Hanley', 'PJSIP/201', 'PJSIP/203', 'PJSIP/204'])
  expect(lanes[0]?.pieces).toEqual([
    { kind: 'wait', from: 0, to: 17 },
    { kind: 'talk', from: 17, to: 643, seconds: 626 },
  ])
  expect(lanes[1]?.note?.kind).toBe('elsewhere')
  expect(lanes[2]?.note?.kind).toBe('busy')
  expect(lanes[3]?.note).toBeNull()
})

test('a second try at the same party shares its lane, and its end counts', () => {
  const lanes = lanesOf(
    detail([leg('PJSIP/t-00000001', 0, null, 5, 'FAILED'), leg('PJSIP/t-00000002', 5, 9, 40, 'ANSWERED')], 9, 40),
  )
  expect(lanes).toHaveLength(2)
  expect(lanes[1]?.note).toBeNull()
  expect(lanes[1]?.pieces.map((piece) => piece.kind)).toEqual(['busy', 'ring', 'talk'])
})

test('programs and wires inside the PBX are no telephones: they have no lane and did not ring', () => {
  const voicemail = detail(
    [leg('PJSIP/204-0000a1f5', 0, null, 20, 'NO ANSWER'), leg('', 20, 20, 50, 'ANSWERED')],
    20,
    50,
  )
  expect(lanesOf(voicemail).map((lane) => lane.who)).toEqual(['Bríd Hanley', 'PJSIP/204'])
  expect(lanesOf(voicemail)[0]?.pieces.map((piece) => piece.kind)).toEqual(['wait', 'program'])
  expect(phonesRung(voicemail)).toBe(1)

  const wired = detail(
    [leg('Local/204@ring-0000004a;1', 0, 5, 40, 'ANSWERED'), leg('PJSIP/204-0000a1f5', 0, 5, 40, 'ANSWERED')],
    5,
    40,
  )
  expect(lanesOf(wired).map((lane) => lane.who)).toEqual(['Bríd Hanley', 'PJSIP/204'])
  expect([phonesRung(wired), phonesRung(ringGroup)]).toEqual([1, 2])
  expect(phonesRung(detail([leg('', 0, null, 3, 'NO ANSWER')], null, 3))).toBe(0)
})

test('a call of one second has each second on its axis once', () => {
  const short = detail([leg('PJSIP/204-0000a1f5', 0, 0, 1, 'ANSWERED')], 0, 1)
  expect(ticksOf(short, axisOf(short, lanesOf(short))).map((tick) => tick.at)).toEqual([0, 1])
})

test('channels lose their unique suffix only', () => {
  expect(peerOf('PJSIP/204-0000a1f5')).toBe('PJSIP/204')
  expect(peerOf('Local/600@queue-0000004a;2')).toBe('Local/600@queue')
  expect(peerOf('PJSIP/pacific-sip-0000a1f9')).toBe('PJSIP/pacific-sip')
})

test('short rings before a long talk are drawn wider, and the axis never turns back', () => {
  const axis = axisOf(ringGroup, lanesOf(ringGroup))
  expect(axis.wideUntil).toBe(25)
  expect(axis.at(0)).toBe(0)
  expect(axis.at(643)).toBeCloseTo(100)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 643, noNaN: true }), fc.double({ min: 0, max: 643, noNaN: true }), (a, b) =>
      a <= b ? axis.at(a) <= axis.at(b) : axis.at(a) >= axis.at(b),
    ),
  )
})

test('labels of the axis never stand on each other', () => {
  const lengths = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 7200 }))
  fc.assert(
    fc.property(lengths, ([ring, talk]) => {
      const one = detail([leg('PJSIP/1-00000001', 0, ring, ring + talk, 'ANSWERED')], ring, ring + talk)
      const axis = axisOf(one, lanesOf(one))
      const at = ticksOf(one, axis).map((tick) => axis.at(tick.at))
      return at.every((x, i) => i === 0 || x - (at[i - 1] ?? 0) > 9)
    }),
  )
})
