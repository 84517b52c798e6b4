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

const NO_RULE = { entryIsTrunk: false, exitIsTrunk: false, contextSays: undefined, toDid: false }

it.each([
  // entry peer, exit peer, context, dialled, what rules say, direction, trunk
  ['PJSIP/northlink', 'PJSIP/204', 'from-internal', '204', {}, 'inbound', 7],
  ['PJSIP/NORTHLINK', '', '', '', {}, 'inbound', 7],
  ['PJSIP/204', 'PJSIP/northlink', 'from-internal', '00441', {}, 'outbound', 7],
  ['PJSIP/northlink', 'SIP/south', 'from-trunk', '44', {}, 'transit', 8],
  ['SIP/unknown', 'SIP/south', 'from-trunk', '44', { contextSays: 'inbound' }, 'transit', 8],
  ['SIP/unknown', 'PJSIP/204', 'from-pstn', '204', { contextSays: 'inbound' }, 'inbound', undefined],
  ['SIP/gateway', 'PJSIP/204', '', '204', { entryIsTrunk: true }, 'inbound', undefined],
  ['PJSIP/204', 'SIP/gateway', '', '0044', { exitIsTrunk: true }, 'outbound', undefined],
  ['PJSIP/204', 'SIP/gateway', 'phones', '0044', { exitIsTrunk: true, contextSays: 'internal' }, 'outbound', undefined],
  ['PJSIP/northlink', 'SIP/gateway', '', '0044', { exitIsTrunk: true }, 'transit', 7],
  ['PJSIP/203', 'PJSIP/alice', 'phones', '204', { contextSays: 'internal' }, 'internal', undefined],
  ['SIP/unknown', 'PJSIP/204', '', '35316000000', { toDid: true }, 'inbound', undefined],
  ['PJSIP/203', 'SIP/south', '', '35316000000', { toDid: true }, 'outbound', 8],
  ['PJSIP/203', '', 'phones', '35316000000', { toDid: true, contextSays: 'internal' }, 'internal', undefined],
  ['PJSIP/203', '', 'to-the-world', '0044', { contextSays: 'outbound' }, 'outbound', undefined],
  ['PJSIP/203', 'PJSIP/204', 'from-internal', '204', {}, 'internal', undefined],
  ['PJSIP/203', 'PJSIP/alice', 'from-internal-xfer', '204', {}, 'internal', undefined],
  ['PJSIP/203', '', 'from-internal', '204', {}, 'unknown', undefined],
  ['PJSIP/203', 'PJSIP/other', 'from-internal', '00442071838750', {}, 'unknown', undefined],
  ['PJSIP/203', 'PJSIP/204', 'phones', '204', {}, 'internal', undefined],
  ['PJSIP/203', 'PJSIP/204', 'phones', '0044204', {}, 'unknown', undefined],
  ['Local/203@phones', 'PJSIP/204', 'phones', '204', {}, 'unknown', undefined],
  ['PJSIP/203', 'PJSIP/alice', 'phones', '204', {}, 'unknown', undefined],
  ['', '', '', '', {}, 'unknown', undefined],
] as const)('%s → %s in %s, %s, %j: %s', (entryPeer, exitPeer, context, toNumber, rules, direction, trunkId) => {
  const way = directionOf(directory, { entryPeer, exitPeer, context, toNumber, ...NO_RULE, ...rules })
  expect([way.direction, way.trunk?.trunkId]).toEqual([direction, trunkId])
})
