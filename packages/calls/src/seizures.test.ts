// Most calls keep their one trunk channel in their own row; the view gives all of them alike.

import { ensureMonths, transaction } from '@tollbook/db'
import { asCallKey, asSourceId, asTenantId } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { type Call, OUTCOME, type TrunkSeizure } from './call.ts'
import { copyCalls } from './copied-rows.ts'
import { DISPOSITION } from './leg.ts'
import { insertSeizures, readSeizures, replaceSeizures, seizedOf } from './seizures.ts'

const db = testDatabase()
const T0 = Date.UTC(2026, 10, 23, 13)
beforeAll(() => ensureMonths(db(), ['2026-11']))

const line: TrunkSeizure = {
  ...{ peer: 'PJSIP/northlink', outward: true, seizedAtMs: T0, answeredAtMs: T0 + 3000, releasedAtMs: T0 + 20_000 },
  ...{ cause: 0, trunkId: 4, carrierId: 5 },
}

function call(n: number, seizures: readonly TrunkSeizure[]): Call {
  return {
    callKey: asCallKey(`01a2b3c4-d5e6-8000-8000-00000000000${n}`),
    ...{
      openedAtMs: T0,
      startedAtMs: T0,
      answeredAtMs: T0 + 3000,
      endedAtMs: T0 + 20_000,
      talkS: 17,
      ringS: 3,
      waitS: 3,
    },
    ...{ durationS: 20, billS: 17, outcome: OUTCOME.answered, hangupCause: 0, legs: 1, attempts: 1, final: true },
    ...{ fromNumber: '201', toNumber: '44', fromName: '', answeredBy: '', accountcode: '', linkedid: `1.${n}` },
    ...{ entryPeer: '', exitPeer: '', context: '', segments: [], ending: 1, path: [], did: '', extension: '201' },
    ...{ disposition: DISPOSITION.ANSWERED, rung: [], direction: 2, accountId: 0, trunkId: 4, carrierId: 5 },
    ...{ destinationId: 0, countryId: 0, tenantId: asTenantId(1), sourceId: asSourceId(1), revision: 0, seizures },
  }
}

it('a line as long as its call is in the row of the call, others are in a table, and the view has all', async () => {
  const calls = [
    call(1, []),
    call(2, [line]),
    call(3, [{ ...line, outward: false }]),
    call(4, [{ ...line, seizedAtMs: T0 + 1000 }]),
    call(5, [line, { ...line, trunkId: 0, peer: 'PJSIP/other', answeredAtMs: undefined, cause: 17 }]),
  ]
  expect(calls.map(seizedOf)).toEqual([0, 2, 1, 3, 3])
  await transaction(db(), async (tx) => {
    await copyCalls(tx, 'call', { receivedAtMs: T0 }, calls)
    await insertSeizures(tx, calls)
  })
  const view = async () =>
    (
      await db().pool.query(
        `select linkedid, line, trunk_seizure.trunk_id, outward, seized_at, trunk_seizure.answered_at, released_at, cause
         from trunk_seizure join call using (call_key) order by linkedid, line`,
      )
    ).rows.map((row) => [row.linkedid, row.line, row.trunk_id, row.outward, row.seized_at.getTime() - T0, row.cause])
  expect(await view()).toEqual([
    ['1.2', 1, 4, true, 0, 0],
    ['1.3', 1, 4, false, 0, 0],
    ['1.4', 1, 4, true, 1000, 0],
    ['1.5', 1, 4, true, 0, 0],
    ['1.5', 2, 0, true, 0, 17],
  ])

  const range = [new Date(T0), new Date(T0)] as const
  const keys = calls.map(({ callKey }) => callKey)
  const stored = await readSeizures(db(), keys, range)
  expect([...stored.values()]).toEqual([calls[3]!.seizures, calls[4]!.seizures])
  await transaction(db(), (tx) => replaceSeizures(tx, [call(4, [line]), call(5, [{ ...line, cause: 34 }])], stored))
  expect([...(await readSeizures(db(), keys, range)).values()]).toEqual([[{ ...line, cause: 34 }]])
})
