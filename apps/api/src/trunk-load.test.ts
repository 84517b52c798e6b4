// Load of trunks over HTTP: what a viewer is told, what is refused, and that another tenant's channels are not in it.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { TrunkLoad } from './schemas/load.ts'
import { told } from './testing/rate-sheets.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  const { rows } = await db().pool.query<{ slug: string; tenant_id: number }>('select slug, tenant_id from tenant')
  const other = rows.find((t) => t.slug !== 'main')!.tenant_id
  const main = rows.find((t) => t.slug === 'main')!.tenant_id
  await db().pool.query(
    `update trunk set capacity = 2 where trunk_id = (select min(trunk_id) from trunk where tenant_id = $1)`,
    [main],
  )
  // Two minutes of two channels, a third that finds them taken, and a hundred channels of somebody else.
  await db().pool.query(
    `insert into seizure (call_key, opened_at, line, tenant_id, source_id, trunk_id, carrier_id, outward, seized_at,
       answered_at, released_at, cause, peer)
     select gen_random_uuid(), at, 1, tenant, 1, coalesce((select min(trunk_id) from trunk where tenant_id = tenant), 0), 0, true, at, null,
       at + held * interval '1 s', cause, 'p'
     from (select $1::int as tenant, '2026-11-01T10:00:00Z'::timestamptz + n * interval '1 s' as at, 120 as held, 16 as cause
         from generate_series(0, 1) n
       union all select $1, '2026-11-01T10:01:00Z', 0, 34
       union all select $2, '2026-11-01T10:00:00Z', 120, 16 from generate_series(1, 100)) x`,
    [main, other],
  )
  await db().pool.query(
    `insert into touched_hour (hour, batch_id, tenant_id) select '2026-11-01T10:00:00Z', gen_random_uuid(), tenant_id from tenant`,
  )
  api = testApi(db())
})

it('tells a viewer peaks, time at the limit, and channels needed', async () => {
  const answer = await told(await api.as('viewer', 'GET', '/trunk-load?from=2026-11-01&to=2026-11-02&zone=UTC'))
  expect(TrunkLoad.safeParse(answer).error).toBeUndefined()
  expect(answer.all).toMatchObject({ peak: 2, peakAt: '2026-11-01T10:00:01.000Z', seizures: 3, congested: 1, cps: 1 })
  const trunk = answer.trunks.find((t: { peak: number }) => t.peak > 0)
  expect(trunk).toMatchObject({ capacity: 2, limitSeconds: 119, metFull: 1 })
  // 240 s of an hour = 0.0667 Erlang: one channel turns away 6 %, two 0.2 %.
  expect(trunk.busyHour).toMatchObject({ at: '2026-11-01T10:00:00.000Z', seizures: 3 })
  expect(trunk.busyHour.erlangs).toBeCloseTo(240 / 3600, 9)
  expect(trunk.channelsNeeded).toBe(2)
  const strict = await told(await api.as('viewer', 'GET', '/trunk-load?from=2026-11-01&to=2026-11-02&target=0.1'))
  expect(strict.trunks.find((t: { peak: number }) => t.peak > 0).channelsNeeded).toBe(3)
})

it('names what is wrong with a question', async () => {
  const answer = await api.as('viewer', 'GET', '/trunk-load?from=2026-11-01&to=2028-11-20&trunk=x&target=99')
  expect((await told(answer, 400)).fields.map((f: { field: string }) => f.field).sort()).toEqual([
    'target',
    'to',
    'trunk',
  ])
})
