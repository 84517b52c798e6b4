// What a call keeps for figures: whose telephone it was, which rang in vain, and each trunk channel for as long as it was taken.

import { asCallKey } from '@tollbook/kernel'
import { describe, expect, it } from 'vitest'
import { DISPOSITION, type Disposition, type Leg } from '../leg.ts'
import { compileRules, DEFAULT_RULES } from '../rules/index.ts'
import { stitchCall } from '../stitch-call.ts'

const T0 = Date.UTC(2026, 10, 23, 13)
const RULES = compileRules(DEFAULT_RULES, { trunkPeers: ['PJSIP/northlink', 'PJSIP/southlink'] })

let serial = 0
/** A row between two channels, from and until seconds after T0; answered after `answer` seconds, if it was. */
function leg(channel: string, dstchannel: string, [from, answer, until]: [number, number | undefined, number]): Leg {
  const disposition: Disposition = answer === undefined ? DISPOSITION['NO ANSWER'] : DISPOSITION.ANSWERED
  serial++
  return {
    callKey: asCallKey('01a2b3c4-d5e6-8000-8000-000000000001'),
    ...{ openedAtMs: T0, legKey: BigInt(serial), startedAtMs: T0 + from * 1000, endedAtMs: T0 + until * 1000 },
    answeredAtMs: answer === undefined ? undefined : T0 + answer * 1000,
    ...{ durationS: until - from, billsec: answer === undefined ? 0 : until - answer, sequence: serial, line: serial },
    ...{ disposition, amaflags: 3, uniqueid: '1.1', linkedid: '1.1', channel, dstchannel, src: '201', dst: '204' },
    ...{ clid: '', dcontext: 'phones', lastapp: 'Dial', lastdata: '', accountcode: '', peeraccount: '', userfield: '' },
    ...{ did: '', recording: '', extras: undefined },
  }
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : (ms - T0) / 1000)
function seizuresOf(...legs: Leg[]) {
  return stitchCall(legs, [], RULES).seizures.map((s) => [
    ...[s.peer, s.outward, seconds(s.seizedAtMs), seconds(s.answeredAtMs), seconds(s.releasedAtMs), s.cause],
  ])
}

describe('trunk channels', () => {
  it('one, from seizure to release, also when nobody answers', () => {
    const out = leg('PJSIP/201-00000001', 'PJSIP/northlink-00000002', [0, undefined, 30])
    expect(seizuresOf(out)).toEqual([['PJSIP/northlink', true, 0, undefined, 30, 0]])
  })

  it('each carrier that was tried, with the cause its row tells', () => {
    const first = {
      ...leg('PJSIP/201-00000001', 'PJSIP/northlink-00000002', [0, undefined, 5]),
      disposition: DISPOSITION.BUSY,
    }
    const second = leg('PJSIP/201-00000001', 'PJSIP/southlink-00000003', [5, 9, 60])
    expect(seizuresOf(second, first)).toEqual([
      ['PJSIP/northlink', true, 0, undefined, 5, 17],
      ['PJSIP/southlink', true, 5, 9, 60, 0],
    ])
  })

  it('one that comes in is one however many telephones it rings', () => {
    const came = ['PJSIP/201-00000007', 'PJSIP/202-00000008'].map((phone, i) =>
      leg('PJSIP/northlink-00000001', phone, [2, i === 1 ? 8 : undefined, i === 1 ? 40 : 8]),
    )
    expect(seizuresOf(...came)).toEqual([['PJSIP/northlink', false, 2, 8, 40, 0]])
  })

  it('both of a call that goes through', () => {
    const through = leg('PJSIP/northlink-00000001', 'PJSIP/southlink-00000002', [0, 3, 20])
    expect(seizuresOf(through).map(([peer, outward]) => [peer, outward])).toEqual([
      ['PJSIP/northlink', false],
      ['PJSIP/southlink', true],
    ])
  })

  it('none between telephones', () => {
    expect(seizuresOf(leg('PJSIP/201-00000001', 'PJSIP/204-00000002', [0, 1, 9]))).toEqual([])
  })
})

describe('telephones of ours', () => {
  const told = (...legs: Leg[]) => {
    const { extension, rung, disposition } = stitchCall(legs, [], RULES)
    return { extension, rung, disposition }
  }

  it('who called', () => {
    const out = leg('PJSIP/201-00000001', 'PJSIP/northlink-00000002', [0, 3, 30])
    expect(told(out)).toEqual({ extension: '201', rung: [], disposition: DISPOSITION.ANSWERED })
  })

  it('who answered what came from outside, and who rang in vain', () => {
    const rows = ['203', '201', '202'].map((phone, i) =>
      leg('PJSIP/northlink-00000001', `PJSIP/${phone}-0000000${i + 2}`, [0, i === 2 ? 8 : undefined, i === 2 ? 40 : 8]),
    )
    expect(told(...rows)).toEqual({ extension: '202', rung: ['201', '203'], disposition: DISPOSITION.ANSWERED })
  })

  it('nobody, when nobody answered', () => {
    const missed = leg('PJSIP/northlink-00000001', 'PJSIP/204-00000002', [0, undefined, 20])
    expect(told(missed)).toEqual({ extension: '', rung: ['204'], disposition: DISPOSITION['NO ANSWER'] })
  })

  it('one that was busy did not ring', () => {
    const busy = {
      ...leg('PJSIP/northlink-00000001', 'PJSIP/204-00000002', [0, undefined, 1]),
      disposition: DISPOSITION.BUSY,
    }
    expect(told(busy)).toEqual({ extension: '', rung: [], disposition: DISPOSITION.BUSY })
  })
})
