// Which part of a call is charged, with which number and for how long: the shapes that other tools charge twice or with the
// wrong number, from recordings of both Asterisks, over AMI and from CDR rows alone.

import { cdrReader, sniffCdr } from '@tollbook/asterisk'
import { AmiParser, amiRecords } from '@tollbook/asterisk/ami'
import { asSourceId } from '@tollbook/kernel'
import { recorded } from '@tollbook/testkit'
import { describe, expect, it } from 'vitest'
import type { CallDraft } from '../call.ts'
import { type Cel, celFromRow } from '../cel-from-row.ts'
import type { Leg } from '../leg.ts'
import { legContext } from '../leg-context.ts'
import { legFromCdr } from '../leg-from-cdr.ts'
import { compileRules, DEFAULT_RULES } from '../rules/index.ts'
import { stitchCall } from '../stitch-call.ts'
import { zoneConverter } from '../zone-converter.ts'

const RULES = compileRules(DEFAULT_RULES)
const context = () => legContext(asSourceId(1), zoneConverter('UTC')!)

function fromAmi(path: string): { legs: Leg[]; cel: Cel[] } {
  const records = amiRecords()
  const parser = new AmiParser()
  const messages = [...parser.push(recorded(path)), ...parser.end()]
  const reading = context()
  const legs: Leg[] = []
  const cel: Cel[] = []
  for (const record of [...records.push(messages), ...records.flush()]) {
    if (record.kind === 'cdr') {
      const leg = legFromCdr(record.row, reading)
      if (leg.ok) legs.push(leg.value)
    } else if (record.kind === 'cel') {
      const event = celFromRow(record.row, reading)
      if (event.ok) cel.push(event.value)
    }
  }
  return { legs, cel }
}

function fromRows(path: string): { legs: Leg[]; cel: Cel[] } {
  const bytes = recorded(path)
  const format = sniffCdr(bytes, { complete: true })
  if (!format.ok) throw new Error(format.error.reason)
  const reader = cdrReader(format.value)
  const reading = context()
  const legs = [...reader.push(bytes), ...reader.end()].flatMap((item) => {
    const leg = item.kind === 'row' ? legFromCdr(item.row, reading) : undefined
    return leg?.ok ? [leg.value] : []
  })
  return { legs, cel: [] }
}

/** The calls of a run whose first row or event was dialled so. */
function callsTo(dialled: string, { legs, cel }: { legs: Leg[]; cel: Cel[] }): CallDraft[] {
  const starts = cel.filter((e) => e.event === 'CHAN_START' && e.exten === dialled && e.uniqueid === e.linkedid)
  const ids = new Set([
    ...starts.map((e) => e.linkedid),
    ...legs.filter((l) => l.dst === dialled && cel.length === 0).map((l) => l.linkedid),
  ])
  return [...ids].map((id) =>
    stitchCall(
      legs.filter((leg) => leg.linkedid === id),
      cel.filter((event) => event.linkedid === id),
      RULES,
    ),
  )
}

describe.each(['asterisk-22', 'asterisk-16'] as const)('%s', (version) => {
  const ami = fromAmi(`${version}/all-cdr-cel.ami`)
  const rows = fromRows(`${version}/Master.csv`)
  const one = (dialled: string, facts = ami) => {
    const calls = callsTo(dialled, facts)
    expect(calls).toHaveLength(1)
    return calls[0]!
  }

  it('a click-to-call of three answered rows is charged once', () => {
    expect(one('answered')).toMatchObject({ legs: 3, billS: 2, talkS: 2, segments: [] })
    expect(one('answered', rows)).toMatchObject({ legs: 3, billS: 2, talkS: 2, segments: [] })
  })

  it('a forked CDR and its original are charged once, and not for the announcement before', () => {
    // 1 s + 5 s in the rows; the announcement took 1.5 s, ringing 1 s, the talk 2.5 s.
    expect(one('fork')).toMatchObject({ billS: 2, talkS: 2, segments: [] })
    expect(one('fork', rows).billS).toBeLessThanOrEqual(5)
  })

  it('time in a queue and attempts at members are not talk, though their rows have billsec', () => {
    expect(one('queue')).toMatchObject({ billS: 1, talkS: 1, attempts: 2, answeredBy: 'Local/answer@agents' })
    expect(one('qabandon')).toMatchObject({ billS: 0, talkS: 0, answeredAtMs: undefined })
    expect(one('qtimeout')).toMatchObject({ billS: 0, talkS: 0, answeredAtMs: undefined })
    expect(one('qabandon', rows)).toMatchObject({ billS: 0, talkS: 0 })
  })

  it('a blind transfer keeps the number that was dialled, and the dialplan it ends in is not charged', () => {
    const calls = callsTo('transferable', ami).filter((call) => call.path.includes('transfer:blind'))
    expect(calls.map((call) => [call.toNumber, call.billS])).toEqual([
      ['transferable', 1],
      ['transferable', 1],
    ])
  })

  it('an attended transfer counts the time with each party, and not the consultation', () => {
    const calls = callsTo('transferable', ami).filter((call) => call.path.includes('transfer:attended'))
    expect(calls.map((call) => [call.toNumber, call.billS, call.legs])).toEqual([
      ['transferable', 6, 7],
      ['transferable', 6, 6],
    ])
  })

  it('a call parked at once is charged for nothing but the talk', () => {
    const parked = callsTo('transferable', ami).find((call) => call.path.includes('park'))
    expect(parked).toMatchObject({ billS: 0, talkS: 0, outcome: 1 })
  })

  it('a ring group is charged for the telephone that answered', () => {
    expect(one('group')).toMatchObject({ billS: 2, attempts: 3, answeredBy: 'Local/answer@phones' })
    expect(one('group', rows)).toMatchObject({ billS: 2, answeredBy: 'Local/answer@phones' })
  })

  it('a failed attempt and the step after it are one call that costs nothing', () => {
    expect(one('0086213334446')).toMatchObject({ legs: 2, attempts: 1, billS: 0, outcome: 3 })
    expect(one('0086213334446', rows)).toMatchObject({ legs: 2, attempts: 1, billS: 0, outcome: 3 })
  })

  it('a call out over a trunk is charged with what was dialled', () => {
    const call = { billS: 2, toNumber: '+442071838750', exitPeer: 'PJSIP/carrier', accountcode: 'alice-acct' }
    expect(one('+442071838750')).toMatchObject(call)
    expect(one('+442071838750', rows)).toMatchObject(call)
  })
})

it('a call that was tried over three trunks is charged once, for the one that took it', () => {
  for (const facts of [fromAmi('variants-22/retried-trunk.ami'), fromRows('variants-22/retried-trunk.master.csv')]) {
    const [call, ...more] = callsTo('+442071838750', facts)
    expect(more).toEqual([])
    expect(call).toMatchObject({ legs: 3, attempts: 3, billS: 2, talkS: 2, outcome: 1, segments: [] })
    expect(call).toMatchObject({ toNumber: '+442071838750', exitPeer: 'PJSIP/carrier', answeredBy: 'PJSIP/carrier' })
  }
})

it('events lost in the middle of a call take nothing off its charge', () => {
  const { legs, cel } = fromAmi('asterisk-22/all-cdr-cel.ami')
  for (const lost of ['BRIDGE_ENTER', 'BRIDGE_EXIT', 'ANSWER', 'CHAN_START', 'LINKEDID_END']) {
    const rest = { legs, cel: cel.filter((event) => event.event !== lost || event.uniqueid === event.linkedid) }
    const charged = (dialled: string) => callsTo(dialled, rest).map((call) => call.billS)
    expect([lost, charged('+442071838750'), charged('answered'), charged('busy')]).toEqual([lost, [2], [2], [0]])
  }
})
