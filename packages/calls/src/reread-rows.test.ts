// A live record that was cut by the end of its connection, tried again: never a leg of its own.

import { AmiParser, amiRecords } from '@tollbook/asterisk/ami'
import { asSourceId } from '@tollbook/kernel'
import { recorded } from '@tollbook/testkit'
import { expect, it } from 'vitest'
import type { KnownLeg } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { legContext } from './leg-context.ts'
import { legFromCdr } from './leg-from-cdr.ts'
import { reconcileLegs } from './reconcile-legs.ts'
import { rereadRows } from './reread-rows.ts'
import { zoneConverter } from './zone-converter.ts'

const SOURCE = asSourceId(1)
const UTC = zoneConverter('UTC')!

/** The first Cdr of a session: its bytes, and the leg it is when it comes whole. */
function wholeCdr(): { raw: Buffer; leg: Leg } {
  const parser = new AmiParser()
  const messages = parser.push(recorded('asterisk-22/scenarios/answered.ami'))
  const records = amiRecords().push(messages)
  const cdr = records.find((record) => record.kind === 'cdr')
  if (cdr?.kind !== 'cdr' || !cdr.row.raw) throw new Error('the session has no Cdr')
  const leg = legFromCdr(cdr.row, legContext(SOURCE, UTC))
  if (!leg.ok) throw new Error(leg.error.reason)
  return { raw: cdr.row.raw, leg: leg.value }
}

it('is one with the whole record wherever it was cut, or still none', () => {
  const { raw, leg } = wholeCdr()
  const known = (of: Leg): KnownLeg => ({ leg: of, from: { batchId: '', receivedAtMs: 0, seenIn: 1, origins: {} } })
  let recovered = 0
  for (let at = 60; at < raw.length; at++) {
    const banner = Buffer.from('Asterisk Call Manager/11.0.0\r\n')
    const parser = new AmiParser()
    const records = amiRecords()
    const cut = [...records.push([...parser.push(Buffer.concat([banner, raw.subarray(0, at)])), ...parser.end()])]
    const aside = [...cut, ...records.flush()]
    expect(aside.map((record) => record.kind)).toEqual(['reject'])
    const [reject] = aside
    if (reject?.kind !== 'reject') throw new Error('it was not set aside')
    const row = { raw: reject.raw, line: 0, format: 'ami', reason: reject.reject.reason }
    const [again] = rereadRows([row], SOURCE, UTC)
    if (!again?.ok) continue
    recovered++
    const both = reconcileLegs([...again.value.legs, leg].map(known))
    expect([...both.keys()]).toEqual([leg.legKey])
    expect(both.get(leg.legKey)!.leg).toMatchObject({ sequence: leg.sequence, linkedid: leg.linkedid })
  }
  expect(recovered).toBeGreaterThan(10)
})
