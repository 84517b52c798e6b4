// Segments are stored with their call, compared, and replaced with it.

import { ensureMonths, transaction } from '@tollbook/db'
import { asCallKey, asSourceId, asTenantId } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeEach, expect, it } from 'vitest'
import type { Call, ChargedSegment } from './call.ts'
import { insertSegments, readSegments, replaceSegments, sameSegments } from './call-segments.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 10, 24)
const key = asCallKey('01999999-0000-8000-8000-000000000001')
const range = [new Date(AT), new Date(AT)] as const

const second: ChargedSegment = {
  ...{ segment: 2, answeredAtMs: AT + 7_500, billS: 30, toNumber: '+442071838750', exitPeer: 'PJSIP/north' },
  ...{ accountcode: '', accountId: 3, trunkId: 4, carrierId: 5, destinationId: 6, countryId: 826 },
}

function call(segments: readonly ChargedSegment[]): Call {
  return { callKey: key, openedAtMs: AT, tenantId: asTenantId(1), sourceId: asSourceId(1), segments } as unknown as Call
}

beforeEach(async () => {
  await ensureMonths(db(), ['2026-11'])
  await db().pool.query('truncate call_segment')
})

it('come back as they were stored, in their order, and go with what replaces them', async () => {
  const third = { ...second, segment: 3, accountcode: 'ACME', toNumber: '33' }
  await transaction(db(), (tx) => insertSegments(tx, [call([third, second])]))
  const stored = await readSegments(db(), [key], range)
  expect(stored.get(key)).toEqual([second, third])
  await transaction(db(), (tx) => replaceSegments(tx, [call([third])], stored))
  expect((await readSegments(db(), [key], range)).get(key)).toEqual([third])
  await transaction(db(), (tx) => replaceSegments(tx, [call([])], stored))
  expect((await readSegments(db(), [key], range)).size).toBe(0)
})

it.each(['segment', 'answeredAtMs', 'billS', 'toNumber', 'exitPeer', 'accountcode'] as const)(
  'are other segments when %s is another',
  (field) => {
    expect(sameSegments([second], [{ ...second }])).toBe(true)
    expect(sameSegments([second], [{ ...second, [field]: 99 }])).toBe(false)
    expect(sameSegments([second], [])).toBe(false)
  },
)
