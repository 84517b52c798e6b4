// By which number a call came in: what a row says, a trunk dialled, or the rules list, in this order.

import { cdrReader, sniffCdr } from '@tollbook/asterisk'
import { asSourceId } from '@tollbook/kernel'
import { expect, it } from 'vitest'
import type { Leg } from '../leg.ts'
import { legContext } from '../leg-context.ts'
import { legFromCdr } from '../leg-from-cdr.ts'
import { type CallRules, compileRules, DEFAULT_RULES } from '../rules/index.ts'
import { zoneConverter } from '../zone-converter.ts'
import { tellCall } from './tell-call.ts'

function legOf(channel: string, dst: string, context: string): Leg {
  const times = '"2026-11-23 13:22:44","2026-11-23 13:22:49","2026-11-23 13:23:10",26,21,"ANSWERED","DOCUMENTATION"'
  const line = `"","+447700900123","${dst}","${context}","""A"" <+447700900123>","${channel}","PJSIP/204-00000002","Dial","PJSIP/204,20",${times},"1795440164.1",""\n`
  const bytes = Buffer.from(line)
  const format = sniffCdr(bytes, { complete: true })
  if (!format.ok) throw new Error(format.error.reason)
  const reader = cdrReader(format.value)
  const [item] = [...reader.push(bytes), ...reader.end()]
  const leg = item?.kind === 'row' ? legFromCdr(item.row, legContext(asSourceId(1), zoneConverter('UTC')!)) : undefined
  if (!leg?.ok) throw new Error('not a row')
  return leg.value
}

function told(leg: Leg, rules: Partial<CallRules> = {}) {
  const { did, direction } = tellCall({
    legs: [leg],
    cel: [],
    queueEvents: [],
    rules: compileRules({ ...DEFAULT_RULES, ...rules }),
  })
  return { did, direction }
}

it.each([
  // channel, dialled, context, rules, column `did`, DID, direction
  ['PJSIP/trunk-1-00000001', '35316000001', 'phones', {}, '', '35316000001', 'inbound'],
  ['PJSIP/trunk-1-00000001', 's', 'phones', {}, '', '', 'inbound'],
  ['PJSIP/trunk-1-00000001', '204', 'phones', {}, '35316000009', '35316000009', 'inbound'],
  ['PJSIP/office-00000001', '35316000001', 'phones', { dids: ['3531600*'] }, '', '35316000001', 'inbound'],
  ['PJSIP/office-00000001', '35317000001', 'phones', { dids: ['3531600*'] }, '', '', 'internal'],
  ['PJSIP/203-00000001', '204', 'phones', {}, '', '', 'internal'],
] as const)('%s to %s in %s by %j, row says "%s": "%s", %s', (channel, dst, context, rules, column, did, direction) => {
  expect(told({ ...legOf(channel, dst, context), did: column }, rules)).toEqual({ did, direction })
})
