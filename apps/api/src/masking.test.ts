// Masked numbers: no route tells a subscriber's number to a role that may not see it, whatever routes there are, and none
// lets it be found out. The list of routes is the router's own.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, openedAt, type Person, uuid } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

/** In call 1 of the world, in its leg, its events and a row that could not be read. */
const NUMBER = '00353860001111'
const SECRET = '60001'
/** Without a span they tell nothing but that. */
const ASKS_SPAN = /^\/(stats|missed-calls|trunk-load)/

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await db().pool.query(
    `update leg set dst = $1, clid = $2, dstchannel = $3, lastdata = $4, extras = $5::jsonb where call_key = $6`,
    [
      NUMBER,
      `"Ada" <+353860001111>`,
      `PJSIP/${NUMBER}-00000012`,
      `PJSIP/${NUMBER}@north`,
      { dial: NUMBER },
      callKey(1),
    ],
  )
  const from = { call_key: callKey(1), opened_at: openedAt(1), happened_at: openedAt(1), received_at: openedAt(1) }
  const origin = { batch_id: uuid(1), tenant_id: 1, source_id: 1, event_key: 1 }
  const cel = { uniqueid: '1.1', linkedid: '1.1', channel: `PJSIP/${NUMBER}-0000001a` }
  await insertRows(db(), 'cel', [
    { ...from, ...origin, ...cel, event: 'CHAN_START', exten: NUMBER, cid_num: NUMBER, extra: `{"n":"${NUMBER}"}` },
  ])
  await db().pool.query(`update ingest_reject set raw = $1 where reject_key = $2`, [`"x","${NUMBER}"`, uuid(70)])
  // The same subscriber and another called in vain.
  const missed = { tenant_id: 1, source_id: 1, direction: 1, outcome: 2, linkedid: '', to_number: '100', country_id: 0 }
  const zero = {
    account_id: 0,
    trunk_id: 0,
    carrier_id: 0,
    destination_id: 0,
    talk_s: 0,
    ring_s: 5,
    wait_s: 0,
    bill_s: 0,
  }
  const ended = { duration_s: 9, hangup_cause: 16, legs: 1, attempts: 1, final: true }
  await insertRows(
    db(),
    'call',
    [20, 21].map((n) => ({
      ...{ ...missed, ...zero, ...ended, call_key: callKey(n), opened_at: openedAt(n), started_at: openedAt(n) },
      ...{ ended_at: openedAt(n), stitched_at: openedAt(n), from_number: `${NUMBER}${n === 20 ? '' : n}` },
    })),
  )
  api = testApi(db())
})

beforeEach(() => mask('viewers'))

const mask = (who: string) => db().pool.query(`update tenant set mask_numbers = $1 where tenant_id = 1`, [who])

async function text(person: Person, path: string): Promise<string> {
  const answer = await api.as(person, 'GET', path)
  return `${answer.status} ${await answer.text()}`
}

const routes = () => {
  const paths = api.app.routes.filter((r) => r.method === 'GET' && r.path.startsWith('/api/v1/')).map((r) => r.path)
  return [...new Set(paths)]
    .filter((path) => !path.endsWith('*') && path !== '/api/v1/events')
    .map((path) => path.slice('/api/v1'.length))
    .map((path) => path.replace(':slug', 'main').replace(':name', 'pbx').replace(':key', callKey(1)))
    .map((path) =>
      path.replace('/imports/:id', `/imports/${uuid(60)}`).replace('/invoices/:id', `/invoices/${uuid(50)}`),
    )
    .map((path) => path.replace(/:\w+/g, '1'))
    .map((path) => (ASKS_SPAN.test(path) ? `${path}?from=2026-11-01&to=2026-11-03&limit=1` : path))
}

const MISSED = '/missed-calls?from=2026-11-01&to=2026-11-03&limit=1'

/** What the cursor of a page says to who reads it. */
function cursorIn(answer: string): string {
  const next = /"next":"([^"]+)"/.exec(answer)?.[1] ?? ''
  return Buffer.from(next, 'base64url').toString()
}

describe('a viewer under masking', () => {
  it('is told no number by any route there is, while an administrator is', async () => {
    const told = []
    for (const path of routes()) {
      const seen = await text('viewer', path)
      expect(seen, path).not.toContain(SECRET)
      expect(cursorIn(seen), path).not.toContain(SECRET)
      if ((await text('admin', path)).includes(SECRET)) told.push(path)
    }
    expect(told).toEqual(expect.arrayContaining(['/calls', '/calls.csv', `/calls/${callKey(1)}`, '/rejects', MISSED]))
  })

  it('sees masks with ids, money and times as they are', async () => {
    const { items } = JSON.parse((await text('viewer', '/calls')).slice(4))
    const plain = JSON.parse((await text('admin', '/calls')).slice(4)).items
    expect(items[0]).toEqual({ ...plain[0], to: '003538•••••11' })
    const csv = (await text('viewer', '/calls.csv')).split('\r\n')
    expect(csv[1]).toContain(',003538•••••11,')
    expect(csv[1]).toContain(callKey(1))
    expect(csv[1]).toContain('0.254167')
    const { legs, cel } = JSON.parse((await text('viewer', `/calls/${callKey(1)}`)).slice(4))
    expect(legs[0]).toMatchObject({ dst: '003538•••••11', clid: '"Ada" <+3538•••••11>', uniqueid: '1.1' })
    expect(legs[0]).toMatchObject({ dstchannel: 'PJSIP/003538•••••11-00000012', lastdata: 'PJSIP/003538•••••11@north' })
    expect(cel[0]).toMatchObject({ cidNum: '003538•••••11', exten: '003538•••••11' })
  })

  it('may look for a number he knows, and is refused beginnings and patterns', async () => {
    expect(JSON.parse((await text('viewer', `/calls?q=${NUMBER}`)).slice(4)).items).toHaveLength(2)
    for (const guess of [
      'q=0035386*',
      'q=%2B353%2086*',
      'from_number=_0035386X.',
      'number=!_00353.',
      'to_number=1,_2XX',
    ]) {
      expect(await text('viewer', `/calls?${guess}`), guess).toContain('numbers-masked')
      expect(await text('viewer', `/stats?by=none&${guess}`), guess).toContain('numbers-masked')
    }
    expect((await text('admin', '/calls?q=0035386*')).slice(0, 3)).toBe('200')
  })
})

describe('the setting', () => {
  it('says for whom', async () => {
    const seen = async () =>
      await Promise.all(
        (['viewer', 'operator', 'admin', 'root'] as const).map(async (p) => (await text(p, '/calls')).includes(SECRET)),
      )
    expect(await seen()).toEqual([false, true, true, true])
    await mask('all-but-admin')
    expect(await seen()).toEqual([false, false, true, true])
    await mask('none')
    expect(await seen()).toEqual([true, true, true, true])
  })

  it('is changed by an administrator', async () => {
    const answer = await api.as('admin', 'PATCH', '/tenants/main', { maskNumbers: 'all-but-admin' })
    expect(await answer.json()).toMatchObject({ maskNumbers: 'all-but-admin' })
    expect((await api.as('admin', 'PATCH', '/tenants/main', { maskNumbers: 'some' })).status).toBe(422)
  })
})
