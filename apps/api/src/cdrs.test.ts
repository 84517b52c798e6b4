// Pushed CDRs over HTTP: who may, what is answered for each, what happens when they come again; and the tokens.

import { insertRows, recorded, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'
import type { NewPushToken, PushAnswer, PushTokenRow } from './wire-push.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const CDR = {
  ...{ accountcode: 'acme', src: '201', dst: '35312345678', dcontext: 'internal', clid: '201', lastapp: 'Dial' },
  ...{ channel: 'PJSIP/201-00000001', dstchannel: 'PJSIP/trunk-00000002', lastdata: '', disposition: 'ANSWERED' },
  ...{ uniqueid: '1795438085.1', linkedid: '1795438085.1', sequence: 7, amaflags: 'DOCUMENTATION' },
  ...{
    start: '2026-11-23T12:48:05Z',
    answer: '2026-11-23T12:48:16Z',
    end: '2026-11-23T12:48:36Z',
    duration: 31,
    billsec: 20,
  },
}

async function tokenFor(source: string): Promise<NewPushToken> {
  const made = await api.as('admin', 'POST', '/push-tokens', { source, name: `cron of ${source}` })
  expect(made.status).toBe(201)
  return (await made.json()) as NewPushToken
}

async function push(token: string, body: string, query = '', type = 'application/json') {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  return await api.request(`/api/v1/cdrs${query}`, { method: 'POST', headers, body })
}

async function pushed(token: string, records: unknown, query = ''): Promise<PushAnswer> {
  const answer = await push(token, JSON.stringify(records), query)
  expect(answer.status).toBe(200)
  return (await answer.json()) as PushAnswer
}

const legs = async (source: string) =>
  (
    await db().pool.query(
      `select l.* from leg l join source s using (source_id) where s.name = $1 and s.tenant_id = 1 order by l.started_at, l.sequence`,
      [source],
    )
  ).rows

describe('POST /cdrs', () => {
  it('answers for each record, and again when they come again', async () => {
    const { token } = await tokenFor('p1')
    const records = [CDR, { ...CDR, sequence: 8 }, { ...CDR, duration: 'long' }, 'x', { ...CDR, nested: {} }]
    const first = await pushed(token, records)
    expect(first).toMatchObject({ inserted: 2, duplicates: 0, rejected: 3 })
    expect(first.items).toMatchObject([
      { index: 0, status: 'inserted', call: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      { index: 1, status: 'inserted', call: first.items[0]!.call },
      { index: 2, status: 'rejected', call: null, reason: 'duration "long" is not a number of seconds' },
      { index: 3, status: 'rejected', reason: 'it is not an object' },
      { index: 4, status: 'rejected', reason: 'field "nested" is not a plain value' },
    ])
    expect(await pushed(token, records)).toMatchObject({ inserted: 0, duplicates: 2, rejected: 3 })
    expect(await legs('p1')).toMatchObject([
      {
        sequence: 7,
        started_at: new Date('2026-11-23T12:48:05Z'),
        answered_at: new Date('2026-11-23T12:48:16Z'),
        billsec: 20,
      },
      { sequence: 8 },
    ])
    const call = await api.as('viewer', 'GET', `/calls/${first.items[0]!.call}`)
    expect(call.status).toBe(200)
  })

  it('keeps what it rejects, and reads it when it is tried again', async () => {
    const { token } = await tokenFor('p2')
    await pushed(token, [{ ...CDR, billsec: 'none' }])
    const { rows } = await db().pool.query(
      `select r.* from ingest_reject r join source s using (source_id) where s.name = 'p2'`,
    )
    expect(rows).toMatchObject([{ format: 'push', line: 1, reason: 'billsec "none" is not a number of seconds' }])
    expect(JSON.parse(rows[0].raw.toString())).toMatchObject({ uniqueid: CDR.uniqueid, billsec: 'none' })
    await db().pool.query(`update ingest_reject set raw = convert_to($1, 'utf8') where reject_key = $2`, [
      JSON.stringify(CDR),
      rows[0].reject_key,
    ])
    const retry = await api.as('operator', 'POST', '/rejects/retry', {
      keys: [{ source: 'p2', key: rows[0].reject_key }],
    })
    expect(await retry.json()).toMatchObject({ tried: 1, recovered: 1 })
    expect(await legs('p2')).toMatchObject([{ sequence: 7, seen_in: 8 }])
  })

  it('takes lines, local times in a zone, and records without a sequence, once', async () => {
    const { token } = await tokenFor('p3')
    const { sequence, linkedid, answer, end, ...classic } = CDR
    const local = { ...classic, start: undefined, calldate: '2026-11-23 07:48:05', zone: '-05:00' }
    const lines = `${JSON.stringify(local)}\n\n{"broken":\n${JSON.stringify(local)}\n`
    const done = (await (await push(token, lines, '', 'application/x-ndjson')).json()) as PushAnswer
    expect(done.items).toMatchObject([
      { status: 'inserted' },
      { status: 'rejected', reason: 'it is not proper JSON' },
      { status: 'duplicate' },
    ])
    expect(await legs('p3')).toMatchObject([
      {
        started_at: new Date('2026-11-23T12:48:05Z'),
        answered_at: new Date('2026-11-23T12:48:16Z'),
        ended_at: new Date('2026-11-23T12:48:36Z'),
      },
    ])
    // Found by the epoch in uniqueid, where nobody says it; a wrong name is refused.
    const found = { ...classic, start: '2026-11-23 15:48:05', uniqueid: '1795438085.2' }
    await pushed(token, [found])
    expect(await legs('p3')).toMatchObject([{}, { started_at: new Date('2026-11-23T12:48:05Z') }])
    expect((await push(token, '[]', '?zone=Mars/Olympus')).status).toBe(400)
    expect(await pushed(token, [{ ...found, zone: 'Mars' }])).toMatchObject({
      items: [{ reason: 'its zone is not a time zone' }],
    })
  })

  it('gives the legs that Master.csv gives', async () => {
    const { token } = await tokenFor('p4')
    const rows = recorded('asterisk-22/scenarios/busy.master.csv').toString().trim().split('\n')
    const records = rows.map((row) => {
      const f = row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((v) => v.replace(/^"|"$/g, '').replaceAll('""', '"'))
      const names = [
        'accountcode',
        'src',
        'dst',
        'dcontext',
        'clid',
        'channel',
        'dstchannel',
        'lastapp',
        'lastdata',
        'start',
        'answer',
      ].concat([
        'end',
        'duration',
        'billsec',
        'disposition',
        'amaflags',
        'uniqueid',
        'userfield',
        'peeraccount',
        'linkedid',
        'sequence',
      ])
      return Object.fromEntries(names.map((name, i) => [name, f[i]]))
    })
    expect(await pushed(token, records)).toMatchObject({ inserted: 3, rejected: 0 })
    expect((await legs('p4')).map((leg) => leg.sequence)).toEqual(
      records.map((r) => Number(r.sequence)).sort((a, b) => a - b),
    )
  })

  it('takes at most 1,000 records and 2 MiB, of the kinds it says', async () => {
    const { token } = await tokenFor('p5')
    expect((await push(token, JSON.stringify(new Array(1001).fill(1)))).status).toBe(413)
    expect((await push(token, JSON.stringify(['x'.repeat(3_000_000)]))).status).toBe(413)
    expect((await push(token, '[', '')).status).toBe(400)
    expect((await push(token, '<cdr/>', '', 'text/xml')).status).toBe(415)
    const many = Array.from({ length: 1000 }, (_, i) => ({ ...CDR, sequence: i, userfield: 'u'.repeat(300) }))
    expect(await pushed(token, many)).toMatchObject({ inserted: 1000 })
    expect(await pushed(token, [{ ...CDR, userfield: 'u'.repeat(17_000) }])).toMatchObject({ rejected: 1 })
  })

  it('is open to an operator for any source, to nobody less', async () => {
    const answer = await api.as('operator', 'POST', '/cdrs?source=p6', [CDR])
    expect(await answer.json()).toMatchObject({ inserted: 1 })
    expect(await legs('p6')).toHaveLength(1)
    expect((await api.as('viewer', 'POST', '/cdrs?source=p6', [CDR])).status).toBe(403)
  })
})

describe('push tokens', () => {
  it('are told once, listed without themselves, bound to their source and tenant, and revoked', async () => {
    const { id, token } = await tokenFor('p7')
    expect(token).toMatch(/^tbp_\d+_[A-Za-z0-9_-]{43}$/)
    const list = async () =>
      ((await (await api.as('admin', 'GET', '/push-tokens')).json()) as { items: PushTokenRow[] }).items
    expect((await list()).find((t) => t.id === id)).toEqual({
      ...{ id, source: 'p7', name: 'cron of p7', createdAt: new Date(api.clock.now()).toISOString(), usedAt: null },
    })
    expect(JSON.stringify(await list())).not.toContain(token.slice(-43))
    const { rows } = await db().pool.query('select * from push_token where token_id = $1', [id])
    expect(JSON.stringify(rows)).not.toContain(token.slice(-43))

    await pushed(token, [CDR], '?source=p7')
    expect((await list()).find((t) => t.id === id)!.usedAt).not.toBeNull()
    expect((await push(token, '[]', '?source=p1')).status).toBe(403)
    expect((await push(token, '[]', '?tenant=other')).status).toBe(403)
    const headers = { authorization: `Bearer ${token}` }
    for (const path of ['/calls', '/cdrs', '/push-tokens', '/session']) {
      expect((await api.request(`/api/v1${path}`, { headers })).status, path).toBe(403)
    }
    expect(
      (
        await push(
          token.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
          '[]',
        )
      ).status,
    ).toBe(401)
    expect((await push(token.replace(/_\d+_/, '_999_'), '[]')).status).toBe(401)

    expect((await api.as('operator', 'DELETE', `/push-tokens/${id}`)).status).toBe(403)
    expect((await api.as('admin', 'DELETE', `/push-tokens/${id}`)).status).toBe(204)
    expect((await api.as('admin', 'DELETE', `/push-tokens/${id}`)).status).toBe(404)
    expect((await push(token, '[]')).status).toBe(401)
  })

  it('work in a tenant that is not main, without naming it', async () => {
    const made = await api.as('root', 'POST', '/push-tokens?tenant=other', { source: 'far', name: 'far' })
    const { token } = (await made.json()) as NewPushToken
    expect(await pushed(token, [CDR])).toMatchObject({ inserted: 1 })
    const { rows } = await db().pool.query(`select tenant_id from leg where source_id = 2`)
    expect(rows).toEqual([{ tenant_id: 2 }])
  })
})
