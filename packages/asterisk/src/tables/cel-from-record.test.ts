// CEL and queue_log tables: FreePBX's names, numbers by version, times with fractions.

import { describe, expect, it } from 'vitest'
import { celFromRecord, celNumberingOf } from './cel-from-record.ts'
import { queueFromRecord } from './queue-from-record.ts'

const FREEPBX = {
  ...{
    id: '5',
    eventtype: 'CHAN_START',
    eventtime: '2026-11-23 12:48:05',
    cid_name: 'Zoë',
    cid_num: '201',
    cid_ani: '',
  },
  ...{ cid_rdnis: '', cid_dnid: '', exten: '0123', context: 'internal', channame: 'PJSIP/201-00000001', appname: '' },
  ...{ appdata: '', amaflags: '3', accountcode: 'acme', uniqueid: '1795438085.1', linkedid: '1795438085.1', peer: '' },
  ...{ userdeftype: '', extra: '{"a":1}' },
}

describe('celFromRecord', () => {
  it('reads FreePBX, and eventextra of older ones', () => {
    const wanted = { event: 'CHAN_START', cidNum: '201', channel: 'PJSIP/201-00000001', extra: '{"a":1}' }
    expect(celFromRecord(FREEPBX)).toMatchObject({ ok: true, value: { row: wanted, isUtc: false } })
    const { extra, ...older } = FREEPBX
    expect(celFromRecord({ ...older, eventextra: extra })).toMatchObject({ ok: true, value: { row: wanted } })
  })

  it('gives numbers the meaning of the version that wrote them', () => {
    const eventOf = (n: number, numbering: 'since-12' | 'before-12') => {
      const read = celFromRecord({ ...FREEPBX, eventtype: String(n) }, numbering)
      return read.ok ? read.value.row.event : read.error
    }
    expect([7, 11, 13, 14, 17].map((n) => eventOf(n, 'since-12'))).toEqual([
      ...['BRIDGE_ENTER', 'BLINDTRANSFER', 'USER_DEFINED', 'LINKEDID_END', 'LOCAL_OPTIMIZE'],
    ])
    expect([7, 11, 13, 21, 22, 25].map((n) => eventOf(n, 'before-12'))).toEqual([
      ...['BRIDGE_START', 'PARK_START', 'BLINDTRANSFER', 'USER_DEFINED', 'LINKEDID_END', 'FORWARD'],
    ])
    expect(eventOf(-1, 'since-12')).toMatch(/event type "-1"/)
    const own = celFromRecord({ ...FREEPBX, eventtype: '13', userdeftype: 'LUNCH' })
    expect(own).toMatchObject({ value: { row: { event: 'LUNCH' } } })
    expect(eventOf(99, 'since-12')).toMatch(/event type "99"/)
    const rows = (...types: string[]) => types.map((eventtype) => ({ eventtype }))
    expect(celNumberingOf(rows('1', '7', '22'))).toBe('before-12')
    expect(celNumberingOf(rows('1', '14', '21'))).toBe('since-12')
    expect(celNumberingOf(rows('CHAN_START'))).toBe('since-12')
  })

  it('reads epoch times as instants and refuses what is no time', () => {
    const read = celFromRecord({ ...FREEPBX, eventtime: '1795438085.123456' })
    expect(read).toMatchObject({ ok: true, value: { isUtc: true, row: { eventTime: '2026-11-23 12:48:05' } } })
    expect(read).toMatchObject({ value: { row: { exactMs: 1795438085123.456 } } })
    const local = celFromRecord({ ...FREEPBX, eventtime: '2026-11-23 12:48:05.5' })
    expect(local).toMatchObject({
      value: { isUtc: false, row: { eventTime: '2026-11-23 12:48:05', pastSecondMs: 500 } },
    })
    expect(celFromRecord({ ...FREEPBX, eventtime: null })).toMatchObject({ ok: false })
    expect(celFromRecord({ ...FREEPBX, eventtime: '0000-00-00 00:00:00' })).toMatchObject({ ok: false })
  })
})

describe('queueFromRecord', () => {
  const row = {
    ...{ id: '1', time: '2026-11-23 12:48:05.250000', callid: '1795438085.1', queuename: 'support', agent: 'NONE' },
    ...{ event: 'ENTERQUEUE', data1: '', data2: '201', data3: '1', data4: '', data5: '' },
  }

  it('reads five columns and one', () => {
    const wanted = { callid: '1795438085.1', queue: 'support', agent: '', event: 'ENTERQUEUE', data: ['', '201', '1'] }
    expect(queueFromRecord(row)).toMatchObject({ ok: true, value: { row: wanted, isUtc: false } })
    const { data1, data2, data3, data4, data5, ...older } = row
    expect(queueFromRecord({ ...older, data: '|201|1' })).toMatchObject({ ok: true, value: { row: wanted } })
    expect(queueFromRecord({ ...older, data: null })).toMatchObject({ ok: true, value: { row: { data: [] } } })
  })

  it('keeps fractions, takes epochs for instants and refuses what is no event', () => {
    expect(queueFromRecord(row)).toMatchObject({ value: { row: { epochMs: 1795438085250 }, isUtc: false } })
    expect(queueFromRecord({ ...row, time: '1795438085' })).toMatchObject({ value: { isUtc: true } })
    expect(queueFromRecord({ ...row, event: 'enter queue' })).toMatchObject({ ok: false })
    expect(queueFromRecord({ ...row, time: '' })).toMatchObject({ ok: false })
  })
})
