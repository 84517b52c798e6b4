// Every rule of direction, in the order in which they are asked.

import { expect, it } from 'vitest'
import { type Directory, directionOf, type Trunk } from './index.ts'

const trunk: Trunk = { trunkId: 7, name: 'North', peer: 'PJSIP/northlink', carrierId: 2 }
const second: Trunk = { trunkId: 8, name: 'South', peer: 'SIP/south', carrierId: 2 }
const trunksByPeer = new Map([
  ['pjsip/northlink', trunk],
  ['sip/south', second],
])
const directory = { trunksByPeer } as unknown as Directory

it.each([
  // entry peer, exit peer, context, dialled, direction, trunk
  ['PJSIP/northlink', 'PJSIP/204', 'from-internal', '204', 'inbound', 7],
  ['PJSIP/NORTHLINK', '', '', '', 'inbound', 7],
  ['PJSIP/204', 'PJSIP/northlink', 'from-trunk', '00441', 'outbound', 7],
  ['PJSIP/northlink', 'SIP/south', 'from-trunk', '44', 'transit', 8],
  ['SIP/unknown', 'PJSIP/204', 'from-trunk-sip-x', '204', 'inbound', undefined],
  ['SIP/unknown', 'PJSIP/204', 'from-pstn', '204', 'inbound', undefined],
  ['', '', 'from-did-direct', '204', 'inbound', undefined],
  ['', '', 'ext-did-0002', '204', 'inbound', undefined],
  ['', '', 'Inbound', '204', 'inbound', undefined],
  ['PJSIP/203', 'PJSIP/204', 'from-internal', '204', 'internal', undefined],
  ['PJSIP/203', 'PJSIP/204', 'from-internal-xfer', '204', 'internal', undefined],
  ['PJSIP/203', '', 'from-internal', '204', 'unknown', undefined],
  ['PJSIP/203', 'PJSIP/other', 'from-internal', '00442071838750', 'unknown', undefined],
  ['PJSIP/203', 'PJSIP/204', 'phones', '204', 'unknown', undefined],
  ['', '', '', '', 'unknown', undefined],
])('%s → %s in %s, %s: %s', (entryPeer, exitPeer, context, toNumber, direction, trunkId) => {
  const way = directionOf(directory, { entryPeer, exitPeer, context, toNumber, fromNumber: '' })
  expect([way.direction, way.trunk?.trunkId]).toEqual([direction, trunkId])
})
