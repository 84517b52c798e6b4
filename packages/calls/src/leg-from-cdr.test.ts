// One CDR row to one leg: what is refused and why, and keys that do not depend on the door a row came through.

import type { CdrRow } from '@tollbook/asterisk'
import { asSourceId, millisOfUuid } from '@tollbook/kernel'
import { describe, expect, it } from 'vitest'
import { DISPOSITION } from './leg.ts'
import { legContext } from './leg-context.ts'
import { legFromCdr } from './leg-from-cdr.ts'
import { zoneConverter } from './zone-converter.ts'

const ROW: CdrRow = {
  accountcode: 'ACME-042',
  src: '15551230000',
  dst: '442071838750',
  dcontext: 'lab',
  clid: '"Lab Caller" <15551230000>',
  channel: 'PJSIP/alice-00000001',
  dstchannel: 'PJSIP/carrier-00000002',
  lastapp: 'Dial',
  lastdata: 'PJSIP/442071838750@carrier,20',
  start: '2026-11-23 13:22:26',
  answer: '2026-11-23 13:22:27',
  end: '2026-11-23 13:22:29',
  duration: 3,
  billsec: 2,
  disposition: 'ANSWERED',
  amaflags: 'BILLING',
  uniqueid: '1795440146.1',
  userfield: '',
  peeraccount: '',
  linkedid: '1795440146.0',
  sequence: 1,
  line: 7,
  raw: undefined,
}

const context = (zone = 'UTC', source = 1) => legContext(asSourceId(source), zoneConverter(zone)!)

function leg(change: Partial<CdrRow> = {}, in_ = context()) {
  const read = legFromCdr({ ...ROW, ...change }, in_)
  if (!read.ok) throw new Error(read.error.reason)
  return read.value
}

describe('legFromCdr', () => {
  it('reads times, seconds and flags', () => {
    expect(leg()).toMatchObject({
      openedAtMs: 1_795_440_146_000,
      startedAtMs: Date.parse('2026-11-23T13:22:26Z'),
      answeredAtMs: Date.parse('2026-11-23T13:22:27Z'),
      endedAtMs: Date.parse('2026-11-23T13:22:29Z'),
      durationS: 3,
      billsec: 2,
      disposition: DISPOSITION.ANSWERED,
      amaflags: 2,
      line: 7,
    })
    expect(millisOfUuid(leg().callKey)).toBe(1_795_440_146_000)
    expect(leg({ duration: 3.9, billsec: 2.9 })).toMatchObject({ durationS: 3, billsec: 2 })
  })

  it.each([
    [{ start: '' }, 'start is missing or not a time'],
    [{ start: '2026-02-31 10:00:00' }, 'start is missing or not a time'],
    [{ start: '1970-01-01 00:00:10' }, 'start is missing or not a time'],
    [{ end: '2026-11-23 13:22:20' }, 'it ends before it starts'],
    [{ billsec: 5 }, 'billsec is longer than duration'],
    [{ billsec: -1 }, 'billsec is not a plausible number of seconds'],
    [{ duration: -3, billsec: 0 }, 'duration is not a plausible number of seconds'],
    [{ answer: 'later' }, 'answer is not a time'],
  ])('refuses %j', (change, reason) => {
    expect(legFromCdr({ ...ROW, ...change }, context())).toEqual({ ok: false, error: { kind: 'implausible', reason } })
  })

  it('has the same keys for a file in local time, a file in UTC and any number of readings', () => {
    const local = { start: '2026-11-23 08:22:26', answer: '2026-11-23 08:22:27', end: '2026-11-23 08:22:29' }
    for (const sequence of [1, undefined]) {
      const utc = leg({ sequence })
      const newYork = leg({ sequence, ...local }, context('America/New_York'))
      expect([newYork.callKey, newYork.legKey, newYork.startedAtMs]).toEqual([utc.callKey, utc.legKey, utc.startedAtMs])
    }
  })

  it('tells rows apart by sequence, else by their content, else by counting them', () => {
    expect(leg({ sequence: 2 }).legKey).not.toBe(leg().legKey)
    const without = { sequence: undefined }
    expect(leg({ ...without, dstchannel: 'PJSIP/other-00000003' }).legKey).not.toBe(leg(without).legKey)
    const file = context()
    expect(leg(without, file).legKey).not.toBe(leg(without, file).legKey)
    expect(leg(without).legKey).toBe(leg(without).legKey)
  })

  it('keeps sources and calls apart', () => {
    expect(leg({}, context('UTC', 2)).callKey).not.toBe(leg().callKey)
    expect(leg({ linkedid: '1795440146.9' }).callKey).not.toBe(leg().callKey)
    expect(leg({ linkedid: '' }).callKey).toBe(leg({ linkedid: '1795440146.1' }).callKey)
  })

  it('makes every row of a file without uniqueid a call of its own, opened at its start', () => {
    const old = { uniqueid: '', linkedid: '', sequence: undefined }
    const file = context()
    const [a, b, c] = [leg(old, file), leg(old, file), leg({ ...old, dst: '9' }, file)]
    expect(new Set([a.callKey, b.callKey, c.callKey]).size).toBe(3)
    expect(a.openedAtMs).toBe(a.startedAtMs)
    expect(leg(old).callKey).toBe(a.callKey)
  })

  it('opens a call at the epoch in its linkedid, behind a system name with dashes too', () => {
    const named = { uniqueid: 'pbx-ny1-1795440146.1', linkedid: 'pbx-ny1-1795440100.0' }
    expect(leg(named).openedAtMs).toBe(1_795_440_100_000)
  })
})
