// Whatever run of events a cut connection loses, a call is told from all of its events or from its rows, never from half.

import { AmiParser, type AmiRecord, amiRecords } from '@tollbook/asterisk/ami'
import { asSourceId } from '@tollbook/kernel'
import { recorded } from '@tollbook/testkit'
import { expect, test } from 'vitest'
import { type Cel, celFromRow } from '../cel-from-row.ts'
import type { Leg } from '../leg.ts'
import { legContext } from '../leg-context.ts'
import { legFromCdr } from '../leg-from-cdr.ts'
import { compileRules, DEFAULT_RULES } from '../rules/index.ts'
import { stitchCall } from '../stitch-call.ts'
import { zoneConverter } from '../zone-converter.ts'

const rules = compileRules(DEFAULT_RULES)

function recordedCalls(): { readonly legs: Leg[]; readonly cel: Cel[] }[] {
  const records = amiRecords()
  const all = [...records.push(new AmiParser().push(recorded('asterisk-22/all-cdr-cel.ami'))), ...records.flush()]
  const context = legContext(asSourceId(1), zoneConverter('UTC')!)
  const calls = new Map<string, { legs: Leg[]; cel: Cel[] }>()
  const of = (linkedid: string) => {
    const call = calls.get(linkedid) ?? { legs: [], cel: [] }
    calls.set(linkedid, call)
    return call
  }
  for (const record of all) {
    const leg = record.kind === 'cdr' ? legFromCdr(record.row, context) : undefined
    if (leg?.ok && leg.value.linkedid !== '') of(leg.value.linkedid).legs.push(leg.value)
    const cel = celOf(record, context)
    if (cel) of(cel.linkedid).cel.push(cel)
  }
  return [...calls.values()].filter(({ legs }) => legs.length > 0)
}

function celOf(record: AmiRecord, context: ReturnType<typeof legContext>): Cel | undefined {
  const cel = record.kind === 'cel' ? celFromRow(record.row, context) : undefined
  return cel?.ok ? cel.value : undefined
}

const billed = (legs: readonly Leg[], cel: readonly Cel[]) => {
  const { billS, talkS, segments } = stitchCall(legs, cel, rules)
  return JSON.stringify([billS, talkS, segments.map((segment) => segment.billS)])
}

test('of no recorded call a missing run of events changes what is charged', () => {
  const calls = recordedCalls()
  expect(calls.length).toBeGreaterThan(35)
  for (const { legs, cel } of calls) {
    const told = [billed(legs, cel), billed(legs, [])]
    for (let from = 0; from < cel.length; from++) {
      for (let until = from + 1; until <= cel.length; until++) {
        const left = [...cel.slice(0, from), ...cel.slice(until)]
        expect(told, `${legs[0]!.linkedid} without ${from} to ${until}`).toContain(billed(legs, left))
      }
    }
  }
})
